//! What the owner says to one client: hello, and the answer to one request.

use crate::{
    dedup::Admission,
    message::{AnyHandler, IncomingRequest, Progress, Reply},
    state::OwnerState,
    sys::{Connection, Peer, ServerStream, Trust},
    wire::{self, Answer, AnswerFrame, FrameError, Hello, MAX_NAME, PROTOCOL, RequestFrame},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{oneshot, watch},
    time::Instant,
};
use tracing::Instrument as _;

/// How long a client may take for each of its frames, and the owner for one of its own.
const FRAME: Duration = Duration::from_secs(5);
/// How long the owner waits for a client to close after the last frame.
const FAREWELL: Duration = Duration::from_secs(2);

/// One client, one request. `shed` ends it as long as the client has not said hello, and so cannot have sent a request.
pub(crate) async fn run(
    mut connection: Connection,
    peer: Peer,
    state: Arc<OwnerState>,
    shed: oneshot::Receiver<()>,
) {
    let stream = connection.stream();
    match talk(stream, peer, &state, shed).await {
        Ok(()) => wire::drain(stream, FAREWELL).await,
        // Clients may come and go as they like.
        Err(FrameError::Closed) => {}
        Err(e) => {
            tracing::debug!(error = ?e, pid = peer.pid, "a client did not speak the protocol to its end");
        }
    }
}

async fn talk(
    stream: &mut ServerStream,
    peer: Peer,
    state: &Arc<OwnerState>,
    shed: oneshot::Receiver<()>,
) -> Result<(), FrameError> {
    if peer.trust == Trust::OtherUser {
        tracing::warn!(pid = peer.pid, "a process of another user was turned away");
        return Err(FrameError::Closed);
    }
    let theirs: Hello = tokio::select! {
        _ = shed => return Err(FrameError::Late),
        hello = wire::receive(stream, soon()) => hello?,
    };
    let hello = Hello {
        pid: Some(std::process::id()),
        ready: Some(state.handler().is_some()),
        other_privilege: (peer.trust == Trust::Hidden).then_some(true),
        ..Hello::new(&state.build)
    };
    wire::send_message(stream, &hello, soon()).await?;
    if theirs.protocol != PROTOCOL || peer.trust != Trust::SameUser {
        return Ok(());
    }
    let refused = match wire::receive::<RequestFrame>(stream, soon()).await {
        Err(FrameError::Malformed(e)) => refusal("", "bad_request", format!("not a request: {e}")),
        Ok(request) if request.id.is_empty() || request.id.len() > MAX_NAME => {
            let id: String = request.id.chars().take(MAX_NAME).collect();
            let text = format!("an id has 1 to {MAX_NAME} bytes");
            refusal(&id, "bad_request", text)
        }
        Ok(request) => return answer(stream, request, state).await,
        Err(e) => return Err(e),
    };
    wire::send_message(stream, &refused, soon()).await
}

/// Has the request carried out, and passes on what comes of it.
async fn answer(
    stream: &mut ServerStream,
    request: RequestFrame,
    state: &Arc<OwnerState>,
) -> Result<(), FrameError> {
    let room = state.room_of(&request.kind);
    let id = request.id.clone();
    let refusal = match (state.enter(room), state.handler()) {
        (Some(_permit), Some(handler)) => {
            let admission = state.dedup().admit(&id, &request.kind, &request.body, room);
            match admission {
                Admission::New(progress) => {
                    let seen = progress.subscribe();
                    tokio::spawn(carry_out(handler, request, progress, Arc::clone(state)));
                    return report(stream, &id, seen).await;
                }
                Admission::Known(seen) => return report(stream, &id, seen).await,
                Admission::Reused => {
                    refusal(&id, "id_reused", "this id belongs to another request")
                }
                Admission::Full => refusal(&id, "busy", "too many requests within a minute"),
            }
        }
        (None, _) => may_retry(refusal(&id, "busy", "too many requests at once")),
        (_, None) => may_retry(refusal(&id, "not_ready", "just starting or ending")),
    };
    wire::send_message(stream, &refusal, soon()).await
}

/// Runs the handler to its end, whatever becomes of the connection.
async fn carry_out(
    handler: AnyHandler,
    request: RequestFrame,
    progress: watch::Sender<Progress>,
    state: Arc<OwnerState>,
) {
    let RequestFrame { id, kind, body } = request;
    let span = tracing::debug_span!("ipc_request", id, kind);
    let progress = Arc::new(progress);
    let request = IncomingRequest::new(id.clone(), kind, body, Arc::clone(&progress));
    // A task of its own, so that a panic ends here.
    let reply = tokio::spawn(async move { handler(request).await }.instrument(span))
        .await
        .unwrap_or_else(|e| {
            tracing::error!(error = %e, "a request was not carried out to its end");
            Reply::refused(
                "handler_failed",
                "the running instance failed while carrying this out",
            )
        });
    let (reply, size) = sendable(&id, reply);
    state.dedup().finished(&id, size);
    progress.send_replace(Progress::Finished(reply));
}

/// The reply, or in place of one that does not fit into a frame a refusal that says so; and its size.
fn sendable(id: &str, reply: Reply) -> (Reply, usize) {
    let answer = AnswerFrame::new(id, reply.clone().into());
    match wire::encode(&answer) {
        Ok(frame) => (reply, frame.len()),
        Err(e) => {
            tracing::error!(error = %e, "a reply cannot be sent");
            let text = format!("it was carried out, but the reply cannot be sent: {e}");
            (Reply::refused("reply_too_large", text), 0)
        }
    }
}

/// Passes progress on to the client.
async fn report(
    stream: &mut ServerStream,
    id: &str,
    mut progress: watch::Receiver<Progress>,
) -> Result<(), FrameError> {
    let begun = progress
        .wait_for(|progress| *progress != Progress::Started)
        .await
        .map(|progress| progress.clone());
    if !matches!(
        begun,
        Ok(Progress::Finished(Reply::Refused { .. })) | Err(_)
    ) {
        let accepted = AnswerFrame::new(id, Answer::Accepted);
        wire::send_message(stream, &accepted, soon()).await?;
    }
    let reply = match progress
        .wait_for(|progress| matches!(progress, Progress::Finished(_)))
        .await
        .as_deref()
    {
        Ok(Progress::Finished(reply)) => reply.clone(),
        _ => Reply::refused("handler_failed", "the running instance is ending"),
    };
    wire::send_message(stream, &AnswerFrame::new(id, reply.into()), soon()).await
}

fn refusal(id: &str, code: &str, text: impl Into<String>) -> AnswerFrame {
    AnswerFrame::new(id, Reply::refused(code, text).into())
}

/// The program never saw the request: the client may send it again.
fn may_retry(mut frame: AnswerFrame) -> AnswerFrame {
    if let Answer::Refused { retry, .. } = &mut frame.answer {
        *retry = true;
    }
    frame
}

fn soon() -> Instant {
    Instant::now() + FRAME
}
