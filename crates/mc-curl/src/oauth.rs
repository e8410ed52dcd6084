//! Access tokens by client credentials (RFC 6749, 4.4): one for all who need it, fetched before it ends.

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use http::header::USER_AGENT;
use mc_secret::text::one_line;
use mc_secret::{Pending, Secret, SecretRef, Unavailable};
use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse,
    RequestTokenError, Scope, TokenResponse as _, TokenUrl,
};
use tokio::time::{Instant, sleep_until, timeout};
use url::Url;

use crate::failure::Failure;
use crate::places::Places;
use crate::pool::Reuse;
use crate::sender::Sender;
use crate::settings::Settings;

/// How long a token endpoint may take, and how much it may say.
const TIME: Duration = Duration::from_secs(10);
const LONGEST: usize = 64 * 1024;

/// How long after a token was fetched for a refusal another refusal fetches none: it is not the token then.
const REFUSED_AGAIN: Duration = Duration::from_secs(10);

/// Where an access token comes from.
#[derive(Clone)]
#[non_exhaustive]
pub struct OAuthOptions {
    token_url: Url,
    client_id: String,
    client_secret: SecretRef,
    /// What the token is to be good for, separated by spaces; as the server sees fit without it.
    pub scope: Option<String>,
    /// Whether client and secret go in the body; without it in the `Authorization` header, which every server must take.
    pub in_body: bool,
    /// What some servers want beside: `audience`, `resource`.
    pub parameters: Vec<(String, String)>,
}

impl OAuthOptions {
    /// A token from this address, for this client.
    ///
    /// # Errors
    ///
    /// An address that is none, or is not https; on this computer http will do. The sentence says what to write.
    pub fn new(
        token_url: &str,
        client_id: impl Into<String>,
        client_secret: SecretRef,
    ) -> Result<Self, String> {
        let url =
            Url::parse(token_url).map_err(|error| format!("this is not an address: {error}"))?;
        let local = url.host_str().is_some_and(|host| {
            let host = host.trim_matches(['[', ']']);
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        });
        match url.scheme() {
            "https" => {}
            "http" if local => {}
            _ => return Err("write https://: the client's secret goes there".to_owned()),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "leave the user out of the address; that is what client_id is for".to_owned(),
            );
        }
        Ok(Self {
            token_url: url,
            client_id: client_id.into(),
            client_secret,
            scope: None,
            in_body: false,
            parameters: Vec::new(),
        })
    }
}

/// Why there is no token. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OAuthError {
    /// The client's secret is not to be had.
    #[error("the client's secret is missing: {0}")]
    Secret(Unavailable),
    /// The token endpoint could not be asked, or did not answer.
    #[error("the token endpoint: {0}")]
    Unreachable(String),
    /// The token endpoint refuses.
    #[error(
        "the token endpoint refuses (status {status}): {code}{description}{}",
        advice(code)
    )]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code of RFC 6749, 5.2: `invalid_client`.
        code: String,
        /// What it says beside, behind a colon.
        description: String,
    },
    /// The answer is no token.
    #[error("the token endpoint answers with status {status} and no token: {reason}")]
    Answer {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        reason: String,
    },
}

fn advice(code: &str) -> &'static str {
    match code {
        "invalid_client" => {
            "; look at client_id and client_secret, or try client_auth = \"body\" (or \"basic\")"
        }
        "invalid_scope" => "; look at scope",
        "unauthorized_client" | "unsupported_grant_type" => {
            "; the server has to allow the client credentials flow for this client"
        }
        _ => "",
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NotSent(String);

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
        let http = Endpoint {
            sender: &self.shared.sender,
            url: &options.token_url,
            status: AtomicU16::new(0),
        };
        let client = BasicClient::new(ClientId::new(options.client_id.clone()))
            .set_client_secret(ClientSecret::new(secret.expose().to_owned()))
            .set_token_uri(TokenUrl::from_url(options.token_url.clone()))
            .set_auth_type(if options.in_body {
                AuthType::RequestBody
            } else {
                AuthType::BasicAuth
            });
        let mut request = client.exchange_client_credentials();
        for scope in options
            .scope
            .iter()
            .flat_map(|scope| scope.split_whitespace())
        {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        for (name, value) in &options.parameters {
            request = request.add_extra_param(name.clone(), value.clone());
        }
        let answer = timeout(TIME, request.request_async(&http)).await;
        let answer = answer.unwrap_or_else(|_| {
            let text = Failure::timeout(TIME).text;
            Err(RequestTokenError::Request(NotSent(text)))
        });
        let answer = answer
            .map_err(|error| fault(error, http.status.load(Ordering::Relaxed), secret.expose()))?;
        let times = answer.expires_in().map(|lifetime| {
            let end =
                started + lifetime.saturating_sub((lifetime / 10).min(Duration::from_secs(30)));
            // Not all workstations at the same moment.
            let ahead = started + lifetime.mul_f64(0.7 + 0.15 * random());
            (end, ahead)
        });
        Ok(Token {
            secret: Secret::new(answer.access_token().secret().as_str()),
            times,
        })
    }
}

/// The token endpoint, and the status of its answer.
struct Endpoint<'a> {
    sender: &'a Sender,
    url: &'a Url,
    status: AtomicU16,
}

impl Endpoint<'_> {
    /// One request to the token endpoint, redirects not followed.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NotSent> {
        let url = self.url;
        let client = self
            .sender
            .pool
            .client(&Settings::default(), url, None, Reuse::Never);
        let (client, proxy) = client.map_err(|error| NotSent(error.to_string()))?;
        let failed = |error: reqwest::Error| {
            NotSent(Failure::from_client(&error, url, proxy.is_some()).text)
        };
        let mut request = reqwest::Request::try_from(request).map_err(failed)?;
        let agent = concat!("mc-curl/", env!("CARGO_PKG_VERSION"));
        request
            .headers_mut()
            .insert(USER_AGENT, HeaderValue::from_static(agent));
        let mut response = client.execute(request).await.map_err(failed)?;
        self.status
            .store(response.status().as_u16(), Ordering::Relaxed);
        let mut answer = http::Response::builder().status(response.status());
        if let Some(headers) = answer.headers_mut() {
            response.headers().clone_into(headers);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Err(NotSent("the answer is longer than any token".to_owned()));
            }
        }
        answer
            .body(body)
            .map_err(|error| NotSent(error.to_string()))
    }
}

impl<'c> AsyncHttpClient<'c> for Endpoint<'_> {
    type Error = NotSent;
    type Future = Pending<'c, Result<HttpResponse, NotSent>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("host", &self.shared.options.token_url.host_str())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OAuthOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthOptions")
            .field("host", &self.token_url.host_str())
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

fn fault(
    error: RequestTokenError<NotSent, BasicErrorResponse>,
    status: u16,
    secret: &str,
) -> OAuthError {
    // A server may repeat what it was sent.
    let shown = |text: &str| one_line(&text.replace(secret, "***"));
    match error {
        RequestTokenError::Request(NotSent(text)) => OAuthError::Unreachable(text),
        RequestTokenError::ServerResponse(refusal) => OAuthError::Refused {
            status,
            code: shown(refusal.error().as_ref()),
            description: refusal
                .error_description()
                .map(|text| format!(": {}", shown(text)))
                .unwrap_or_default(),
        },
        RequestTokenError::Parse(error, _) => OAuthError::Answer {
            status,
            reason: shown(&error.to_string()),
        },
        RequestTokenError::Other(text) => OAuthError::Answer {
            status,
            reason: shown(&text),
        },
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
