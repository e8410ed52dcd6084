//! What a command says about the sending of its requests: literals all, the same for every call.

use std::path::PathBuf;
use std::time::Duration;

use crate::identity::Identity;
use crate::route::Routes;

/// The time for a transfer where the command gives none.
const DEFAULT_TIME: Duration = Duration::from_secs(10);

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) connection: Connection,
    /// None: the environment's. Empty: none.
    pub(crate) proxy: Option<String>,
    pub(crate) proxy_user: Option<String>,
    pub(crate) no_proxy: Option<String>,
    /// What `--proxy-header` says: a value, or none for a header that is taken away.
    pub(crate) proxy_headers: Vec<(String, Option<String>)>,
    /// The time for one transfer; none for `-m 0`, which sets no limit.
    pub(crate) time: Option<Duration>,
    pub(crate) redirects: Redirects,
    pub(crate) retry: Retry,
    pub(crate) fail: Fail,
    pub(crate) fail_early: bool,
    pub(crate) compressed: bool,
    pub(crate) schemes: Schemes,
    pub(crate) routes: Routes,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connection: Connection::default(),
            proxy: None,
            proxy_user: None,
            no_proxy: None,
            proxy_headers: Vec::new(),
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
            schemes: Schemes::default(),
            routes: Routes::default(),
        }
    }
}

/// The options that one pool of connections has in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Connection {
    pub(crate) insecure: bool,
    pub(crate) ca_cert: Option<PathBuf>,
    pub(crate) identity: Option<Identity>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) version: Version,
    pub(crate) family: Family,
    pub(crate) tls: Tls,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Version {
    /// HTTP/2 where the server offers it over TLS, else HTTP/1.1.
    #[default]
    Negotiated,
    Http10,
    Http11,
    Http2PriorKnowledge,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    #[default]
    Any,
    V4,
    V6,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Tls {
    #[default]
    Any,
    Min12,
    Min13,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirects {
    pub(crate) follow: bool,
    /// Whether other hosts get user, `Authorization` and cookies too.
    pub(crate) trusted: bool,
    /// None: any number.
    pub(crate) most: Option<u32>,
    /// Whether POST stays POST after 301, 302, 303.
    pub(crate) keep_post: [bool; 3],
    pub(crate) auto_referer: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Retry {
    pub(crate) times: u32,
    pub(crate) delay: Option<Duration>,
    pub(crate) max_time: Option<Duration>,
    pub(crate) refused: bool,
    pub(crate) all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fail {
    No,
    /// `--fail`
    Silent,
    /// `--fail-with-body`
    WithBody,
}

/// The ways to log in that `-u` may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Schemes {
    pub(crate) basic: bool,
    pub(crate) digest: bool,
}

impl Schemes {
    /// Whether Basic goes out before anybody asks.
    pub(crate) const fn ahead(self) -> bool {
        !self.digest
    }
}
