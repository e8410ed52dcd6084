//! The answering side: this process is the instance.

use crate::{
    address::Address,
    connection,
    message::{RequestHandler, any_handler},
    options::InstanceOptions,
    state::OwnerState,
    sys::{Channel, Lock, Place},
};
use std::{collections::VecDeque, future::Future, sync::Arc, time::Duration};
use tokio::{
    sync::oneshot,
    task::{JoinHandle, JoinSet},
    time::{sleep, sleep_until, timeout},
};

/// How long connections may take to end when the owner does.
const FAREWELL: Duration = Duration::from_secs(2);
/// Connections that have not said hello yet. One more, and the oldest of them is closed: its client tries again.
const SILENT: usize = 128;
/// Connections besides those whose requests are under way. More wait in the system's queue.
const CONNECTIONS: usize = 256;

/// This process is the instance until the value is closed or dropped.
#[derive(Debug)]
pub struct Owner {
    state: Arc<OwnerState>,
    address: String,
    end: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Owner {
    /// Begins to accept clients, whom it tells that it is not ready.
    pub(crate) fn start(
        place: Place,
        lock: Lock,
        channel: Channel,
        options: &InstanceOptions,
    ) -> Self {
        let state = Arc::new(OwnerState::new(options));
        let (end, ended) = oneshot::channel();
        let name = place.address();
        let address = Address::new(options.clone(), place, lock, channel);
        let task = tokio::spawn(accept(address, Arc::clone(&state), ended));
        Self {
            state,
            address: name,
            end: Some(end),
            task,
        }
    }

    /// The address, for logs and diagnosis.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Answers requests until `stop` completes, or the future is dropped.
    ///
    /// Afterwards this process still is the instance, and tells clients that it is not ready; requests under way are
    /// still carried out and answered. That is the time to end what the instance stands for. Then
    /// [close](Self::close).
    pub async fn serve<H: RequestHandler>(&mut self, handler: H, stop: impl Future<Output = ()>) {
        /// Serves no more when dropped.
        struct Serving<'a>(&'a OwnerState);
        impl Drop for Serving<'_> {
            fn drop(&mut self) {
                self.0.set_handler(None);
            }
        }
        self.state.set_handler(Some(any_handler(handler)));
        let _serving = Serving(&self.state);
        stop.await;
    }

    /// Gives the instance up: waits up to 2 s for clients to fetch their last reply, frees the address, then the
    /// lock. Dropping the future, or the owner without closing it, does the last part alone.
    pub async fn close(mut self) {
        drop(self.end.take());
        // An error would be a panic in the task, which freed everything by unwinding.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Accepts clients and does nothing else for them: each connection is a task of its own.
async fn accept(mut address: Address, state: Arc<OwnerState>, mut ended: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    let most = CONNECTIONS + state.capacity();
    // Each closes its connection when dropped, until that said hello.
    let mut silent: VecDeque<oneshot::Sender<()>> = VecDeque::new();
    let mut look = address.restore();
    loop {
        tokio::select! {
            _ = &mut ended => break,
            () = address.changed() => look = address.restore(),
            () = sleep_until(look) => look = address.restore(),
            Some(_) = connections.join_next() => {}
            client = address.accept(), if connections.len() < most => match client {
                Ok((connection, peer)) => {
                    silent.retain(|one| !one.is_closed());
                    if silent.len() >= SILENT {
                        silent.pop_front();
                    }
                    let (keep, shed) = oneshot::channel();
                    silent.push_back(keep);
                    connections.spawn(connection::run(connection, peer, Arc::clone(&state), shed));
                }
                Err(e) => {
                    tracing::warn!(error = %e, "a client could not be accepted");
                    // Out of descriptors, most likely. The moment keeps the loop from spinning.
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
    let last_words = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(FAREWELL, last_words).await;
    address.release();
}
