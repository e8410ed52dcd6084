//! A line as it is written: its parameters with their quotes, and what is not meant by these.

use mc_secret::text::{is_no_space, straight_quote};
use mc_template::Names;
use mc_template::words::BLANKS;

/// A character of a line.
struct Step {
    at: usize,
    character: char,
    /// Whether it begins or ends a quoted text; a quote behind a backslash does not.
    is_quote: bool,
    /// Whether what follows stands inside of quotes.
    quoted: bool,
}

/// The characters of a line, by its quotes.
fn steps(line: &str) -> impl Iterator<Item = Step> {
    let (mut quoted, mut backslashes) = (false, 0);
    line.char_indices().map(move |(at, character)| {
        let is_quote = character == '"' && backslashes % 2 == 0;
        quoted ^= is_quote;
        backslashes = if character == '\\' {
            backslashes + 1
        } else {
            0
        };
        Step {
            at,
            character,
            is_quote,
            quoted,
        }
    })
}

/// The parameters of a line as they are written, quotes included, each with its place. What ends with a space ends with an
/// empty one.
pub(super) fn parameters(line: &str) -> Vec<(usize, &str)> {
    let (mut found, mut begin) = (Vec::new(), 0);
    for step in steps(line).filter(|step| BLANKS.contains(&step.character) && !step.quoted) {
        found.push((begin, &line[begin..step.at]));
        begin = step.at + 1;
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
        if let Some(blank) = other_blank(word) {
            say(
                blank.at,
                format!(
                    "U+{:04X} stands here, which looks like a space or like nothing: write an ordinary space, or leave it out",
                    u32::from(blank.character)
                ),
            );
        }
        if let Some(option) = glued_option(word) {
            say(
                option,
                "no space stands before this, so that it belongs to the parameter in front of it: write a space".to_owned(),
            );
        }
        let caret = ["^\"", "^&"].iter().find_map(|escaped| word.find(escaped));
        if let Some(caret) = caret {
            say(
                caret,
                "`^` is an ordinary character here: leave it out".to_owned(),
            );
        }
        let quote = word.char_indices().find(|(at, c)| {
            let before = &word[..*at];
            matches!(c, '\'' | '`')
                && (before.is_empty() || before.ends_with([':', '=']) && !before.contains('"'))
        });
        if let Some((_, quote)) = quote.filter(|_| word.contains('$')) {
            say(
                0,
                format!(
                    "`{quote}` is an ordinary character here: write double quotes around the parameter"
                ),
            );
        }
        let json = word.find("{\"").filter(|_| word.contains("\":"));
        if let Some(document) = json.or_else(|| attribute(line, *at, word)) {
            say(
                document,
                "the double quotes of this document are taken away, for they group words here: write `\\\"` for each of them, and double quotes around the parameter".to_owned(),
            );
        }
        if let Some(sign) = left_over(word) {
            say(
                word.len() - 1,
                format!(
                    "`{sign}` is a part of the parameter here, for spaces separate parameters: leave it out unless the program wants it"
                ),
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

/// Where an option begins behind a quote that ends, or what separates parameters elsewhere: `/n:"a"/g:"b"`, `/n:a;/g:b`.
fn glued_option(word: &str) -> Option<usize> {
    let ends = steps(word).filter(|step| {
        let separates = matches!(step.character, ';' | ',' | '&') && !word.contains("://");
        !step.quoted && (step.is_quote || separates)
    });
    ends.map(|step| step.at + 1).find(|at| {
        let rest = word[*at..].strip_prefix(['-', '/']).unwrap_or_default();
        let rest = rest.trim_start_matches('-');
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        name.len() < rest.len() && name.starts_with([':', '='])
    })
}

/// Where the quote of an XML attribute groups words instead: `<call n="$ANumber"/>`.
fn attribute(line: &str, at: usize, word: &str) -> Option<usize> {
    let mut quotes = steps(word).filter(|step| step.is_quote && word[..step.at].ends_with('='));
    let quote = quotes.find(|step| {
        let is_element = word[..step.at].contains('<');
        is_element || word.ends_with('>') && line[..at].contains('<')
    });
    quote.map(|step| step.at)
}

/// What separates parameters elsewhere, behind a value or a quote that ends: `/n:$ANumber;`.
fn left_over(word: &str) -> Option<char> {
    let sign = word.chars().last().filter(|c| matches!(c, ';' | ','))?;
    let before = &word[..word.len() - 1];
    let name = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let last = steps(word).last()?;
    let is_value = name.len() < before.len() && name.ends_with('$') || before.ends_with(['"', '}']);
    (is_value && !last.quoted && !before.ends_with("\\\"") && before.contains(['$', '"']))
        .then_some(sign)
}

/// What looks like a space outside of quotes, and separates nothing.
fn other_blank(word: &str) -> Option<Step> {
    steps(word).find(|step| !step.quoted && is_no_space(step.character))
}

/// A value's name without its `$`, as a whole parameter or behind its option, or with another sign: `/number:ANumber`,
/// `%ANumber`.
pub(super) fn bare_names(line: &str, names: &Names, found: &mut Vec<(usize, String)>) {
    const SIGNS: [char; 9] = ['%', '&', '(', ')', '{', '}', '~', '|', '§'];
    for (at, word) in parameters(line) {
        let whole = word.trim_end_matches('"');
        let behind = &whole[whole.rfind([':', '=']).map_or(0, |sign| sign + 1)..];
        let written = behind.trim_start_matches('"');
        let value = written.trim_matches(SIGNS);
        // Whoever writes the value beside it names a field.
        let is_name = names.iter().any(|name| name == value && name != "Event");
        let told = format!("write `${value}`");
        if is_name
            && !line.contains(&format!("${value}"))
            && !line.contains(&format!("${{{value}"))
            && !found.iter().any(|(_, sentence)| sentence.ends_with(&told))
        {
            found.push((
                at + whole.len() - written.len(),
                format!("`{written}` is text here: {told}"),
            ));
        }
    }
}

/// Whether the typographic quotes at `begin` of a parameter in straight ones end before it does: of a text for people.
fn quotes_a_part(word: &str, begin: usize) -> bool {
    let text = word[begin..].trim_end_matches('"');
    let end = text.rfind(|c| straight_quote(c).is_some());
    let last = text.chars().next_back().map_or(0, char::len_utf8);
    word.starts_with('"') && end.is_some_and(|end| end > 0 && end + last < text.len())
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
                .filter(|_| !quotes_a_part(word, begin))
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
