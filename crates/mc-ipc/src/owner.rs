//! The answering side: this process is the instance.

use crate::{
    Handler, Options, Reply, Request, conversation,
    memory::Memory,
    sys::{Channel, Lock, Peer, Place},
};
use interprocess::local_socket::tokio::Stream;
use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tokio::{
    sync::{Semaphore, oneshot},
    task::{JoinHandle, JoinSet},
    time::{MissedTickBehavior, interval, sleep, timeout},
};

/// How long conversations may take to end when the owner does.
const FAREWELL: Duration = Duration::from_secs(2);
/// Connections at once. One more is closed before hello, and its client tries again until its deadline.
const CONNECTIONS: usize = 128;
/// How often the owner looks whether its address is still there.
const LOOK: Duration = Duration::from_secs(1);

/// This process is the instance until the value is closed or dropped.
#[derive(Debug)]
pub struct Owner {
    shared: Arc<Shared>,
    address: String,
    end: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Owner {
    /// Begins to accept clients, whom it tells that it is not ready.
    pub(crate) fn start(place: Place, lock: Lock, channel: Channel, options: &Options) -> Self {
        let shared = Arc::new(Shared {
            build: options.build.clone(),
            handler: RwLock::default(),
            memory: Mutex::default(),
            connections: Arc::new(Semaphore::new(CONNECTIONS)),
        });
        let (end, ended) = oneshot::channel();
        let address = place.address();
        let task = tokio::spawn(accept(place, lock, channel, Arc::clone(&shared), ended));
        Self {
            shared,
            address,
            end: Some(end),
            task: Some(task),
        }
    }

    /// The address, for logs and diagnosis.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Answers requests until `stop` completes.
    ///
    /// Afterwards this process still is the instance, and tells clients that it is not ready; requests under way are
    /// still carried out and answered. That is the time to end what the instance stands for. Then
    /// [close](Self::close).
    pub async fn serve<H: Handler>(&self, handler: H, stop: impl Future<Output = ()>) {
        self.shared
            .set_handler(Some(Arc::new(Boxing(Arc::new(handler)))));
        stop.await;
        self.shared.set_handler(None);
    }

    /// Gives the instance up: waits up to 2 s for clients to fetch their last reply, frees the address, then the
    /// lock.
    pub async fn close(mut self) {
        drop(self.end.take());
        if let Some(task) = self.task.take() {
            // An error would be a panic in the task, which freed everything by unwinding.
            let _ = task.await;
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// A handler behind a pointer.
pub(crate) trait AnyHandler: Send + Sync {
    fn call(&self, request: Request) -> Pin<Box<dyn Future<Output = Reply> + Send>>;
}

struct Boxing<H>(Arc<H>);

impl<H: Handler> AnyHandler for Boxing<H> {
    fn call(&self, request: Request) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
        let handler = Arc::clone(&self.0);
        Box::pin(async move { handler.handle(request).await })
    }
}

/// What the conversations share.
pub(crate) struct Shared {
    pub(crate) build: String,
    handler: RwLock<Option<Arc<dyn AnyHandler>>>,
    memory: Mutex<Memory>,
    connections: Arc<Semaphore>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("build", &self.build)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn handler(&self) -> Option<Arc<dyn AnyHandler>> {
        self.handler
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_handler(&self, handler: Option<Arc<dyn AnyHandler>>) {
        *self.handler.write().unwrap_or_else(PoisonError::into_inner) = handler;
    }

    pub(crate) fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts clients and does nothing else for them: each conversation is a task of its own.
async fn accept(
    place: Place,
    mut lock: Lock,
    channel: Channel,
    shared: Arc<Shared>,
    mut ended: oneshot::Receiver<()>,
) {
    let mut channel = Some(channel);
    let mut conversations = JoinSet::new();
    let mut robbed = false;
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = &mut ended => break,
            _ = look.tick() => robbed = !keep_address(&place, &mut lock, &mut channel, robbed),
            Some(_) = conversations.join_next() => {}
            client = next(&mut channel) => match client {
                Ok((stream, peer)) => match Arc::clone(&shared.connections).try_acquire_owned() {
                    Ok(permit) => drop(conversations.spawn(conversation::run(stream, peer, Arc::clone(&shared), permit))),
                    Err(_) => Channel::finish(stream),
                },
                Err(e) => {
                    tracing::warn!(error = %e, "a client could not be accepted");
                    // Out of descriptors, most likely. The moment keeps the loop from spinning.
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
    let last_words = async { while conversations.join_next().await.is_some() {} };
    let _ = timeout(FAREWELL, last_words).await;
    if let Some(channel) = channel.take() {
        channel.remove(&place, &lock);
    }
    lock.remove(&place);
}

async fn next(channel: &mut Option<Channel>) -> io::Result<(Stream, Peer)> {
    match channel {
        Some(channel) => channel.accept().await,
        // Until the next look at the address.
        None => std::future::pending().await,
    }
}

/// Makes the address again after somebody removed it (a cleaner of temporary files, say): without it clients and new
/// starts would take this process for dead. False while another process holds the lock; `known` if it did so already.
fn keep_address(
    place: &Place,
    lock: &mut Lock,
    channel: &mut Option<Channel>,
    known: bool,
) -> bool {
    match lock.renew(place) {
        Ok(true) => {}
        Ok(false) => {
            if !known {
                tracing::error!(
                    "the lock file was removed, and another process has taken a new one"
                );
            }
            return false;
        }
        Err(e) => {
            tracing::warn!(error = %e, "the lock file was removed and cannot be made again");
            return true;
        }
    }
    if channel.as_ref().is_none_or(|channel| !channel.is_in(place)) {
        match Channel::bind(place, lock) {
            Ok(bound) => {
                tracing::info!(
                    address = place.address(),
                    "the address was removed; it is there again"
                );
                *channel = Some(bound);
            }
            Err(e) => {
                tracing::warn!(error = %e, address = place.address(), "the address was removed and cannot be made again");
            }
        }
    }
    true
}
