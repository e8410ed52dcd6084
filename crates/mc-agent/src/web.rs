//! What is served over HTTP on this workstation: connections within limits, and what all of it has in common.

mod body;
mod check;
mod connection;
mod denial;
mod site;
mod stream;
mod table;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub(crate) use self::body::read;
pub(crate) use self::check::{digest, host, same};
pub(crate) use self::denial::Denial;
#[cfg(feature = "push")]
pub(crate) use self::denial::json_response;
pub(crate) use self::site::Site;
use self::table::Table;
use crate::refusals::Refusals;
use crate::stop;

/// Refused connections that are given time to read why, at once.
const REFUSING: usize = 64;
/// How long connections may take to end when the agent does.
const FAREWELL: Duration = Duration::from_secs(1);

/// The connections that are being served. Dropped, they end at once.
pub(crate) struct Connections {
    served: JoinSet<()>,
    /// Who has a place in it is served.
    _table: Table,
}

impl Connections {
    /// Waits a moment for them to end.
    pub(crate) async fn farewell(mut self) {
        let _ = timeout(FAREWELL, async {
            while self.served.join_next().await.is_some() {}
        })
        .await;
    }
}

/// Serves until `stop` becomes true, which every connection is told too.
pub(crate) async fn serve<S: Site>(
    socket: TcpListener,
    site: Arc<S>,
    mut stop: watch::Receiver<bool>,
) -> Connections {
    let (mut served, mut refused) = (JoinSet::new(), JoinSet::new());
    let mut table = Table::default();
    let failures = Refusals::default();
    let stopping = stop.clone();
    loop {
        let accepted = tokio::select! {
            () = stop::told(&mut stop) => break,
            Some(_) = served.join_next() => continue,
            Some(_) = refused.join_next() => continue,
            accepted = socket.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if let Some(before) = failures.note("accept") {
                    tracing::warn!(%error, before, "a connection could not be accepted");
                }
                // Out of descriptors, most likely. The moment keeps the loop from spinning.
                sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let seat = site
            .lets_in(peer)
            .and_then(|()| table.admit(peer.ip()).ok_or_else(Denial::busy));
        match seat {
            Ok(seat) => {
                let (site, stop) = (Arc::clone(&site), stopping.clone());
                served.spawn(async move {
                    connection::serve(&*site, stream, peer, seat, stop).await;
                });
            }
            Err(denial) => {
                site.refused(&denial, peer);
                if refused.len() < REFUSING {
                    refused.spawn(connection::refuse(stream, denial));
                } else {
                    connection::refuse_now(stream, &denial);
                }
            }
        }
        // Who has something to say is heard before the next ones come.
        tokio::task::yield_now().await;
    }
    Connections {
        served,
        _table: table,
    }
}
