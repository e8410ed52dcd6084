//! Connections, plain and TLS, and the faults that strike them.

use crate::Inner;
use crate::faults::{DropWhen, Fault};
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// Serves until its task is aborted; the connections end with it.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    app: Router,
    inner: Arc<Inner>,
) {
    let tls = tls.map(TlsAcceptor::from);
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, most likely: do not spin until some are free again.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let _ = stream.set_nodelay(true);
        let (tls, app, inner) = (tls.clone(), app.clone(), Arc::clone(&inner));
        connections.spawn(async move {
            match tls {
                None => connection(stream, app, inner).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        connection(stream, app, inner).await;
                    }
                }
            }
        });
    }
}

async fn connection(stream: impl AsyncRead + AsyncWrite + Unpin, app: Router, inner: Arc<Inner>) {
    let service = service_fn(move |request| answer(request, app.clone(), Arc::clone(&inner)));
    // An error is how a client leaves, or how a fault makes the server leave.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// An error closes the connection without another byte.
async fn answer(
    request: Request<Incoming>,
    app: Router,
    inner: Arc<Inner>,
) -> io::Result<Response<Body>> {
    use hyper::service::Service;
    let path = request.uri().path();
    let fault = if path.starts_with("/rest/") {
        inner.faults.strike(path)
    } else {
        None
    };
    let fault = fault.unwrap_or_default();
    let hang_up = || Err(io::Error::other("dropped on demand"));
    if let Some(delay) = fault.delay_ms {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    if fault.drop == Some(DropWhen::Before) {
        return hang_up();
    }
    let response = if fault.status.is_some() || fault.html {
        stand_in(&fault)
    } else {
        let routed = TowerToHyperService::new(app).call(request).await;
        routed.unwrap_or_else(|never| match never {})
    };
    if fault.drop == Some(DropWhen::After) {
        return hang_up();
    }
    match fault.truncate {
        Some(bytes) => truncated(response, bytes).await,
        None => Ok(response),
    }
}

/// What a fault answers in place of the system.
fn stand_in(fault: &Fault) -> Response<Body> {
    let status = fault
        .status
        .and_then(|s| StatusCode::from_u16(s).ok())
        .unwrap_or(StatusCode::OK);
    let (content_type, body) = if fault.html {
        (
            "text/html; charset=utf-8",
            "<!doctype html><title>Welcome</title><p>Please accept the terms of use.</p>"
                .to_owned(),
        )
    } else {
        let body = serde_json::json!({"status": status.as_u16(), "error": "a fault, on demand"});
        ("application/json", body.to_string())
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(seconds) = fault.retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

async fn truncated(response: Response<Body>, bytes: usize) -> io::Result<Response<Body>> {
    let (mut parts, body) = response.into_parts();
    let whole = body.collect().await.map_err(io::Error::other)?.to_bytes();
    parts
        .headers
        .insert(header::CONTENT_LENGTH, whole.len().into());
    let head = whole.slice(..bytes.min(whole.len()));
    Ok(Response::from_parts(
        parts,
        Body::new(Broken {
            head: Some(head),
            flushed: false,
        }),
    ))
}

/// A body that gives its first bytes, lets them be sent, and then fails.
struct Broken {
    head: Option<Bytes>,
    flushed: bool,
}

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(head) = self.head.take() {
            return Poll::Ready(Some(Ok(Frame::data(head))));
        }
        if !self.flushed {
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("truncated on demand"))))
    }
}
