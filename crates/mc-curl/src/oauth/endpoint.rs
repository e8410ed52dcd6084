//! One request to a token endpoint.

use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use http::HeaderValue;
use http::header::USER_AGENT;
use mc_secret::text::one_line;
use mc_secret::{Pending, Secret, Unavailable};
use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse,
    RequestTokenError, Scope, TokenResponse as _, TokenUrl,
};
use serde_json::{Map, Value};
use tokio::time::timeout;
use url::Url;

use super::options::OAuthOptions;
use crate::failure::Failure;
use crate::pool::Reuse;
use crate::sender::Sender;
use crate::settings::Settings;

/// How long a token endpoint may take, and how much it may say.
const TIME: Duration = Duration::from_secs(10);
const LONGEST: usize = 64 * 1024;

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

/// A token that was granted, and how long it is good, where the server says.
pub(super) struct Granted {
    pub(super) token: Secret,
    pub(super) lifetime: Option<Duration>,
}

/// Asks for a token.
pub(super) async fn ask(
    sender: &Sender,
    options: &OAuthOptions,
    secret: &Secret,
) -> Result<Granted, OAuthError> {
    let http = Endpoint {
        sender,
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
    Ok(Granted {
        token: Secret::new(answer.access_token().secret().as_str()),
        lifetime: answer.expires_in(),
    })
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
            .body(lenient(body))
            .map_err(|error| NotSent(error.to_string()))
    }
}

/// The answer with its `expires_in` as RFC 6749 has it: some servers write the number as a text. What is no number of
/// seconds is left out: the token is good until it is refused then.
fn lenient(body: Vec<u8>) -> Vec<u8> {
    const NAME: &str = "expires_in";
    let Ok(mut answer) = serde_json::from_slice::<Map<String, Value>>(&body) else {
        return body;
    };
    let seconds = match answer.get(NAME) {
        None => return body,
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(other) => other.as_u64(),
    };
    match seconds {
        Some(seconds) => answer.insert(NAME.to_owned(), Value::from(seconds)),
        None => answer.remove(NAME),
    };
    Value::Object(answer).to_string().into_bytes()
}

impl<'c> AsyncHttpClient<'c> for Endpoint<'_> {
    type Error = NotSent;
    type Future = Pending<'c, Result<HttpResponse, NotSent>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
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
