//! The calls.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use crate::address::origin;
use crate::attempt::{Attempt, Failure, Retry};
use crate::{
    BaseUrl, ClientOptions, Error, Records, RoutingApplication, RunAnswer, RunUrl, SetupError,
    Token,
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
        let http = options.build()?;
        Ok(Self::with_http(http, Some(token), options))
    }

    /// Makes a client that sends no token: good for [`probe`](Self::probe).
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn without_token(options: ClientOptions) -> Result<Self, SetupError> {
        let http = options.build()?;
        Ok(Self::with_http(http, None, options))
    }

    /// Makes a client that sends through your own HTTP client, with its trust, proxies, connections and user agent.
    ///
    /// Of the options the timeout, the response limit and the retry policy hold, and [`ClientOptions::connect_timeout`]
    /// says how long yours may take to connect. Let yours follow no redirects: the call would go along.
    #[must_use]
    pub fn with_http(http: reqwest::Client, token: Option<Token>, options: ClientOptions) -> Self {
        Self {
            http,
            token,
            options: Arc::new(options),
        }
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
        let attempt = self.attempt(&Method::GET, base.url(), None);
        match attempt.send(self.options.timeout, 1).await {
            Ok(answer) => Ok(answer.status),
            Err(Failure { error, .. }) => match error.status() {
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
    pub async fn applications(&self, base: &BaseUrl) -> Result<Records<RoutingApplication>, Error> {
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

    fn attempt<'a>(
        &'a self,
        method: &'a Method,
        url: &'a Url,
        body: Option<Vec<u8>>,
    ) -> Attempt<'a> {
        Attempt {
            http: &self.http,
            token: self.token.as_ref(),
            options: &self.options,
            method,
            url,
            body,
        }
    }

    async fn call(
        &self,
        method: &Method,
        url: &Url,
        body: Option<Vec<u8>>,
    ) -> Result<RunAnswer, Error> {
        /// How late a timer may be.
        const SLACK: Duration = Duration::from_millis(250);
        let options = &self.options;
        let budget = options.retry.budget;
        // With less time than a connection may take, the end of the budget would cut one that is being made,
        // and nobody could say whether the call had been sent.
        let policy = options
            .retry
            .budget(budget.saturating_sub(options.connect_timeout + SLACK));
        let attempt = self.attempt(method, url, body);
        let started = Instant::now();
        let mut tries = 1;
        let mut timeout = options.timeout.min(budget);
        loop {
            let Failure { error, retry } = match attempt.send(timeout, tries).await {
                Ok(mut answer) => {
                    answer.took = started.elapsed();
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            let wait = match retry {
                Retry::Never => None,
                Retry::After(asked) => {
                    policy.wait(tries, started.elapsed(), asked, options.random.next())
                }
            };
            let Some(wait) = wait else {
                return Err(error);
            };
            tokio::time::sleep(wait).await;
            let left = budget.saturating_sub(started.elapsed());
            if left <= options.connect_timeout {
                return Err(error);
            }
            timeout = options.timeout.min(left);
            tries += 1;
        }
    }
}
