//! What a command says about the sending of its requests: literals all, the same for every call.

use std::path::PathBuf;
use std::time::Duration;

/// The time for a transfer where the command gives none.
const DEFAULT_TIME: Duration = Duration::from_secs(10);

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) connection: Connection,
    /// None: the environment's. Empty: none.
    pub(super) proxy: Option<String>,
    pub(super) proxy_user: Option<String>,
    pub(super) no_proxy: Option<String>,
    /// The time for one transfer; none for `-m 0`, which sets no limit.
    pub(super) time: Option<Duration>,
    pub(super) redirects: Redirects,
    pub(super) retry: Retry,
    pub(super) fail: Fail,
    pub(super) fail_early: bool,
    pub(super) compressed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connection: Connection::default(),
            proxy: None,
            proxy_user: None,
            no_proxy: None,
            time: Some(DEFAULT_TIME),
            redirects: Redirects {
                follow: false,
                trusted: false,
                most: Some(50),
                keep_post: [false; 3],
                auto_referer: false,
            },
            retry: Retry::default(),
            fail: Fail::No,
            fail_early: false,
            compressed: false,
        }
    }
}

/// The options that one pool of connections has in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Connection {
    pub(super) insecure: bool,
    pub(super) ca_cert: Option<PathBuf>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) version: Version,
    pub(super) family: Family,
    pub(super) tls: Tls,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum Version {
    /// HTTP/2 where the server offers it over TLS, else HTTP/1.1.
    #[default]
    Negotiated,
    Http10,
    Http11,
    Http2PriorKnowledge,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum Family {
    #[default]
    Any,
    V4,
    V6,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum Tls {
    #[default]
    Any,
    Min12,
    Min13,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirects {
    pub(super) follow: bool,
    /// Whether other hosts get user, `Authorization` and cookies too.
    pub(super) trusted: bool,
    /// None: any number.
    pub(super) most: Option<u32>,
    /// Whether POST stays POST after 301, 302, 303.
    pub(super) keep_post: [bool; 3],
    pub(super) auto_referer: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Retry {
    pub(super) times: u32,
    pub(super) delay: Option<Duration>,
    pub(super) max_time: Option<Duration>,
    pub(super) refused: bool,
    pub(super) all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fail {
    No,
    /// `--fail`
    Silent,
    /// `--fail-with-body`
    WithBody,
}
