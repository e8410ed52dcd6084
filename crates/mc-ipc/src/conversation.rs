//! What the owner says to one client: hello, and the answer to one request.

use crate::{
    PROTOCOL, Reply, Request,
    memory::{Admission, Progress},
    owner::{AnyHandler, Shared},
    sys::{Channel, Peer, Trust},
    wire::{self, Answer, Ask, FrameError, Hello, What},
};
use interprocess::local_socket::tokio::Stream;
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{OwnedSemaphorePermit, watch},
    time::Instant,
};

/// How long a client may take for each of its frames, and the owner for one of its own.
const FRAME: Duration = Duration::from_secs(5);
/// How long the owner waits for a client to close after the last frame.
const FAREWELL: Duration = Duration::from_secs(2);

/// One client, one request.
pub(crate) async fn run(
    mut stream: Stream,
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
