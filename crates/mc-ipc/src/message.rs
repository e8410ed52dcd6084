//! What the owner's program gets to see: a request, and what it replies.

use serde_json::Value;
use std::{future::Future, pin::Pin, sync::Arc};
use tokio::sync::watch;

/// A request as the owner's [`RequestHandler`] sees it.
#[derive(Debug)]
#[non_exhaustive]
pub struct IncomingRequest {
    /// The client's random id. The same id is handled once.
    pub id: String,
    /// What is asked for, in the application's own words.
    pub kind: String,
    /// Its details.
    pub body: Value,
    progress: Arc<watch::Sender<Progress>>,
}

impl IncomingRequest {
    pub(crate) fn new(
        id: String,
        kind: String,
        body: Value,
        progress: Arc<watch::Sender<Progress>>,
    ) -> Self {
        Self {
            id,
            kind,
            body,
            progress,
        }
    }

    /// Tells the client that the request is taken and its result will follow.
    ///
    /// To be called once what must not be lost is safe, for example written to disk, and before anything slow: until
    /// then the client counts its (shorter) time to ACCEPTED. A handler that never calls it is taken to accept by
    /// replying [`Reply::Done`].
    pub fn accept(&self) {
        self.progress.send_if_modified(|progress| {
            let first = *progress == Progress::Started;
            if first {
                *progress = Progress::Accepted;
            }
            first
        });
    }
}

/// What the owner answers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// It was done; the client gets this value, of at most [`MAX_BODY`](crate::MAX_BODY) bytes of JSON.
    Done(Value),
    /// It is not done; the client gets [`IpcError::Refused`](crate::IpcError::Refused).
    Refused {
        /// A stable word for programs.
        code: String,
        /// A sentence for people.
        text: String,
    },
}

impl Reply {
    /// A refusal.
    #[must_use]
    pub fn refused(code: &str, text: impl Into<String>) -> Self {
        Self::Refused {
            code: code.to_owned(),
            text: text.into(),
        }
    }
}

/// How far a request has come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Progress {
    /// Its handler runs.
    Started,
    /// Its handler confirmed that it has taken it.
    Accepted,
    /// Its handler ended.
    Finished(Reply),
}

/// The application's side of the owner: turns a request into a reply.
///
/// Any `Fn(IncomingRequest) -> impl Future<Output = Reply>` is a handler. It runs on a task of its own for each
/// request, within a `tracing` span that has the request's id, and to its end even when the client goes away. A
/// handler that panics is answered with the refusal `handler_failed` (in a program that unwinds).
pub trait RequestHandler: Send + Sync + 'static {
    /// Handles one request.
    fn handle(&self, request: IncomingRequest) -> impl Future<Output = Reply> + Send;
}

impl<F, Fut> RequestHandler for F
where
    F: Fn(IncomingRequest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Reply> + Send,
{
    fn handle(&self, request: IncomingRequest) -> impl Future<Output = Reply> + Send {
        self(request)
    }
}

type ReplyFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// A handler of whatever type.
pub(crate) type AnyHandler = Arc<dyn Fn(IncomingRequest) -> ReplyFuture + Send + Sync>;

/// Forgets the handler's type.
pub(crate) fn any_handler(handler: impl RequestHandler) -> AnyHandler {
    let handler = Arc::new(handler);
    Arc::new(move |request| {
        let handler = Arc::clone(&handler);
        Box::pin(async move { handler.handle(request).await })
    })
}
