//! A number to dial: what a person types, and what a link brings.

use std::fmt;

use crate::numbers::written::Written;
use crate::numbers::{LeftOut, MOST_ABROAD, MOST_PREFIXED, NumberError};

/// A number that may be dialled: one to 32 of digits, `*`, `#`; with digits alone up to 15, or up to 22 where they begin
/// as an outside line or a prefix does; or up to 15 digits with a `+` in front, if it was given with one.
///
/// Whatever comes in, nothing else reaches a routing application, a command line or a program.
///
/// ```
/// use mc_template::DialNumber;
///
/// let number = DialNumber::from_link("tel:+49%20(0)30%201234567;ext=12")?;
/// assert_eq!(number.as_str(), "+49301234567");
/// assert_eq!(number.left_out().map(ToString::to_string).as_deref(), Some("12"));
/// assert_eq!(DialNumber::typed("1-800-FLOWERS")?.as_str(), "18003569377");
/// # Ok::<(), mc_template::NumberError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DialNumber {
    number: String,
    left_out: Option<LeftOut>,
}

impl DialNumber {
    /// Reads what a person typed or pasted, a link among it.
    ///
    /// Separators are dropped, and what comes along from pages, tables and address books: no-break spaces, marks of
    /// writing direction, `Tel.:`, a word in parentheses, a footnote's mark, the trunk prefix in parentheses behind a country code.
    /// An extension is left out, and told by [`DialNumber::left_out`].
    ///
    /// # Errors
    ///
    /// [`NumberError`]; nothing is guessed.
    pub fn typed(text: &str) -> Result<Self, NumberError> {
        Self::of(Written::read(text)?)
    }

    /// Reads a `tel:`, `callto:`, `sip:` or `sips:` link as pages, mails and address books write them.
    ///
    /// Percent-encoding is undone once. Parameters are passed over, except `ext` (told by [`DialNumber::left_out`]),
    /// `phone-context`, and those that RFC 3966 wants understood (`m-...`), which are refused.
    ///
    /// # Errors
    ///
    /// [`NumberError`].
    pub fn from_link(uri: &str) -> Result<Self, NumberError> {
        Self::of(Written::read_link(uri)?)
    }

    /// A caller's number may be anything; what is dialled could reach somebody.
    fn of(written: Written) -> Result<Self, NumberError> {
        if let Some(digits) = written.number.strip_prefix('+') {
            if digits.starts_with('0') {
                return Err(NumberError::CountryCode);
            }
            if digits.len() > MOST_ABROAD {
                return Err(NumberError::TooLongAbroad {
                    digits: digits.len(),
                });
            }
        } else if !written.number.contains(['*', '#']) {
            let digits = written.number.len();
            // An outside line, as it is typed by hand, is 0, 8 or 9, and carriers' codes begin with 1. A card's number
            // begins otherwise.
            let prefixed = written.number.starts_with(['0', '1', '8', '9']);
            let most = if prefixed { MOST_PREFIXED } else { MOST_ABROAD };
            if digits > most {
                return Err(NumberError::TooLongPlain { digits, most });
            }
        }
        Ok(Self {
            number: written.number,
            left_out: written.left_out,
        })
    }

    /// The number: digits, `*`, `#`, and a leading `+` if it was given with one.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// What stood beside the number and is not dialled.
    pub fn left_out(&self) -> Option<&LeftOut> {
        self.left_out.as_ref()
    }

    /// Whether there is a `*` or `#` in it: a code that may switch something on or off instead of calling anyone.
    pub fn has_codes(&self) -> bool {
        self.number.contains(['*', '#'])
    }
}

impl fmt::Display for DialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)
    }
}
