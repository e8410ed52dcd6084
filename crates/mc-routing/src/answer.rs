//! What came back.

use std::fmt;
use std::time::{Duration, SystemTime};

use mc_secret::text::one_line;
use serde_json::Value;

/// The answer of a call that succeeded: any status from 200 to 299 that is not a web page.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RunAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The body as text, unpacked: UTF-8 or UTF-16 without its mark, else read as Windows-1252.
    pub text: String,
    /// What the server's clock said, to the second, by the `Date` header.
    pub date: Option<SystemTime>,
    /// The number of tries it took.
    pub tries: u32,
    /// From the first try's start to the last byte.
    pub took: Duration,
}

impl RunAnswer {
    /// The body as JSON, whatever type the server calls it; `None` when it is no JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.text).ok()
    }

    /// The text or number that a JSON pointer (RFC 6901, such as `/usersuid`) finds in the body.
    #[must_use]
    pub fn find(&self, pointer: &str) -> Option<String> {
        match self.json()?.pointer(pointer)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

/// What a routing application says of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It did it, as far as it says.
    Accepted,
    /// It ran and said no.
    Refused {
        /// Its words, in one line that is safe to show.
        reason: String,
    },
    /// It said nothing: a branch of the application returns no result.
    Empty,
}

impl RunAnswer {
    /// Whether the application did what was asked: an `error` that is not empty, `"result": "ERROR"` or
    /// `"success": false` in its JSON is a no, and so may be an empty body. Applications are written by each customer; this is the form of the vendor's
    /// examples, in which the case of names does not matter.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.text.trim_start_matches('\u{feff}').trim().is_empty() {
            return Verdict::Empty;
        }
        let Some(Value::Object(fields)) = self.json() else {
            return Verdict::Accepted;
        };
        let field = |name: &str| {
            let mut named = fields
                .iter()
                .filter(|(key, _)| key.eq_ignore_ascii_case(name));
            named.find_map(|(_, value)| said(value))
        };
        let reason = field("error").or_else(|| {
            field("result")
                .filter(|result| result.eq_ignore_ascii_case("error"))
                .map(|_| self.text.clone())
        });
        // An `error` may be there beside it and say nothing.
        let failed = || {
            let named = fields
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case("success"));
            let no = named.is_some_and(|(_, value)| match value {
                Value::Bool(success) => !success,
                Value::String(text) => text.trim().eq_ignore_ascii_case("false"),
                _ => false,
            });
            no.then(|| {
                ["errorMessage", "message", "reason"]
                    .into_iter()
                    .find_map(field)
                    .unwrap_or_else(|| self.text.clone())
            })
        };
        let reason = reason.or_else(failed);
        reason.map_or(Verdict::Accepted, |reason| Verdict::Refused {
            reason: one_line(&reason),
        })
    }
}

/// What a value says; `None` when it says nothing, in any of the ways that there are in JSON.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) => Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        Value::Number(number) if number.as_f64() == Some(0.0) => None,
        Value::Array(values) if values.is_empty() => None,
        Value::Object(fields) if fields.is_empty() => None,
        value => Some(value.to_string()),
    }
}

impl fmt::Debug for RunAnswer {
    /// Without the text: it is about a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunAnswer")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("bytes", &self.text.len())
            .field("tries", &self.tries)
            .field("took", &self.took)
            .finish_non_exhaustive()
    }
}

#[cfg(fuzzing)]
impl RunAnswer {
    /// An answer with this text, for `tests/fuzz`.
    pub fn of_text(text: &str) -> Self {
        Self {
            status: 200,
            content_type: None,
            text: text.to_owned(),
            date: None,
            tries: 1,
            took: Duration::ZERO,
        }
    }
}

