//! Telephone numbers: what a text means, and how a number is written.
//!
//! This is the one reader of numbers, wherever they come from: a call, a link, a command line, a list. What it knows
//! of countries is Google's metadata, as in libphonenumber.

mod plan;
mod several;
pub(crate) mod written;

mod around;
mod characters;
mod day;
mod error;
mod extension;
mod link;
mod metadata;
mod pattern;
mod placeholder;
mod trunk;
mod vanity;

pub use error::{LeftOut, NumberError, PatternError, PlanError};
pub(crate) use error::{MOST_ABROAD, MOST_PREFIXED};
pub use pattern::pattern;
pub use plan::{Bare, Form, Numbers};

use written::{Written, framed};

/// A number in E.164 with the trunk prefix of its country behind the country code, where nobody dials it and many
/// write it.
pub(crate) fn with_trunk_prefix_inside(e164: &str) -> Option<String> {
    let found = metadata::international(e164)?;
    let code = found.calling_code();
    let trunk = metadata::trunk_prefix_behind(&code);
    (!trunk.is_empty()).then(|| format!("{code}{trunk}{}", found.significant()))
}

/// Whether a text is a telephone number, a short or internal one among them; not a name, a code, or a caller who
/// withheld the number ([`is_withheld`]).
pub fn is_number(text: &str) -> bool {
    Written::read(text).is_ok_and(|written| !written.number.contains(['*', '#']))
}

/// Whether a text stands for a caller who withheld the number: nothing, `anonymous`, `unknown`, `unavailable`,
/// `restricted`, `private` or `withheld`, in any case, with or without a SIP address around it.
///
/// ```
/// use mc_template::numbers::is_withheld;
/// assert!(is_withheld("\"Anonymous\" <sip:anonymous@anonymous.invalid>"));
/// assert!(!is_withheld("sip:+493012345678@pbx.example.com"));
/// ```
pub fn is_withheld(text: &str) -> bool {
    const WORDS: [&str; 7] = [
        "",
        "anonymous",
        "unknown",
        "unavailable",
        "restricted",
        "private",
        "withheld",
    ];
    let text = framed(text);
    let text = text.split_once(':').map_or(text, |(_, address)| address);
    let user = text.split(['@', ';']).next().unwrap_or_default();
    let user = user.trim_matches(|c: char| c.is_whitespace() || c == '"');
    WORDS.iter().any(|word| user.eq_ignore_ascii_case(word))
}

/// The digits of a text, those of other scripts in ASCII; nothing else of it.
pub fn digits(text: &str) -> String {
    text.chars().filter_map(characters::digit).collect()
}
