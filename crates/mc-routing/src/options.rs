//! How calls are made: times, limits, trust, the way out.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mc_http::{CaFileError, ProxyError, ProxySetting, read_ca_file};
use reqwest::{Certificate, ClientBuilder, redirect};

use crate::random::Random;
use crate::resolve::ThreadResolver;
use crate::{Cause, RetryPolicy};

/// How calls are made.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) response_limit: usize,
    ca_file: Option<PathBuf>,
    pub(crate) proxy: ProxySetting,
    pub(crate) retry: RetryPolicy,
    user_agent: String,
    pub(crate) random: Random,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(15),
            response_limit: 1024 * 1024,
            ca_file: None,
            proxy: ProxySetting::System,
            retry: RetryPolicy::default(),
            user_agent: concat!("mc-routing/", env!("CARGO_PKG_VERSION")).to_owned(),
            random: Random::default(),
        }
    }
}

impl ClientOptions {
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

    /// Certificates (PEM or DER, any number) to trust besides those the system trusts.
    #[must_use]
    pub fn ca_file(mut self, path: Option<PathBuf>) -> Self {
        self.ca_file = path;
        self
    }

    /// The way out. The system's proxy settings unless set.
    #[must_use]
    pub fn proxy(mut self, proxy: ProxySetting) -> Self {
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

impl ClientOptions {
    pub(crate) fn build(&self) -> Result<reqwest::Client, SetupError> {
        let builder = self.builder()?;
        if let Some(path) = &self.ca_file {
            let invalid = |_| CaFileError::NoCertificate { path: path.clone() };
            let found = certificates(&read_ca_file(path)?).map_err(invalid)?;
            return Ok(builder.tls_certs_merge(found).build().map_err(invalid)?);
        }
        builder.build().map_err(tls)
    }

    fn builder(&self) -> Result<ClientBuilder, SetupError> {
        let builder = reqwest::Client::builder()
            .user_agent(&self.user_agent)
            .connect_timeout(self.connect_timeout)
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            // What reqwest does by itself as soon as any crate of the program turns the feature on.
            .http1_only()
            // What curl reads, and other clients refuse.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .no_hickory_dns()
            .dns_resolver(Arc::new(ThreadResolver::new()));
        #[cfg(windows)]
        let builder = builder.tls_backend_native();
        // A small container may have no authorities at all. That is no reason to refuse http; over https it means that no
        // server is trusted, which the first call then says.
        #[cfg(not(windows))]
        let builder = builder
            .tls_backend_rustls()
            .tls_certs_only(certificates(&mc_http::system_certificates()).map_err(tls)?);
        Ok(match &self.proxy {
            ProxySetting::System => builder,
            ProxySetting::None => builder.no_proxy(),
            ProxySetting::Url(url) => {
                let proxy = reqwest::Proxy::all(url.clone()).map_err(|_| ProxyError)?;
                builder.no_proxy().proxy(proxy)
            }
        })
    }
}

fn certificates(ders: &[Vec<u8>]) -> reqwest::Result<Vec<Certificate>> {
    ders.iter().map(|der| Certificate::from_der(der)).collect()
}

fn tls(error: reqwest::Error) -> SetupError {
    SetupError::Tls(Cause::new(error.without_url()))
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The CA file gives no certificate.
    #[error("ca_file: {0}")]
    CaFile(#[from] CaFileError),
    /// The proxy is none.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// The system's TLS cannot be used.
    #[error("cannot set up secure connections: {0}; check the system's certificate store")]
    Tls(#[source] Cause),
}
