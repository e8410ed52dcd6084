//! What can go wrong with a call, sorted by what its caller does about it.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

use mc_http::{TlsProblem, chain};
use mc_secret::Origin;

/// Why a call did not bring an answer.
///
/// Each message is one sentence that names the server by scheme, host and port, never by the full URL,
/// and says what to do. None contains the token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No connection was made: nothing was sent.
    #[error(
        "cannot reach {server}{}: {cause}; check the address, the network and that the {} runs",
        through(proxy.as_deref()),
        if proxy.is_some() { "proxy" } else { "server" }
    )]
    Unreachable {
        /// Scheme, host and port.
        server: String,
        /// Scheme, host and port of the proxy that was configured by its URL.
        proxy: Option<String>,
        /// What the system says.
        #[source]
        cause: Cause,
    },
    /// The server's certificate or the TLS handshake failed: nothing was sent.
    #[error("no trusted connection to {server}: {problem}")]
    Tls {
        /// Scheme, host and port.
        server: String,
        /// What is wrong with it.
        problem: TlsProblem,
        /// What the TLS library says.
        #[source]
        cause: Cause,
    },
    /// The proxy wants a user name: nothing reached the server.
    #[error(
        "the proxy in front of {server} asks for a user name and password (407); set proxy to \"none\" or to a proxy URL with both"
    )]
    ProxyAuthentication {
        /// Scheme, host and port.
        server: String,
    },
    /// The call was sent, and what came back is not HTTP: mostly a port for https that was called with http.
    #[error(
        "{server} does not answer in HTTP; if it is an https port, write https:// in the URL; whether it acted on the call is not known"
    )]
    NotHttp {
        /// Scheme, host and port.
        server: String,
        /// What the HTTP library says.
        #[source]
        cause: Cause,
    },
    /// The system has no thread or no socket for a blocking call: nothing was sent.
    #[error("cannot start the call: {source}")]
    Runtime {
        /// What the system says.
        source: io::Error,
    },
    /// The call was sent, and no answer came: whether it was carried out is not known.
    #[error("{server} did not answer{}: {cause}; whether it acted on the call is not known", within(*waited))]
    Unanswered {
        /// Scheme, host and port.
        server: String,
        /// How long the answer was waited for, when time ran out.
        waited: Option<Duration>,
        /// What the system says.
        #[source]
        cause: Cause,
    },
    /// An answer began and did not end.
    #[error(
        "the answer of {server} (status {status}) broke off: {cause}; whether it acted on the call is not known"
    )]
    Truncated {
        /// Scheme, host and port.
        server: String,
        /// The HTTP status.
        status: u16,
        /// What the system says.
        #[source]
        cause: Cause,
    },
    /// The answer is larger than allowed.
    #[error("the answer of {server} (status {status}) is larger than {limit} bytes")]
    TooLarge {
        /// Scheme, host and port.
        server: String,
        /// The HTTP status.
        status: u16,
        /// The limit.
        limit: usize,
    },
    /// The server sent the call elsewhere, which is not followed: the token would go along.
    #[error(
        "{server} redirects (status {status}){}; configure the address that answers itself",
        towards(to.as_deref())
    )]
    Redirected {
        /// Scheme, host and port.
        server: String,
        /// The HTTP status.
        status: u16,
        /// Scheme, host and port of the place it points to.
        to: Option<String>,
    },
    /// A web page came with a status of success: something else than jtel's REST side answered.
    #[error(
        "{server} answered with a web page (status {status}), not with data; a portal, a proxy or a wrong address? check the URL"
    )]
    WebPage {
        /// Scheme, host and port.
        server: String,
        /// The HTTP status.
        status: u16,
    },
    /// 200 came with something else than the records that were asked for.
    #[error("{server} answered with something else than the expected records ({what})")]
    Unexpected {
        /// Scheme, host and port.
        server: String,
        /// What is wrong with it.
        what: String,
    },
    /// 400: usually a parameter is missing.
    #[error("{server} refused the call (400){}; check the fields and the application", said(message.as_deref()))]
    BadRequest {
        /// Scheme, host and port.
        server: String,
        /// What the server says.
        message: Option<String>,
    },
    /// 401: the token, the client's id, or the two together are wrong.
    #[error(
        "{server} refused the token (401){}; {}, and check the client's id in the URL",
        said(message.as_deref()),
        renew(token.as_ref())
    )]
    Unauthorized {
        /// Scheme, host and port.
        server: String,
        /// Where the token came from; `None` when there was none.
        token: Option<Origin>,
        /// What the server says.
        message: Option<String>,
    },
    /// 403: who it is is known, and may not do it; with a page, something in front of the server says so.
    #[error("{server} forbids the call (403){}; {}", said(message.as_deref()), forbidden(*page))]
    Forbidden {
        /// Scheme, host and port.
        server: String,
        /// What the server says.
        message: Option<String>,
        /// Whether a web page came with it.
        page: bool,
    },
    /// 404 with an explanation: the address is right, the object is not there.
    #[error("{server} does not know it (404): {message}; check the routing application's id")]
    NotFound {
        /// Scheme, host and port.
        server: String,
        /// What the server says.
        message: String,
    },
    /// 404 with nothing: there is no such address.
    #[error(
        "{server} has nothing at this address (404); check the path of the URL and the REST API licence"
    )]
    NoEndpoint {
        /// Scheme, host and port.
        server: String,
    },
    /// 409: it exists already, or a precondition fails.
    #[error("{server} refused the call as things stand (409){}", said(message.as_deref()))]
    Conflict {
        /// Scheme, host and port.
        server: String,
        /// What the server says.
        message: Option<String>,
    },
    /// Any other status that is no success.
    #[error("{server} answered with status {status}{}{}", said(message.as_deref()), after(*tries))]
    Status {
        /// Scheme, host and port.
        server: String,
        /// The HTTP status.
        status: u16,
        /// What the server says.
        message: Option<String>,
        /// The number of tries.
        tries: u32,
        /// The wait that the server asks for.
        retry_after: Option<Duration>,
    },
}

