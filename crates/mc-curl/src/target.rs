//! URLs: what counts as one, and the sets and ranges that make several of it.

use mc_template::Context;

use crate::error::{CurlError, Problem};
use mc_secret::text::{shown, straight_quote};

use crate::input::{Input, Piece};
use crate::paste::{QUOTED, is_quoted_command};
use crate::text::{Marked, Text};

/// No command means more requests than this with one URL.
const MOST: usize = 100;

/// The URLs that one makes: several with `{a,b}` or `[1-3]` in its own text.
pub(crate) fn parse(input: &mut Input<'_>, piece: &Piece, glob_off: bool) -> Vec<Text> {
    let Some(scheme) = scheme(input, piece) else {
        return Vec::new();
    };
    // A `${..}` that is none must not pass for braces.
    if let Err(error) = Text::parse(&piece.text, Context::Plain, input.reading.names) {
        input.error(piece.position(error.offset), Problem::Template(error));
        return Vec::new();
    }
    let marked = input.marked(piece);
    if let Some(at) = marked.find(|c| c == ' ' || c.is_control()) {
        let reason = "has a space in it, which curl refuses; write %20".to_owned();
        input.error(piece.position(at), Problem::Url { reason });
        return Vec::new();
    }
    if glob_off {
        return url(input, piece, scheme, &piece.text).into_iter().collect();
    }
    match expand(&marked) {
        // The first that is wrong speaks for all: they differ in what the braces hold alone.
        Ok(texts) => texts
            .iter()
            .map_while(|text| url(input, piece, scheme, text))
            .collect(),
        Err((at, reason)) => {
            let reason = format!("{reason}; with -g, braces and brackets are characters");
            input.error(piece.position(at), Problem::Url { reason });
            Vec::new()
        }
    }
}

/// The files that the argument of `-T` names: several with `{a,b}` or `[1-3]`.
pub(crate) fn files(input: &mut Input<'_>, piece: &Piece) -> Vec<String> {
    match expand(&input.marked(piece)) {
        Ok(names) => names,
        Err((_, reason)) => {
            input.bad(
                piece,
                format!("{reason}; with -g, braces and brackets are characters"),
            );
            Vec::new()
        }
    }
}

/// What has to be written before the text: a scheme where there is none.
fn scheme(input: &mut Input<'_>, piece: &Piece) -> Option<&'static str> {
    let text = &piece.text;
    let marked = input.marked(piece);
    if !text.is_empty() && !marked.is_outside(0) {
        return Some("");
    }
    let written = marked
        .find(|c| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
        .filter(|at| *at > 0);
    if let Some(end) = written.filter(|at| text[*at..].starts_with("://")) {
        let scheme = &text[..end];
        if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
            return Some("");
        }
        let scheme = scheme.chars().take(16).collect();
        input.error(piece.position(0), Problem::Scheme { scheme });
        return None;
    }
    let host = &text[..text.find(['/', '?', '#']).unwrap_or(text.len())];
    // Curl guesses these schemes from the name's beginning.
    let guessed = ["ftp.", "dict.", "ldap.", "imap.", "smtp.", "pop3."];
    if let Some(other) = guessed
        .iter()
        .find(|begin| host.to_ascii_lowercase().starts_with(**begin))
    {
        input.error(
            piece.position(0),
            Problem::Scheme {
                scheme: other.trim_end_matches('.').to_owned(),
            },
        );
        return None;
    }
    let looks_like_one = is_host(host);
    if looks_like_one || !piece.option.is_empty() {
        return Some("http://");
    }
    let exe = text.to_ascii_lowercase();
    let first = piece.position(0) == 0;
    let further_on = first && input.has_curl();
    let hint = if is_quoted_command(text) {
        QUOTED
    } else if first && OTHERS.contains(&exe.as_str()) {
        "it is another program or a method: write a command that begins with `curl`"
    } else if text.starts_with(|c| matches!(c, '\'' | '"') || straight_quote(c).is_some()) {
        "a quote may stand in the wrong place"
    } else if (exe.contains(":\\") || exe.contains("\\program"))
        && !exe.trim_end_matches(".exe").ends_with("\\cmd")
    {
        "put a path with spaces into double quotes"
    } else if further_on {
        "begin with `curl`, which stands further on: what is before it would not be done"
    } else {
        "put text with spaces into double quotes, and write a URL with http:// or https://"
    };
    let before = input.errors.len();
    input.no_environment(piece);
    if !further_on {
        input.no_shell_variable(piece);
    }
    if input.errors.len() > before {
        return None;
    }
    // One is enough: quotes that are missing make many.
    let told = |error: &CurlError| matches!(error.problem, Problem::Stray { .. });
    if first || !input.errors.iter().any(told) {
        input.error(
            piece.position(0),
            Problem::Stray {
                word: beginning(&piece.text),
                hint,
            },
        );
    }
    None
}

/// With what people begin who have no curl command.
const OTHERS: [&str; 12] = [
    "wget",
    "http",
    "https",
    "invoke-webrequest",
    "invoke-restmethod",
    "iwr",
    "irm",
    "start",
    "get",
    "post",
    "put",
    "fetch",
];

/// A stray word as far as it may be shown: it may be the end of a password that was not quoted.
fn beginning(word: &str) -> String {
    const MOST: usize = 4;
    let begin: String = word.chars().take(MOST).collect();
    let more = word.chars().nth(MOST).map_or("", |_| "…");
    shown(&begin) + more
}

/// Whether a word without a scheme is a host: a name with a dot, `localhost`, or anything with a port.
fn is_host(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[') {
        return literal_brackets(text).is_some_and(|end| end > 2) && address.contains(':');
    }
    let (name, port) = text
        .split_once(':')
        .map_or((text, None), |(name, port)| (name, Some(port)));
    let valid = name.starts_with(|c: char| c.is_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || ".-_".contains(c));
    match port {
        Some(port) => valid && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()),
        None => valid && (name.contains('.') || name.eq_ignore_ascii_case("localhost")),
    }
}

