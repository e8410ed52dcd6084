//! How calls are made: times, limits, trust, the way out.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Certificate, ClientBuilder, redirect};
use url::Url;

use crate::address::origin;
use crate::random::Random;
use crate::resolve::ThreadResolver;
use crate::{Cause, RetryPolicy};

/// How calls are made.
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) response_limit: usize,
    ca_file: Option<PathBuf>,
    proxy: Proxy,
    pub(crate) retry: RetryPolicy,
    user_agent: String,
    pub(crate) random: Random,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(15),
            response_limit: 1024 * 1024,
            ca_file: None,
            proxy: Proxy::System,
            retry: RetryPolicy::default(),
            user_agent: concat!("mc-routing/", env!("CARGO_PKG_VERSION")).to_owned(),
            random: Random::default(),
        }
    }
}

impl Options {
    /// The longest that making a connection may take: DNS, TCP and TLS together. 3 s unless set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The longest that one try may take. 15 s unless set: jtel itself waits up to 10 s for a routing
    /// application's result.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The largest answer in bytes. 1 MiB unless set; a larger one is an error, never cut.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Certificates (PEM, any number, or one in DER) to trust besides those the system trusts.
    #[must_use]
    pub fn ca_file(mut self, path: Option<PathBuf>) -> Self {
        self.ca_file = path;
        self
    }

    /// The way out. The system's proxy settings unless set.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// When to try again.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The `User-Agent` header: the program's name and version.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// The source of chance for the waits between tries: numbers from 0 to 1. The operating
    /// system's unless set; tests set it.
    #[must_use]
    pub fn random(mut self, random: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.random = Random::new(random);
        self
    }
}

impl Options {
    /// The proxy that is configured by its URL, by scheme, host and port alone.
    pub(crate) fn proxy_origin(&self) -> Option<String> {
        match &self.proxy {
            Proxy::Url(url) => Some(origin(url)),
            _ => None,
        }
    }

    pub(crate) fn build(&self) -> Result<reqwest::Client, SetupError> {
        let built = match &self.ca_file {
            Some(path) => {
                let invalid = |_| SetupError::CaInvalid { path: path.clone() };
                return self
                    .builder()?
                    .tls_certs_merge(certificates(path)?)
                    .build()
                    .map_err(invalid);
            }
            None => self.builder()?.build(),
        };
        // A small container may have no authorities at all. That is no reason to refuse http; over
        // https it means that no server is trusted, which the first call then says.
        let built = match built {
            Err(_) if cfg!(not(windows)) => self.builder()?.tls_certs_only([]).build(),
            built => built,
        };
        built.map_err(|error| SetupError::Tls(Cause::new(error.without_url())))
    }

    fn builder(&self) -> Result<ClientBuilder, SetupError> {
        let builder = reqwest::Client::builder()
            .user_agent(&self.user_agent)
            .connect_timeout(self.connect_timeout)
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(ThreadResolver::new()));
        Ok(match &self.proxy {
            Proxy::System => builder,
            Proxy::None => builder.no_proxy(),
            Proxy::Url(url) => {
                let proxy = reqwest::Proxy::all(url.clone()).map_err(|_| SetupError::Proxy)?;
                builder.no_proxy().proxy(proxy)
            }
        })
    }
}

/// The way to the server.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// What the system says: its settings on Windows, else `http_proxy`, `https_proxy`, `no_proxy`.
    /// Automatic configuration scripts (PAC, WPAD) are not read.
    #[default]
    System,
    /// None: straight to the server.
    None,
    /// This one, for every call.
    Url(Url),
}

impl FromStr for Proxy {
    type Err = SetupError;

    /// Reads `system`, `none` or the URL of an HTTP proxy.
    fn from_str(text: &str) -> Result<Self, SetupError> {
        if text.eq_ignore_ascii_case("system") {
            return Ok(Self::System);
        }
        if text.eq_ignore_ascii_case("none") {
            return Ok(Self::None);
        }
        let url = Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        url.filter(Url::has_host)
            .map(Self::Url)
            .ok_or(SetupError::Proxy)
    }
}

impl fmt::Debug for Proxy {
    /// A proxy's URL may hold a password: its origin is shown alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::None => f.write_str("None"),
            Self::Url(url) => write!(f, "Url({})", origin(url)),
        }
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The CA file cannot be read.
    #[error("cannot read ca_file {}: {source}", path.display())]
    CaUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The CA file holds no certificate.
    #[error("ca_file {} holds no certificate; it must be a PEM or DER certificate file", path.display())]
    CaInvalid {
        /// The file.
        path: PathBuf,
    },
    /// The proxy is none.
    #[error(
        "the proxy must be \"system\", \"none\" or a URL such as http://proxy.example.com:8080"
    )]
    Proxy,
    /// The system's TLS cannot be used.
    #[error("cannot set up secure connections: {0}; check the system's certificate store")]
    Tls(#[source] Cause),
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, SetupError> {
    // Every certificate in DER begins with this tag (X.690, 8.9).
    const DER_SEQUENCE: u8 = 0x30;
    let bytes = fs::read(path).map_err(|source| SetupError::CaUnreadable {
        path: path.to_owned(),
        source,
    })?;
    let pem = bytes.windows(10).any(|window| window == b"-----BEGIN");
    let found = if pem {
        Certificate::from_pem_bundle(&bytes)
    } else if bytes.first() != Some(&DER_SEQUENCE) {
        Ok(Vec::new())
    } else {
        Certificate::from_der(&bytes).map(|certificate| vec![certificate])
    };
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(SetupError::CaInvalid {
            path: path.to_owned(),
        }),
    }
}