/// How far a call got that brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// Nothing was sent: it may be tried again at will.
    NotSent,
    /// It was sent, and what became of it is not known: trying again may do it twice.
    Unknown,
    /// The server answered that it did not do it.
    Refused,
}

impl Error {
    /// How far the call got.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        match self {
            Self::Unreachable { .. }
            | Self::Tls { .. }
            | Self::ProxyAuthentication { .. }
            | Self::Runtime { .. } => Delivery::NotSent,
            Self::NotHttp { .. }
            | Self::Unanswered { .. }
            | Self::Truncated { .. }
            | Self::TooLarge { .. } => Delivery::Unknown,
            _ => Delivery::Refused,
        }
    }

    /// The HTTP status, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unreachable { .. }
            | Self::Tls { .. }
            | Self::NotHttp { .. }
            | Self::Runtime { .. }
            | Self::Unanswered { .. }
            | Self::Unexpected { .. } => None,
            Self::ProxyAuthentication { .. } => Some(407),
            Self::BadRequest { .. } => Some(400),
            Self::Unauthorized { .. } => Some(401),
            Self::Forbidden { .. } => Some(403),
            Self::NotFound { .. } | Self::NoEndpoint { .. } => Some(404),
            Self::Conflict { .. } => Some(409),
            Self::Truncated { status, .. }
            | Self::TooLarge { status, .. }
            | Self::Redirected { status, .. }
            | Self::WebPage { status, .. }
            | Self::Status { status, .. } => Some(*status),
        }
    }
}

impl Error {
    /// The wait that the server asks for before the next try (`Retry-After`), where it does.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

fn forbidden(page: bool) -> &'static str {
    if page {
        "it says so with a web page: ask who runs the proxy or firewall in front of it"
    } else {
        "the token may not do this: check the client's id in the URL and its rights"
    }
}

fn said(message: Option<&str>) -> String {
    message
        .map(|message| format!(": {message}"))
        .unwrap_or_default()
}

fn renew(token: Option<&Origin>) -> String {
    match token {
        Some(source) => {
            format!(
                "it came from {source}: put the current one there (jtel's Client Master Data shows it)"
            )
        }
        None => "none was sent: configure one".to_owned(),
    }
}

fn after(tries: u32) -> String {
    if tries > 1 {
        format!(", {tries} times")
    } else {
        String::new()
    }
}

fn within(waited: Option<Duration>) -> String {
    waited
        .map(|waited| format!(" within {:.0} s", waited.as_secs_f64()))
        .unwrap_or_default()
}

fn through(proxy: Option<&str>) -> String {
    proxy
        .map(|proxy| format!(" through the proxy {proxy}"))
        .unwrap_or_default()
}

fn towards(to: Option<&str>) -> String {
    to.map(|to| format!(" to {to}")).unwrap_or_default()
}

/// What a library underneath said, in one line.
#[derive(Debug)]
pub struct Cause {
    text: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Cause {
    /// The innermost of a chain of errors says what happened; the outer ones only where.
    pub(crate) fn new(error: impl StdError + Send + Sync + 'static) -> Self {
        let text = chain(&error)
            .last()
            .map_or_else(String::new, ToString::to_string);
        Self {
            text,
            source: Some(Box::new(error)),
        }
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            source: None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
