//! The way to a broker: its name, a connection, TLS. Each step fails in its own words.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use mc_http::{CaFileError, TlsProblem, read_ca_file};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::settings::{BrokerUrl, Subscribe};
use crate::sys::tls::{Connector, Identity};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes in both directions.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for T {}

/// A connection to a broker.
pub(crate) type Stream = Box<dyn Duplex>;

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
}

/// What TLS to a broker needs.
pub(crate) struct Tls(Connector);

impl Tls {
    /// Reads the certificates of the settings.
    pub(crate) async fn read(settings: &Subscribe) -> Result<Self, StreamError> {
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

/// The addresses of a broker.
pub(crate) async fn resolve(to: &BrokerUrl) -> Result<Vec<SocketAddr>, StreamError> {
    let failed = |reason: String| StreamError::Name {
        host: to.host().to_owned(),
        reason,
    };
    let found = timeout(PATIENCE, lookup_host((to.host(), to.port()))).await;
    let found: Vec<_> = found
        .map_err(|_| failed(format!("no answer within {} s", PATIENCE.as_secs())))?
        .map_err(|error| failed(error.to_string()))?
        .collect();
    if found.is_empty() {
        return Err(failed("there is none".to_owned()));
    }
    Ok(found)
}

/// A connection to the first of these addresses that takes it.
pub(crate) async fn reach(addresses: &[SocketAddr]) -> Result<TcpStream, StreamError> {
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
    Err(StreamError::Connection {
        reason: refusals.join("; "),
    })
}

/// TLS over a connection.
pub(crate) async fn secure(
    to: &BrokerUrl,
    tls: &Tls,
    stream: TcpStream,
) -> Result<Stream, StreamError> {
    let failed = |text: String| StreamError::Tls(format!("TLS with {}: {text}", to.host()));
    match timeout(PATIENCE, tls.0.connect(to.host(), stream)).await {
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

/// The whole way.
pub(crate) async fn connect(to: &BrokerUrl, settings: &Subscribe) -> Result<Stream, StreamError> {
    let stream = reach(&resolve(to).await?).await?;
    if to.is_encrypted() {
        secure(to, &Tls::read(settings).await?, stream).await
    } else {
        Ok(Box::new(stream))
    }
}
