//! What a server saw of a request, as far as it matters.

use testkit::{Recorded, Recorder};
use url::Url;

#[derive(PartialEq)]
pub(crate) struct Seen {
    method: String,
    target: String,
    version: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} {} {}", self.method, self.target, self.version)?;
        for (name, value) in &self.headers {
            writeln!(f, "    {name}: {value}")?;
        }
        write!(f, "    {:?}", String::from_utf8_lossy(&self.body))
    }
}

impl Seen {
    /// The requests since the last look.
    pub(crate) fn all(recorder: &Recorder) -> Vec<Self> {
        let seen = recorder.requests().iter().map(Self::of).collect();
        recorder.clear();
        seen
    }

    fn of(request: &Recorded) -> Self {
        let mut headers: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
            .filter(|(name, value)| !is_own(name, value))
            .collect();
        let mut body = request.body.clone();
        // The boundary of a form is random.
        for (name, value) in &mut headers {
            if let Some((before, boundary)) = value
                .split_once("boundary=")
                .filter(|_| name == "content-type")
            {
                let text: Vec<u8> = replace(&body, boundary.as_bytes(), b"BOUNDARY");
                // Their length differs by as much as the boundaries do: none, since both have 40 characters.
                assert_eq!(
                    boundary.len(),
                    40,
                    "the boundary has another length than curl's"
                );
                body = text;
                while let Some(inner) = inner_boundary(&body) {
                    body = replace(&body, &inner, b"INNER");
                }
                *value = format!("{before}boundary=BOUNDARY");
            }
        }
        for (_, value) in headers
            .iter_mut()
            .filter(|(name, _)| name == "authorization")
        {
            *value = without_random(value);
        }
        headers.sort();
        Self {
            method: request.method.clone(),
            target: normalised(&request.target),
            version: request.version.clone(),
            headers,
            body,
        }
    }
}

/// An answer to a Digest challenge: with a random number of the client's own, two are never the same.
/// Whether they are right is asked of a server in `tests/curl/digest.rs`.
fn without_random(value: &str) -> String {
    if !value.contains("cnonce=") {
        return value.to_owned();
    }
    let random = |part: &&str| !part.starts_with("cnonce=") && !part.starts_with("response=");
    value
        .split(", ")
        .filter(random)
        .collect::<Vec<_>>()
        .join(", ")
}

/// What each of the two says about itself and its connection, as the documentation has it.
fn is_own(name: &str, value: &str) -> bool {
    match name {
        "user-agent" => value.starts_with("curl/") || value.starts_with("mc-curl/"),
        "expect" | "proxy-connection" | "http2-settings" => true,
        "connection" => value.contains("HTTP2-Settings"),
        "upgrade" => value == "h2c",
        _ => false,
    }
}

/// A target by the rules of the WHATWG URL standard, and its escapes in capital letters: some versions of
/// curl write `%c3`, others `%C3`, which are the same (RFC 3986, 6.2.2.1).
fn normalised(target: &str) -> String {
    let base = Url::parse("http://base.invalid").unwrap();
    let Ok(url) = base.join(target) else {
        return target.to_owned();
    };
    let mut text = url.as_str().replacen("http://base.invalid", "", 1);
    let escapes: Vec<_> = text.match_indices('%').map(|(at, _)| at).collect();
    for at in escapes {
        if let Some(hex) = text.get_mut(at + 1..at + 3) {
            hex.make_ascii_uppercase();
        }
    }
    text
}

/// The boundary of a field that holds several files.
fn inner_boundary(body: &[u8]) -> Option<Vec<u8>> {
    const BEGIN: &[u8] = b"multipart/mixed; boundary=----";
    let at = body
        .windows(BEGIN.len())
        .position(|window| window == BEGIN)?;
    let boundary = &body[at + BEGIN.len() - 4..];
    Some(
        boundary
            .iter()
            .copied()
            .take_while(|byte| *byte != b'\r')
            .collect(),
    )
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}
