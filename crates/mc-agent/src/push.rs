//! Calls pushed over HTTP: `POST /v1/calls`, JSON or form, answered 202 with the id under which the journal has the
//! call.
//!
//! One request per connection, each within a few seconds and 64 KiB, a bounded number at once. Answers that are not
//! 202 have a JSON body that says why: `{"status":401,"code":"token","error":"..."}`.

mod admission;
mod body;
mod rate;

use self::admission::{Admission, Denial};
use self::rate::RateLimit;
use crate::intake::Intake;
use crate::presence::PushAddress;
use crate::protocol::{ListenStatus, ListenToken, Receipt};
use crate::random;
use crate::settings::Listen;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use mc_routing::Token;
use serde_json::json;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// How long a caller may take to send its request's head, and its body.
const PART: Duration = Duration::from_secs(5);
/// How long a connection may exist.
const CONNECTION: Duration = Duration::from_secs(20);
/// Connections at once. One more is closed at once.
const CONNECTIONS: usize = 64;
/// How long connections may take to end when the agent does.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why nobody can listen there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The address is taken, or not this computer's.
    #[error(
        "cannot listen on {address}: {source}; choose another address under [listen], or port 0 for any that is free"
    )]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The token file is missing or holds no token.
    #[error("the token for [listen]: {0}")]
    Token(#[from] mc_routing::TokenError),
    /// The system gives no random numbers.
    #[error("cannot make a token for [listen]: {0}")]
    Random(io::Error),
}

/// An open port.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    token: String,
    random: bool,
    allow_from: Vec<ipnet::IpNet>,
    hosts: Vec<String>,
}

impl Listener {
    /// Opens the port. `names` are those of this computer.
    pub(crate) async fn open(settings: Listen, names: Vec<String>) -> Result<Self, ListenError> {
        let random = settings.token_file.is_none();
        let token = match &settings.token_file {
            Some(file) => Token::from_file(file)?.secret().expose().to_owned(),
            None => {
                random::hex::<32>().map_err(|error| ListenError::Random(io::Error::other(error)))?
            }
        };
        let failed = |source| ListenError::Address {
            address: settings.address,
            source,
        };
        let socket = TcpListener::bind(settings.address).await.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        let mut hosts = names;
        hosts.extend(settings.hosts);
        Ok(Self {
            socket,
            address,
            token,
            random,
            allow_from: settings.allow_from,
            hosts,
        })
    }

    /// What `status` says of it.
    pub(crate) fn status(&self) -> ListenStatus {
        ListenStatus {
            address: self.address.to_string(),
            token: if self.random {
                ListenToken::Random
            } else {
                ListenToken::File
            },
        }
    }

    /// What registration tells of it.
    pub(crate) fn push_address(&self) -> PushAddress {
        PushAddress {
            port: self.address.port(),
            token: self.token.clone(),
            random: self.random,
        }
    }

    /// Takes calls until `stop` becomes true.
    pub(crate) async fn serve(self, intake: Intake, mut stop: watch::Receiver<bool>) {
        let socket = self.socket;
        let handler = Arc::new(Handler {
            intake,
            admission: Admission::new(&self.token, self.allow_from, self.hosts),
            rate: RateLimit::default(),
        });
        let connections = Arc::new(Semaphore::new(CONNECTIONS));
        let stopping = stop.clone();
        let mut served = JoinSet::new();
        loop {
            tokio::select! {
                () = stopped(&mut stop) => break,
                Some(_) = served.join_next() => {}
                accepted = socket.accept() => match accepted {
                    Ok((stream, peer)) => {
                        if let Ok(permit) = Arc::clone(&connections).try_acquire_owned() {
                            let (handler, stop) = (Arc::clone(&handler), stopping.clone());
                            served.spawn(async move {
                                let _permit = permit;
                                handler.converse(stream, peer, stop).await;
                            });
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        // Out of descriptors, most likely. The moment keeps the loop from spinning.
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        }
        drop(socket);
        let _ = tokio::time::timeout(FAREWELL, async {
            while served.join_next().await.is_some() {}
        })
        .await;
    }
}

/// Who handles requests.
struct Handler {
    intake: Intake,
    admission: Admission,
    rate: RateLimit,
}

impl Handler {
    async fn converse(&self, stream: TcpStream, peer: SocketAddr, mut stop: watch::Receiver<bool>) {
        let Ok(local) = stream.local_addr() else {
            return;
        };
        let service = service_fn(|request| async move {
            Ok::<_, Infallible>(self.answer(request, local, peer).await)
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PART)
            .keep_alive(false)
            .max_buf_size(32 * 1024)
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let ending = async {
            tokio::select! {
                result = &mut connection => return result,
                () = stopped(&mut stop) => {}
            }
            connection.as_mut().graceful_shutdown();
            connection.await
        };
        match tokio::time::timeout(CONNECTION, ending).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%peer, %error, "a connection broke off"),
            Err(_) => tracing::debug!(%peer, "a connection took too long"),
        }
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        local: SocketAddr,
        peer: SocketAddr,
    ) -> Response<Full<Bytes>> {
        match self.call(request, local, peer).await {
            Ok(accepted) => json_response(StatusCode::ACCEPTED, &accepted),
            Err(denial) => {
                tracing::warn!(%peer, status = denial.status.as_u16(), code = denial.code, "a pushed call was not accepted");
                denial.into_response()
            }
        }
    }

    async fn call(
        &self,
        request: Request<Incoming>,
        local: SocketAddr,
        peer: SocketAddr,
    ) -> Result<Receipt, Denial> {
        let (head, body) = request.into_parts();
        if let Err(denial) = self.admission.check(&head, local.ip(), peer.ip()) {
            // Who knows the token is not slowed down by those who do not.
            return Err(if self.rate.allows_unauthorized() {
                denial
            } else {
                Denial::too_many()
            });
        }
        if !self.rate.allows_authorized() {
            return Err(Denial::too_many());
        }
        let kind = body::Kind::of(&head.headers)?;
        let event = kind.event(&body::read(&head.headers, body, PART).await?)?;
        let user = self.intake.user();
        if let (Some(user), Some(theirs)) = (user.as_deref(), event.get("UsersUID"))
            && !theirs.is_empty()
            && theirs != user
        {
            return Err(Denial::new(
                StatusCode::CONFLICT,
                "user",
                "the call is for another user than the one at this workstation",
            ));
        }
        match self.intake.accept(event).await {
            Ok(accepted) => Ok(accepted.receipt),
            Err(error) => {
                tracing::error!(%error, "a call was not accepted");
                Err(Denial::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "journal",
                    "the call cannot be written to the journal, so it was not accepted",
                ))
            }
        }
    }
}

impl Denial {
    fn into_response(self) -> Response<Full<Bytes>> {
        let body = json!({ "status": self.status.as_u16(), "code": self.code, "error": self.text });
        let mut response = json_response(self.status, &body);
        let (name, value) = match self.status {
            StatusCode::UNAUTHORIZED => (header::WWW_AUTHENTICATE, "Bearer"),
            StatusCode::METHOD_NOT_ALLOWED => (header::ALLOW, "POST"),
            StatusCode::TOO_MANY_REQUESTS => (header::RETRY_AFTER, "1"),
            _ => return response,
        };
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
        response
    }
}

fn json_response(status: StatusCode, body: &impl serde::Serialize) -> Response<Full<Bytes>> {
    let text = serde_json::to_string(body).unwrap_or_default();
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

/// Completes when the agent is to end.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, and with it the agent.
    let _ = stop.wait_for(|stop| *stop).await;
}
