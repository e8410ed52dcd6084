//! The asking side.

use crate::{
    deadline::{Backoff, Deadlines, require_runtime, within},
    error::IpcError,
    handshake::{Attempt, AttemptError, RunningInstance, SayHello, handshake},
    options::InstanceOptions,
    sys::{self, ClientStream, Place},
    wire::{self, Answer, AnswerFrame, FrameError, MAX_BODY, MAX_NAME, RequestFrame},
};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument as _;

/// Sends requests to the running instance, each over a connection of its own.
#[derive(Debug, Clone)]
pub struct InstanceClient {
    options: InstanceOptions,
}

impl InstanceClient {
    /// A client of the instance that these options name.
    #[must_use]
    pub fn new(options: &InstanceOptions) -> Self {
        Self {
            options: options.clone(),
        }
    }

    /// Asks the running instance to do something, once.
    ///
    /// Dropping the future closes the connection. A request that was written by then is carried out all the same.
    ///
    /// # Errors
    /// See [`IpcError`]; only [`IpcError::OutcomeUnknown`] leaves open whether it was done.
    pub async fn request(
        &self,
        kind: &str,
        body: &Value,
        deadlines: Deadlines,
    ) -> Result<Value, IpcError> {
        self.request_with_id(&random_id()?, kind, body, deadlines)
            .await
    }

    /// The same with an id of the caller's: a request repeated with its id within 60 s of its end is not carried out
    /// again but answered as the first was. For callers that may safely ask again, since they know their id.
    ///
    /// `id` is 1 to 64 bytes long, and no other request's.
    ///
    /// # Errors
    /// See [`IpcError`].
    pub async fn request_with_id(
        &self,
        id: &str,
        kind: &str,
        body: &Value,
        deadlines: Deadlines,
    ) -> Result<Value, IpcError> {
        let request = OutgoingRequest::new(&self.options, id, kind, body, deadlines)?;
        self.repeat(request.deadline, request).await
    }

    /// Who is running: hello, and nothing else. Dropping the future closes the connection.
    ///
    /// # Errors
    /// [`IpcError::NotRunning`], and whatever else keeps a hello from coming back within `deadline`.
    pub async fn hello(&self, deadline: Duration) -> Result<RunningInstance, IpcError> {
        require_runtime()?;
        let build = &self.options.build;
        self.repeat(within(deadline), SayHello { build }).await
    }

    /// Waits until no process holds the instance. False when one still does at the deadline, or it cannot be told.
    /// May be dropped at any time.
    pub async fn gone(&self, deadline: Duration) -> bool {
        if require_runtime().is_err() {
            return false;
        }
        let mut backoff = Backoff::until(within(deadline));
        loop {
            match Place::find(&self.options, false).map(|place| place.map(|p| p.is_owned())) {
                Ok(None | Some(Ok(false))) => return true,
                Ok(Some(Ok(true))) => {}
                Ok(Some(Err(_))) | Err(_) => return false,
            }
            if !backoff.pause().await {
                return false;
            }
        }
    }

    /// Repeats an attempt until it settles something, or the deadline comes.
    async fn repeat<A: Attempt>(
        &self,
        deadline: Instant,
        mut what: A,
    ) -> Result<A::Output, IpcError> {
        let mut backoff = Backoff::until(deadline);
        loop {
            let place = Place::find(&self.options, false)?.ok_or(IpcError::NotRunning)?;
            let error = match what.attempt(&place, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(AttemptError::Final(error)) => return Err(error),
                Err(AttemptError::Retry(error)) => error,
                // With the lock taken, its holder is about to listen, or about to go.
                Err(AttemptError::NobodyListens) => match place.is_owned() {
                    Ok(true) => IpcError::NoAnswer { pid: None },
                    Ok(false) => return Err(IpcError::NotRunning),
                    Err(e) => {
                        return Err(IpcError::system("look whether an instance runs", e));
                    }
                },
            };
            backoff.pause_after(error).await?;
        }
    }
}

