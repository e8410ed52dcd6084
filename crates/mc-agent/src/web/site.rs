//! What is served, as connections see it.

use std::error::Error;
use std::future::Future;
use std::net::SocketAddr;

use http::{Request, Response};
use hyper::body::{Body, Bytes, Incoming};

use crate::web::denial::Denial;

/// What answers requests.
pub(crate) trait Site: Send + Sync + 'static {
    /// What its answers are made of. One whose size is not known may go on for as long as it likes.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;

    /// Whether a caller that says no more may wait for its answer yet. Who reads an answer without an end has gone then.
    const HALF_CLOSED: bool = false;

    /// Whether this address may connect at all.
    fn lets_in(&self, _peer: SocketAddr) -> Result<(), Denial> {
        Ok(())
    }

    /// Is told of a connection that was refused.
    fn refused(&self, denial: &Denial, peer: SocketAddr);

    /// Answers one request.
    fn answer(
        &self,
        request: Request<Incoming>,
        local: SocketAddr,
        peer: SocketAddr,
    ) -> impl Future<Output = Response<Self::Body>> + Send;
}
