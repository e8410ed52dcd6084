//! How a number goes out, and which does not.

use std::collections::BTreeSet;

use crate::dial_number::DialNumber;
use crate::numbers::{Bare, Form, Numbers, with_trunk_prefix_inside};

/// How numbers are dialled from here: what goes out and how it is written.
///
/// ```
/// use mc_template::numbers::Form;
/// use mc_template::{DialNumber, DialPlan, Numbers};
///
/// let plan = DialPlan::new(Numbers::of_region("DE")?)
///     .with_outside_line("0")
///     .with_format(Form::National);
/// let dialled = |text: &str| DialNumber::typed(text).map(|number| plan.outgoing(&number));
/// assert_eq!(dialled("17")?, "17");
/// assert_eq!(dialled("110")?, "110");
/// assert_eq!(dialled("+49 (0)30 1234567")?, "00301234567");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct DialPlan {
    numbers: Numbers,
    format: Option<Form>,
    outside_line: String,
}

/// A number without a `+` and shorter than this is a service, or a colleague.
const FEWEST_OUTSIDE: usize = 7;

impl DialPlan {
    /// A plan by which numbers go out as they were given.
    pub fn new(numbers: Numbers) -> Self {
        Self {
            numbers,
            ..Self::default()
        }
    }

    /// How external numbers are written. Without this, as they were given.
    #[must_use]
    pub fn with_format(self, format: Form) -> Self {
        Self {
            format: Some(format),
            ..self
        }
    }

    /// What is put before external numbers: never before short, internal or emergency ones, nor before a `+`.
    #[must_use]
    pub fn with_outside_line(self, digits: &str) -> Self {
        Self {
            outside_line: digits.to_owned(),
            ..self
        }
    }

    /// Whether a number stays within the telephone system, being short or a code.
    ///
    /// Emergency numbers are short in every country.
    fn is_internal(&self, number: &DialNumber) -> bool {
        let text = number.as_str();
        number.has_codes()
            || self.located(text).is_none() && !text.starts_with('+') && text.len() < FEWEST_OUTSIDE
    }

    /// The number as it is dialled.
    ///
    /// An outside line that stands before it already is the only one, where what follows it is a number in use and the
    /// whole is none. Without a trunk prefix, where there is one, a number that may be one in the own town is written as
    /// it was given.
    pub fn outgoing(&self, number: &DialNumber) -> String {
        let text = number.as_str();
        if self.is_internal(number) {
            return text.to_owned();
        }
        let in_use = |text: &str| self.numbers.is_in_use(text);
        let text = match self.behind_outside_line(text) {
            Some(rest) if in_use(rest) && !in_use(text) => rest,
            _ => text,
        };
        let written = self
            .format
            .and_then(|form| self.numbers.write_dialled(text, form));
        let written = written.unwrap_or_else(|| text.to_owned());
        if written.starts_with('+') {
            written
        } else {
            format!("{}{written}", self.outside_line)
        }
    }

    fn behind_outside_line<'a>(&self, digits: &'a str) -> Option<&'a str> {
        let rest = digits.strip_prefix(&self.outside_line)?;
        (!self.outside_line.is_empty() && !rest.is_empty()).then_some(rest)
    }

    /// Every way in which this number may be meant, and could be written: what a list of numbers that are not to be
    /// dialled is held against. One that matches is enough.
    ///
    /// The number is read as national, as international with and without the international prefix, without the
    /// outside line, and without the code in front of it. Each is given as dialled at home, with `+`, with the
    /// international prefix, with `00`, without either, and each of these with the trunk prefix behind the country code.
    pub fn readings(&self, number: &DialNumber) -> BTreeSet<String> {
        let mut readings = BTreeSet::new();
        let given = number.as_str();
        let keys = given.split(['*', '#']).filter(|digits| !digits.is_empty());
        for digits in std::iter::once(given).chain(keys) {
            self.add_readings(digits, &mut readings);
            if let Some(rest) = self.behind_outside_line(digits) {
                self.add_readings(rest, &mut readings);
            }
        }
        readings
    }

    fn add_readings(&self, digits: &str, readings: &mut BTreeSet<String>) {
        readings.insert(digits.to_owned());
        if digits.contains(['*', '#']) {
            return;
        }
        let abroad = self.numbers.international_prefix();
        let mut international = BTreeSet::new();
        for bare in [Bare::National, Bare::E164] {
            international.extend(self.numbers.write(digits, Form::E164, bare));
        }
        // With a country code in front, whatever the plan says: as far as there is such a number.
        for prefix in ["+", "00", abroad, ""] {
            let Some(rest) = digits.strip_prefix(prefix) else {
                continue;
            };
            international.extend(
                self.numbers
                    .write(&format!("+{rest}"), Form::E164, Bare::E164),
            );
        }
        for e164 in international {
            let trunk = with_trunk_prefix_inside(&e164);
            for digits in std::iter::once(e164.clone()).chain(trunk) {
                readings.extend([
                    format!("+{digits}"),
                    format!("00{digits}"),
                    format!("{abroad}{digits}"),
                    digits,
                ]);
            }
            readings.extend(
                self.numbers
                    .write(&format!("+{e164}"), Form::National, Bare::E164),
            );
        }
    }

    fn located(&self, text: &str) -> Option<String> {
        self.numbers.write(text, Form::E164, Bare::National)
    }
}
