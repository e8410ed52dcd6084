//! One try of a call: the request, and what its answer or its failure means.

use std::io;
use std::time::{Duration, SystemTime};

use mc_http::{ProxyServer, TlsProblem, chain, http_date, retry_after};
use mc_secret::text;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Method, Response, StatusCode};
use url::Url;

use crate::address::origin;
use crate::answer::{RunAnswer, is_page, message, redacted};
use crate::packed::{Packed, unpacked};
use crate::{Cause, ClientOptions, Error, Token, resolve};

/// A call that can be made several times.
pub(crate) struct Attempt<'a> {
    pub(crate) http: &'a reqwest::Client,
    pub(crate) token: Option<&'a Token>,
    pub(crate) options: &'a ClientOptions,
    pub(crate) method: &'a Method,
    pub(crate) url: &'a Url,
    pub(crate) body: Option<Vec<u8>>,
}

/// A try that brought no answer.
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) retry: Retry,
}

/// Whether another try may help, and can do no harm.
pub(crate) enum Retry {
    Never,
    /// After the wait that the server asked for, if it did.
    After(Option<Duration>),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            error,
            retry: Retry::Never,
        }
    }
}

impl Attempt<'_> {
    pub(crate) async fn send(&self, timeout: Duration, tries: u32) -> Result<RunAnswer, Failure> {
        let mut request = self
            .http
            .request(self.method.clone(), self.url.clone())
            .headers(self.headers())
            .timeout(timeout);
        if let Some(body) = &self.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.clone());
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(self.failure(error.without_url(), timeout).await),
        };
        let status = response.status();
        let content_type = text_of(response.headers(), CONTENT_TYPE.as_str());
        if !status.is_success() {
            return Err(self.refusal(response, content_type, tries).await);
        }
        let page = || Error::WebPage {
            server: origin(self.url),
            status: status.as_u16(),
        };
        if is_page(content_type.as_deref(), "") {
            return Err(page().into());
        }
        let date = text_of(response.headers(), DATE.as_str()).and_then(|date| http_date(&date));
        let text = self.read(response, self.options.response_limit).await?;
        if is_page(content_type.as_deref(), &text) {
            return Err(page().into());
        }
        Ok(RunAnswer {
            status: status.as_u16(),
            content_type,
            text,
            date,
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
            .map(|token| HeaderValue::from_str(&format!("Bearer {}", token.secret().expose())));
        if let Some(Ok(mut bearer)) = bearer {
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        headers
    }

    /// Sorts a failure by whether the call can have reached the server.
    async fn failure(&self, error: reqwest::Error, timeout: Duration) -> Failure {
        let server = origin(self.url);
        if !error.is_connect() {
            return self.unanswered(error, timeout).into();
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
        let proxy = ProxyServer::to(&self.options.proxy, self.url).map(|proxy| proxy.to_string());
        let https = proxy.is_none() && self.url.scheme() == "https";
        let error = if https && broke_off(&error) {
            Error::Tls {
                server,
                problem: TlsProblem::BrokenOff,
                cause: Cause::new(error),
            }
        } else if !error.is_timeout() {
            Error::Unreachable {
                server,
                proxy,
                cause: Cause::new(error),
            }
        } else if https && resolve::port_answers(self.url).await {
            Error::Tls {
                server,
                problem: TlsProblem::TimedOut,
                cause: Cause::new(error),
            }
        } else {
            Error::Unreachable {
                server,
                proxy,
                cause: Cause::text("no connection in time"),
            }
        };
        Failure {
            error,
            retry: Retry::After(None),
        }
    }

    fn unanswered(&self, error: reqwest::Error, timeout: Duration) -> Error {
        let server = origin(self.url);
        let not_http = chain(&error)
            .filter_map(|cause| cause.downcast_ref::<hyper::Error>())
            .any(hyper::Error::is_parse);
        if not_http {
            return Error::NotHttp {
                server,
                cause: Cause::new(error),
            };
        }
        let (waited, cause) = if error.is_timeout() {
            (Some(timeout), Cause::text("the time ran out"))
        } else {
            (None, Cause::new(error))
        };
        Error::Unanswered {
            server,
            waited,
            cause,
        }
    }

    async fn refusal(
        &self,
        response: Response,
        content_type: Option<String>,
        tries: u32,
    ) -> Failure {
        const MESSAGE_LIMIT: usize = 64 * 1024;
        const MESSAGE_WAIT: Duration = Duration::from_secs(1);
        let server = origin(self.url);
        let status = response.status();
        let asked = text_of(response.headers(), RETRY_AFTER.as_str())
            .and_then(|value| retry_after(&value, SystemTime::now()));
        let to = text_of(response.headers(), LOCATION.as_str())
            .and_then(|to| response.url().join(&to).ok())
            .map(|to| origin(&to));
        // The status decides; what is said with it is welcome and no more.
        let said = if status.is_redirection() {
            String::new()
        } else {
            let said = tokio::time::timeout(MESSAGE_WAIT, self.read(response, MESSAGE_LIMIT));
            said.await.map_or(String::new(), Result::unwrap_or_default)
        };
        let page = is_page(content_type.as_deref(), &said);
        let message = message(content_type.as_deref(), &said);
        let error = match status {
            // What nginx and Apache say to http on a port for https.
            StatusCode::BAD_REQUEST
                if page && (said.contains("HTTPS port") || said.contains("SSL-enabled")) =>
            {
                Error::BadRequest {
                    server,
                    message: Some("this port speaks https: write https:// in the URL".to_owned()),
                }
            }
            StatusCode::BAD_REQUEST => Error::BadRequest { server, message },
            StatusCode::UNAUTHORIZED => Error::Unauthorized {
                server,
                token: self.token.map(|token| token.origin().clone()),
                message,
            },
            StatusCode::FORBIDDEN => Error::Forbidden {
                server,
                message,
                page,
            },
            // jtel says what it does not know in JSON; a text comes from whatever else is there.
            StatusCode::NOT_FOUND => match message {
                Some(message) if said.trim_start().starts_with('{') => {
                    Error::NotFound { server, message }
                }
                _ => Error::NoEndpoint { server },
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
                retry_after: asked,
            },
        };
        let retry = match status.as_u16() {
            429 | 502 | 503 | 504 => Retry::After(asked),
            _ => Retry::Never,
        };
        Failure { error, retry }
    }

    /// The body as text, without the token: a server may repeat what it was sent.
    async fn read(&self, mut response: Response, limit: usize) -> Result<String, Error> {
        let server = || origin(self.url);
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        let too_large = || Error::TooLarge {
            server: server(),
            status,
            limit,
        };
        let coding = text_of(response.headers(), "content-encoding");
        loop {
            let chunk = response.chunk().await.map_err(|error| Error::Truncated {
                server: server(),
                status,
                cause: Cause::new(error.without_url()),
            })?;
            let Some(chunk) = chunk else {
                let bytes =
                    unpacked(&bytes, coding.as_deref(), limit).map_err(|why| match why {
                        Packed::TooLarge => too_large(),
                        Packed::Broken => Error::Truncated {
                            server: server(),
                            status,
                            cause: Cause::text("it is packed and cannot be unpacked"),
                        },
                    })?;
                let text = text::decode_or_guess(&bytes);
                return Ok(match self.token {
                    Some(token) => redacted(&text, token.secret().expose()),
                    None => text,
                });
            };
            if bytes.len() + chunk.len() > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Whether a connection was made and then ended before anything could be sent.
fn broke_off(error: &reqwest::Error) -> bool {
    chain(error).any(|cause| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        matches!(
            kind,
            Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
        ) || cause.to_string().contains("EOF during handshake") // schannel's words are all that native-tls passes on
    })
}
