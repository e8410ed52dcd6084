//! The asking side.

use crate::{
    AcquireError, CallError, Options, PROTOCOL, Running,
    sys::{self, ConnectError, Place, Trust},
    wire::{self, Answer, Ask, FrameError, Hello, What},
};
use serde_json::Value;
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, sleep, timeout_at},
};

/// How long a call may take, in two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadlines {
    /// Until the owner confirmed that it took the request: finding it, connecting, hello, ACCEPTED.
    pub accepted: Duration,
    /// From then until the result.
    pub result: Duration,
}

impl Default for Deadlines {
    /// 5 s until the request is accepted, 30 s more until its result.
    fn default() -> Self {
        Self {
            accepted: Duration::from_secs(5),
            result: Duration::from_secs(30),
        }
    }
}

impl Deadlines {
    /// Other times.
    #[must_use]
    pub fn new(accepted: Duration, result: Duration) -> Self {
        Self { accepted, result }
    }

    /// The default, with another time for the result.
    #[must_use]
    pub fn with_result(result: Duration) -> Self {
        Self {
            result,
            ..Self::default()
        }
    }
}

/// Sends requests to the running instance, each over a connection of its own.
#[derive(Debug, Clone)]
pub struct Client {
    options: Options,
}

impl Client {
    /// A client of the instance that these options name.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        Self {
            options: options.clone(),
        }
    }

    /// Asks the running instance to do something, once.
    ///
    /// # Errors
    /// See [`CallError`]; only [`CallError::OutcomeUnknown`] leaves open whether it was done.
    pub async fn request(
        &self,
        kind: &str,
        body: &Value,
        deadlines: Deadlines,
    ) -> Result<Value, CallError> {
        self.request_with_id(&random_id()?, kind, body, deadlines)
            .await
    }

    /// The same with an id of the caller's: a request repeated with its id within 60 s of its end is not carried out
    /// again but answered as the first was. For callers that may safely ask again, since they know their id.
    ///
    /// `id` is 1 to 64 bytes long, and no other request's.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn request_with_id(
        &self,
        id: &str,
        kind: &str,
        body: &Value,
        deadlines: Deadlines,
    ) -> Result<Value, CallError> {
        let ask = Ask {
            id: id.to_owned(),
            kind: kind.to_owned(),
            body: body.clone(),
        };
        let frame = wire::encode(&ask).map_err(|size| CallError::TooLarge { size })?;
        let deadline = Instant::now() + deadlines.accepted;
        let mut not_ready = false;
        loop {
            match greet(&self.options, deadline).await {
                Ok((mut stream, running)) if running.ready => {
                    match wire::send(&mut stream, &frame, deadline).await {
                        Ok(()) => {
                            return await_answer(&mut stream, id, deadline, deadlines.result).await;
                        }
                        // Part of it may have gone, and the owner does nothing with part of a frame. Still the time
                        // is up.
                        Err(FrameError::Late) => {
                            return Err(CallError::OutcomeUnknown { accepted: false });
                        }
                        // The owner went away before it could have the whole: as if it had before hello.
                        Err(_) => {}
                    }
                }
                Ok(_) => not_ready = true,
                Err(Greeting::Failed(error)) => return Err(error),
                Err(Greeting::Again) => {}
            }
            if !pause(deadline).await {
                return Err(if not_ready {
                    refused_not_ready()
                } else {
                    CallError::NoAnswer
                });
            }
        }
    }

    /// Who is running: hello, and nothing else.
    ///
    /// # Errors
    /// [`CallError::NotRunning`], and whatever else keeps a hello from coming back within `deadline`.
    pub async fn hello(&self, deadline: Duration) -> Result<Running, CallError> {
        let deadline = Instant::now() + deadline;
        loop {
            match greet(&self.options, deadline).await {
                Ok((_, running)) => return Ok(running),
                Err(Greeting::Failed(error)) => return Err(error),
                Err(Greeting::Again) if pause(deadline).await => {}
                Err(Greeting::Again) => return Err(CallError::NoAnswer),
            }
        }
    }

    /// Waits until no process holds the instance. False when one still does at the deadline, or it cannot be told.
    pub async fn gone(&self, deadline: Duration) -> bool {
        let deadline = Instant::now() + deadline;
        loop {
            match Place::find(&self.options, false)
                .map(|place| place.map_or(Ok(false), |place| place.is_owned()))
            {
                Ok(Ok(false)) => return true,
                Ok(Ok(true)) => {}
                Ok(Err(_)) | Err(_) => return false,
            }
            if !pause(deadline).await {
                return false;
            }
        }
    }
}

/// Why there was no greeting.
#[derive(Debug)]
pub(crate) enum Greeting {
    /// Nothing was settled; asking again may.
    Again,
    /// That is the answer.
    Failed(CallError),
}

impl From<CallError> for Greeting {
    fn from(error: CallError) -> Self {
        Self::Failed(error)
    }
}

