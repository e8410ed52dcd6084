//! What Google's metadata knows, through the `rlibphonenumber` crate. It is loaded when it is first asked.

use std::borrow::Cow;

use rlibphonenumber::{
    CountryCodeSource, NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat,
    PhoneNumberType, ValidationError,
};

use super::error::MOST_ABROAD;

pub(super) use rlibphonenumber::Region;

/// A number that has an international form.
pub(super) struct Located {
    number: PhoneNumber,
    length: Result<NumberLengthType, ValidationError>,
}

impl Located {
    fn new(number: PhoneNumber) -> Self {
        let length = number.is_possible_with_reason();
        Self { number, length }
    }

    /// Country code and national number, without a plus.
    pub(super) fn e164(&self) -> String {
        let plus = self.number.format_as(PhoneNumberFormat::E164);
        plus.trim_start_matches('+').to_owned()
    }

    /// With plus and spaces.
    pub(super) fn spaced(&self) -> Cow<'_, str> {
        self.number.format_as(PhoneNumberFormat::International)
    }

    /// Without the country code and without a trunk prefix.
    pub(super) fn significant(&self) -> String {
        self.number.get_national_significant_number()
    }

    pub(super) fn calling_code(&self) -> String {
        self.number.country_code.to_string()
    }

    /// Whether it lies in a range that is in use.
    pub(super) fn is_valid(&self) -> bool {
        self.number.is_valid()
    }

    /// Whether it is a mobile telephone's, and nobody's in a town.
    pub(super) fn is_mobile(&self) -> bool {
        self.number.get_type() == PhoneNumberType::Mobile
    }

    /// Whether a number of its country can have so many digits.
    pub(super) fn is_possible(&self) -> bool {
        matches!(self.length, Ok(NumberLengthType::IsPossible))
    }

    /// Whether it has too few digits for anything but a call within a town or to a service.
    fn is_short(&self) -> bool {
        matches!(
            self.length,
            Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort)
        )
    }

    /// Whether it has more digits than an international number can have. The metadata knows longer national ones.
    fn is_long(&self) -> bool {
        self.calling_code().len() + self.significant().len() > MOST_ABROAD
    }

    /// Whether it can be written with its country's code.
    fn has_international_form(&self) -> bool {
        !self.is_short() && !self.is_long() && !has_two_codes(&self.e164())
    }
}

/// Whether the international prefix and a whole number with another code stand behind a country code, and no number of
/// that country is written so.
pub(super) fn has_two_codes(digits: &str) -> bool {
    let national = without_calling_code(digits);
    let behind = national.strip_prefix("00");
    behind.is_some_and(|rest| {
        let in_use = || {
            PHONE_NUMBER_UTIL
                .parse(format!("+{digits}"), None)
                .is_ok_and(|number| number.is_valid())
        };
        national.len() < digits.len() && international(rest).is_some() && !in_use()
    })
}

/// Loads the metadata.
pub(super) fn load() {
    std::sync::LazyLock::force(&PHONE_NUMBER_UTIL);
}

/// A number with its country code and without a plus.
pub(super) fn international(digits: &str) -> Option<Located> {
    if digits.starts_with('0') || has_two_codes(digits) {
        return None;
    }
    let number = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).ok()?;
    Some(Located::new(number)).filter(Located::has_international_form)
}

/// A number as it is dialled in a region; and whether it has that region's international prefix.
pub(super) fn dialled_in(region: Region, digits: &str) -> Option<(Located, bool)> {
    let number = PHONE_NUMBER_UTIL
        .parse_and_keep_raw_input(digits, Some(region))
        .ok()?;
    // Of zeros alone the library makes no form: it gives back what was written.
    if number.national_number == 0 {
        return None;
    }
    let abroad = number.country_code_source() == CountryCodeSource::FromNumberWithIdd;
    let found = Located::new(number);
    found.has_international_form().then_some((found, abroad))
}

/// A region by its two letters, if it has telephones.
pub(super) fn region(letters: &str) -> Option<Region> {
    let region = letters.parse().ok()?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region)?;
    Some(region)
}

/// The regions that share a calling code, the largest first.
pub(super) fn regions(code: &str) -> Vec<Region> {
    if code.starts_with('0') || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return Vec::new();
    }
    let regions = code
        .parse()
        .ok()
        .and_then(|code| PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(code));
    regions.into_iter().flatten().collect()
}

/// The digits behind the country code with which these begin; all of them where no country has such a code.
pub(super) fn without_calling_code(digits: &str) -> &str {
    // No code is the beginning of another one.
    let code = (1..=3).find(|end| {
        digits
            .get(..*end)
            .is_some_and(|code| !regions(code).is_empty())
    });
    &digits[code.unwrap_or(0)..]
}

pub(super) fn calling_code(region: Region) -> Option<i32> {
    PHONE_NUMBER_UTIL.get_country_code_for_region(region)
}

/// What precedes a national number in a region; empty where nothing does.
pub(super) fn trunk_prefix(region: Region) -> &'static str {
    // The library does not tell it: it is what is taken away from in front of a number of that region.
    let Ok(example) = PHONE_NUMBER_UTIL.get_example_number(region) else {
        return "";
    };
    let significant = example.get_national_significant_number();
    let is_trunk = |prefix: &&str| {
        dialled_in(region, &format!("{prefix}{significant}")).is_some_and(|(found, _)| {
            found.number.national_number == example.national_number
                && found.number.italian_leading_zero == example.italian_leading_zero
        })
    };
    // Lithuania left the 8 for the 0; both are understood there.
    let candidates = if region == Region::LT {
        ["0", "8", "06", "1"]
    } else {
        ["8", "06", "0", "1"]
    };
    candidates.into_iter().find(is_trunk).unwrap_or_default()
}

/// The same in the largest of the countries that share a calling code; empty where no country has it, too.
pub(super) fn trunk_prefix_behind(code: &str) -> &'static str {
    let largest = regions(code).first().copied();
    largest.map(trunk_prefix).unwrap_or_default()
}

/// What precedes a foreign number in a region; empty where the caller chooses among several.
pub(super) fn international_prefix(region: Region) -> String {
    // The library shows it in front of a foreign number only.
    let foreign = if calling_code(region) == Some(44) {
        "+4930123456"
    } else {
        "+442079460018"
    };
    let Ok(number) = PHONE_NUMBER_UTIL.parse(foreign, None) else {
        return String::new();
    };
    let written = number.format_out_of_country_calling_number(region);
    if written.starts_with('+') {
        return String::new();
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    digits
        .strip_suffix(&foreign[1..])
        .unwrap_or_default()
        .to_owned()
}
