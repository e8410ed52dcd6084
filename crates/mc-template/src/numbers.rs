use std::borrow::Cow;

/// What a number without any prefix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Bare {
    /// Country code first, no plus: what the telephone system sends.
    #[default]
    E164,
    /// A national number without its trunk prefix.
    National,
}

/// A numbering plan: what the modifiers `e164`, `plus` and `national` need to know.
///
/// The default is an empty plan. It reads numbers with a leading `+` and bare ones, and leaves what it
/// would need a country for unchanged.
///
/// A number is digits with the usual separators (space, `-`, `.`, `/`, parentheses), a `+` in front or
/// none, and at least 7 digits; any other value passes unchanged. Of a number, the rules ask in this
/// order: a leading `+` or the international prefix makes it international, the trunk prefix makes it
/// national, and [`Numbers::bare`] says what it is otherwise. A `(0)` after a country code is dropped.
///
/// ```
/// use mc_template::Numbers;
///
/// let germany = Numbers {
///     country_code: "49".into(),
///     trunk_prefix: "0".into(),
///     international_prefix: "00".into(),
///     ..Numbers::default()
/// };
/// assert_eq!(germany.e164("+49 (0)199 123456"), "49199123456");
/// assert_eq!(germany.e164("0199/123456"), "49199123456");
/// assert_eq!(germany.plus("0044 20 7946 0018"), "+442079460018");
/// assert_eq!(germany.national("49199123456"), "0199123456");
/// assert_eq!(germany.e164("anonymous"), "anonymous");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Numbers {
    /// The own country, digits only: `49`. Empty: not known.
    pub country_code: String,
    /// What precedes a national number: `0`. Empty: nothing does.
    pub trunk_prefix: String,
    /// What precedes an international number instead of `+`: `00`. Empty: nothing does.
    pub international_prefix: String,
    /// What a number with none of these is.
    pub bare: Bare,
}

/// A value with fewer digits is an extension or a short code, which has no international form.
const FEWEST_DIGITS: usize = 7;
/// The longest country code (ITU-T E.164, section 6.2.1).
const COUNTRY_CODE_DIGITS: usize = 3;

impl Numbers {
    /// Digits, country code first, no plus: `49199123456`. Unchanged if it is no number.
    pub fn e164<'a>(&self, number: &'a str) -> Cow<'a, str> {
        self.international(number)
            .map_or(Cow::Borrowed(number), Cow::Owned)
    }

    /// As [`Numbers::e164`] with a leading plus: `+49199123456`. Unchanged if it is no number.
    pub fn plus<'a>(&self, number: &'a str) -> Cow<'a, str> {
        match self.international(number) {
            Some(digits) => Cow::Owned(format!("+{digits}")),
            None => Cow::Borrowed(number),
        }
    }

    /// As dialled inside the own country: `0199123456`; a foreign number with the international prefix,
    /// or with `+` where the plan has none. Unchanged if it is no number or the plan has no country code.
    pub fn national<'a>(&self, number: &'a str) -> Cow<'a, str> {
        if self.country_code.is_empty() {
            return Cow::Borrowed(number);
        }
        let Some(digits) = self.international(number) else {
            return Cow::Borrowed(number);
        };
        Cow::Owned(match digits.strip_prefix(self.country_code.as_str()) {
            Some(subscriber) => format!("{}{subscriber}", self.trunk_prefix),
            None if self.international_prefix.is_empty() => format!("+{digits}"),
            None => format!("{}{digits}", self.international_prefix),
        })
    }

    /// The digits with the country code first; `None` for what is no number, and for a national number
    /// when the own country is not known.
    fn international(&self, number: &str) -> Option<String> {
        let read = Read::of(number)?;
        let found = if read.plus {
            read.without_zero(0)
        } else if let Some(after) = prefix_length(&read.digits, &self.international_prefix) {
            read.without_zero(after)
        } else if let Some(after) = prefix_length(&read.digits, &self.trunk_prefix) {
            return self.with_country(&read.digits[after..]);
        } else if self.bare == Bare::National {
            return self.with_country(&read.digits);
        } else {
            read.without_zero(0)
        };
        // No country code begins with 0, so `+0...` and `000...` are no numbers.
        (!found.is_empty() && !found.starts_with('0')).then_some(found)
    }

    fn with_country(&self, national: &str) -> Option<String> {
        (!self.country_code.is_empty()).then(|| format!("{}{national}", self.country_code))
    }
}

/// The length of a prefix that is there and not empty.
fn prefix_length(digits: &str, prefix: &str) -> Option<usize> {
    (!prefix.is_empty() && digits.starts_with(prefix)).then_some(prefix.len())
}

/// A number as it was written.
struct Read {
    plus: bool,
    digits: String,
    /// Where in `digits` the zero of a `(0)` stands.
    zero: Option<usize>,
}

impl Read {
    fn of(number: &str) -> Option<Self> {
        let number = number.trim();
        let mut read = Self {
            plus: false,
            digits: String::with_capacity(number.len()),
            zero: None,
        };
        for (at, character) in number.char_indices() {
            match character {
                '+' if read.digits.is_empty() && !read.plus => read.plus = true,
                '0'..='9' => read.digits.push(character),
                '(' if read.zero.is_none() && is_zero_in_parentheses(&number[at..]) => {
                    read.zero = Some(read.digits.len());
                }
                ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{2010}'..='\u{2013}' => {}
                _ => return None,
            }
        }
        (read.digits.len() >= FEWEST_DIGITS).then_some(read)
    }

