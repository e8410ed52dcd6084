//! The calls.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use mc_http::{TlsProblem, chain, retry_after};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use crate::address::origin;
use crate::answer::{RunAnswer, is_page, message};
use crate::{
    Application, BaseUrl, Cause, ClientOptions, Error, Records, RunUrl, SetupError, Token,
};

/// The fields of a call, in the order in which they are sent.
pub type Body = Map<String, Value>;

/// A client of the REST side.
///
/// Every call makes its own connection: calls are rare, and a kept one that the other side has
/// closed meanwhile would leave the call's outcome unknown.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    token: Option<Token>,
    options: Arc<ClientOptions>,
}

impl Client {
    /// Makes a client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When the CA file or the system's TLS cannot be used.
    pub fn new(token: Token, options: ClientOptions) -> Result<Self, SetupError> {
        Self::with(Some(token), options)
    }

    /// Makes a client that sends no token: good for [`probe`](Self::probe).
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn without_token(options: ClientOptions) -> Result<Self, SetupError> {
        Self::with(None, options)
    }

    fn with(token: Option<Token>, options: ClientOptions) -> Result<Self, SetupError> {
        Ok(Self {
            http: options.build()?,
            token,
            options: Arc::new(options),
        })
    }

    /// The token, which knows where it came from.
    #[must_use]
    pub fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// Whether a web server answers at the address at all: makes a connection, asks for the address
    /// itself, and gives the status of whatever comes back. Tried once.
    ///
    /// # Errors
    ///
    /// When no connection can be made, the server is not trusted, or nothing answers.
    pub async fn probe(&self, base: &BaseUrl) -> Result<u16, Error> {
        let tried = self
            .attempt(&Method::GET, base.url(), None, self.options.timeout, 1)
            .await;
        match tried {
            Ok(answer) => Ok(answer.status),
            Err(Failed { error, .. }) => match error.status() {
                Some(status) if !matches!(error, Error::ProxyAuthentication { .. }) => Ok(status),
                _ => Err(error),
            },
        }
    }

    /// Runs a routing application and waits for its result.
    ///
    /// Tried again by the [`RetryPolicy`](crate::RetryPolicy), which never repeats a call that may have been carried out.
    /// The whole takes no longer than its budget.
    ///
    /// # Errors
    ///
    /// [`Error::delivery`] tells how far the call got.
    pub async fn run(&self, application: &RunUrl, body: &Body) -> Result<RunAnswer, Error> {
        // A map of JSON values always has a text.
        let body = serde_json::to_vec(body).unwrap_or_default();
        self.call(&Method::POST, application.url(), Some(body))
            .await
    }

    /// The client's routing applications.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); [`Error::Unexpected`] when the answer holds something else.
    pub async fn applications(&self, base: &BaseUrl) -> Result<Records<Application>, Error> {
        self.list(&base.below(&["routingApplications"])).await
    }

    /// The client's users, as the server describes them.
    ///
    /// # Errors
    ///
    /// As [`applications`](Self::applications).
    pub async fn users(&self, base: &BaseUrl) -> Result<Records<Body>, Error> {
        self.list(&base.below(&["users"])).await
    }

    async fn list<T: DeserializeOwned>(&self, url: &Url) -> Result<Records<T>, Error> {
        let answer = self.call(&Method::GET, url, None).await?;
        serde_json::from_str(&answer.text).map_err(|error| Error::Unexpected {
            server: origin(url),
            // The kind of fault and its place; the text around it stays out.
            what: format!("{:?} error at line {}", error.classify(), error.line()).to_lowercase(),
        })
    }

    async fn call(
        &self,
        method: &Method,
        url: &Url,
        body: Option<Vec<u8>>,
    ) -> Result<RunAnswer, Error> {
        let policy = &self.options.retry;
        let started = Instant::now();
        let mut tries = 0;
        let mut failed = None;
        loop {
            tries += 1;
            let left = policy.budget.saturating_sub(started.elapsed());
            // With less time than a connection may take, the end of the budget would cut one that is being made,
            // and nobody could say whether the call had been sent.
            if left <= self.options.connect_timeout
                && let Some(error) = failed
            {
                return Err(error);
            }
            let timeout = self.options.timeout.min(left);
            let tried = self
                .attempt(method, url, body.clone(), timeout, tries)
                .await;
            let (error, asked) = match tried {
                Ok(mut answer) => {
                    answer.took = started.elapsed();
                    return Ok(answer);
                }
                Err(Failed { error, again: None }) => return Err(error),
                Err(Failed {
                    error,
                    again: Some(Again(asked)),
                }) => (error, asked),
            };
            match policy.wait(tries, started.elapsed(), asked, self.options.random.next()) {
                Some(wait) => {
                    failed = Some(error);
                    tokio::time::sleep(wait).await;
                }
                None => return Err(error),
            }
        }
    }

