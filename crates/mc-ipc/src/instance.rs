//! The election: who is the one instance.

use crate::{
    AcquireError, CallError, Options, Owner,
    client::{Silence, greet_at, pause},
    sys::{Channel, Lock, Place, trouble},
};
use std::{io, time::Duration};
use tokio::time::Instant;

/// How long an election takes at most.
const ELECTION: Duration = Duration::from_secs(5);
/// How long a process that listens without holding the lock may take to say hello.
const STRANGER: Duration = Duration::from_secs(2);

/// The right to be the one instance of a program for this user and session.
#[derive(Debug)]
pub struct Instance;

/// How the election ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Acquired {
    /// This process is the instance.
    Owner(Owner),
    /// Another process is, and answered.
    Running(Running),
}

/// What the running instance says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Running {
    /// Its build text.
    pub build: String,
    /// Its process id.
    pub pid: u32,
    /// Whether it handles requests yet (and still).
    pub ready: bool,
}

impl Instance {
    /// Becomes the instance, or finds the one that runs; within 5 seconds.
    ///
    /// One that is not [ready](Running::ready) is waited for: it may be ending, and then this process takes its place.
    ///
    /// Must be called inside a tokio runtime with time and io enabled. Until [`Owner::serve`] runs, clients are told
    /// that the owner is not ready.
    ///
    /// # Errors
    /// See [`AcquireError`]. In no such case is this process the instance, and it must not run as if it were.
    pub async fn acquire(options: &Options) -> Result<Acquired, AcquireError> {
        let deadline = Instant::now() + ELECTION;
        let Some(place) = Place::find(options, true)? else {
            return Err(trouble(
                "find the place of the lock",
                io::ErrorKind::NotFound.into(),
            ));
        };
        loop {
            let lock = match Lock::try_take(&place) {
                Ok(lock) => lock,
                Err(e) => {
                    return Err(trouble(
                        format!("take the lock beside {}", place.address()),
                        e,
                    ));
                }
            };
            let attempt = match lock {
                Some(lock) => own(&place, lock, options, deadline).await?,
                None => find(&place, options, deadline).await?,
            };
            match attempt {
                Attempt::Running(running) => return Ok(Acquired::Running(running)),
                Attempt::Listening(lock, channel) => {
                    return Ok(Acquired::Owner(Owner::start(place, lock, channel, options)));
                }
                Attempt::NotReady(running) => {
                    if !pause(deadline).await {
                        return Ok(Acquired::Running(running));
                    }
                }
                Attempt::Nothing(error) => {
                    if !pause(deadline).await {
                        return Err(error);
                    }
                }
            }
        }
    }
}

/// What one round of the election came to.
enum Attempt {
    Running(Running),
    NotReady(Running),
    Listening(Lock, Channel),
    /// Nothing yet; that is what to say when time is up.
    Nothing(AcquireError),
}

impl Attempt {
    fn met(running: Running) -> Self {
        if running.ready {
            Self::Running(running)
        } else {
            Self::NotReady(running)
        }
    }
}

/// With the lock: takes the address, unless somebody answers there (who then owned a lock file that was removed).
async fn own(
    place: &Place,
    lock: Lock,
    options: &Options,
    deadline: Instant,
) -> Result<Attempt, AcquireError> {
    match greet_at(place, options, deadline.min(Instant::now() + STRANGER)).await {
        Ok((_, running)) => return Ok(Attempt::met(running)),
        Err(Silence::Absent) => {}
        Err(Silence::Mute) => return Ok(Attempt::Nothing(AcquireError::NoAnswer)),
        Err(Silence::Failed(error)) => return Err(as_acquire_error(error)),
    }
    match Channel::bind(place, &lock) {
        Ok(channel) => Ok(Attempt::Listening(lock, channel)),
        // On Windows a dying owner's pipe may outlive its lock by a moment.
        Err(e) => Ok(Attempt::Nothing(trouble(
            format!("listen at {}", place.address()),
            e,
        ))),
    }
}

/// Without the lock: its holder should answer, now or in a moment.
async fn find(
    place: &Place,
    options: &Options,
    deadline: Instant,
) -> Result<Attempt, AcquireError> {
    match greet_at(place, options, deadline).await {
        Ok((_, running)) => Ok(Attempt::met(running)),
        Err(Silence::Absent | Silence::Mute) => Ok(Attempt::Nothing(AcquireError::NoAnswer)),
        Err(Silence::Failed(error)) => Err(as_acquire_error(error)),
    }
}

fn as_acquire_error(error: CallError) -> AcquireError {
    match error {
        CallError::OtherPrivilege => AcquireError::OtherPrivilege,
        CallError::PeerNotTrusted => AcquireError::PeerNotTrusted,
        CallError::OtherProtocol { ours, theirs } => AcquireError::OtherProtocol { ours, theirs },
        CallError::System(source) => trouble("connect to the running instance", source),
        _ => AcquireError::NoAnswer,
    }
}
