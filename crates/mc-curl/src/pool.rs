//! The connections: one HTTP client, with its pool, for each distinct set of connection options.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use mc_http::CaFileError;
use reqwest::{Certificate, Client, redirect, tls};
use url::{Host, Origin, Url};

use crate::connect::{NoteConnects, Resolver};
use crate::error::SenderError;
use crate::files;
use crate::proxy::{self, Proxy, ProxyEnvironment};
use crate::route::Route;
use crate::settings::{Connection, Family, Settings, Tls, Version};

/// What all requests of a [`Sender`](crate::Sender) have in common.
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

/// How long a connection waits for another request.
const IDLE: Duration = Duration::from_secs(30);

/// The most header lines of an answer. Curl reads 5000; a tenth of a megabyte is their limit in both.
const MOST_HEADERS: usize = 1000;

/// How long a connection that is used again may leave what was sent unacknowledged. A firewall that has
/// forgotten it drops all packets, and the request goes out anew while there is time: half of what it has, at
/// most this long.
const UNACKNOWLEDGED: Duration = Duration::from_secs(5);

/// At least so long: networks stall.
const SHORTEST_UNACKNOWLEDGED: Duration = Duration::from_secs(1);

/// What any server takes in before it reads.
const LONG_BODY: usize = 16 * 1024;

/// The most clients that are kept. A proxy is told the user agent, so that one with a value in it makes a client each.
const MOST_CLIENTS: usize = 64;

/// The clients of a sender.
pub(crate) struct Pool {
    pub(crate) options: SenderOptions,
    /// Trusted beside the system's.
    certificates: Vec<Certificate>,
    clients: Mutex<HashMap<Key, Client>>,
    /// The servers that spoke HTTP/2 when they were last asked.
    http2: Mutex<HashSet<Origin>>,
}

/// What requests over one client have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    connection: Connection,
    compressed: bool,
    proxy: Option<Proxy>,
    route: Option<Route>,
    /// Whether anything is encrypted. What is not needs no certificates: not their reading, and not that
    /// there are any.
    encrypted: bool,
    reuse: Reuse,
}

/// Which connections a request may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reuse {
    /// One that others have used, if there is one; what it may leave unacknowledged, where the system has a say in it.
    Shared(Duration),
    /// One of its own.
    Never,
}

impl Pool {
    pub(crate) fn new(options: SenderOptions) -> Result<Self, SenderError> {
        let certificates = options
            .ca_file
            .as_deref()
            .map_or_else(|| Ok(Vec::new()), |file| certificates(read_ca_file(file)?))?;
        Ok(Self {
            options,
            certificates,
            clients: Mutex::default(),
            http2: Mutex::default(),
        })
    }

    /// The client for a request to this address, and the proxy that it goes through, which is told the agent
    /// where it makes a tunnel.
    pub(crate) fn client(
        &self,
        settings: &Settings,
        url: &Url,
        agent: Option<&str>,
        reuse: Reuse,
    ) -> Result<(Client, Option<Proxy>), SenderError> {
        let proxy = proxy::choose(settings, &self.options.proxies, url, agent)?;
        let encrypted = url.scheme() == "https" || proxy.as_ref().is_some_and(Proxy::is_encrypted);
        let route = route(settings, url, proxy.is_some())?;
        let mut connection = settings.connection.clone();
        if url.scheme() == "http" {
            // The server does not ask for it, and a proxy is not meant.
            connection.identity = None;
        }
        let key = Key {
            connection,
            compressed: settings.compressed,
            proxy: proxy.clone(),
            route,
            encrypted,
            reuse,
        };
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok((client.clone(), proxy));
        }
        let client = build(&key, &self.certificates)?;
        if clients.len() >= MOST_CLIENTS {
            clients.clear();
        }
        clients.insert(key, client.clone());
        Ok((client, proxy))
    }

    /// Which connections a request may have so that it is not made twice: one that dies may have done its
    /// work. HTTP/2 says what was not processed.
    ///
    /// A long body has one of its own: a server that takes its time to read it leaves more unacknowledged than one that is
    /// gone may.
    pub(crate) fn reuse(
        &self,
        settings: &Settings,
        method: &Method,
        url: &Url,
        body: usize,
    ) -> Reuse {
        if body > LONG_BODY {
            return Reuse::Never;
        }
        let http2 = match settings.connection.version {
            Version::Http2PriorKnowledge => true,
            Version::Negotiated => self.http2().contains(&url.origin()),
            Version::Http10 | Version::Http11 => false,
        };
        if http2 || method.is_idempotent() {
            let half = settings.time.map_or(UNACKNOWLEDGED, |time| time / 2);
            let time = half.clamp(SHORTEST_UNACKNOWLEDGED, UNACKNOWLEDGED);
            Reuse::Shared(if cfg!(target_os = "linux") {
                time
            } else {
                UNACKNOWLEDGED
            })
        } else {
            Reuse::Never
        }
    }

    /// Notes what a server spoke.
    pub(crate) fn spoke(&self, url: &Url, version: http::Version) {
        let origin = url.origin();
        let mut http2 = self.http2();
        if version == http::Version::HTTP_2 {
            http2.insert(origin);
        } else {
            http2.remove(&origin);
        }
    }

    fn http2(&self) -> MutexGuard<'_, HashSet<Origin>> {
        self.http2.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a command leads a request to this address.