/// Whether a body is a web page: the answer of a portal, a proxy or a server's start page, not of
/// a REST interface, whatever its status.
pub(crate) fn is_page(content_type: Option<&str>, body: &str) -> bool {
    let media = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    if media.eq_ignore_ascii_case("text/html")
        || media.eq_ignore_ascii_case("application/xhtml+xml")
    {
        return true;
    }
    let Some(start) = beyond_preamble(body).strip_prefix('<') else {
        return false;
    };
    let name: String = start
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '!')
        .collect();
    match name.to_ascii_lowercase().as_str() {
        "!doctype" => start
            .get(8..)
            .is_some_and(|rest| rest.trim_start().to_ascii_lowercase().starts_with("html")),
        // What a page may begin with: the elements around it may be left out (HTML standard, "Optional tags").
        name => matches!(
            name,
            "html"
                | "head"
                | "body"
                | "title"
                | "meta"
                | "link"
                | "style"
                | "script"
                | "base"
                | "noscript"
                | "div"
                | "p"
                | "h1"
                | "h2"
                | "h3"
                | "center"
                | "form"
                | "table"
                | "iframe"
                | "frameset"
                | "font"
                | "b"
                | "br"
                | "hr"
                | "a"
                | "img"
                | "pre"
                | "span"
                | "main"
                | "section"
                | "header"
        ),
    }
}

/// What follows the comments and the XML declaration that a page may begin with.
fn beyond_preamble(body: &str) -> &str {
    let mut rest = body.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ => return rest,
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return rest,
        }
    }
}

/// What a server says about a refusal, in one line: the `error` of jtel's error bodies, else a
/// short text as it is. `None` when it says nothing, or a page.
pub(crate) fn message(content_type: Option<&str>, body: &str) -> Option<String> {
    if is_page(content_type, body) {
        return None;
    }
    let text = match serde_json::from_str::<Value>(body) {
        Ok(Value::Object(fields)) => {
            let said = ["error", "message"]
                .iter()
                .find_map(|name| fields.get(*name));
            said.and_then(Value::as_str)
                .map_or_else(|| body.to_owned(), str::to_owned)
        }
        _ => body.to_owned(),
    };
    Some(one_line(&text)).filter(|line| !line.is_empty())
}

/// A text without a secret, which may stand in it as JSON escapes it (`\/`, `\u002f`), and that as JSON once more: how many
/// backslashes there are counts for nothing.
pub(crate) fn redacted(text: &str, secret: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(behind) = beyond_secret(rest, secret) {
            out.push_str("***");
            rest = behind;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// What follows the secret with which a text begins.
fn beyond_secret<'t>(text: &'t str, secret: &str) -> Option<&'t str> {
    let mut rest = text;
    for c in secret.chars().filter(|c| *c != '\\') {
        rest = rest.trim_start_matches('\\');
        let code = || rest.strip_prefix('u')?.get(..4);
        let code = code().and_then(|code| u32::from_str_radix(code, 16).ok());
        rest = match rest.strip_prefix(c) {
            None if code == Some(u32::from(c)) => &rest[5..],
            behind => behind?,
        };
    }
    (rest.len() < text.len()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_is_one_by_type_or_by_look() {
        assert!(is_page(Some("text/html; charset=utf-8"), "{}"));
        assert!(is_page(
            None,
            "\u{feff}\n <!DOCTYPE html><title>Sign in</title>"
        ));
        assert!(is_page(Some("application/json"), "<HTML>"));
        assert!(is_page(
            Some("text/plain"),
            "<!-- portal -->\n<!-- 2 --><html>"
        ));
        assert!(is_page(
            None,
            "<?xml version=\"1.0\"?>\r\n<!DOCTYPE html PUBLIC \"...\">"
        ));
        assert!(!is_page(None, "<?xml version=\"1.0\"?><result/>"));
        assert!(!is_page(None, "<!-- without an end <html>"));
        assert!(!is_page(Some("application/json"), "{\"html\":\"<html>\"}"));
        assert!(!is_page(Some("text/plain"), ""));
    }

    #[test]
    fn the_servers_own_words_are_taken_as_one_line() {
        let json = Some("application/json");
        let said = message(
            json,
            r#"{"status": 404, "error": "Dialler campaign\nnot found"}"#,
        );
        assert_eq!(said.as_deref(), Some("Dialler campaign not found"));
        assert_eq!(
            message(json, r#"{"reason":1}"#).as_deref(),
            Some(r#"{"reason":1}"#)
        );
        assert_eq!(message(None, " \r\n"), None);
        assert_eq!(message(Some("text/html"), "<h1>Not found</h1>"), None);
        assert_eq!(
            message(None, &"x".repeat(999)).unwrap().chars().count(),
            301
        );
    }
}