/// A request that is known to fit, and until when it has to be accepted.
pub(crate) struct OutgoingRequest<'a> {
    build: &'a str,
    message: RequestFrame,
    frame: Vec<u8>,
    pub(crate) deadline: Instant,
    result: Duration,
}

impl<'a> OutgoingRequest<'a> {
    fn new(
        options: &'a InstanceOptions,
        id: &str,
        kind: &str,
        body: &Value,
        deadlines: Deadlines,
    ) -> Result<Self, IpcError> {
        require_runtime()?;
        let lengths = [
            ("body", body.to_string().len(), MAX_BODY),
            ("kind", kind.len(), MAX_NAME),
            ("id", id.len(), MAX_NAME),
        ];
        for (what, size, limit) in lengths {
            if size > limit {
                return Err(IpcError::TooLarge { what, size, limit });
            }
        }
        let message = RequestFrame {
            id: id.to_owned(),
            kind: kind.to_owned(),
            body: body.clone(),
        };
        let frame = wire::encode(&message)
            .map_err(|e| IpcError::system("write the request", std::io::Error::other(e)))?;
        Ok(Self {
            build: &options.build,
            message,
            frame,
            deadline: within(deadlines.accepted),
            result: deadlines.result,
        })
    }

    /// With an id that nobody else has.
    pub(crate) fn unique(
        options: &'a InstanceOptions,
        kind: &str,
        body: &Value,
        deadlines: Deadlines,
    ) -> Result<Self, IpcError> {
        Self::new(options, &random_id()?, kind, body, deadlines)
    }

    /// After the request was written nothing is followed by a second attempt, except where the owner says that it
    /// did not take it.
    async fn await_answer(&self, stream: &mut ClientStream) -> Result<Value, AttemptError> {
        let (mut deadline, mut accepted) = (self.deadline, false);
        loop {
            let answer = match wire::receive::<AnswerFrame>(stream, deadline).await {
                Ok(frame) if frame.id == self.message.id => frame.answer,
                _ => return Err(AttemptError::Final(IpcError::OutcomeUnknown { accepted })),
            };
            match answer {
                Answer::Accepted => {
                    accepted = true;
                    deadline = within(self.result);
                }
                Answer::Result { body } => return Ok(body),
                Answer::Refused { code, text, retry } => {
                    let error = IpcError::Refused { code, text };
                    return Err(if retry {
                        AttemptError::Retry(error)
                    } else {
                        AttemptError::Final(error)
                    });
                }
            }
        }
    }
}

impl Attempt for OutgoingRequest<'_> {
    type Output = Value;

    async fn attempt(&mut self, place: &Place, hello: Instant) -> Result<Value, AttemptError> {
        let span = tracing::debug_span!(
            "ipc_request",
            id = self.message.id,
            kind = self.message.kind
        );
        async {
            let (mut stream, running) = handshake(place, self.build, hello).await?;
            if !running.ready {
                return Err(AttemptError::Retry(not_ready()));
            }
            match wire::send(&mut stream, &self.frame, self.deadline).await {
                Ok(()) => self.await_answer(&mut stream).await,
                // Part of it may have gone, and the owner does nothing with part of a frame. Still the time is up.
                Err(FrameError::Late) => Err(AttemptError::Final(IpcError::OutcomeUnknown {
                    accepted: false,
                })),
                // The owner went away before it could have the whole: as if it had before hello.
                Err(_) => Err(AttemptError::Retry(IpcError::NoAnswer {
                    pid: Some(running.pid),
                })),
            }
        }
        .instrument(span)
        .await
    }
}

fn random_id() -> Result<String, IpcError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| IpcError::system("make an id", std::io::Error::other(e)))?;
    Ok(sys::hex(&bytes))
}

fn not_ready() -> IpcError {
    IpcError::Refused {
        code: "not_ready".to_owned(),
        text: "the running instance is just starting or ending and takes no requests".to_owned(),
    }
}