    async fn attempt(
        &self,
        method: &Method,
        url: &Url,
        body: Option<Vec<u8>>,
        timeout: Duration,
        tries: u32,
    ) -> Result<RunAnswer, Failed> {
        let server = origin(url);
        let mut request = self
            .http
            .request(method.clone(), url.clone())
            .headers(self.headers())
            .timeout(timeout);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let response = request.send().await.map_err(|error| {
            unsent_or_unanswered(error, server.clone(), self.options.proxy.origin(), timeout)
        })?;
        let status = response.status();
        let content_type = text_of(response.headers(), CONTENT_TYPE.as_str());
        if !status.is_success() {
            return Err(self.refusal(response, server, content_type, tries).await);
        }
        let page = Error::WebPage {
            server: server.clone(),
            status: status.as_u16(),
        };
        if is_page(content_type.as_deref(), "") {
            return Err(page.into());
        }
        let text = read(response, self.options.response_limit, &server).await?;
        if is_page(content_type.as_deref(), &text) {
            return Err(page.into());
        }
        Ok(RunAnswer {
            status: status.as_u16(),
            content_type,
            text,
            tries,
            took: Duration::ZERO,
        })
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, */*"));
        // A token holds visible ASCII only, so it always makes a header.
        let bearer = self
            .token
            .as_ref()
            .map(|token| HeaderValue::from_str(&format!("Bearer {}", token.secret().expose())));
        if let Some(Ok(mut bearer)) = bearer {
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        headers
    }

    async fn refusal(
        &self,
        response: Response,
        server: String,
        content_type: Option<String>,
        tries: u32,
    ) -> Failed {
        const MESSAGE_LIMIT: usize = 64 * 1024;
        let status = response.status();
        let asked = text_of(response.headers(), RETRY_AFTER.as_str())
            .and_then(|value| retry_after(&value, SystemTime::now()));
        let to = text_of(response.headers(), LOCATION.as_str());
        let to = to
            .and_then(|to| response.url().join(&to).ok())
            .map(|to| origin(&to));
        // The status decides; what is said with it is welcome and no more.
        let said = read(response, MESSAGE_LIMIT, &server)
            .await
            .unwrap_or_default();
        let message = message(content_type.as_deref(), &said).map(|said| self.redacted(said));
        let error = match status {
            StatusCode::BAD_REQUEST => Error::BadRequest { server, message },
            StatusCode::UNAUTHORIZED => Error::Unauthorized {
                server,
                token: self.token.as_ref().map(|token| token.origin().clone()),
                message,
            },
            StatusCode::NOT_FOUND => match message {
                Some(message) => Error::NotFound { server, message },
                None => Error::NoEndpoint { server },
            },
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => Error::ProxyAuthentication { server },
            StatusCode::CONFLICT => Error::Conflict { server, message },
            status if status.is_redirection() => Error::Redirected {
                server,
                status: status.as_u16(),
                to,
            },
            status => Error::Status {
                server,
                status: status.as_u16(),
                message,
                tries,
            },
        };
        let again = matches!(status.as_u16(), 429 | 502 | 503 | 504).then_some(Again(asked));
        Failed { error, again }
    }

    /// A server may repeat in its message what it was sent.
    fn redacted(&self, said: String) -> String {
        match &self.token {
            Some(token) => said.replace(token.secret().expose(), "***"),
            None => said,
        }
    }
}

/// A failed try.
struct Failed {
    error: Error,
    /// Whether to try again, and the wait that the server asked for.
    again: Option<Again>,
}

struct Again(Option<Duration>);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, again: None }
    }
}

/// Sorts a failure by whether the call can have reached the server.
fn unsent_or_unanswered(
    error: reqwest::Error,
    server: String,
    proxy: Option<String>,
    timeout: Duration,
) -> Failed {
    let error = error.without_url();
    if !error.is_connect() {
        let (waited, cause) = if error.is_timeout() {
            (Some(timeout), Cause::text("the time ran out"))
        } else {
            (None, Cause::new(error))
        };
        return Error::Unanswered {
            server,
            waited,
            cause,
        }
        .into();
    }
    if let Some(problem) = TlsProblem::find(&error) {
        // The same certificate comes again: another try changes nothing.
        return Error::Tls {
            server,
            problem,
            cause: Cause::new(error),
        }
        .into();
    }
    // The one case whose type is not public: a proxy that asks for a password before it opens a tunnel.
    if chain(&error).any(|cause| cause.to_string().contains("proxy authorization required")) {
        return Error::ProxyAuthentication { server }.into();
    }
    let cause = if error.is_timeout() {
        Cause::text("no connection in time")
    } else {
        Cause::new(error)
    };
    Failed {
        error: Error::Unreachable {
            server,
            proxy,
            cause,
        },
        again: Some(Again(None)),
    }
}

async fn read(mut response: Response, limit: usize, server: &str) -> Result<String, Error> {
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    loop {
        let chunk = response.chunk().await.map_err(|error| Error::Truncated {
            server: server.to_owned(),
            status,
            cause: Cause::new(error.without_url()),
        })?;
        let Some(chunk) = chunk else {
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        };
        if bytes.len() + chunk.len() > limit {
            return Err(Error::TooLarge {
                server: server.to_owned(),
                status,
                limit,
            });
        }
        bytes.extend_from_slice(&chunk);
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
