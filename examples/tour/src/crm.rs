//! A customer relationship management system, as far as a telephone sees it: a web server that is asked for a customer.

use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Html;
use axum::routing::get;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

/// What it was asked, and when.
type Visits = Arc<Mutex<Vec<(Instant, String)>>>;

pub(crate) struct Crm {
    address: SocketAddr,
    visits: Visits,
}

impl Crm {
    /// Starts it on a free port of loopback.
    pub(crate) fn start(runtime: &Handle) -> Result<Self, String> {
        let visits = Visits::default();
        let app = Router::new()
            .route("/customer", get(customer))
            .with_state(Arc::clone(&visits));
        let bound = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
        let listener = bound.map_err(|e| format!("the CRM gets no port: {e}"))?;
        let address = listener
            .local_addr()
            .map_err(|e| format!("the CRM has no address: {e}"))?;
        runtime.spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address, visits })
    }

    /// Where it is, without a path.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    pub(crate) fn visits(&self) -> Vec<(Instant, String)> {
        self.visits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn customer(State(visits): State<Visits>, uri: Uri) -> Html<&'static str> {
    visits
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push((Instant::now(), uri.to_string()));
    Html("<!doctype html><title>Customer 4711</title><h1>Customer 4711</h1>")
}
