//! URLs: what counts as one.

use mc_template::Context;

use crate::error::{CurlError, Problem};
use mc_secret::text::{shown, straight_quote};

use crate::around::{QUOTED, is_curl, is_quoted_command};
use crate::glob::{expand, literal_brackets};
use crate::input::{Input, Piece};
use crate::text::Text;

const PLACEHOLDER: &str =
    "has a placeholder of another program; write a variable in its place, such as `$ANumber`";

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
        let reason = if piece.text[..at].ends_with("{{") {
            PLACEHOLDER
        } else if piece.text[at..].starts_with(['\n', '\r']) {
            "has a line's end in it, which curl refuses; write it in one line"
        } else {
            "has a space in it, which curl refuses; write %20"
        };
        let reason = reason.to_owned();
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
            let reason = if is_placeholder(&piece.text, at) {
                PLACEHOLDER.to_owned()
            } else {
                format!("{reason}; with -g, braces and brackets are characters")
            };
            input.error(piece.position(at), Problem::Url { reason });
            Vec::new()
        }
    }
}

/// Whether a name in braces or brackets stands where a value would: `?n=[Number]`, `/{{id}}`. In `filter[name]` it is a part
/// of a field's name.
fn is_placeholder(text: &str, at: usize) -> bool {
    let (before, rest) = text.split_at(at);
    let begins = before
        .trim_end_matches(['{', '['])
        .ends_with(['=', '/', ':', '+']);
    let name = rest.trim_start_matches(['{', '[', ' ']);
    let end = name.find(['}', ']']).unwrap_or(0);
    begins
        && end > 1
        && name[..end]
            .chars()
            .all(|c| c.is_alphanumeric() || "_. ".contains(c))
        && name.starts_with(char::is_alphabetic)
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
    } else if is_curl(text) {
        "a second command begins here: write `--next` in its place, or make a hook of it"
    } else if text.is_empty() {
        "leave these quotes out"
    } else if text.starts_with('[') && text.contains("](") {
        "`[..](..)` is a link in Markdown: write its address alone"
    } else if text.starts_with(|c| matches!(c, '\'' | '"') || straight_quote(c).is_some()) {
        "a quote may stand in the wrong place"
    } else if (exe.get(1..3) == Some(":\\") || exe.contains("\\program"))
        && !exe.trim_end_matches(".exe").ends_with("\\cmd")
    {
        "put a path with spaces into double quotes"
    } else if further_on {
        FURTHER_ON
    } else if input.begins_line(piece) {
        "a command has one line, or several that go on with `\\` at their ends: leave out what is not part of it"
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

const FURTHER_ON: &str =
    "begin with `curl`, which stands further on: what is before it would not be done";

/// With what people begin who have no curl command.
const OTHERS: [&str; 26] = [
    "wget",
    "http",
    "https",
    "xh",
    "invoke-webrequest",
    "invoke-restmethod",
    "iwr",
    "irm",
    "powershell",
    "pwsh",
    "start",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "fetch",
    "await",
    "axios",
    "const",
    "let",
    "var",
    "python",
    "certutil",
    "bitsadmin",
    "curl_setopt",
];

/// What is wrong with a line that begins as another program does, or with a variable of a script that is set.
pub(crate) fn other_program(line: &str, has_curl: bool) -> Option<Problem> {
    let end = line.find(|c: char| c.is_whitespace() || "(>".contains(c))?;
    let (word, rest) = line.split_at(end);
    let lower = word.to_ascii_lowercase();
    let set = word.starts_with('$') && rest.trim_start().starts_with('=');
    // `1.` and `-` of a list, a page's markup.
    let mark = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let mark = matches!(mark, "-" | "*" | "•" | "." | ")") || word.starts_with('<');
    (set || mark && has_curl || OTHERS.contains(&lower.as_str())).then(|| Problem::Stray {
        word: beginning(word),
        hint: if has_curl {
            FURTHER_ON
        } else {
            "it is another program or a method: write a command that begins with `curl`"
        },
    })
}

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