fn url(input: &mut Input<'_>, piece: &Piece, scheme: &str, text: &str) -> Option<Text> {
    let full = format!("{scheme}{text}");
    let whole = match Text::parse(&full, Context::Url, input.reading.names) {
        Ok(whole) => whole,
        Err(mut error) => {
            error.offset = error
                .offset
                .saturating_sub(scheme.len())
                .min(piece.text.len());
            input.error(piece.position(error.offset), Problem::Template(error));
            return None;
        }
    };
    input.no_environment(piece);
    input.take_warnings(piece, &whole, scheme.len());
    if let Some(fixed) = whole.fixed()
        && let Err(error) = url::Url::parse(fixed)
    {
        input.error(
            piece.position(0),
            Problem::Url {
                reason: format!("is not one: {error}"),
            },
        );
        return None;
    }
    Some(whole)
}

/// Sets and ranges, written out; the last one changes fastest.
fn expand(marked: &Marked<'_>) -> Result<Vec<String>, (usize, &'static str)> {
    let mut texts = vec![String::new()];
    let mut at = 0;
    while at < marked.text.len() {
        let rest = &marked.text[at..];
        let Some(c) = rest.chars().next() else { break };
        let outside = marked.is_outside(at);
        let choices = match c {
            '{' if outside => set(marked, &mut at)?,
            '[' if outside => match literal_brackets(rest) {
                Some(length) => {
                    at += length;
                    vec![rest[..length].to_owned()]
                }
                None => range(marked, &mut at)?,
            },
            '}' | ']' if outside => {
                return Err((at, "has a closing brace or bracket without its opening one"));
            }
            '\\' if outside && rest[1..].starts_with(['{', '[', '}', ']']) => {
                at += 2;
                vec![rest[1..2].to_owned()]
            }
            other => {
                at += other.len_utf8();
                vec![other.to_string()]
            }
        };
        if texts.len() * choices.len() > MOST {
            return Err((at.min(marked.text.len()), "makes more than 100 requests"));
        }
        texts = texts
            .iter()
            .flat_map(|text| choices.iter().map(move |choice| format!("{text}{choice}")))
            .collect();
    }
    Ok(texts)
}

/// `{a,b}`
fn set(marked: &Marked<'_>, at: &mut usize) -> Result<Vec<String>, (usize, &'static str)> {
    let open = *at;
    let mut choices = vec![String::new()];
    let mut place = open + 1;
    while let Some(c) = marked.text[place..].chars().next() {
        let outside = marked.is_outside(place);
        let next = place + c.len_utf8();
        match c {
            '}' if outside && place == open + 1 => return Err((open, "has empty braces")),
            '}' if outside => {
                *at = next;
                return Ok(choices);
            }
            ',' if outside => choices.push(String::new()),
            '{' | '[' | ']' if outside => return Err((place, "has braces inside braces")),
            '\\' if outside && next < marked.text.len() => {
                let escaped = marked.text[next..].chars().next().unwrap_or('\\');
                push(&mut choices, escaped);
                place = next + escaped.len_utf8();
                continue;
            }
            other => push(&mut choices, other),
        }
        place = next;
    }
    Err((open, "has an opening brace without its closing one"))
}

