//! A way through an HTTP proxy: `CONNECT`.

use http::header::{HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use mc_http::ProxyServer;
use tokio::task::JoinSet;

use crate::broker::duplex::Stream;

/// Why a proxy does not lead to the broker.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TunnelError {
    /// It is one for SOCKS.
    #[error(
        "{proxy} is no proxy for HTTP; name one as `proxy` under [subscribe], or write proxy = \"none\""
    )]
    NoHttp { proxy: String },
    /// There is no connection to it.
    #[error(
        "the proxy {proxy} cannot be reached: {reason}; check its address and the network, or write proxy = \"none\" under [subscribe] if none is needed"
    )]
    Unreachable { proxy: String, reason: String },
    /// It asks who we are.
    #[error(
        "the proxy {proxy} asks for a user name and password (407); write both into `proxy` under [subscribe], as in http://user:password@proxy:8080"
    )]
    NoLogin { proxy: String },
    /// It does not know who we are.
    #[error(
        "the proxy {proxy} refuses the user name and password of its address (407); correct them, with %40 for an @ in the password"
    )]
    WrongLogin { proxy: String },
    /// It asks who we are in ways that are not spoken here.
    #[error(
        "the proxy {proxy} takes no user name and password (407), only {schemes}, which is not spoken here; ask its operators for an exception for {to}"
    )]
    OtherLogin {
        proxy: String,
        schemes: String,
        to: String,
    },
    /// It does not lead there.
    #[error(
        "the proxy {proxy} forbids the way to {to} (403); ask its operators to let CONNECT through to it: many let port 443 through and no other"
    )]
    Forbidden { proxy: String, to: String },
    /// It would, but cannot.
    #[error(
        "the proxy {proxy} does not reach {to} ({status}); check `broker`, and ask the proxy's operators whether it finds the broker"
    )]
    NotReached {
        proxy: String,
        to: String,
        status: u16,
    },
    /// It says something else.
    #[error(
        "the proxy {proxy} answers CONNECT to {to} with {status}; check that this is an HTTP proxy"
    )]
    Status {
        proxy: String,
        to: String,
        status: u16,
    },
    /// It does not answer, or not in HTTP.
    #[error(
        "the proxy {proxy} does not answer in HTTP ({reason}); check that its address is that of an HTTP proxy"
    )]
    Answer { proxy: String, reason: String },
}

impl TunnelError {
    /// Whether it will be no better the next time unless something is changed.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NoLogin { .. } | Self::WrongLogin { .. } | Self::OtherLogin { .. }
        )
    }
}

/// Has the proxy at the other end lead to this broker, `host:port`.
pub(crate) async fn open(
    proxy: &ProxyServer,
    stream: Stream,
    to: &str,
) -> Result<Stream, TunnelError> {
    let answer = |reason: String| TunnelError::Answer {
        proxy: proxy.to_string(),
        reason,
    };
    let failed = |error: hyper::Error| answer(error.to_string());
    let mut request = Request::builder()
        .method(Method::CONNECT)
        .uri(to)
        .header(HOST, to);
    if let Some(login) = proxy.authorization() {
        request = request.header(PROXY_AUTHORIZATION, login);
    }
    let request = request.body(Empty::<&[u8]>::new());
    let request = request.map_err(|error| answer(error.to_string()))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(failed)?;
    // Ends with this function, if not by itself.
    let mut carrying = JoinSet::new();
    carrying.spawn(connection.with_upgrades());
    let response = sender.send_request(request).await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(refusal(proxy, to, response.status(), response.headers()));
    }
    let upgraded = hyper::upgrade::on(response).await.map_err(failed)?;
    let parts = upgraded
        .downcast::<TokioIo<Stream>>()
        .map_err(|_| answer("it changed the connection".to_owned()))?;
    // A broker waits for its client to begin.
    if !parts.read_buf.is_empty() {
        return Err(answer("it says more than it was asked".to_owned()));
    }
    Ok(parts.io.into_inner())
}

fn refusal(proxy: &ProxyServer, to: &str, status: StatusCode, headers: &HeaderMap) -> TunnelError {
    let (name, to, code) = (proxy.to_string(), to.to_owned(), status.as_u16());
    match status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            let schemes: Vec<_> = headers
                .get_all(PROXY_AUTHENTICATE)
                .iter()
                .filter_map(|value| value.to_str().ok()?.split_whitespace().next())
                .map(|scheme| scheme.trim_end_matches(',').escape_debug().to_string())
                .collect();
            let basic = schemes
                .iter()
                .any(|scheme| scheme.eq_ignore_ascii_case("basic"));
            if !schemes.is_empty() && !basic {
                let schemes = schemes.join(", ");
                TunnelError::OtherLogin {
                    proxy: name,
                    schemes,
                    to,
                }
            } else if proxy.authorization().is_some() {
                TunnelError::WrongLogin { proxy: name }
            } else {
                TunnelError::NoLogin { proxy: name }
            }
        }
        StatusCode::FORBIDDEN => TunnelError::Forbidden { proxy: name, to },
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            TunnelError::NotReached {
                proxy: name,
                to,
                status: code,
            }
        }
        _ => TunnelError::Status {
            proxy: name,
            to,
            status: code,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A password that is wrong would lock the user's account if it were tried every few seconds.
    #[test]
    fn who_the_proxy_does_not_know_is_refused_and_others_may_be_better_off_next_time() {
        let setting = "http://pc17:x@proxy.example:8080".parse().unwrap();
        let proxy = ProxyServer::find(&setting, "broker.example", 443).unwrap();
        for (status, refused) in [(407, true), (403, false), (502, false), (400, false)] {
            let status = StatusCode::from_u16(status).unwrap();
            let error = refusal(&proxy, "broker.example:443", status, &HeaderMap::new());
            assert_eq!(error.is_refusal(), refused, "{error}");
        }
    }
}
