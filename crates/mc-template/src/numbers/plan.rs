//! A numbering plan: where in the world a number is that is dialled in a place, and how it is written there.

use std::borrow::Cow;

use super::error::PlanError;
use super::metadata::{self, Located, Region};
use super::written::Written;

/// What a number without any prefix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Bare {
    /// Country code first, no plus: what the telephone system sends.
    #[default]
    E164,
    /// As it is dialled at home.
    National,
}

/// A way to write a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// Digits, country code first, no plus: `493012345678`.
    E164,
    /// The same with a leading plus: `+493012345678`.
    Plus,
    /// As dialled at home, `03012345678`; a foreign number with the international prefix, or a `+` where there is none.
    National,
    /// With spaces, for people: `+49 30 12345678`.
    International,
}

/// A numbering plan: where numbers are dialled, and what a bare one is.
///
/// The default knows no region. It reads numbers with a leading `+` and bare ones, and leaves what it would need a
/// region for unchanged.
///
/// ```
/// use mc_template::Numbers;
///
/// let germany = Numbers::of_region("DE")?;
/// assert_eq!(germany.e164("+49 (0)30 / 123-45678"), "493012345678");
/// assert_eq!(germany.plus("0044 20 7946 0018"), "+442079460018");
/// assert_eq!(germany.national("493012345678"), "03012345678");
/// assert_eq!(germany.international("03012345678"), "+49 30 12345678");
/// // Short numbers, codes and words stay what they are.
/// assert_eq!(germany.e164("110"), "110");
/// assert_eq!(germany.e164("anonymous"), "anonymous");
/// # Ok::<(), mc_template::PlanError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Numbers {
    home: Option<Home>,
    /// What is dialled before a national and before a foreign number; and whether the configuration says so, instead
    /// of the metadata.
    trunk: (Box<str>, bool),
    abroad: (Box<str>, bool),
    bare: Bare,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Home {
    region: Region,
    code: Box<str>,
    has_trunk_prefix: bool,
}

/// Country codes that several countries share. Elsewhere the others are territories with the first one's plan.
const SHARED: [&str; 2] = ["1", "7"];
/// Fewer digits without any prefix are an extension or a service, whatever else they could be.
const FEWEST_DIGITS: usize = 7;
/// Within a town numbers have fewer digits, but for extensions.
const MORE_THAN_LOCAL: usize = 10;

impl Numbers {
    /// The plan of a region, by its two letters (ISO 3166-1): `DE`.
    ///
    /// # Errors
    ///
    /// [`PlanError::UnknownRegion`].
    pub fn of_region(region: &str) -> Result<Self, PlanError> {
        metadata::region(region)
            .map(Self::at)
            .ok_or_else(|| PlanError::UnknownRegion {
                region: region.to_owned(),
            })
    }

    fn at(region: Region) -> Self {
        let trunk = metadata::trunk_prefix(region);
        Self {
            home: Some(Home {
                region,
                code: metadata::calling_code(region)
                    .unwrap_or_default()
                    .to_string()
                    .into(),
                has_trunk_prefix: !trunk.is_empty(),
            }),
            trunk: (trunk.into(), false),
            abroad: (metadata::international_prefix(region).into(), false),
            bare: Bare::default(),
        }
    }

    /// The plan of the country with this calling code: `49`.
    ///
    /// # Errors
    ///
    /// [`PlanError::UnknownCode`], and [`PlanError::SharedCode`] for 1 and 7, which several countries have.
    pub fn of_country_code(code: &str) -> Result<Self, PlanError> {
        let regions = metadata::regions(code);
        match regions.first().filter(|region| **region != Region::World) {
            None => Err(PlanError::UnknownCode {
                code: code.to_owned(),
            }),
            Some(_) if SHARED.contains(&code) => Err(PlanError::SharedCode {
                code: code.to_owned(),
                regions: regions.iter().take(4).map(ToString::to_string).collect(),
            }),
            Some(region) => Ok(Self::at(*region)),
        }
    }

    /// The plan of a region, of a calling code, or of a region that is known to have this code; the default for neither.
    ///
    /// # Errors
    ///
    /// [`PlanError`].
    pub fn of(region: Option<&str>, code: Option<&str>) -> Result<Self, PlanError> {
        match (region, code) {
            (None, None) => Ok(Self::default()),
            (None, Some(code)) => Self::of_country_code(code),
            (Some(region), code) => {
                let plan = Self::of_region(region)?;
                match code.filter(|code| plan.country_code() != Some(code)) {
                    Some(code) => Err(PlanError::OtherCode {
                        code: code.to_owned(),
                        region: region.to_owned(),
                    }),
                    None => Ok(plan),
                }
            }
        }
    }

