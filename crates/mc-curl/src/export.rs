//! A request for other hands: another HTTP client, a file, a log.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Serialize, Serializer};

use crate::plan::PlannedRequest;
use crate::request::Request;
use crate::secret;

impl Request {
    /// The request for an HTTP client of one's own, **secrets included**. Its `Host` and `Content-Length` are
    /// that client's to add, and what the command says of time, proxies, redirects and retries is its to do.
    ///
    /// # Errors
    ///
    /// A header's value that HTTP cannot carry, and an address that `http` does not take for one.
    pub fn to_http(&self) -> Result<http::Request<Bytes>, http::Error> {
        let mut request = http::Request::builder()
            .method(self.method())
            .uri(self.url())
            .body(self.body_for(self.kind).cloned().unwrap_or_default())?;
        *request.headers_mut() = header_map(self.headers()).map_err(|(_, error)| error)?;
        Ok(request)
    }

    /// As [`Request::plan`], but with its **secrets included**.
    pub fn exposed(&self) -> PlannedRequest {
        PlannedRequest {
            method: self.method().to_owned(),
            url: self.url().to_owned(),
            headers: self.headers(),
            body: self
                .body()
                .map(|body| String::from_utf8_lossy(body).into_owned()),
        }
    }
}

/// Headers as a map; or the name of one that cannot be sent.
pub(crate) fn header_map(
    headers: Vec<(String, String)>,
) -> Result<HeaderMap, (String, http::Error)> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let header = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        match (header, value) {
            (Ok(header), Ok(mut value)) => {
                value.set_sensitive(secret::is_secret(&name));
                map.append(header, value);
            }
            (Err(error), _) => return Err((name, error.into())),
            (_, Err(error)) => return Err((name, error.into())),
        }
    }
    Ok(map)
}

/// As [`Request::plan`] has it, secrets masked; [`Request::exposed`] is for those who want them.
impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.plan().serialize(serializer)
    }
}