/// Connects and exchanges hellos with whoever owns the instance.
pub(crate) async fn greet(
    options: &Options,
    deadline: Instant,
) -> Result<(impl AsyncRead + AsyncWrite + Unpin + use<>, Running), Greeting> {
    let Some(place) = Place::find(options, false).map_err(denied)? else {
        return Err(CallError::NotRunning.into());
    };
    match greet_at(&place, options, deadline).await {
        // Nobody listens. With the lock taken, its holder is about to, or about to go.
        Err(Silence::Absent) => match place.is_owned() {
            Ok(true) => Err(Greeting::Again),
            Ok(false) => Err(CallError::NotRunning.into()),
            Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => {
                Err(CallError::OtherPrivilege.into())
            }
            Err(e) => Err(CallError::System(e).into()),
        },
        Err(Silence::Mute) => Err(Greeting::Again),
        Err(Silence::Failed(error)) => Err(error.into()),
        Ok(greeted) => Ok(greeted),
    }
}

/// Why nobody said hello.
#[derive(Debug)]
pub(crate) enum Silence {
    /// Nobody listens.
    Absent,
    /// Somebody does, and did not answer.
    Mute,
    /// Somebody does, with whom there is no talking.
    Failed(CallError),
}

/// Connects to the place and exchanges hellos.
pub(crate) async fn greet_at(
    place: &Place,
    options: &Options,
    deadline: Instant,
) -> Result<(impl AsyncRead + AsyncWrite + Unpin + use<>, Running), Silence> {
    let (mut stream, peer) = timeout_at(deadline, sys::connect(place))
        .await
        .map_err(|_| Silence::Mute)?
        .map_err(|e| match e {
            ConnectError::Absent => Silence::Absent,
            ConnectError::Busy => Silence::Mute,
            ConnectError::Denied => Silence::Failed(CallError::OtherPrivilege),
            ConnectError::System(e) => Silence::Failed(CallError::System(e)),
        })?;
    // Before a single byte is sent.
    match peer.trust {
        Trust::SameUser => {}
        Trust::OtherUser => return Err(Silence::Failed(CallError::PeerNotTrusted)),
        Trust::Hidden => return Err(Silence::Failed(CallError::OtherPrivilege)),
    }
    let ours = Hello::new(&options.build);
    let hello =
        wire::encode(&ours).map_err(|size| Silence::Failed(CallError::TooLarge { size }))?;
    wire::send(&mut stream, &hello, deadline)
        .await
        .map_err(|_| Silence::Mute)?;
    let other = |theirs: String| {
        Silence::Failed(CallError::OtherProtocol {
            ours: ours.describe(),
            theirs,
        })
    };
    let theirs: Hello = wire::receive(&mut stream, deadline)
        .await
        .map_err(|e| match e {
            FrameError::Closed | FrameError::Broken | FrameError::Late => Silence::Mute,
            FrameError::TooLong => other("not this protocol: an oversized frame".to_owned()),
            FrameError::Malformed(e) => other(format!("not this protocol: {e}")),
        })?;
    if theirs.protocol != PROTOCOL {
        return Err(other(theirs.describe()));
    }
    if theirs.other_privilege == Some(true) {
        return Err(Silence::Failed(CallError::OtherPrivilege));
    }
    let running = Running {
        build: theirs.build,
        pid: theirs.pid.unwrap_or(peer.pid),
        ready: theirs.ready.unwrap_or(true),
    };
    Ok((stream, running))
}

/// After the request was written: nothing that happens from here on is followed by a second attempt.
async fn await_answer(
    stream: &mut (impl AsyncRead + Unpin),
    id: &str,
    mut deadline: Instant,
    result: Duration,
) -> Result<Value, CallError> {
    let mut accepted = false;
    loop {
        let unknown = CallError::OutcomeUnknown { accepted };
        let Ok(answer) = wire::receive::<Answer>(stream, deadline).await else {
            return Err(unknown);
        };
        if answer.id != id {
            return Err(unknown);
        }
        match answer.what {
            What::Accepted => {
                accepted = true;
                deadline = Instant::now() + result;
            }
            What::Result { body } => return Ok(body),
            What::Refused { code, text } => return Err(CallError::Refused { code, text }),
        }
    }
}

/// A short wait of random length, so that many waiters do not come at once. False when the deadline is reached.
pub(crate) async fn pause(deadline: Instant) -> bool {
    let mut byte = [0];
    // Without randomness all wait equally long.
    let _ = getrandom::fill(&mut byte);
    let until = Instant::now() + Duration::from_millis(10 + u64::from(byte[0] % 32));
    if until >= deadline {
        sleep(deadline.saturating_duration_since(Instant::now())).await;
        return false;
    }
    sleep(until.saturating_duration_since(Instant::now())).await;
    true
}

fn random_id() -> Result<String, CallError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| CallError::System(std::io::Error::other(e)))?;
    Ok(sys::hex(&bytes))
}

fn refused_not_ready() -> CallError {
    CallError::Refused {
        code: "not_ready".to_owned(),
        text: "the running instance is just starting or ending and takes no requests".to_owned(),
    }
}

fn denied(error: AcquireError) -> CallError {
    match error {
        AcquireError::OtherPrivilege => CallError::OtherPrivilege,
        AcquireError::System { source, .. } => CallError::System(source),
        _ => CallError::NoAnswer,
    }
}
