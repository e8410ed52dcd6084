//! What came back.

use std::fmt;
use std::time::Duration;

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
    /// The body as text; what is not UTF-8 in it is replaced.
    pub text: String,
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
    let start: String = beyond_preamble(body).chars().take(14).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
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
