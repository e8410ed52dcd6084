//! What callers are told: always JSON.

use std::borrow::Cow;
use std::net::SocketAddr;

use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use serde::Serialize;
use serde_json::json;

use crate::refusals::Refusals;

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

    /// Counts it, and logs it if it is the first of its kind for a while.
    pub(crate) fn note(&self, refusals: &Refusals, peer: SocketAddr) {
        if let Some(before) = refusals.note(self.code) {
            tracing::warn!(%peer, status = self.status.as_u16(), code = self.code, before, "a pushed call was not accepted");
        }
    }

    pub(crate) fn peer() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "peer",
            "this address may not push calls; see listen.allow_from",
        )
    }

    pub(crate) fn rate() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate",
            "too many requests; try again in a second",
        )
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

/// The answer to a call that was taken.
pub(crate) fn accepted(receipt: &impl Serialize) -> Response<Full<Bytes>> {
    let text = serde_json::to_string(receipt).unwrap_or_default();
    json_response(StatusCode::ACCEPTED, text)
}

fn json_response(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