fn route(settings: &Settings, url: &Url, by_proxy: bool) -> Result<Option<Route>, SenderError> {
    let prior = settings.connection.version == Version::Http2PriorKnowledge;
    match settings.routes.of(url) {
        Some(Route { detour: true, .. }) if by_proxy => Err(SenderError::Route(
            "--connect-to does not go with a proxy; write --noproxy '*' beside it",
        )),
        // Its name is the proxy's to resolve.
        Some(_) if by_proxy => Ok(None),
        Some(_) if !matches!(url.host(), Some(Host::Domain(_))) => Err(SenderError::Route(
            "--connect-to leads names elsewhere, and no addresses; write the other address into the URL",
        )),
        Some(Route { port: Some(_), .. }) if prior => Err(SenderError::Route(
            "--connect-to with another port is done in HTTP/1.1; leave --http2-prior-knowledge out",
        )),
        route => Ok(route),
    }
}

fn build(key: &Key, extra: &[Certificate]) -> Result<Client, SenderError> {
    let connection = &key.connection;
    let mut builder = Client::builder()
        // Redirects and proxies follow curl's rules, which differ from this client's own.
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .dns_resolver(Resolver {
            to: key.route.as_ref().map(|route| route.to.clone()),
        })
        .connector_layer(NoteConnects)
        .http1_title_case_headers()
        // What curl reads, and other clients refuse.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_max_headers(MOST_HEADERS)
        .pool_idle_timeout(IDLE)
        // There are two kinds of it, and both are unpacked behind this client.
        .no_deflate();
    if !key.compressed {
        builder = builder.no_gzip().no_brotli().no_zstd();
    }
    match key.reuse {
        Reuse::Never => builder = builder.pool_max_idle_per_host(0),
        #[cfg(target_os = "linux")]
        Reuse::Shared(time) => builder = builder.tcp_user_timeout(time),
        #[cfg(not(target_os = "linux"))]
        Reuse::Shared(_) => {}
    }
    if let Some(Proxy { url, user, headers }) = &key.proxy {
        let mut proxy = reqwest::Proxy::all(url).map_err(|_| SenderError::Proxy)?;
        if let Some((user, password)) = user {
            proxy = proxy.basic_auth(user, password);
        }
        let mut told = HeaderMap::new();
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) =
                (name.parse::<HeaderName>(), HeaderValue::from_str(value))
            {
                told.append(name, value);
            }
        }
        proxy = proxy.headers(told);
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
        Some(file) => builder.tls_certs_only(certificates(read_ca_file(file)?)?),
        None if !key.encrypted => builder.tls_certs_only([]),
        None => {
            #[cfg(not(windows))]
            if !connection.insecure {
                let trusted = certificates(mc_http::system_certificates())?;
                builder = builder.tls_certs_only(trusted);
            }
            builder.tls_certs_merge(extra.iter().cloned())
        }
    };
    if let Some(identity) = &connection.identity {
        builder = builder.identity(identity.read()?);
    }
    builder = match connection.tls {
        Tls::Any => builder,
        Tls::Min12 => builder.tls_version_min(tls::Version::TLS_1_2),
        Tls::Min13 => builder.tls_version_min(tls::Version::TLS_1_3),
    };
    // HTTP/2 would name the other port as the server's.
    let moved = key.route.as_ref().is_some_and(|route| route.port.is_some());
    builder = match connection.version {
        _ if moved => builder.http1_only(),
        #[cfg(feature = "http2")]
        Version::Negotiated => builder,
        #[cfg(feature = "http2")]
        Version::Http2PriorKnowledge => builder.http2_prior_knowledge(),
        _ => builder.http1_only(),
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
    builder.build().map_err(|error| match &connection.identity {
        Some(identity) => identity.fault("its certificate and its key do not belong together"),
        None => SenderError::Tls(error),
    })
}

/// The certificates of a file.
fn read_ca_file(file: &Path) -> Result<Vec<Vec<u8>>, CaFileError> {
    files::regular(file).map_err(|source| CaFileError::Unreadable {
        path: file.to_owned(),
        source,
    })?;
    mc_http::read_ca_file(file)
}

fn certificates(ders: Vec<Vec<u8>>) -> Result<Vec<Certificate>, SenderError> {
    let ders = ders.into_iter();
    ders.map(|der| Certificate::from_der(&der).map_err(SenderError::Tls))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_of_many_user_agents_are_not_kept_for_ever() {
        let pool = Pool::new(SenderOptions::default()).unwrap();
        let settings = Settings {
            proxy: Some("p.invalid:1".to_owned()),
            connection: Connection {
                insecure: true,
                ..Connection::default()
            },
            ..Settings::default()
        };
        let url = Url::parse("https://h.invalid/").unwrap();
        for number in 0..MOST_CLIENTS + 3 {
            let agent = format!("agent {number}");
            pool.client(&settings, &url, Some(&agent), Reuse::Never)
                .unwrap();
        }
        assert_eq!(pool.clients.lock().unwrap().len(), 3);
    }
}
