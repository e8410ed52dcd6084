//! The client's first steps: it connects, looks who is there, and exchanges hellos.

use crate::{
    error::IpcError,
    sys::{self, ClientStream, ConnectError, Place, Trust},
    wire::{self, FrameError, Hello, PROTOCOL},
};
use tokio::time::{Instant, timeout_at};

/// What the running instance says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunningInstance {
    /// Its build text.
    pub build: String,
    /// Its process id.
    pub pid: u32,
    /// Whether it handles requests yet (and still).
    pub ready: bool,
}

/// Why an attempt to reach the owner came to nothing.
#[derive(Debug)]
pub(crate) enum AttemptError {
    /// Nobody listens at the address.
    NobodyListens,
    /// Nothing is settled, and another attempt may succeed; that is what to say when time is up.
    Retry(IpcError),
    /// That is the answer.
    Final(IpcError),
}

/// Something that is tried with whoever owns the instance.
pub(crate) trait Attempt: Send {
    type Output: Send;

    /// Tries it once; the owner has until `hello` to say hello.
    fn attempt(
        &mut self,
        place: &Place,
        hello: Instant,
    ) -> impl Future<Output = Result<Self::Output, AttemptError>> + Send;
}

/// Hello, and nothing else.
pub(crate) struct SayHello<'a> {
    pub(crate) build: &'a str,
}

impl Attempt for SayHello<'_> {
    type Output = RunningInstance;

    async fn attempt(
        &mut self,
        place: &Place,
        hello: Instant,
    ) -> Result<RunningInstance, AttemptError> {
        Ok(handshake(place, self.build, hello).await?.1)
    }
}

/// Connects to the place and exchanges hellos.
pub(crate) async fn handshake(
    place: &Place,
    build: &str,
    deadline: Instant,
) -> Result<(ClientStream, RunningInstance), AttemptError> {
    let silent = |pid| AttemptError::Retry(IpcError::NoAnswer { pid });
    let (mut stream, peer) = timeout_at(deadline, sys::connect(place))
        .await
        .map_err(|_| silent(None))?
        .map_err(|e| match e {
            ConnectError::NobodyListens => AttemptError::NobodyListens,
            ConnectError::Busy => silent(None),
            ConnectError::System(e) => {
                AttemptError::Final(IpcError::system("connect to the running instance", e))
            }
        })?;
    // Before a single byte is sent.
    match peer.trust {
        Trust::SameUser => {}
        Trust::OtherUser => return Err(AttemptError::Final(IpcError::PeerNotTrusted)),
        Trust::Hidden => return Err(AttemptError::Final(IpcError::OtherPrivilege)),
    }
    let silent = |_| silent(Some(peer.pid));
    let ours = Hello::new(build);
    wire::send_message(&mut stream, &ours, deadline)
        .await
        .map_err(silent)?;
    let other = |theirs: String| {
        AttemptError::Final(IpcError::OtherProtocol {
            ours: ours.describe(),
            theirs,
        })
    };
    let theirs: Hello = wire::receive(&mut stream, deadline)
        .await
        .map_err(|e| match e {
            FrameError::TooLong => other("not this protocol: an oversized frame".to_owned()),
            FrameError::Malformed(e) => other(format!("not this protocol: {e}")),
            e => silent(e),
        })?;
    if theirs.protocol != PROTOCOL {
        return Err(other(theirs.describe()));
    }
    if theirs.other_privilege == Some(true) {
        return Err(AttemptError::Final(IpcError::OtherPrivilege));
    }
    let running = RunningInstance {
        build: theirs.build,
        pid: theirs.pid.unwrap_or(peer.pid),
        ready: theirs.ready.unwrap_or(true),
    };
    Ok((stream, running))
}
