//! One request: judged, read, taken in.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use mc_hooks::CallEvent;

use crate::intake::Intake;
use crate::protocol::Receipt;
use crate::push::admission::Admission;
use crate::push::answer::accepted;
use crate::push::body;
use crate::push::rate::RateLimit;
use crate::refusals::Refusals;
use crate::web::{self, Denial, Site};

/// How long a caller may take to send a body.
const BODY: Duration = Duration::from_secs(5);

/// Handles requests, of all connections.
pub(crate) struct Handler {
    pub(crate) intake: Intake,
    pub(crate) admission: Admission,
    pub(crate) rate: RateLimit,
    pub(crate) refusals: Arc<Refusals>,
    /// Calls that could not be written down: no refusals of theirs.
    pub(crate) failures: Refusals,
}

impl Site for Handler {
    type Body = Full<Bytes>;

    const HALF_CLOSED: bool = true;

    fn lets_in(&self, peer: SocketAddr) -> Result<(), Denial> {
        if self.admission.lets_in(peer.ip()) {
            Ok(())
        } else {
            Err(Denial::peer())
        }
    }

    fn refused(&self, denial: &Denial, peer: SocketAddr) {
        denial.note(&self.refusals, peer);
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        local: SocketAddr,
        peer: SocketAddr,
    ) -> Response<Full<Bytes>> {
        match self.call(request, local.ip()).await {
            Ok(receipt) => accepted(&receipt),
            Err(denial) => {
                self.refused(&denial, peer);
                denial.response()
            }
        }
    }
}

impl Handler {
    async fn call(&self, request: Request<Incoming>, local: IpAddr) -> Result<Receipt, Denial> {
        let (head, body) = request.into_parts();
        if let Err(denial) = self.admission.check(&head, local) {
            // Who knows the token is not slowed down by those who do not.
            return Err(if self.rate.allows_unauthorized() {
                denial
            } else {
                Denial::rate()
            });
        }
        if !self.rate.allows_authorized() {
            return Err(Denial::rate());
        }
        let kind = body::Kind::of(&head.headers)?;
        let event = {
            let most = CallEvent::MAX_DOCUMENT;
            let body = web::read(&head.headers, body, most, BODY).await?;
            kind.event(&body.ok_or_else(body::too_large)?)?
        };
        if self.intake.is_for_another(&event) {
            return Err(Denial::new(
                StatusCode::CONFLICT,
                "user",
                "the call is for another user than the one at this workstation",
            ));
        }
        match self.intake.accept(event).await {
            Ok(accepted) => Ok(accepted.receipt),
            Err(error) => {
                if let Some(before) = self.failures.note("journal") {
                    tracing::error!(%error, before, "a call was not accepted");
                }
                Err(Denial::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "journal",
                    "the call cannot be written to the journal, so it was not accepted",
                ))
            }
        }
    }
}
