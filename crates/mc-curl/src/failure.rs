//! What went wrong on the way, in curl's terms: its exit code and one sentence.

use std::io;
use std::time::Duration;

use mc_http::{TlsProblem, chain};
use url::Url;

/// A failure on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Curl's exit code (curl manual page, "Exit codes").
    pub(crate) exit_code: u8,
    pub(crate) text: String,
    /// Whether nothing listens at the address.
    pub(crate) refused: bool,
}

/// What was wrong with a body.
pub(crate) enum Fault {
    Client(reqwest::Error),
    Unpacking,
}

impl Failure {
    pub(crate) fn new(exit_code: u8, text: impl Into<String>) -> Self {
        Self {
            exit_code,
            text: text.into(),
            refused: false,
        }
    }

    pub(crate) fn timeout(limit: Duration) -> Self {
        Self::new(28, format!("no answer within {} s", limit.as_secs_f64()))
    }

    /// An error of the HTTP client; the text names the host and no more of the address.
    pub(crate) fn from_client(error: &reqwest::Error, url: &Url, by_proxy: bool) -> Self {
        let host = url.host_str().unwrap_or_default();
        let server = server(url);
        if error.is_dns() {
            return if by_proxy {
                Self::new(5, "the proxy's name cannot be resolved")
            } else {
                Self::new(6, format!("the name {host} cannot be resolved"))
            };
        }
        let tls = TlsProblem::find(error);
        if let Some(problem) = tls.filter(|problem| problem.is_certificate()) {
            return Self::new(60, format!("{host}: {problem}"));
        }
        if error.is_connect() {
            return Self::connect(error, url, &server, by_proxy, tls);
        }
        if error.is_timeout() {
            return Self::new(28, format!("{server} did not answer in time"));
        }
        Self::transfer(error, &server)
    }

    /// What was wrong with a body whose head had come.
    pub(crate) fn from_body(fault: &Fault, url: &Url) -> Self {
        match fault {
            Fault::Client(error) => Self::from_client(error, url, false),
            Fault::Unpacking => Self::new(
                61,
                format!("the answer of {} cannot be unpacked", server(url)),
            ),
        }
    }

    fn connect(
        error: &reqwest::Error,
        url: &Url,
        server: &str,
        by_proxy: bool,
        tls: Option<TlsProblem>,
    ) -> Self {
        let whom = if by_proxy { "the proxy" } else { server };
        if error.is_timeout() {
            return Self::new(28, format!("{whom} could not be reached in time"));
        }
        let broke_off = matches!(
            io_kind(error),
            Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
        );
        if tls.is_some() || (broke_off && url.scheme() == "https" && !by_proxy) {
            return Self::new(
                35,
                format!("no TLS connection to {whom} could be agreed upon"),
            );
        }
        let said = |part: &str| {
            chain(error)
                .skip(1)
                .any(|cause| cause.to_string().contains(part))
        };
        // What comes of the connection to a SOCKS proxy is no cause that could be asked, and shown alone.
        let unreached = by_proxy && said("SOCKS error: failed to create underlying connection");
        let refused = io_kind(error) == Some(io::ErrorKind::ConnectionRefused)
            || unreached && format!("{error:?}").contains("ConnectionRefused");
        if by_proxy && !refused && !unreached {
            if said("SOCKS error") {
                return Self::new(97, "the proxy refuses the connection");
            }
            // The client does not say more of an answer that is no 200.
            let told = if said("authorization required") {
                Some("the proxy asks for a login (407): write -U USER:PASSWORD")
            } else if said("end of file") {
                Some("the proxy closed the connection without an answer")
            } else if said("tunnel") || said("proxy") {
                Some(
                    "the proxy does not let the connection through: it answers with a status of its own",
                )
            } else {
                None
            };
            if let Some(text) = told {
                return Self::new(56, text);
            }
        }
        let text = if refused {
            format!("{whom} refuses the connection: nothing listens there")
        } else {
            let reason = io_error(error).map_or_else(String::new, |reason| format!(": {reason}"));
            format!("{whom} cannot be reached{reason}")
        };
        Self {
            exit_code: 7,
            text,
            refused,
        }
    }

    fn transfer(error: &reqwest::Error, server: &str) -> Self {
        let hyper = chain(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
        if error.is_decode() && hyper.is_none() {
            return Self::new(61, format!("the answer of {server} cannot be unpacked"));
        }
        let in_body = error.is_body() || error.is_decode();
        match hyper {
            Some(cause)
                if in_body && (cause.is_incomplete_message() || cause.is_body_write_aborted()) =>
            {
                Self::new(
                    18,
                    format!("{server} closed the connection in the middle of its answer"),
                )
            }
            Some(cause) if cause.is_incomplete_message() => {
                Self::new(52, format!("{server} gave no answer"))
            }
            Some(cause) if cause.is_parse() => {
                Self::new(1, format!("{server} does not answer in HTTP"))
            }
            _ => match io_kind(error) {
                Some(io::ErrorKind::UnexpectedEof) if in_body => Self::new(
                    18,
                    format!("{server} closed the connection in the middle of its answer"),
                ),
                Some(io::ErrorKind::BrokenPipe) => Self::new(
                    55,
                    format!("{server} closed the connection before the request was sent"),
                ),
                _ => Self::new(56, format!("the connection to {server} broke")),
            },
        }
    }
}

/// Whether a connection died before a byte of an answer came, or whether it was dead all the time.
pub(crate) fn is_dead_connection(error: &reqwest::Error) -> bool {
    use io::ErrorKind as Kind;
    let hyper = chain(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    let system = io_kind(error).is_some_and(|kind| {
        matches!(
            kind,
            Kind::ConnectionReset
                | Kind::ConnectionAborted
                | Kind::BrokenPipe
                | Kind::NotConnected
                | Kind::TimedOut
                | Kind::UnexpectedEof
        )
    });
    let closed = |error: &hyper::Error| {
        error.is_incomplete_message() || error.is_canceled() || error.is_closed()
    };
    !error.is_connect() && (system || hyper.is_some_and(closed))
}

/// Whether a chunked body has lines that are none, as those that end in a line feed alone, which curl
/// reads. The head had come, and with it what matters of a call.
pub(crate) fn is_chunk_line(error: &reqwest::Error) -> bool {
    io_kind(error) == Some(io::ErrorKind::InvalidInput)
}

/// Whether a TLS connection was closed without a word (RFC 8446, 6.1: `close_notify`).
pub(crate) fn is_bare_close(error: &reqwest::Error) -> bool {
    io_kind(error) == Some(io::ErrorKind::UnexpectedEof)
}

/// Whether a packed body came whole, but ends before what was packed does.
pub(crate) fn is_cut_packing(error: &reqwest::Error) -> bool {
    let broke_off = chain(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    error.is_decode() && broke_off.is_none() && io_kind(error) == Some(io::ErrorKind::UnexpectedEof)
}

fn server(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port_or_known_default()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn io_error(error: &reqwest::Error) -> Option<&io::Error> {
    chain(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .last()
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    io_error(error).map(io::Error::kind)
}
