//! How connections are made: names resolved, and whether one was made at all.

use std::cell::Cell;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::{Context, Poll};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tower_layer::Layer;
use tower_service::Service;

use crate::route::Lookup;

/// The system's names, and those below `localhost`, which are this computer (RFC 6761, 6.3); or one answer
/// for all, where a command says where to go.
#[derive(Debug)]
pub(crate) struct Resolver {
    pub(crate) to: Option<Lookup>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let to = self.to.clone();
        Box::pin(async move {
            let name = match to {
                Some(Lookup::Addresses(all)) => {
                    let all = all.into_iter().map(|address| SocketAddr::new(address, 0));
                    return Ok(Box::new(all) as Addrs);
                }
                Some(Lookup::Name(name)) => name,
                None => name.as_str().to_owned(),
            };
            let bare = name.trim_end_matches('.').to_ascii_lowercase();
            let addresses: Vec<SocketAddr> = if bare.ends_with(".localhost") {
                vec![
                    (Ipv6Addr::LOCALHOST, 0).into(),
                    (Ipv4Addr::LOCALHOST, 0).into(),
                ]
            } else {
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect()
            };
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

tokio::task_local! {
    /// Whether the request under way has begun a connection.
    static CONNECTS: Cell<bool>;
}

/// Awaits a request; and whether it had a connection that was there before.
pub(crate) async fn noting_reuse<T>(request: impl Future<Output = T>) -> (T, bool) {
    let noted = async {
        let outcome = request.await;
        (outcome, CONNECTS.with(|connects| !connects.get()))
    };
    CONNECTS.scope(Cell::new(false), noted).await
}

/// Notes each connection that is begun.
#[derive(Debug, Clone)]
pub(crate) struct NoteConnects;

impl<S> Layer<S> for NoteConnects {
    type Service = Noted<S>;

    fn layer(&self, inner: S) -> Noted<S> {
        Noted(inner)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Noted<S>(S);

impl<S: Service<R>, R> Service<R> for Noted<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        // Outside a request, a connection is finished for whoever comes next.
        let _ = CONNECTS.try_with(|connects| connects.set(true));
        self.0.call(request)
    }
}
