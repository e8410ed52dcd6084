//! What became of a command.

use std::time::Duration;

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::charset::text_of;

/// What became of a command's requests.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// Each request with what came of it, in the order of the command.
    pub transfers: Vec<Transfer>,
}

impl Answer {
    /// What curl would have exited with: that of the last transfer.
    pub fn exit_code(&self) -> u8 {
        self.transfers.last().map_or(0, |last| last.exit_code)
    }

    /// The status of the last answer.
    pub fn status(&self) -> Option<u16> {
        self.transfers.last().and_then(|last| last.status)
    }

    /// Whether a request was answered with a status of 400 or more.
    pub fn is_http_error(&self) -> bool {
        self.transfers
            .iter()
            .any(|one| one.status.is_some_and(|status| status >= 400))
    }

    /// Whether the time ran out: curl's exit code 28.
    pub fn is_timeout(&self) -> bool {
        self.exit_code() == 28
    }

    /// Why it failed, in one sentence. With an [`Answer::exit_code`] of 0 there is one only where a wait that a server asked
    /// for was too long ([`Sender::longest_wait`](crate::Sender::longest_wait)).
    pub fn error(&self) -> Option<&str> {
        self.transfers.last().and_then(|last| last.error.as_deref())
    }

    /// What was done, in one line: methods and addresses as `scheme://host/path`, without query or user.
    pub fn done(&self) -> String {
        let done: Vec<_> = self
            .transfers
            .iter()
            .filter(|one| one.attempts > 0)
            .map(|one| format!("{} {}", one.method, one.url))
            .collect();
        done.join(", ")
    }
}

/// One request with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transfer {
    /// The method of the first request; redirects may have changed it.
    pub method: String,
    /// The address as `scheme://host/path`, without query, fragment or user.
    pub url: String,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// What curl would have exited with for this transfer alone.
    pub exit_code: u8,
    /// Why it failed, in one sentence without query strings or secrets.
    pub error: Option<String>,
    /// The headers of the last answer, as they came. They may hold secrets, as `Set-Cookie` does.
    pub headers: HeaderMap,
    /// The beginning of the last answer's body.
    pub body: Vec<u8>,
    /// Whether that is not all of it.
    pub truncated: bool,
    /// How many times it was tried: more than once with `--retry`, never where there was no time left.
    pub attempts: u32,
    /// How many redirects were followed in the last attempt.
    pub redirects: u32,
    /// From the start to the end of the answer, retries included.
    pub elapsed: Duration,
}

impl Transfer {
    /// The answer's media type.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// The body as text: UTF-8 or UTF-16 without its mark, or Latin-1 or Windows-1252 where the answer's media type says
    /// so. `None` where it is none of these.
    pub fn text(&self) -> Option<String> {
        text_of(&self.body, self.content_type())
    }
}

#[cfg(fuzzing)]
impl Transfer {
    /// An answer with this body, for `tests/fuzz`.
    pub fn of_body(body: &[u8]) -> Self {
        Self {
            method: "GET".to_owned(),
            url: "http://crm.example/".to_owned(),
            status: Some(200),
            exit_code: 0,
            error: None,
            headers: HeaderMap::new(),
            body: body.to_vec(),
            truncated: false,
            attempts: 1,
            redirects: 0,
            elapsed: Duration::ZERO,
        }
    }
}
