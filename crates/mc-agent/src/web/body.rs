//! The body of a request, read within its limits.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use tokio::time::{Instant, timeout_at};

use crate::web::denial::Denial;

/// How much of a body that is too large is read away, so that its sender gets to the answer.
const READ_AWAY: usize = 4 * 1024 * 1024;

/// Reads a body of at most so many bytes within the time; none when it is larger.
pub(crate) async fn read(
    headers: &HeaderMap,
    mut body: Incoming,
    most: usize,
    within: Duration,
) -> Result<Option<Vec<u8>>, Denial> {
    let deadline = Instant::now() + within;
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let fits = announced.is_none_or(|length| length <= most);
    let (mut bytes, mut seen) = (Vec::new(), 0);
    while seen <= READ_AWAY {
        let chunk: Bytes = match timeout_at(deadline, body.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Ok(Some(Err(_))) => {
                return Err(Denial::new(
                    StatusCode::BAD_REQUEST,
                    "body",
                    "the body broke off",
                ));
            }
            Err(_) => {
                return Err(Denial::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "body",
                    "the body did not come in time",
                ));
            }
        };
        seen += chunk.len();
        if fits && seen <= most {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((fits && seen <= most).then_some(bytes))
}
