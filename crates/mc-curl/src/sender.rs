use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mc_template::Scope;
use reqwest::{Certificate, Client, Url, redirect, tls};

use super::answer::Answer;
use super::command::CurlCommand;
use super::error::{RequestError, SenderError};
use super::exchange;
use super::proxy::{self, Proxy, ProxyEnvironment};
use super::request::Request;
use super::settings::{Connection, Family, Settings, Tls, Version};

/// What all requests of a [`Sender`] have in common.
///
/// The default trusts the system's certificates alone and knows no proxies but those that commands name;
/// [`SenderOptions::from_env`] knows the environment's, as curl does.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SenderOptions {
    /// A PEM file of certificates that are trusted beside the system's. `--cacert` replaces both.
    pub ca_file: Option<PathBuf>,
    /// The proxies of the environment.
    pub proxies: ProxyEnvironment,
    /// How many bytes of an answer's body are kept in [`Transfer::body`](super::Transfer::body): 4 KiB by
    /// default.
    pub body_kept: usize,
    /// How many bytes of an answer's body are read before its connection is given up: 1 MiB by default.
    /// Curl reads all of it; what comes behind this limit is not looked at here.
    pub body_read: usize,
}

impl Default for SenderOptions {
    fn default() -> Self {
        Self {
            ca_file: None,
            proxies: ProxyEnvironment::default(),
            body_kept: 4 * 1024,
            body_read: 1024 * 1024,
        }
    }
}

impl SenderOptions {
    /// The default, with the proxies of this process's environment.
    pub fn from_env() -> Self {
        Self {
            proxies: ProxyEnvironment::from_env(),
            ..Self::default()
        }
    }
}

/// Makes requests, over one warm pool of connections for each distinct set of connection options.
///
/// Belongs to the Tokio runtime on which it is first used, of either kind. Clones share the pools.
#[derive(Clone)]
pub struct Sender {
    shared: Arc<Shared>,
}

struct Shared {
    options: SenderOptions,
    /// Trusted beside the system's.
    certificates: Vec<Certificate>,
    clients: Mutex<HashMap<Key, Client>>,
}

/// What requests over one pool have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    connection: Connection,
    compressed: bool,
    proxy: Option<Proxy>,
}

impl Sender {
    /// A sender with these options. Connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// A `ca_file` that cannot be read or holds no certificate.
    pub fn new(options: SenderOptions) -> Result<Self, SenderError> {
        let certificates = options
            .ca_file
            .as_deref()
            .map_or_else(|| Ok(Vec::new()), certificates)?;
        let shared = Shared {
            options,
            certificates,
            clients: Mutex::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Makes the pools ready that a command will use, so that its first call does not wait for the
    /// system's certificates to be read. Connects to nothing.
    ///
    /// # Errors
    ///
    /// A `--cacert` file that cannot be read or holds no certificate, a proxy's address that is not one.
    pub fn prepare(&self, command: &CurlCommand) -> Result<(), SenderError> {
        for operation in command.operations() {
            for scheme in ["http://host.invalid", "https://host.invalid"] {
                if let Ok(url) = Url::parse(scheme) {
                    self.client(&operation.settings, &url)?;
                }
            }
        }
        Ok(())
    }

    /// Renders a command and makes its requests, one after the other.
    ///
    /// Each attempt has the time that `-m` gives it, else 10 seconds; `deadline`, if given, is the time for
    /// all of them together, retries included.
    ///
    /// # Errors
    ///
    /// As for [`CurlCommand::requests`]: nothing was sent. What happens on the way is in the [`Answer`].
    pub async fn send(
        &self,
        command: &CurlCommand,
        scope: &Scope<'_>,
        deadline: Option<Duration>,
    ) -> Result<Answer, RequestError> {
        let requests = command.requests(scope)?;
        Ok(self.send_all(requests, deadline).await)
    }

    /// Makes requests that were rendered before. The future borrows nothing from their command.
    ///
    /// Dropping it gives the request under way up.
    pub async fn send_all(&self, requests: Vec<Request>, deadline: Option<Duration>) -> Answer {
        exchange::all(self, requests, deadline).await
    }

    pub(super) fn options(&self) -> &SenderOptions {
        &self.shared.options
    }

    /// The client for a request to this address, and whether it goes through a proxy.
    pub(super) fn client(
        &self,
        settings: &Settings,
        url: &Url,
    ) -> Result<(Client, bool), SenderError> {
        let proxy = proxy::choose(settings, &self.shared.options.proxies, url)?;
        let by_proxy = proxy.is_some();
        let key = Key {
            connection: settings.connection.clone(),
            compressed: settings.compressed,
            proxy,
        };
        let mut clients = self
            .shared
            .clients
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok((client.clone(), by_proxy));
        }
        let client = build(&key, &self.shared.certificates)?;
        clients.insert(key, client.clone());
        Ok((client, by_proxy))
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pools = self
            .shared
            .clients
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        f.debug_struct("Sender")
            .field("options", &self.shared.options)
            .field("pools", &pools)
            .finish()
    }
}

fn build(key: &Key, extra: &[Certificate]) -> Result<Client, SenderError> {
    let connection = &key.connection;
    let mut builder = Client::builder()
        // Redirects and proxies follow curl's rules, which differ from this client's own.
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .http1_title_case_headers()
        .gzip(key.compressed)
        .deflate(key.compressed)
        .brotli(key.compressed)
        .zstd(key.compressed);
    if let Some(Proxy { url, user }) = &key.proxy {
        let mut proxy = reqwest::Proxy::all(url).map_err(|_| SenderError::Proxy)?;
        if let Some((user, password)) = user {
            proxy = proxy.basic_auth(user, password);
        }
        builder = builder.proxy(proxy);
    }
    if connection.insecure {
        builder = builder.tls_danger_accept_invalid_certs(true);
        #[cfg(windows)]
        {
            builder = builder.tls_danger_accept_invalid_hostnames(true);
        }
    }
    builder = match &connection.ca_cert {
        Some(file) => builder.tls_certs_only(certificates(file)?),
        None if extra.is_empty() => builder,
        None => builder.tls_certs_merge(extra.iter().cloned()),
    };
    builder = match connection.tls {
        Tls::Any => builder,
        Tls::Min12 => builder.tls_version_min(tls::Version::TLS_1_2),
        Tls::Min13 => builder.tls_version_min(tls::Version::TLS_1_3),
    };
    builder = match connection.version {
        Version::Negotiated => builder,
        Version::Http10 | Version::Http11 => builder.http1_only(),
        Version::Http2PriorKnowledge => builder.http2_prior_knowledge(),
    };
    builder = match connection.family {
        Family::Any => builder,
        // Bound to a local address of one family, it connects to addresses of that family alone.
        Family::V4 => builder.local_address(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        Family::V6 => builder.local_address(IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
    };
    if let Some(time) = connection.connect_timeout {
        builder = builder.connect_timeout(time);
    }
    builder.build().map_err(SenderError::Tls)
}

/// The certificates of a PEM file; at least one.
fn certificates(path: &Path) -> Result<Vec<Certificate>, SenderError> {
    let fault = |reason: String| SenderError::Certificates {
        path: path.to_owned(),
        reason,
    };
    let pem = fs::read(path).map_err(|error| fault(error.to_string()))?;
    let found = Certificate::from_pem_bundle(&pem)
        .map_err(|_| fault("it is not a PEM file of certificates".to_owned()))?;
    if found.is_empty() {
        return Err(fault("there is no certificate in it".to_owned()));
    }
    Ok(found)
}
