//! What callers are told: always JSON.

use std::net::SocketAddr;

use http::{Response, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use serde::Serialize;

use mc_secret::text::one_line;

use crate::protocol::LastRefused;
use crate::refusals::Refusals;
use crate::timestamp::seconds;
use crate::web::{Denial, json_response};

impl Denial {
    /// Counts it, and logs it if it is the first of its kind for a while.
    pub(crate) fn note(&self, refusals: &Refusals, peer: SocketAddr) {
        let text = one_line(&self.text);
        if let Some(before) = refusals.note(self.code) {
            tracing::warn!(%peer, status = self.status.as_u16(), code = self.code, before, "a pushed call was not accepted: {text}");
        }
        refusals.set_last(LastRefused {
            at: seconds(jiff::Timestamp::now()),
            from: peer.ip().to_canonical().to_string(),
            code: self.code.to_owned(),
            error: text,
        });
    }

    pub(crate) fn peer() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "peer",
            "this address may not push calls; see listen.allow_from",
        )
    }

    pub(crate) fn rate() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate",
            "too many requests; try again in a second",
        )
    }
}

/// The answer to a call that was taken.
pub(crate) fn accepted(receipt: &impl Serialize) -> Response<Full<Bytes>> {
    let text = serde_json::to_string(receipt).unwrap_or_default();
    json_response(StatusCode::ACCEPTED, text)
}
