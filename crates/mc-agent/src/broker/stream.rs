//! The way to a broker: its name and a connection, or a proxy; TLS; a WebSocket. Each step fails in its own words.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mc_http::{CaFileError, ProxyServer, TlsProblem, authority, read_ca_file};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::broker::duplex::Stream;
use crate::broker::signal::Lost;
use crate::broker::step::BrokerStep;
use crate::broker::tunnel::{self, TunnelError};
use crate::broker::websocket::{self, WebSocketError};
use crate::settings::{BrokerUrl, Subscribe};
use crate::sys::tls::{Connector, Identity};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    /// The name has no address.
    #[error("{host} has no address: {reason}; check `broker`, the DNS and the VPN")]
    Name { host: String, reason: String },
    /// Nobody takes the connection.
    #[error("{reason}; check that the broker runs, the port in `broker` and the firewall")]
    Connection { reason: String },
    /// TLS did not come about.
    #[error("{0}")]
    Tls(String),
    /// The certificates of the settings cannot be used.
    #[error("ca_file: {0}")]
    CaFile(#[from] CaFileError),
    /// The certificate of this workstation cannot be used.
    #[error("cannot read {}: {source}", path.display())]
    Certificate { path: PathBuf, source: io::Error },
    /// The proxy does not lead there.
    #[error(transparent)]
    Proxy(#[from] TunnelError),
    /// There is no WebSocket.
    #[error(transparent)]
    WebSocket(#[from] WebSocketError),
}

impl StreamError {
    /// The step at which the way ended.
    pub(crate) fn step(&self) -> BrokerStep {
        match self {
            Self::Name { .. } => BrokerStep::Name,
            Self::Connection { .. } => BrokerStep::Connection,
            Self::Tls(_) | Self::CaFile(_) | Self::Certificate { .. } => BrokerStep::Tls,
            Self::Proxy(_) => BrokerStep::Proxy,
            Self::WebSocket(_) => BrokerStep::WebSocket,
        }
    }

    /// Whether somebody on the way does not let this workstation in, and will not unless something is changed.
    fn is_refusal(&self) -> bool {
        match self {
            Self::Proxy(error) => error.is_refusal(),
            Self::WebSocket(error) => error.is_refusal(),
            _ => false,
        }
    }
}

impl From<StreamError> for Lost {
    fn from(error: StreamError) -> Self {
        if error.is_refusal() {
            Self::Refused(error.to_string())
        } else {
            Self::Broken(error.to_string())
        }
    }
}

/// What TLS to a broker needs.
struct Tls(Connector);

impl Tls {
    /// Reads the certificates of the settings.
    async fn read(settings: &Subscribe) -> Result<Self, StreamError> {
        let (ca_file, certificate) = (settings.ca_file.clone(), settings.certificate.clone());
        let read = tokio::task::spawn_blocking(move || {
            let extra = match ca_file {
                Some(path) => read_ca_file(&path)?,
                None => Vec::new(),
            };
            let read = |path: PathBuf| {
                std::fs::read(&path).map_err(|source| StreamError::Certificate { path, source })
            };
            let identity = match certificate {
                Some(files) => Some(Identity {
                    certificate: read(files.certificate)?,
                    key: read(files.key)?,
                }),
                None => None,
            };
            let connector = Connector::new(extra, identity.as_ref());
            connector.map(Self).map_err(|error| {
                StreamError::Tls(format!(
                    "TLS cannot be set up: {error}; check ca_file, certificate and key"
                ))
            })
        });
        read.await.unwrap_or_else(|_| {
            let text = "the certificates could not be read: see the log";
            Err(StreamError::Tls(text.to_owned()))
        })
    }
}

/// The whole way. `told` hears what came of each step that was made.
pub(crate) async fn connect(
    to: &BrokerUrl,
    settings: &Subscribe,
    mut told: impl FnMut(BrokerStep, String),
) -> Result<Stream, StreamError> {
    // A proxy's "this computer" is another one, and what everybody may read is not for a proxy to carry.
    let proxied = to.is_encrypted() && !to.is_local();
    let find = || ProxyServer::find(&settings.proxy, to.host(), to.port());
    let proxy = proxied.then(find).flatten();
    let tls = if to.is_encrypted() {
        Some(Tls::read(settings).await?)
    } else {
        None
    };
    let mut stream = match &proxy {
        Some(proxy) => {
            let began = Instant::now();
            let end = authority(to.host(), to.port());
            let stream = through(proxy, tls.as_ref(), &end).await?;
            let took = began.elapsed().as_millis();
            told(
                BrokerStep::Proxy,
                format!("{proxy} leads to {end} ({took} ms)"),
            );
            stream
        }
        None => straight(to, &mut told).await?,
    };
    if let Some(tls) = &tls {
        stream = secure(to.host(), tls, stream).await?;
        told(BrokerStep::Tls, "the certificate is trusted".to_owned());
    }
    if to.web_socket().is_some() {
        let url = to.to_string();
        let opened = timeout(PATIENCE, websocket::open(url.clone(), stream)).await;
        stream = opened.map_err(|_| WebSocketError::Answer {
            url: url.clone(),
            reason: no_answer(),
        })??;
        told(BrokerStep::WebSocket, format!("{url} takes MQTT"));
    }
    Ok(stream)
}

/// Without a proxy.
async fn straight(
    to: &BrokerUrl,
    told: &mut impl FnMut(BrokerStep, String),
) -> Result<Stream, StreamError> {
    let host = to.host();
    let addresses = resolve(host, to.port()).await;
    let addresses = addresses.map_err(|reason| StreamError::Name {
        host: host.to_owned(),
        reason,
    })?;
    let list: Vec<_> = addresses.iter().map(|at| at.ip().to_string()).collect();
    told(BrokerStep::Name, format!("{host} is {}", list.join(", ")));
    let began = Instant::now();
    let stream = reach(&addresses).await;
    let stream = stream.map_err(|reason| StreamError::Connection { reason })?;
    let peer = stream.peer_addr().map(|peer| peer.to_string());
    let peer = peer.unwrap_or_else(|_| to.to_string());
    let took = began.elapsed().as_millis();
    told(
        BrokerStep::Connection,
        format!("{peer} takes it ({took} ms)"),
    );
    Ok(Box::new(stream))
}

/// Through a proxy, to `host:port`.
async fn through(proxy: &ProxyServer, tls: Option<&Tls>, to: &str) -> Result<Stream, StreamError> {
    if !proxy.speaks_http() {
        return Err(TunnelError::NoHttp {
            proxy: proxy.to_string(),
        }
        .into());
    }
    let unreachable = |reason| TunnelError::Unreachable {
        proxy: proxy.to_string(),
        reason,
    };
    let addresses = resolve(proxy.host(), proxy.port()).await;
    let stream = reach(&addresses.map_err(unreachable)?).await;
    let mut stream: Stream = Box::new(stream.map_err(unreachable)?);
    if let Some(tls) = tls.filter(|_| proxy.is_encrypted()) {
        let secured = secure(proxy.host(), tls, stream).await;
        stream = secured.map_err(|error| unreachable(error.to_string()))?;
    }
    let opened = timeout(PATIENCE, tunnel::open(proxy, stream, to)).await;
    let opened = opened.map_err(|_| TunnelError::Answer {
        proxy: proxy.to_string(),
        reason: no_answer(),
    })?;
    Ok(opened?)
}

fn no_answer() -> String {
    format!("no answer within {} s", PATIENCE.as_secs())
}

/// The addresses of a name, or why there are none.
async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    let found = timeout(PATIENCE, lookup_host((host, port))).await;
    let found: Vec<_> = found
        .map_err(|_| no_answer())?
        .map_err(|error| error.to_string())?
        .collect();
    if found.is_empty() {
        return Err("there is none".to_owned());
    }
    Ok(found)
}

/// A connection to the first of these addresses that takes it, or why none does.
async fn reach(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    let mut refusals = Vec::new();
    for address in addresses {
        match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // A call is a small packet that waits for no other.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => refusals.push(format!("{address}: {error}")),
            Err(_) => refusals.push(format!(
                "{address}: no answer within {} s",
                PATIENCE.as_secs()
            )),
        }
    }
    Err(refusals.join("; "))
}

/// TLS over a connection.
async fn secure(host: &str, tls: &Tls, stream: Stream) -> Result<Stream, StreamError> {
    let failed = |text: String| StreamError::Tls(format!("TLS with {host}: {text}"));
    match timeout(PATIENCE, tls.0.connect(host, stream)).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(failed(match TlsProblem::find(error.as_ref()) {
            Some(problem) if problem.is_certificate() => problem.to_string(),
            _ => format!(
                "the handshake failed ({error}); check that this is the broker's port for TLS, and whether it wants a certificate of this workstation"
            ),
        })),
        Err(_) => Err(failed(format!(
            "no answer to the handshake within {} s; check that this is the broker's port for TLS",
            PATIENCE.as_secs()
        ))),
    }
}
