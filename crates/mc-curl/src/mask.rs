//! Secrets in what a dry run shows.

use reqwest::Url;
use serde_json::Value;

use super::multipart::{self, Field, FieldContent};
use super::request::{Body, Request};

const MASK: &str = "***";

/// Whether a header, field or query parameter of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 11] = [
        "authorization",
        "cookie",
        "token",
        "secret",
        "password",
        "passwd",
        "passphrase",
        "apikey",
        "accesskey",
        "credential",
        "signature",
    ];
    const WHOLE: [&str; 9] = [
        "auth", "xauth", "key", "pass", "pin", "pwd", "pw", "sid", "sig",
    ];
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    PARTS.iter().any(|part| plain.contains(part)) || WHOLE.contains(&plain.as_str())
}

/// A header's value; of an authorization, the scheme is shown.
pub(super) fn header(name: &str, value: &str) -> String {
    if name.eq_ignore_ascii_case("referer") {
        return Url::parse(value).map_or_else(|_| value.to_owned(), |address| url(&address));
    }
    if !is_secret(name) {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some((scheme, _)) if name.to_ascii_lowercase().ends_with("authorization") => {
            format!("{scheme} {MASK}")
        }
        _ => MASK.to_owned(),
    }
}

/// A URL with secrets in its query and user info masked.
pub(super) fn url(url: &Url) -> String {
    let mut shown = url.clone();
    if shown.password().is_some() {
        // Only a URL without a host refuses, and that one has no password.
        let _ = shown.set_password(Some(MASK));
    }
    if let Some(query) = url.query() {
        shown.set_query(Some(&pairs(query)));
    }
    shown.to_string()
}

/// `scheme://host/path`, for reports.
pub(super) fn address(url: &Url) -> String {
    let mut shown = url.clone();
    // Only a URL without a host refuses, and that one has no user either.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_query(None);
    shown.set_fragment(None);
    shown.to_string()
}

/// `name=value&..` with secrets masked.
fn pairs(text: &str) -> String {
    let pairs = text.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// The body as text.
pub(super) fn body(request: &Request, headers: &[(String, String)]) -> Option<String> {
    if let Body::Form {
        boundary,
        fields,
        disposition,
        ..
    } = &request.body
    {
        let fields: Vec<_> = fields.iter().map(field).collect();
        return Some(text(&multipart::body(&fields, boundary, disposition)));
    }
    let bytes = request.body_for(request.kind)?;
    let media_type = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media_type = media_type
        .map_or("", |(_, value)| value.as_str())
        .to_ascii_lowercase();
    if let Ok(mut json) = serde_json::from_slice::<Value>(bytes) {
        if members(&mut json) {
            return Some(json.to_string());
        }
    } else if media_type.starts_with("application/x-www-form-urlencoded") {
        return Some(pairs(&text(bytes)));
    }
    Some(text(bytes))
}

fn text(bytes: &[u8]) -> String {
    let shown = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'));
    shown.map_or_else(
        || format!("({} bytes that are not text)", bytes.len()),
        str::to_owned,
    )
}

fn field(field: &Field) -> Field {
    let mut shown = field.clone();
    match &mut shown.content {
        FieldContent::Text(text) if is_secret(&field.name) => MASK.clone_into(text),
        FieldContent::File { bytes, .. } if std::str::from_utf8(bytes).is_err() => {
            *bytes = format!("({} bytes that are not text)", bytes.len()).into_bytes();
        }
        _ => {}
    }
    shown
}

/// Masks members of JSON objects; whether there was one.
fn members(value: &mut Value) -> bool {
    let mut masked = false;
    match value {
        Value::Array(items) => {
            for item in items {
                masked |= members(item);
            }
        }
        Value::Object(map) => {
            for (name, member) in map {
                if is_secret(name) && !member.is_object() && !member.is_array() {
                    *member = Value::from(MASK);
                    masked = true;
                } else {
                    masked |= members(member);
                }
            }
        }
        _ => {}
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_by_their_parts() {
        for name in [
            "Authorization",
            "X-Api-Key",
            "access_token",
            "Cookie",
            "PASSWORD",
            "client-secret",
            "key",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["Accept", "keyword", "CallerNumber", "monkey", "Author"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn a_query_shows_names_and_what_is_no_secret() {
        let address = Url::parse("https://u:p@h/x?token=abc&q=1&sig=%20#f").unwrap();
        assert_eq!(url(&address), "https://u:***@h/x?token=***&q=1&sig=***#f");
    }
}
