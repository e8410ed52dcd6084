//! The dry run: what would go out, with its secrets masked.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::mask;
use crate::multipart::{self, Field, FieldContent};
use crate::request::{Body, Request};
use crate::secret::{MASK, is_secret};
use crate::stand_ins::StandIns;

/// One HTTP request of a dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedRequest {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The address as it goes on the wire.
    pub url: String,
    /// Header names and values in the order they were given; secrets are masked.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
}

impl Request {
    /// As it would go out, secrets masked: the values of `Authorization`, `Proxy-Authorization` and
    /// cookies, and of headers, query and form fields, JSON members and XML elements whose names speak of a token,
    /// key, secret or password.
    ///
    /// A value that was given to the scope as hidden has its name in its place.
    pub fn plan(&self) -> PlannedRequest {
        match self.shown.as_deref() {
            Some((shown, stand_ins)) => shown.plan_as_is().with(stand_ins),
            None => self.plan_as_is(),
        }
    }

    /// The plan of this very request, what stands for hidden values included.
    pub(crate) fn plan_as_is(&self) -> PlannedRequest {
        let mut headers = self.headers();
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            let host = self.url.host_str().unwrap_or_default();
            let host = self
                .url
                .port()
                .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
            headers.insert(0, ("Host".to_owned(), host));
        }
        for (name, value) in &mut headers {
            *value = header(name, value);
        }
        PlannedRequest {
            method: self.method().to_owned(),
            url: url(&self.url),
            body: body(self, &headers),
            headers,
        }
    }
}

impl PlannedRequest {
    /// With the names of hidden values in place of what stands for them.
    pub(crate) fn with(self, stand_ins: &StandIns) -> Self {
        let shown = |text: String| stand_ins.shown(&text);
        Self {
            method: self.method,
            url: shown(self.url),
            headers: self
                .headers
                .into_iter()
                .map(|(name, value)| (name, shown(value)))
                .collect(),
            body: self.body.map(shown),
        }
    }
}

/// A header's value; of an authorization, the scheme is shown.
fn header(name: &str, value: &str) -> String {
    if name.eq_ignore_ascii_case("referer") {
        return Url::parse(value).map_or_else(|_| value.to_owned(), |address| url(&address));
    }
    if !is_secret(name) {
        return mask::document(value).unwrap_or_else(|| value.to_owned());
    }
    match value.split_once(' ') {
        Some((scheme, _)) if name.to_ascii_lowercase().ends_with("authorization") => {
            format!("{scheme} {MASK}")
        }
        _ => MASK.to_owned(),
    }
}

/// A URL with secrets in its query and user info masked.
fn url(url: &Url) -> String {
    let mut shown = url.clone();
    if shown.password().is_some() {
        // Only a URL without a host refuses, and that one has no password.
        let _ = shown.set_password(Some(MASK));
    }
    if let Some(query) = url.query() {
        shown.set_query(Some(&mask::pairs(query)));
    }
    shown.to_string()
}

/// The body as text.
fn body(request: &Request, headers: &[(String, String)]) -> Option<String> {
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
    let text = text(bytes);
    Some(match mask::document(&text) {
        Some(masked) => masked,
        None if media_type.starts_with("application/x-www-form-urlencoded") => mask::pairs(&text),
        None => text,
    })
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

fn field(whole: &Field) -> Field {
    let mut shown = whole.clone();
    match &mut shown.content {
        FieldContent::Text(text) if is_secret(&whole.name) => MASK.clone_into(text),
        FieldContent::Text(text) => {
            if let Some(masked) = mask::document(text) {
                *text = masked;
            }
        }
        FieldContent::File { bytes, .. } if std::str::from_utf8(bytes).is_err() => {
            *bytes = format!("({} bytes that are not text)", bytes.len()).into();
        }
        FieldContent::File { bytes, .. } => {
            if let Some(masked) = std::str::from_utf8(bytes).ok().and_then(mask::document) {
                *bytes = masked.into();
            }
        }
        FieldContent::Files(files) => *files = files.iter().map(field).collect(),
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_shows_names_and_what_is_no_secret() {
        let address = Url::parse("https://u:p@h/x?token=abc&q=1&sig=%20#f").unwrap();
        assert_eq!(url(&address), "https://u:***@h/x?token=***&q=1&sig=***#f");
    }
}
