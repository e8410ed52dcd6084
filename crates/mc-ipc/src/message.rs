//! What travels: a request, and the reply to it.

use serde_json::Value;
use std::{future::Future, sync::Arc};
use tokio::sync::watch;

use crate::memory::Progress;

/// A request as the owner's [`Handler`] sees it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Request {
    /// The client's random id. The same id is handled once.
    pub id: String,
    /// What is asked for, in the application's own words.
    pub kind: String,
    /// Its details.
    pub body: Value,
    progress: Arc<watch::Sender<Progress>>,
}

impl Request {
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
    /// It was done; the client gets this value.
    Done(Value),
    /// It is not done; the client gets [`CallError::Refused`](crate::CallError::Refused).
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

/// The application's side of the owner: turns a request into a reply.
///
/// Any `Fn(Request) -> impl Future<Output = Reply>` is a handler. It runs on a task of its own for each request, and
/// to its end even when the client goes away. A handler that panics is answered with the refusal `handler_failed`.
pub trait Handler: Send + Sync + 'static {
    /// Handles one request.
    fn handle(&self, request: Request) -> impl Future<Output = Reply> + Send;
}

impl<F, Fut> Handler for F
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Reply> + Send,
{
    fn handle(&self, request: Request) -> impl Future<Output = Reply> + Send {
        self(request)
    }
}
