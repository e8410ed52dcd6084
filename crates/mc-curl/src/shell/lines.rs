//! Where a line ends and the next one goes on, or was meant to.

use crate::shell::construct::Construct;

/// What continues a line in one shell or another.
const MARKS: [char; 3] = ['\\', '^', '`'];

/// What a text in single quotes that ends at `end` of a line is: an apostrophe in a word (`'I'm here'`), or quotes around
/// one (`'eq 'EUR' and'`).
pub(super) fn lost_quotes(line: &str, end: usize) -> Option<Construct> {
    let behind = &line[end + 1..];
    let text = &line[..end];
    let text = &text[text.rfind('\'').map_or(0, |open| open + 1)..];
    let short = behind.find(|c: char| !c.is_alphabetic());
    let contracted = matches!(short, Some(1..4)) && behind[short.unwrap_or(0)..].starts_with(' ');
    if text.ends_with(char::is_alphabetic) && text.contains([' ', '"']) && contracted {
        return Some(Construct::LostQuotes);
    }
    let word = behind.find(|c: char| !c.is_alphanumeric())?;
    let again = behind[word..].strip_prefix('\'')?;
    let inside = line[..end].ends_with('\'') || again.starts_with(['\'', ' ', '\n']);
    (word > 0 && !inside && !again.is_empty()).then_some(Construct::LostQuotes)
}

/// Whether a text in quotes from `open` to behind its end at `behind` goes over a line's end that was meant to continue the
/// command: an option stands there, or the quote with which the next word begins.
pub(super) fn missing_quote(line: &str, open: usize, behind: usize) -> Option<Construct> {
    let (text, after) = (&line[open..behind], line[behind..].chars().next()?);
    if after.is_whitespace() || ")|;&<>'\"\\".contains(after) {
        return None;
    }
    let taken_in = |(at, _): (usize, &str)| {
        let above = text[..at].trim_end_matches('\r');
        let next = text[at..].trim_start();
        above.ends_with(MARKS) && (next.chars().nth(1).is_none() || option(next).is_some())
    };
    let quote = text.chars().next()?;
    text.match_indices('\n')
        .any(taken_in)
        .then_some(Construct::MissingQuote { quote })
}

/// The option with which a text begins.
fn option(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let named = word.trim_start_matches('-');
    (word.starts_with('-') && named.starts_with(|c: char| c.is_ascii_alphabetic()))
        .then(|| word.chars().take(20).collect())
}

/// The option with which the line at `at` begins, which a word of the line before it takes in.
pub(super) fn glued(line: &str, at: usize) -> Option<Construct> {
    option(&line[at..]).map(|option| Construct::Glued { option })
}

/// Two of the characters that continue a line, before the line's end at `at`, where an option follows; and where they stand.
pub(super) fn doubled_mark(line: &str, at: usize) -> Option<(usize, Construct)> {
    let above = line[..at].trim_end_matches('\r');
    let mark = above.chars().next_back().filter(|c| MARKS.contains(c))?;
    let alone = above.trim_end_matches(mark);
    let count = above.len() - alone.len();
    let goes_on = alone.ends_with([' ', '\t']) || option(&line[at..]).is_some();
    (count.is_multiple_of(2) && goes_on && !line[at..].trim().is_empty())
        .then(|| (above.len() - 2, Construct::DoubledMark { mark }))
}

/// What follows the line break at `at`, and where.
pub(super) fn next_line(line: &str, at: usize) -> (usize, Construct) {
    if let Some(found) = doubled_mark(line, at) {
        return found;
    }
    let after = &line[at + 1..];
    let place = at + 1 + (after.len() - after.trim_start().len());
    let above = line[..at].trim_end_matches('\r');
    let bare = above.trim_end();
    let blank_behind_mark = bare.len() < above.len() && bare.ends_with(MARKS);
    let word = after.split_whitespace().next().unwrap_or_default();
    let word = word.chars().take(20).collect();
    let construct = if blank_behind_mark {
        Construct::BlankBehindMark { word }
    } else {
        Construct::NextLine { word }
    };
    (place, construct)
}