    /// The digits after an international prefix of this length, without a `(0)` that follows a country code.
    fn without_zero(&self, prefix: usize) -> String {
        let digits = &self.digits[prefix..];
        match self.zero.and_then(|zero| zero.checked_sub(prefix)) {
            Some(zero @ 1..=COUNTRY_CODE_DIGITS) => {
                let (country, subscriber) = digits.split_at(zero);
                format!("{country}{}", &subscriber[1..])
            }
            _ => digits.to_owned(),
        }
    }
}

fn is_zero_in_parentheses(text: &str) -> bool {
    let inside = text.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    inside.is_some_and(|(inside, _)| inside.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(country: &str, trunk: &str, international: &str, bare: Bare) -> Numbers {
        Numbers {
            country_code: country.into(),
            trunk_prefix: trunk.into(),
            international_prefix: international.into(),
            bare,
        }
    }

    fn germany() -> Numbers {
        plan("49", "0", "00", Bare::E164)
    }

    #[test]
    fn a_plus_or_the_international_prefix_means_international() {
        for number in [
            "+49199123456",
            "0049199123456",
            "+49 199 / 123-456",
            "00 49 (199) 123.456",
            "(+49) 199 123456",
        ] {
            assert_eq!(germany().e164(number), "49199123456", "{number}");
        }
        assert_eq!(germany().e164("+44 20 7946 0018"), "442079460018");
    }

    #[test]
    fn the_trunk_prefix_means_national() {
        for number in ["0199123456", "(0)199 123456", "(0199) 123456"] {
            assert_eq!(germany().e164(number), "49199123456", "{number}");
        }
    }

    #[test]
    fn a_bare_number_is_what_the_plan_says() {
        assert_eq!(germany().e164("49199123456"), "49199123456");
        assert_eq!(
            plan("49", "0", "00", Bare::National).e164("199123456"),
            "49199123456"
        );
        assert_eq!(
            plan("1", "1", "011", Bare::National).e164("1 (212) 555-1234"),
            "12125551234"
        );
        assert_eq!(
            plan("1", "1", "011", Bare::National).e164("212-555-1234"),
            "12125551234"
        );
        assert_eq!(
            plan("1", "1", "011", Bare::National).e164("011 49 199 123456"),
            "49199123456"
        );
    }

    #[test]
    fn a_zero_in_parentheses_after_a_country_code_is_dropped() {
        for number in [
            "+49 (0)199 123456",
            "0049(0)199123456",
            "+49 (0) 199 123456",
            "49(0)199123456",
        ] {
            assert_eq!(germany().e164(number), "49199123456", "{number}");
        }
        assert_eq!(germany().e164("+353 (0)1 234 5678"), "35312345678");
        // Not after a country code: a digit like any other.
        assert_eq!(
            plan("49", "", "00", Bare::E164).e164("(0)199 123456"),
            "(0)199 123456"
        );
        assert_eq!(germany().e164("+49199 (0) 123456"), "491990123456");
    }

    #[test]
    fn too_short_or_no_number_passes_unchanged() {
        for value in [
            "",
            "110",
            "123 456",
            "+49 110",
            "anonymous",
            "sip:17@pbx",
            "0199123456x",
            "*31#0199123456",
            "+",
            "++49199123456",
            "49+199123456",
            "٠١٩٩١٢٣٤٥٦",
        ] {
            let numbers = germany();
            assert_eq!(numbers.e164(value), value);
            assert_eq!(numbers.plus(value), value);
            assert_eq!(numbers.national(value), value);
        }
        assert_eq!(germany().e164("+4930123"), "4930123");
        assert_eq!(germany().e164("+493012"), "+493012");
        assert_eq!(germany().e164("+0199123456"), "+0199123456");
    }

    #[test]
    fn plus_is_e164_with_a_plus() {
        assert_eq!(germany().plus("0199123456"), "+49199123456");
        assert_eq!(germany().plus("49199123456"), "+49199123456");
    }

    #[test]
    fn national_is_what_is_dialled_at_home() {
        assert_eq!(germany().national("+49 199 123456"), "0199123456");
        assert_eq!(germany().national("49199123456"), "0199123456");
        assert_eq!(germany().national("0199 123456"), "0199123456");
        assert_eq!(germany().national("+442079460018"), "00442079460018");
        assert_eq!(
            plan("49", "0", "", Bare::E164).national("442079460018"),
            "+442079460018"
        );
    }

    #[test]
    fn an_empty_plan_reads_what_needs_no_country() {
        let empty = Numbers::default();
        assert_eq!(empty.e164("+49 199 123456"), "49199123456");
        assert_eq!(empty.e164("49199123456"), "49199123456");
        assert_eq!(empty.national("+49 199 123456"), "+49 199 123456");
        assert_eq!(
            plan("", "0", "00", Bare::National).e164("0199123456"),
            "0199123456"
        );
        assert_eq!(
            plan("", "0", "00", Bare::National).e164("199123456"),
            "199123456"
        );
    }
}
