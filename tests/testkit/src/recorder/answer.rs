//! What a [`Recorder`](crate::Recorder) answers.

use crate::Gate;
use std::net::SocketAddr;

/// One scripted answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) kind: Kind,
    pub(super) gate: Option<Gate>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Response(Response),
    /// Closed after the request was read and kept.
    HangUp,
    /// Closed at the first byte of the request, which is not kept.
    HangUpUnread,
    Raw(Vec<u8>),
    /// `200`, then bytes are carried both ways.
    Tunnel(SocketAddr),
}

#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) sent: Option<usize>,
    pub(super) chunked: bool,
    pub(super) close: bool,
}

impl Answer {
    /// An empty answer with this status.
    pub fn status(status: u16) -> Self {
        let response = Response {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            sent: None,
            chunked: false,
            close: false,
        };
        Self {
            kind: Kind::Response(response),
            gate: None,
        }
    }

    /// 200 with this body and no `Content-Type`.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::status(200).body(body)
    }

    /// A JSON answer.
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::status(status)
            .header("Content-Type", "application/json")
            .body(value.to_string())
    }

    /// An HTML page.
    pub fn html(status: u16, page: &str) -> Self {
        Self::status(status)
            .header("Content-Type", "text/html; charset=utf-8")
            .body(page)
    }

    /// A redirect.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("Location", location)
    }

    /// Closes the connection after the request was read; nothing is answered.
    pub fn hang_up() -> Self {
        Self {
            kind: Kind::HangUp,
            gate: None,
        }
    }

    /// Closes the connection at the first byte of the request, which is not recorded.
    pub fn hang_up_unread() -> Self {
        Self {
            kind: Kind::HangUpUnread,
            gate: None,
        }
    }

    /// Reads the request and never answers; the connection stays open until the recorder is dropped.
    pub fn silence() -> Self {
        Self::status(200).after(&Gate::new())
    }

    /// These bytes exactly, then the connection is closed.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            kind: Kind::Raw(bytes.into()),
            gate: None,
        }
    }

    /// Answers 200 and carries bytes between the client and `to`: a proxy's answer to `CONNECT`.
    pub fn tunnel(to: SocketAddr) -> Self {
        Self {
            kind: Kind::Tunnel(to),
            gate: None,
        }
    }

    /// Adds a header. `Content-Length` and `Transfer-Encoding` given here replace the computed one.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        self.with(|r| r.headers.push((name.to_owned(), value.to_owned())))
    }

    /// Sets the body.
    #[must_use]
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        self.with(|r| r.body = body.into())
    }

    /// Announces the whole body, sends `bytes` of it and closes the connection.
    #[must_use]
    pub fn truncated(self, bytes: usize) -> Self {
        self.with(|r| r.sent = Some(bytes))
    }

    /// Sends the body in chunks.
    #[must_use]
    pub fn chunked(self) -> Self {
        self.with(|r| r.chunked = true)
    }

    /// Says `Connection: close` and does so.
    #[must_use]
    pub fn close(self) -> Self {
        self.with(|r| r.close = true)
    }

    /// Holds the answer back until the gate is open.
    #[must_use]
    pub fn after(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Response)) -> Self {
        match &mut self.kind {
            Kind::Response(response) => change(response),
            other => panic!("{other:?} has neither headers nor a body"),
        }
        self
    }
}

impl Response {
    /// The bytes on the wire; `head` leaves the body out, as HEAD wants it.
    pub(super) fn bytes(&self, head: bool) -> Vec<u8> {
        let mut out = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status)).into_bytes();
        let mut line = |name: &str, value: &str| {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        };
        let given = |name: &str| {
            self.headers
                .iter()
                .any(|(n, _)| n.eq_ignore_ascii_case(name))
        };
        for (name, value) in &self.headers {
            line(name, value);
        }
        // RFC 9110, 8.6: neither 1xx nor 204 carry a length; 304 has no body either.
        let bodiless = self.status < 200 || matches!(self.status, 204 | 304);
        if self.close {
            line("Connection", "close");
        }
        if self.chunked {
            line("Transfer-Encoding", "chunked");
        } else if !bodiless && !given("Content-Length") && !given("Transfer-Encoding") {
            line("Content-Length", &self.body.len().to_string());
        }
        out.extend_from_slice(b"\r\n");
        if bodiless || head {
            return out;
        }
        let body = &self.body[..self.sent.unwrap_or(self.body.len()).min(self.body.len())];
        if self.chunked {
            for chunk in body.chunks(1024) {
                out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                out.extend_from_slice(chunk);
                out.extend_from_slice(b"\r\n");
            }
            if self.sent.is_none() {
                out.extend_from_slice(b"0\r\n\r\n");
            }
        } else {
            out.extend_from_slice(body);
        }
        out
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        407 => "Proxy Authentication Required",
        409 => "Conflict",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Scripted",
    }
}