    /// Whether numbers can be dialled by this plan.
    ///
    /// # Errors
    ///
    /// [`PlanError::NoTrunkPrefix`] for a trunk prefix where there is none, as in Italy.
    pub fn check(&self) -> Result<(), PlanError> {
        match &self.home {
            Some(home) if !home.has_trunk_prefix && !self.trunk.0.is_empty() => {
                Err(PlanError::NoTrunkPrefix {
                    region: home.region.to_string(),
                    prefix: self.trunk.0.to_string(),
                })
            }
            _ => Ok(()),
        }
    }

    /// What precedes a national number here, where that is not what the region has: `0`. Empty: nothing does.
    #[must_use]
    pub fn with_trunk_prefix(self, digits: &str) -> Self {
        Self {
            trunk: (digits.into(), true),
            ..self
        }
    }

    /// What precedes a foreign number here, where that is not what the region has: `00`. Empty: nothing does.
    #[must_use]
    pub fn with_international_prefix(self, digits: &str) -> Self {
        Self {
            abroad: (digits.into(), true),
            ..self
        }
    }

    /// What a number without any prefix is.
    #[must_use]
    pub fn with_bare(self, bare: Bare) -> Self {
        Self { bare, ..self }
    }

    /// What a number of an event is that has neither a `+` nor a prefix.
    #[must_use]
    pub fn bare(&self) -> Bare {
        self.bare
    }

    /// The region's two letters, if one is known.
    pub fn region(&self) -> Option<String> {
        self.home.as_ref().map(|home| home.region.to_string())
    }

    /// The region's calling code, if one is known.
    pub fn country_code(&self) -> Option<&str> {
        self.home.as_ref().map(|home| &*home.code)
    }

    /// What precedes a national number here; empty where nothing does, or nothing is known.
    pub fn trunk_prefix(&self) -> &str {
        &self.trunk.0
    }

    /// What precedes a foreign number here; empty where nothing does, or nothing is known.
    pub fn international_prefix(&self) -> &str {
        &self.abroad.0
    }

    /// Loads what is known of numbers, which takes some milliseconds once in a process. Otherwise the first number does.
    pub fn prepare(&self) {
        metadata::load();
        // The patterns of the own region are compiled with its first number.
        if let Some(code) = self.country_code() {
            let _ = self.write(
                &format!("+{code}3012345678"),
                Form::International,
                self.bare,
            );
        }
    }

