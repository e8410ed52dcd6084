//! The body of a multipart form (RFC 7578), as curl writes it.

use std::borrow::Cow;
use std::path::PathBuf;

use bytes::Bytes;

use crate::random::random;

/// A field with its values in place.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) content: FieldContent,
    pub(crate) content_type: Option<String>,
    pub(crate) file_name: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum FieldContent {
    Text(String),
    File {
        path: PathBuf,
        upload: bool,
        bytes: Bytes,
    },
    /// Several uploads, as a multipart of its own.
    Files(Vec<Field>),
}

impl Field {
    fn bytes(&self, inner_boundary: &str) -> Cow<'_, [u8]> {
        match &self.content {
            FieldContent::Text(text) => text.as_bytes().into(),
            FieldContent::File { bytes, .. } => bytes.as_ref().into(),
            FieldContent::Files(files) => body(files, inner_boundary, "attachment").into(),
        }
    }

    fn holds(&self, needle: &[u8]) -> bool {
        let found = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        match &self.content {
            FieldContent::Text(text) => found(text.as_bytes()),
            FieldContent::File { bytes, .. } => found(bytes),
            FieldContent::Files(files) => files.iter().any(|file| file.holds(needle)),
        }
    }

    /// The name that the server is told: the given one, else that of an uploaded file.
    fn shown_name(&self) -> Option<String> {
        self.file_name.clone().or_else(|| match &self.content {
            FieldContent::File {
                path, upload: true, ..
            } => path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned()),
            _ => None,
        })
    }

    /// As curl finds it: what was said, else by the name's ending.
    fn media_type(&self, inner_boundary: &str) -> Option<String> {
        if let Some(given) = &self.content_type {
            return Some(given.clone());
        }
        let shown = self.shown_name();
        let guessed = shown.as_deref().and_then(guess);
        match &self.content {
            FieldContent::Files(_) => Some(format!("multipart/mixed; boundary={inner_boundary}")),
            FieldContent::Text(_) => guessed.filter(|_| shown.is_some()).map(str::to_owned),
            FieldContent::File { path, .. } => {
                let by_path = guessed.or_else(|| guess(&path.to_string_lossy()));
                let found = by_path.or(shown.as_ref().map(|_| "application/octet-stream"));
                found
                    .filter(|found| shown.is_some() || *found != "text/plain")
                    .map(str::to_owned)
            }
        }
    }
}

fn guess(name: &str) -> Option<&'static str> {
    const ENDINGS: [(&str, &str); 10] = [
        (".gif", "image/gif"),
        (".jpg", "image/jpeg"),
        (".jpeg", "image/jpeg"),
        (".png", "image/png"),
        (".svg", "image/svg+xml"),
        (".txt", "text/plain"),
        (".htm", "text/html"),
        (".html", "text/html"),
        (".pdf", "application/pdf"),
        (".xml", "application/xml"),
    ];
    let lower = name.to_ascii_lowercase();
    ENDINGS
        .iter()
        .find(|(ending, _)| lower.ends_with(ending))
        .map(|(_, media_type)| *media_type)
}

/// The body. The boundary must occur in none of the fields.
///
/// The fields are called `form-data`, or `attachment` where `-H` declares another type than a form's.
pub(crate) fn body(fields: &[Field], boundary: &str, disposition: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let inner = inner_boundary(boundary, index);
        body.extend(format!("--{boundary}\r\n").into_bytes());
        let name = field.shown_name();
        if disposition != "attachment" || name.is_some() || !field.name.is_empty() {
            body.extend(format!("Content-Disposition: {disposition}").into_bytes());
            if !field.name.is_empty() {
                body.extend(format!("; name=\"{}\"", escaped(&field.name)).into_bytes());
            }
            if let Some(name) = &name {
                body.extend(format!("; filename=\"{}\"", escaped(name)).into_bytes());
            }
            body.extend(b"\r\n");
        }
        if let Some(media_type) = field.media_type(&inner) {
            body.extend(format!("Content-Type: {media_type}\r\n").into_bytes());
        }
        body.extend(b"\r\n");
        body.extend(&*field.bytes(&inner));
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").into_bytes());
    body
}

/// A boundary like curl's that occurs in no field: dashes, and 64 random bits.
pub(crate) fn boundary(fields: &[Field]) -> String {
    loop {
        let boundary = format!("{DASHES}{:016x}", random());
        if !fields.iter().any(|field| field.holds(boundary.as_bytes())) {
            return boundary;
        }
    }
}

const DASHES: &str = "------------------------";

/// The boundary inside a field of several files: as random as the one around it, and another.
fn inner_boundary(outer: &str, index: usize) -> String {
    let random = outer.trim_start_matches('-');
    let random = u64::from_str_radix(random, 16).unwrap_or_default();
    format!("{DASHES}{:016x}", random.wrapping_add(index as u64 + 1))
}

/// Quotes and line breaks in names, as browsers and curl write them (WHATWG HTML, multipart/form-data).
fn escaped(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
