//! Text from outside: read, whatever wrote it, and made safe to show.
//!
//! What a caller, a server or a file says may move a terminal's cursor, turn the direction of writing
//! around or hide the half of itself. Each function answers that for one kind of place.

use std::borrow::Cow;

pub use crate::encoding::{decode, decode_or_guess};

/// What stands where a character was that may not be shown.
const REPLACED: char = char::REPLACEMENT_CHARACTER;

/// Whether a character does something else than be seen: control characters, the separators of lines and
/// paragraphs, and the invisible ones that change how their neighbours are read (Unicode Technical Report 36,
/// "Bidirectional Text Spoofing", and the code points of UAX 9 and of Unicode tags).
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Whether a character looks like a space or like nothing and is neither a space nor a tab, as web pages and word processors
/// bring them along.
///
/// ```
/// use mc_secret::text::is_no_space;
/// assert!("\u{a0}\u{200b}\u{feff}".chars().all(is_no_space));
/// assert!(!"a \t".contains(is_no_space));
/// ```
#[must_use]
pub fn is_no_space(c: char) -> bool {
    (c.is_whitespace() || is_deceptive(c)) && !matches!(c, ' ' | '\t')
}

/// The straight quote of which a text program or a page has made this one; `None` for any other character.
///
/// ```
/// use mc_secret::text::straight_quote;
/// assert_eq!("„“‚‘»«".chars().filter_map(straight_quote).collect::<String>(), "\"\"''\"\"");
/// assert_eq!(straight_quote('"'), None);
/// ```
#[must_use]
pub fn straight_quote(c: char) -> Option<char> {
    match c {
        '\u{201C}'..='\u{201F}' | '\u{AB}' | '\u{BB}' | '\u{FF02}' => Some('"'),
        '\u{2018}'..='\u{201B}' | '\u{2039}' | '\u{203A}' | '\u{B4}' | '\u{FF07}' => Some('\''),
        _ => None,
    }
}

/// A value inside a message: at most 64 characters, each deceptive one replaced.
///
/// ```
/// assert_eq!(mc_secret::text::shown("a\u{202e}b\n"), "a\u{fffd}b\u{fffd}");
/// ```
#[must_use]
pub fn shown(text: &str) -> String {
    cut(text, 64, |c| if is_deceptive(c) { REPLACED } else { c })
}

/// One line of a status or a log: at most 300 characters, line ends and other control characters become
/// spaces, other deceptive ones are replaced.
///
/// ```
/// assert_eq!(mc_secret::text::one_line(" not\r\nfound "), "not  found");
/// ```
#[must_use]
pub fn one_line(text: &str) -> String {
    cut(text.trim(), 300, |c| match c {
        c if c.is_control() => ' ',
        c if is_deceptive(c) => REPLACED,
        c => c,
    })
}

/// A whole text for a terminal: line ends and tabs stay, other deceptive characters are replaced.
///
/// ```
/// assert_eq!(mc_secret::text::printable("{\n\t\"a\":\"\u{1b}[2J\"}"), "{\n\t\"a\":\"\u{fffd}[2J\"}");
/// ```
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let deceptive = |c: char| is_deceptive(c) && !matches!(c, '\n' | '\r' | '\t');
    if text.contains(deceptive) {
        Cow::Owned(text.replace(deceptive, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// An address for reports and messages: scheme, host, port and path. User info, query and fragment
/// are where passwords, tokens and customers' data stand.
///
/// ```
/// assert_eq!(mc_secret::text::shown_url("https://u:p@crm.example/c?id=4711"), "https://crm.example/c?…");
/// ```
#[must_use]
pub fn shown_url(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (address, rest) = url.split_at(end);
    let address = match address.split_once("://") {
        Some((scheme, after)) => {
            let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
            let host = authority.rsplit('@').next().unwrap_or(authority);
            format!("{scheme}://{host}{path}")
        }
        None => address.to_owned(),
    };
    let address = address.replace(is_deceptive, "");
    if rest.starts_with('?') {
        address + "?…"
    } else {
        address
    }
}

fn cut(text: &str, longest: usize, replace: impl Fn(char) -> char) -> String {
    let mut rest = text.chars();
    let mut cut: String = rest.by_ref().take(longest).map(replace).collect();
    if rest.next().is_some() {
        cut.push('…');
    }
    cut
}
