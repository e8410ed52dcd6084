//! A line as it is written: its parameters with their quotes, and what is not meant by these.

use mc_secret::text::straight_quote;
use mc_template::Names;

/// The parameters of a line as they are written, quotes included, each with its place. What ends with a space ends with an
/// empty one.
pub(super) fn parameters(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut quoted, mut begin, mut last) = (false, 0, ' ');
    for (at, character) in line.char_indices() {
        match character {
            '"' if last != '\\' => quoted ^= true,
            ' ' | '\t' if !quoted => {
                found.push((begin, &line[begin..at]));
                begin = at + 1;
            }
            _ => {}
        }
        last = character;
    }
    found.push((begin, &line[begin..]));
    found
}

/// What of the last parameter stands in a line's beginning.
pub(super) fn parameter(before: &str) -> &str {
    parameters(before).pop().map_or("", |(_, last)| last)
}

/// A shell's operators and quotes, and what a line's quotes and spaces take apart.
pub(super) fn words(line: &str, found: &mut Vec<(usize, String)>) {
    const OPERATORS: [&str; 11] = ["&", "&&", "|", "||", ">", ">>", "<", "2>&1", "#", "//", ";"];
    let parameters = parameters(line);
    for (index, (at, word)) in parameters.iter().enumerate() {
        let mut say = |offset: usize, sentence: String| found.push((at + offset, sentence));
        if OPERATORS.contains(word) {
            say(
                0,
                format!(
                    "`{word}` is a parameter here, for no shell reads this: leave it and what follows out, or put quotes around it"
                ),
            );
        }
        if *word == "=" {
            say(
                0,
                "`=` is a parameter of its own here, for spaces separate parameters: leave the spaces around it out".to_owned(),
            );
        }
        if let Some((at, blank)) = other_blank(word) {
            say(
                at,
                format!(
                    "U+{:04X} stands here, which looks like a space and separates no parameters: write an ordinary space",
                    u32::from(blank)
                ),
            );
        }
        if let Some(option) = glued_option(word) {
            say(
                option,
                "no space stands before this, so that it belongs to the parameter in front of it: write a space".to_owned(),
            );
        }
        if let Some(caret) = word.find("^\"") {
            say(
                caret,
                "`^` is an ordinary character here: leave it out".to_owned(),
            );
        }
        let quote = [":'", "='"]
            .iter()
            .filter_map(|begin| word.find(begin))
            .min();
        let begins = word.starts_with('\'') || quote.is_some_and(|at| !word[..at].contains('"'));
        if begins && word.contains('$') {
            say(
                0,
                "`'` is an ordinary character here: write double quotes around the parameter"
                    .to_owned(),
            );
        }
        if let Some(document) = word.find("{\"").filter(|_| word.contains("\":")) {
            say(
                document,
                "the double quotes of this document are taken away, for they group words here: write `\\\"` for each of them, and double quotes around the parameter".to_owned(),
            );
        }
        let rest = parameters.get(index + 1).map_or("", |(_, next)| next);
        // Behind an option, too: `/f:C:\Program Files\x`.
        let value = word.find([':', '=']).map_or("", |sign| &word[sign + 1..]);
        if (is_path(word) || is_path(value) && !word.contains('"'))
            && rest.contains('\\')
            && rest.starts_with(char::is_alphanumeric)
            && !is_path(rest)
        {
            say(
                0,
                "the path that begins here has a space in it and is several parameters: put it in double quotes".to_owned(),
            );
        }
    }
}

/// Whether a word begins as `C:\\x` or `\\\\server` does, and is in no quotes.
fn is_path(word: &str) -> bool {
    let drive =
        word.get(1..3) == Some(":\\") && word.starts_with(|c: char| c.is_ascii_alphabetic());
    (drive || word.starts_with("\\\\")) && !word.contains('"')
}

/// Where an option begins behind a quote that ends: `/n:"a"/g:"b"`.
fn glued_option(word: &str) -> Option<usize> {
    let mut quoted = false;
    word.match_indices('"').find_map(|(at, _)| {
        quoted ^= !word[..at].ends_with('\\');
        let rest = word[at + 1..]
            .strip_prefix(['-', '/'])?
            .trim_start_matches('-');
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        (!quoted && name.len() < rest.len() && name.starts_with([':', '='])).then_some(at + 1)
    })
}

/// A space outside of quotes that separates nothing, as web pages and word processors bring it along.
fn other_blank(word: &str) -> Option<(usize, char)> {
    let mut quoted = false;
    word.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        !quoted && c.is_whitespace() && !c.is_ascii_whitespace()
    })
}

/// A value's name without its `$`, as a whole parameter or behind its option: `/number:ANumber`.
pub(super) fn bare_names(line: &str, names: &Names, found: &mut Vec<(usize, String)>) {
    for (at, word) in parameters(line) {
        let whole = word.trim_matches('"');
        let begin = whole.rfind([':', '=']).map_or(0, |sign| sign + 1);
        let value = &whole[begin..];
        // Whoever writes the value beside it names a field.
        let is_name = names.iter().any(|name| name == value && name != "Event");
        let told = format!("write `${value}`");
        if is_name
            && !line.contains(&format!("${value}"))
            && !line.contains(&format!("${{{value}"))
            && !found.iter().any(|(_, sentence)| sentence.ends_with(&told))
        {
            let quote = word.len() - word.trim_start_matches('"').len();
            found.push((
                at + quote + begin,
                format!("`{value}` is text here: {told}"),
            ));
        }
    }
}

/// Quotes and dashes as Word, Outlook and web pages make them.
pub(super) fn typography(line: &str, found: &mut Vec<(usize, String)>) {
    for (at, word) in parameters(line) {
        let value = word.find(['=', ':']).map_or(0, |sign| sign + 1);
        for begin in [0, value] {
            if let Some(quote) = word[begin..]
                .chars()
                .next()
                .filter(|c| straight_quote(*c).is_some())
            {
                found.push((
                    at + begin,
                    format!(
                        "`{quote}` is an ordinary character here: write straight double quotes"
                    ),
                ));
                break;
            }
        }
        if let Some(dash) = word.chars().next().filter(|c| matches!(c, '–' | '—'))
            && word.len() > dash.len_utf8()
        {
            found.push((
                at,
                format!("`{dash}` is an ordinary character here, and begins no option: write `-`"),
            ));
        }
    }
}
