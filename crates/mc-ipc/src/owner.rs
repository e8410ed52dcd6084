//! The answering side: this process is the instance.

use crate::{
    Handler, Options, PROTOCOL, Reply, Request,
    memory::{Admission, Memory, Progress},
    sys::{Channel, Lock, Peer, Place, Trust},
    wire::{self, Answer, Ask, FrameError, Hello, What},
};
use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

/// How long a client may take for each of its frames, and the owner for one of its own.
const FRAME: Duration = Duration::from_secs(5);
/// How long the owner waits for a client to close after the last frame.
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
trait AnyHandler: Send + Sync {
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
struct Shared {
    build: String,
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
    fn handler(&self) -> Option<Arc<dyn AnyHandler>> {
        self.handler
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_handler(&self, handler: Option<Arc<dyn AnyHandler>>) {
        *self.handler.write().unwrap_or_else(PoisonError::into_inner) = handler;
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
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
                    Ok(permit) => drop(conversations.spawn(converse(stream, peer, Arc::clone(&shared), permit))),
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

async fn next(
    channel: &mut Option<Channel>,
) -> io::Result<(interprocess::local_socket::tokio::Stream, Peer)> {
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

/// One client, one request.
async fn converse(
    mut stream: interprocess::local_socket::tokio::Stream,
    peer: Peer,
    shared: Arc<Shared>,
    _permit: OwnedSemaphorePermit,
) {
    match talk(&mut stream, peer, &shared).await {
        Ok(()) => wire::drain(&mut stream, FAREWELL).await,
        // Clients may come and go as they like.
        Err(FrameError::Closed) => {}
        Err(e) => {
            tracing::debug!(error = ?e, pid = peer.pid, "a client did not speak the protocol to its end");
        }
    }
    Channel::finish(stream);
}

async fn talk(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    peer: Peer,
    shared: &Arc<Shared>,
) -> Result<(), FrameError> {
    if peer.trust == Trust::OtherUser {
        tracing::warn!(pid = peer.pid, "a process of another user was turned away");
        return Err(FrameError::Closed);
    }
    let theirs: Hello = wire::receive(stream, soon()).await?;
    let handler = shared.handler();
    let hello = Hello {
        pid: Some(std::process::id()),
        ready: Some(handler.is_some()),
        other_privilege: (peer.trust == Trust::Hidden).then_some(true),
        ..Hello::new(&shared.build)
    };
    send(stream, &hello).await?;
    if theirs.protocol != PROTOCOL || peer.trust != Trust::SameUser {
        return Ok(());
    }
    let ask: Ask = match wire::receive(stream, soon()).await {
        Err(FrameError::Malformed(e)) => {
            return refuse(stream, "", "bad_request", format!("not a request: {e}")).await;
        }
        other => other?,
    };
    if ask.id.is_empty() || ask.id.len() > 64 {
        return refuse(
            stream,
            &ask.id,
            "bad_request",
            "an id has 1 to 64 bytes".to_owned(),
        )
        .await;
    }
    // What was carried out before is answered even when nothing new is taken.
    let Some(handler) = shared.handler() else {
        return refuse(
            stream,
            &ask.id,
            "not_ready",
            "just starting or ending".to_owned(),
        )
        .await;
    };
    let admission = shared.memory().admit(&ask.id, &ask.kind, &ask.body);
    match admission {
        Admission::New(progress) => {
            let id = ask.id.clone();
            let seen = progress.subscribe();
            tokio::spawn(carry_out(handler, ask, progress, Arc::clone(shared)));
            report(stream, &id, seen).await
        }
        Admission::Known(seen) => report(stream, &ask.id, seen).await,
        Admission::Reused => {
            refuse(
                stream,
                &ask.id,
                "id_reused",
                "this id belongs to another request".to_owned(),
            )
            .await
        }
        Admission::Full => {
            refuse(
                stream,
                &ask.id,
                "busy",
                "too many requests within a minute".to_owned(),
            )
            .await
        }
    }
}

/// Runs the handler to its end, whatever becomes of the connection.
async fn carry_out(
    handler: Arc<dyn AnyHandler>,
    ask: Ask,
    progress: watch::Sender<Progress>,
    shared: Arc<Shared>,
) {
    let Ask { id, kind, body } = ask;
    let progress = Arc::new(progress);
    let request = Request::new(id.clone(), kind, body, Arc::clone(&progress));
    // A task of its own, so that a panic ends here.
    let reply = tokio::spawn(handler.call(request))
        .await
        .unwrap_or_else(|e| {
            tracing::error!(error = %e, "a request was not carried out to its end");
            Reply::refused(
                "handler_failed",
                "the running instance failed while carrying this out",
            )
        });
    let (reply, size) = sendable(&id, reply);
    shared.memory().finished(&id, size);
    progress.send_replace(Progress::Finished(reply));
}

/// The reply, or in place of one that does not fit into a frame a refusal that says so; and its size.
fn sendable(id: &str, reply: Reply) -> (Reply, usize) {
    let answer = Answer {
        id: id.to_owned(),
        what: What::from(reply.clone()),
    };
    match wire::encode(&answer) {
        Ok(frame) => (reply, frame.len()),
        Err(size) => {
            tracing::error!(size, "a reply does not fit into a frame");
            (
                Reply::refused(
                    "reply_too_large",
                    "it was carried out, but the reply is too large to send",
                ),
                0,
            )
        }
    }
}

/// Passes progress on to the client.
async fn report(
    stream: &mut (impl AsyncWrite + Unpin),
    id: &str,
    mut progress: watch::Receiver<Progress>,
) -> Result<(), FrameError> {
    let answer = |what| Answer {
        id: id.to_owned(),
        what,
    };
    let begun = progress
        .wait_for(|progress| *progress != Progress::Started)
        .await
        .map(|progress| progress.clone());
    if !matches!(
        begun,
        Ok(Progress::Finished(Reply::Refused { .. })) | Err(_)
    ) {
        send(stream, &answer(What::Accepted)).await?;
    }
    let reply = match progress
        .wait_for(|progress| matches!(progress, Progress::Finished(_)))
        .await
        .as_deref()
    {
        Ok(Progress::Finished(reply)) => reply.clone(),
        _ => Reply::refused("handler_failed", "the running instance is ending"),
    };
    send(stream, &answer(reply.into())).await
}

async fn refuse(
    stream: &mut (impl AsyncWrite + Unpin),
    id: &str,
    code: &str,
    text: String,
) -> Result<(), FrameError> {
    let id: String = id.chars().take(64).collect();
    send(
        stream,
        &Answer {
            id,
            what: Reply::refused(code, text).into(),
        },
    )
    .await
}

async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    message: &impl serde::Serialize,
) -> Result<(), FrameError> {
    // Everything that is sent from here was made to fit.
    let frame = wire::encode(message).map_err(|_| FrameError::TooLong)?;
    wire::send(stream, &frame, soon()).await
}

fn soon() -> Instant {
    Instant::now() + FRAME
}