    /// Digits, country code first, no plus: `493012345678`. Unchanged if it is no number.
    pub fn e164<'a>(&self, number: &'a str) -> Cow<'a, str> {
        self.form(number, Form::E164)
    }

    /// As [`Numbers::e164`] with a leading plus: `+493012345678`. Unchanged if it is no number.
    pub fn plus<'a>(&self, number: &'a str) -> Cow<'a, str> {
        self.form(number, Form::Plus)
    }

    /// As dialled in the own country: `03012345678`; a foreign number with the international prefix, or with `+` where
    /// there is none. Unchanged if it is no number or no region is known.
    pub fn national<'a>(&self, number: &'a str) -> Cow<'a, str> {
        self.form(number, Form::National)
    }

    /// With spaces, for people: `+49 30 12345678`. Unchanged if it is no number.
    pub fn international<'a>(&self, number: &'a str) -> Cow<'a, str> {
        self.form(number, Form::International)
    }

    /// What two spellings of one number have in common: the number in E.164, or its digits and keys where it has no such
    /// form, being short, internal or a code. `None` for what is no number.
    ///
    /// ```
    /// use mc_template::Numbers;
    /// let germany = Numbers::of_region("DE")?;
    /// assert_eq!(germany.identity("tel:+49(0)30-1234567"), germany.identity("030 / 123 45 67"));
    /// assert_eq!(germany.identity("1 10").as_deref(), Some("110"));
    /// # Ok::<(), mc_template::PlanError>(())
    /// ```
    pub fn identity(&self, number: &str) -> Option<String> {
        let number = Written::read(number).ok()?.number;
        let located = self.locate(&number, self.bare);
        Some(located.map_or(number, |located| located.e164()))
    }

    fn form<'a>(&self, number: &'a str, form: Form) -> Cow<'a, str> {
        self.write(number, form, self.bare)
            .map_or(Cow::Borrowed(number), Cow::Owned)
    }

    /// A number in a form; `None` for what has no such form: a short number, a code, a word.
    pub(crate) fn write(&self, number: &str, form: Form, bare: Bare) -> Option<String> {
        let written = Written::read(number).ok()?;
        self.written(&self.locate(&written.number, bare)?, form)
    }

    /// A number that somebody dials, in a form; `None` also for what may be a subscriber's in the own town.
    pub(crate) fn write_dialled(&self, number: &str, form: Form) -> Option<String> {
        self.written(&self.locate_dialled(number)?, form)
    }

    /// Whether a number that somebody dials lies in a range that is in use.
    pub(crate) fn is_in_use(&self, number: &str) -> bool {
        self.locate_dialled(number)
            .is_some_and(|found| found.is_valid())
    }

    fn written(&self, number: &Located, form: Form) -> Option<String> {
        let home = self.home.as_ref();
        Some(match form {
            Form::E164 => number.e164(),
            Form::Plus => format!("+{}", number.e164()),
            Form::International => number.spaced().into_owned(),
            Form::National if *home?.code == *number.calling_code() => {
                format!("{}{}", self.trunk.0, number.significant())
            }
            Form::National if self.abroad.0.is_empty() => format!("+{}", number.e164()),
            Form::National => format!("{}{}", self.abroad.0, number.e164()),
        })
    }

    /// Where in the world a number is; it consists of digits, `*`, `#` and a leading `+`.
    fn locate(&self, number: &str, bare: Bare) -> Option<Located> {
        if number.contains(['*', '#']) {
            return None;
        }
        let foreign = match &self.abroad {
            (prefix, true) if !prefix.is_empty() => number.strip_prefix(&**prefix),
            _ => None,
        };
        if let Some(digits) = number.strip_prefix('+').or(foreign) {
            return metadata::international(digits);
        }
        // No country code begins with 0.
        if bare == Bare::E164 && !number.starts_with('0') {
            let bare = metadata::international(number).filter(Located::is_possible);
            return match bare {
                Some(found) if found.is_valid() || !self.has_trunk(number) => Some(found),
                found if self.has_trunk(number) => self.locate_at_home(number).or(found),
                found => found,
            };
        }
        self.locate_at_home(number)
    }

    fn has_trunk(&self, number: &str) -> bool {
        !self.trunk.0.is_empty() && number.starts_with(&*self.trunk.0)
    }

    /// Where a number is that is dialled in the own region.
    fn locate_at_home(&self, number: &str) -> Option<Located> {
        let home = self.home.as_ref()?;
        if self.trunk.1 {
            if self.has_trunk(number) {
                let number = format!("{}{}", home.code, &number[self.trunk.0.len()..]);
                return metadata::international(&number).filter(Located::is_possible);
            }
            if number.starts_with('0') && home.has_trunk_prefix {
                return None;
            }
        }
        let (found, foreign) = metadata::dialled_in(home.region, number)?;
        if foreign {
            return (!self.abroad.1).then_some(found);
        }
        if self.trunk.0.starts_with('0') && found.significant().starts_with('0') {
            // The library keeps the trunk prefix where the rest alone is a short number.
            return None;
        }
        let long = number.len() >= FEWEST_DIGITS
            || number.len() + 1 == FEWEST_DIGITS && self.trunk.0.is_empty() && found.is_valid();
        (found.is_possible() && (self.has_trunk(number) || long)).then_some(found)
    }

    /// Where a number is that somebody dials. Where national numbers begin with a trunk prefix, one that has neither that
    /// nor any other prefix may be a subscriber's in the own town, and which town that is nobody says.
    fn locate_dialled(&self, number: &str) -> Option<Located> {
        let found = self.locate(number, Bare::National)?;
        if self.trunk.0.is_empty() || number.starts_with('+') {
            return Some(found);
        }
        let code = self.country_code().unwrap_or_default();
        let with_code = Some(number)
            .filter(|number| number.starts_with(code) && number.len() >= MORE_THAN_LOCAL)
            .and_then(metadata::international)
            .filter(Located::is_valid);
        with_code.or_else(|| {
            let is_written = if found.significant() == number {
                has_area_code(&found)
            } else {
                found.e164() != number
            };
            is_written.then_some(found)
        })
    }
}

/// Whether a national number cannot be one within a town: it has no room for an area code, or is a mobile telephone's.
fn has_area_code(number: &Located) -> bool {
    let significant = number.significant();
    let with_area = format!("{}2{significant}", number.calling_code());
    let is_whole = !metadata::international(&with_area).is_some_and(|more| more.is_possible());
    is_whole || significant.len() >= MORE_THAN_LOCAL && number.is_mobile()
}
