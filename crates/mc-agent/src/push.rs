//! Calls pushed over HTTP: `POST /v1/calls`, JSON or form, answered 202 with the id under which the journal has the
//! call. Every other answer has a JSON body that says why: `{"status":401,"code":"token","error":"..."}`.

mod admission;
mod answer;
pub(crate) mod body;
mod form;
mod handler;
mod rate;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mc_routing::Token;
use mc_secret::Secret;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::sleep;

use self::admission::Admission;
use self::handler::Handler;
use self::rate::RateLimit;
use crate::feed::{Happening, Teller};
use crate::intake::Intake;
use crate::presence::PushAddress;
use crate::protocol::{ListenStatus, ListenToken};
use crate::random;
use crate::refusals::Refusals;
use crate::settings::Listen;
use crate::stop;
use crate::web;

/// How soon a port that could not be opened is tried again; each time twice as long.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// The longest of these times.
const TRY_AGAIN_MOST: Duration = Duration::from_secs(30);

/// Why calls cannot be pushed here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The token file is missing or holds no token.
    #[error("the token for pushed calls: {0}")]
    Token(#[from] mc_routing::TokenError),
    /// The token can be guessed.
    #[error("the token for [listen] in {} has {length} characters; at least {} are needed", path.display(), Listen::SHORTEST_TOKEN)]
    ShortToken {
        /// Its file.
        path: PathBuf,
        /// How long it is.
        length: usize,
    },
    /// The system gives no random numbers.
    #[error("cannot make a token for pushed calls: {0}")]
    Random(io::Error),
}

/// The port of this workstation.
#[derive(Debug)]
pub(crate) struct Listener {
    settings: Listen,
    names: Vec<String>,
    token: Secret,
    socket: Option<TcpListener>,
    port: Arc<Port>,
}

/// How things stand with the port.
#[derive(Debug)]
pub(crate) struct Port {
    /// The address as it is set, or as it is open; or why it is not.
    state: watch::Sender<(SocketAddr, Option<String>)>,
    /// What registration tells of it; nothing while it is not open.
    push: Arc<watch::Sender<Option<PushAddress>>>,
    token: ListenToken,
    refusals: Arc<Refusals>,
    teller: Teller,
}

impl Port {
    /// Says that it is open at this address, or is to be, and why it is not. What stands in the way is logged once.
    fn stands(&self, address: SocketAddr, error: Option<String>) {
        let now = (address, error);
        if self.state.send_replace(now.clone()) != now || now.1.is_none() {
            if let Some(error) = &now.1 {
                tracing::error!("{error}");
            }
            self.teller.tell(|| Happening::Listen(Some(self.status())));
        }
    }

    /// What `status` says of it.
    pub(crate) fn status(&self) -> ListenStatus {
        let (address, error) = self.state.borrow().clone();
        ListenStatus {
            address: address.to_string(),
            token: self.token,
            error,
            refused: self.refusals.total(),
            last_refused: self.refusals.last(),
        }
    }
}

impl Listener {
    /// A port that is not open yet. `names` are those of this computer; `push` is told of it while it is
    /// open, `teller` how it stands.
    pub(crate) fn new(
        settings: Listen,
        names: Vec<String>,
        push: Arc<watch::Sender<Option<PushAddress>>>,
        teller: Teller,
    ) -> Result<Self, ListenError> {
        let token = match &settings.token_file {
            Some(file) => kept_token(file)?,
            None => Secret::new(
                random::hex::<32>()
                    .map_err(|error| ListenError::Random(io::Error::other(error)))?,
            ),
        };
        let port = Port {
            state: watch::Sender::new((settings.address, None)),
            push,
            token: if settings.token_file.is_some() {
                ListenToken::File
            } else {
                ListenToken::Random
            },
            refusals: Arc::default(),
            teller,
        };
        Ok(Self {
            settings,
            names,
            token,
            socket: None,
            port: Arc::new(port),
        })
    }

    pub(crate) fn port(&self) -> Arc<Port> {
        Arc::clone(&self.port)
    }

    /// The token, if a file has it.
    pub(crate) fn file_token(&self) -> Option<Secret> {
        let file = self.settings.token_file.as_ref();
        file.map(|_| self.token.clone())
    }

    /// Tries to open the port; [`serve`](Self::serve) tries again. The token is told only once it is open: before, whoever has it would learn the token
    /// from those who push.
    pub(crate) async fn bind(&mut self) {
        let wanted = self.settings.address;
        let bound = TcpListener::bind(wanted).await;
        match bound.and_then(|socket| Ok((socket.local_addr()?, socket))) {
            Ok((address, socket)) => {
                self.socket = Some(socket);
                self.port.stands(address, None);
                self.port.push.send_replace(Some(PushAddress {
                    port: address.port(),
                    token: self.token.clone(),
                    random: self.settings.token_file.is_none(),
                }));
            }
            Err(error) => {
                let text = format!(
                    "cannot listen on {wanted}: {error}; choose another listen.address, or port 0 for any that is free"
                );
                self.port.stands(wanted, Some(text));
            }
        }
    }

    /// Takes calls until `stop` becomes true.
    pub(crate) async fn serve(mut self, intake: Intake, mut stop: watch::Receiver<bool>) {
        let mut wait = TRY_AGAIN;
        while self.socket.is_none() {
            tokio::select! {
                () = stop::told(&mut stop) => return,
                () = sleep(wait) => {}
            }
            wait = (wait * 2).min(TRY_AGAIN_MOST);
            self.bind().await;
        }
        if let Some(socket) = self.socket.take() {
            self.accept(socket, intake, stop).await;
        }
    }

    async fn accept(self, socket: TcpListener, intake: Intake, stop: watch::Receiver<bool>) {
        let Self {
            settings,
            names,
            token,
            port,
            ..
        } = self;
        let Listen {
            allow_from,
            hosts,
            rate,
            ..
        } = settings;
        let handler = Arc::new(Handler {
            intake,
            admission: Admission::new(
                token.expose(),
                allow_from,
                names.into_iter().chain(hosts).collect(),
            ),
            rate: RateLimit::new(rate),
            refusals: Arc::clone(&port.refusals),
            failures: Refusals::default(),
        });
        let connections = web::serve(socket, handler, stop).await;
        port.push.send_replace(None);
        connections.farewell().await;
    }
}

/// The token in a file.
fn kept_token(file: &Path) -> Result<Secret, ListenError> {
    let token = Token::from_file(file)?;
    let length = token.secret().expose().len();
    if length < Listen::SHORTEST_TOKEN {
        return Err(ListenError::ShortToken {
            path: file.to_owned(),
            length,
        });
    }
    for warning in token.warnings() {
        tracing::warn!("{warning}");
    }
    Ok(token.secret().clone())
}
