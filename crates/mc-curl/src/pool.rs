//! The connections: one HTTP client, with its pool, for each distinct set of connection options.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use mc_http::read_ca_file;
use reqwest::{Certificate, Client, redirect, tls};
use url::Url;

use crate::error::SenderError;
use crate::proxy::{self, Proxy, ProxyEnvironment};
use crate::settings::{Connection, Family, Settings, Tls, Version};

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
    /// How many bytes of an answer's body are kept in [`Transfer::body`](crate::Transfer::body): 4 KiB by
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

/// The clients of a sender.
pub(crate) struct Pool {
    pub(crate) options: SenderOptions,
    /// Trusted beside the system's.
    certificates: Vec<Certificate>,
    clients: Mutex<HashMap<Key, Client>>,
}

/// What requests over one client have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    connection: Connection,
    compressed: bool,
    proxy: Option<Proxy>,
}

impl Pool {
    pub(crate) fn new(options: SenderOptions) -> Result<Self, SenderError> {
        let certificates = options
            .ca_file
            .as_deref()
            .map_or_else(|| Ok(Vec::new()), certificates)?;
        Ok(Self {
            options,
            certificates,
            clients: Mutex::default(),
        })
    }

    /// The client for a request to this address, and whether it goes through a proxy.
    pub(crate) fn client(
        &self,
        settings: &Settings,
        url: &Url,
    ) -> Result<(Client, bool), SenderError> {
        let proxy = proxy::choose(settings, &self.options.proxies, url)?;
        let by_proxy = proxy.is_some();
        let key = Key {
            connection: settings.connection.clone(),
            compressed: settings.compressed,
            proxy,
        };
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok((client.clone(), by_proxy));
        }
        let client = build(&key, &self.certificates)?;
        clients.insert(key, client.clone());
        Ok((client, by_proxy))
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

/// The certificates of a file; at least one.
fn certificates(path: &Path) -> Result<Vec<Certificate>, SenderError> {
    let found = read_ca_file(path)?.into_iter();
    found
        .map(|der| Certificate::from_der(&der).map_err(SenderError::Tls))
        .collect()
}
