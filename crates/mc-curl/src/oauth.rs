//! Access tokens by client credentials (RFC 6749, 4.4): one for all who need it, fetched before it ends.

mod endpoint;
mod options;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mc_secret::{Secret, SecretRef};
use tokio::time::{Instant, sleep_until};

pub use self::endpoint::OAuthError;
pub use self::options::OAuthOptions;
use crate::places::Places;
use crate::sender::Sender;

/// How long after a token was fetched for a refusal another refusal fetches none: it is not the token then.
const REFUSED_AGAIN: Duration = Duration::from_secs(10);

/// No token is held to be good for longer.
const LONGEST: Duration = Duration::from_hours(24 * 365);

#[derive(Clone)]
struct Token {
    secret: Secret,
    /// When it may not be used any more, and when another one is fetched; none where the server does not say how long it
    /// is good: then until it is refused.
    times: Option<(Instant, Instant)>,
}

/// What the last fetch came to.
#[derive(Default)]
struct Fetched {
    failed: Option<(Instant, OAuthError)>,
    for_a_refusal: Option<Instant>,
}

/// An access token, kept until shortly before its end. Clones share it.
#[derive(Clone)]
pub struct OAuth {
    shared: Arc<Shared>,
}

struct Shared {
    sender: Sender,
    options: OAuthOptions,
    token: Mutex<Option<Token>>,
    /// Held while one is fetched: by one for all who wait.
    fetching: tokio::sync::Mutex<Fetched>,
}

impl OAuth {
    /// A token that is fetched with the connections, certificates and proxies of this sender.
    #[must_use]
    pub fn new(options: OAuthOptions, sender: Sender) -> Self {
        Self {
            shared: Arc::new(Shared {
                sender,
                options,
                token: Mutex::default(),
                fetching: tokio::sync::Mutex::default(),
            }),
        }
    }

    fn kept(&self) -> Option<Token> {
        let token = self
            .shared
            .token
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let usable = |token: &&Token| token.times.is_none_or(|(end, _)| now < end);
        token.as_ref().filter(usable).cloned()
    }

    /// The token; one is fetched if there is none.
    pub(crate) async fn token(&self, places: &Places) -> Result<Secret, OAuthError> {
        if let Some(token) = self.kept() {
            return Ok(token.secret);
        }
        let asked = Instant::now();
        let mut fetched = self.shared.fetching.lock().await;
        if let Some(token) = self.kept() {
            return Ok(token.secret);
        }
        match &fetched.failed {
            // While this one waited for it.
            Some((at, error)) if *at >= asked => Err(error.clone()),
            _ => self.fetch(&mut fetched, places).await,
        }
    }

    /// Another token than the one that was refused.
    pub(crate) async fn renew(&self, refused: &Secret, places: &Places) -> Option<Secret> {
        let other = || self.kept().filter(|token| token.secret != *refused);
        let mut fetched = self.shared.fetching.lock().await;
        if let Some(token) = other() {
            return Some(token.secret);
        }
        let recent = |at: Instant| at.elapsed() < REFUSED_AGAIN;
        if fetched.for_a_refusal.is_some_and(recent) {
            return None;
        }
        fetched.for_a_refusal = Some(Instant::now());
        self.fetch(&mut fetched, places).await.ok()
    }

    /// Fetches one if there is none, or the one there is ends soon; says when to look again.
    pub(crate) async fn ahead(&self, places: &Places) -> Result<Instant, OAuthError> {
        const LOOK_AGAIN: Duration = Duration::from_mins(1);
        let next = || match self.kept()?.times {
            Some((_, ahead)) => (Instant::now() < ahead).then_some(ahead),
            None => Some(Instant::now() + LOOK_AGAIN),
        };
        let mut fetched = self.shared.fetching.lock().await;
        if let Some(at) = next() {
            return Ok(at);
        }
        self.fetch(&mut fetched, places).await?;
        Ok(next().unwrap_or_else(Instant::now))
    }

    async fn fetch(&self, fetched: &mut Fetched, places: &Places) -> Result<Secret, OAuthError> {
        let token = self.ask(places).await;
        match token {
            Ok(token) => {
                fetched.failed = None;
                let secret = token.secret.clone();
                *self
                    .shared
                    .token
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = Some(token);
                Ok(secret)
            }
            Err(error) => {
                fetched.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    async fn ask(&self, places: &Places) -> Result<Token, OAuthError> {
        let options = &self.shared.options;
        let secret = match &options.client_secret {
            SecretRef::Given(secret) => secret.clone(),
            SecretRef::Named(name) => places.read(name).await.map_err(OAuthError::Secret)?,
        };
        let started = Instant::now();
        let answer = endpoint::ask(&self.shared.sender, options, &secret).await?;
        let times = answer.lifetime.map(|lifetime| {
            // Beyond what clocks can count.
            let lifetime = lifetime.min(LONGEST);
            let end =
                started + lifetime.saturating_sub((lifetime / 10).min(Duration::from_secs(30)));
            // Not all workstations at the same moment.
            let ahead = started + lifetime.mul_f64(0.7 + 0.15 * random());
            (end, ahead)
        });
        Ok(Token {
            secret: answer.token,
            times,
        })
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("host", &self.shared.options.token_url.host_str())
            .finish_non_exhaustive()
    }
}

/// From 0 to 1.
fn random() -> f64 {
    let mut bytes = [0; 2];
    // Without it they are spread no further.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX)
}

/// Fetches a token at once and again before each ends, for ever. After a failure it waits, longer each time.
pub(crate) async fn keep(oauth: &OAuth, places: &Places) {
    const FIRST: Duration = Duration::from_secs(2);
    const LAST: Duration = Duration::from_mins(2);
    let mut wait = FIRST;
    loop {
        let at = if let Ok(at) = oauth.ahead(places).await {
            wait = FIRST;
            at
        } else {
            let at = Instant::now() + wait.mul_f64(0.5 + random());
            wait = (wait * 2).min(LAST);
            at
        };
        sleep_until(at).await;
    }
}