fn push(choices: &mut [String], c: char) {
    if let Some(last) = choices.last_mut() {
        last.push(c);
    }
}

/// `[1-9]`, `[001-100:10]`, `[a-z:2]`
fn range(marked: &Marked<'_>, at: &mut usize) -> Result<Vec<String>, (usize, &'static str)> {
    const WRONG: &str = "has a range that is not one; write [1-9], [001-100:10] or [a-z:2]";
    let open = *at;
    let wrong = (open, WRONG);
    let end = marked.find_from(open + 1, |c| c == ']').ok_or(wrong)?;
    if (open..end).any(|place| !marked.is_outside(place)) {
        return Err((open, "has a variable in a range"));
    }
    let inside = &marked.text[open + 1..end];
    let (bounds, step) = inside.split_once(':').unwrap_or((inside, "1"));
    let (first, last) = bounds.split_once('-').ok_or(wrong)?;
    let step: usize = step.parse().ok().filter(|step| *step > 0).ok_or(wrong)?;
    *at = end + 1;
    let letters = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if letters(first) && letters(last) {
        let (low, high) = (first.as_bytes()[0], last.as_bytes()[0]);
        if low > high
            || high - low > b'z' - b'a'
            || (low == high && step != 1)
            || step > usize::from(high - low).max(1)
        {
            return Err(wrong);
        }
        return Ok((low..=high)
            .step_by(step)
            .map(|letter| char::from(letter).to_string())
            .collect());
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let last = last.trim_start_matches([' ', '\t']);
    if !digits(first) || !digits(last) {
        return Err(wrong);
    }
    let width = if first.starts_with('0') {
        first.len()
    } else {
        0
    };
    let (Ok(low), Ok(high)) = (first.parse::<u32>(), last.parse::<u32>()) else {
        return Err(wrong);
    };
    let span = high.checked_sub(low).ok_or(wrong)?;
    if (span == 0 && step != 1) || (span > 0 && step > span as usize) {
        return Err(wrong);
    }
    if span as usize / step >= MOST {
        return Err((open, "makes more than 100 requests"));
    }
    Ok((low..=high)
        .step_by(step)
        .map(|number| format!("{number:0width$}"))
        .collect())
}

/// `[]` and IPv6 addresses are what they are.
fn literal_brackets(rest: &str) -> Option<usize> {
    let end = rest.find(']')?;
    let inside = &rest[1..end];
    let address = inside.split('%').next().unwrap_or(inside);
    (inside.is_empty() || address.parse::<std::net::Ipv6Addr>().is_ok()).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_template::Names;

    fn expanded(text: &str) -> Result<Vec<String>, &'static str> {
        let names = Names::call();
        expand(&Marked::new(text, Some(&names))).map_err(|(_, reason)| reason)
    }

    #[test]
    fn sets_and_ranges_make_several_urls() {
        assert_eq!(
            expanded("h/{a,b}/[1-3:2]").unwrap(),
            ["h/a/1", "h/a/3", "h/b/1", "h/b/3"]
        );
        assert_eq!(
            expanded("h/[008-010]").unwrap(),
            ["h/008", "h/009", "h/010"]
        );
        assert_eq!(expanded("h/[a-c]").unwrap(), ["h/a", "h/b", "h/c"]);
        assert_eq!(expanded("h/{,x}").unwrap(), ["h/", "h/x"]);
    }

    #[test]
    fn what_only_looks_like_a_set_is_text() {
        assert_eq!(
            expanded(r"http://[::1]:80/\{a\}[]").unwrap(),
            ["http://[::1]:80/{a}[]"]
        );
        assert_eq!(
            expanded("h/${ANumber:default(a,b)}/{$ANumber,x}")
                .unwrap()
                .len(),
            2
        );
    }

    #[test]
    fn wrong_ranges_are_refused() {
        for wrong in [
            "{", "}", "{}", "[", "]", "[1]", "[3-1]", "[1-3:0]", "[1-3:9]", "{a{b}}", "[a-9]",
            "[0-9999]",
        ] {
            assert!(expanded(wrong).is_err(), "{wrong}");
        }
    }
}
