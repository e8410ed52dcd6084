//! An answer that says why a request is not taken: JSON with a stable word and a sentence.

use std::borrow::Cow;

use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::json;

/// Why a request is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    pub(crate) status: StatusCode,
    /// A stable word for programs.
    pub(crate) code: &'static str,
    /// A sentence for people.
    pub(crate) text: Cow<'static, str>,
}

impl Denial {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code,
            text: text.into(),
        }
    }

    pub(crate) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too many connections at once; try again in a second",
        )
    }

    /// What is not HTTP as it should be.
    pub(crate) fn http(status: StatusCode) -> Self {
        let text = match status {
            StatusCode::URI_TOO_LONG => "the address is too long",
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "the headers are too long",
            _ => "this is not an HTTP request that can be read",
        };
        Self::new(status, "http", text)
    }

    /// The body, in which nothing is secret.
    fn body(&self) -> String {
        json!({ "status": self.status.as_u16(), "code": self.code, "error": self.text }).to_string()
    }

    pub(crate) fn response(&self) -> Response<Full<Bytes>> {
        let mut response = json_response(self.status, self.body());
        let (name, value) = match self.status {
            StatusCode::UNAUTHORIZED => (header::WWW_AUTHENTICATE, "Bearer"),
            StatusCode::METHOD_NOT_ALLOWED => (header::ALLOW, "POST"),
            StatusCode::TOO_MANY_REQUESTS => (header::RETRY_AFTER, "1"),
            _ => return response,
        };
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
        response
    }

    /// The whole answer as it goes over the wire, after which the connection is closed.
    pub(crate) fn raw(&self) -> Vec<u8> {
        let body = self.body();
        let retry = if self.status == StatusCode::SERVICE_UNAVAILABLE {
            "retry-after: 1\r\n"
        } else {
            ""
        };
        format!(
            "HTTP/1.1 {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{retry}connection: close\r\n\r\n{body}",
            self.status,
            body.len()
        )
        .into_bytes()
    }
}

/// An answer in JSON.
pub(crate) fn json_response(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
