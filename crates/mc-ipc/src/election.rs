//! The election: who is the one instance.

use crate::{
    client::OutgoingRequest,
    deadline::{Backoff, Deadlines, require_runtime, within},
    error::IpcError,
    handshake::{Attempt, AttemptError, RunningInstance, SayHello},
    options::InstanceOptions,
    owner::Owner,
    sys::{Channel, Lock, Place},
};
use serde_json::Value;
use std::{io, time::Duration};
use tokio::time::Instant;

/// How long an election takes at most, where the caller does not say.
const ELECTION: Duration = Duration::from_secs(5);
/// How long a process that listens without holding the lock may take to say hello.
const ORPHAN: Duration = Duration::from_secs(2);

/// The right to be the one instance of a program for this user and session.
#[derive(Debug)]
pub struct Instance;

/// How the election ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Acquired<O = Owner> {
    /// This process is the instance.
    Owner(O),
    /// Another process is, and answered.
    Running(RunningInstance),
}

/// How a start that had something to hand over ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum HandOver<O = Owner> {
    /// This process is the first, and has to do itself what it wanted to ask for.
    First(O),
    /// Another process is the instance, and carried the request out. That is its result.
    Done(Value),
}

impl Instance {
    /// Becomes the instance, or finds the one that runs; within 5 seconds.
    ///
    /// One that is not [ready](RunningInstance::ready) is waited for: it may be ending, and then this process takes
    /// its place. Until [`Owner::serve`] runs, clients are told that the owner is not ready.
    ///
    /// Dropping the future gives up whatever it had: this process is not the instance then.
    ///
    /// # Errors
    /// See [`IpcError`]. In no such case is this process the instance, and it must not run as if it were.
    pub async fn acquire(options: &InstanceOptions) -> Result<Acquired, IpcError> {
        Self::acquire_within(options, ELECTION).await
    }

    /// The same with a deadline of the caller's: so long a hung instance is waited for.
    ///
    /// # Errors
    /// As [`Self::acquire`].
    pub async fn acquire_within(
        options: &InstanceOptions,
        deadline: Duration,
    ) -> Result<Acquired, IpcError> {
        require_runtime()?;
        let mut ready = WaitUntilReady {
            hello: SayHello {
                build: &options.build,
            },
            not_ready: None,
        };
        let elected = elect(options, within(deadline), &mut ready).await;
        match (elected, ready.not_ready) {
            (Ok(Elected::First(owner)), _) => Ok(Acquired::Owner(owner)),
            (Ok(Elected::Met(running)), _) | (Err(IpcError::NoAnswer { .. }), Some(running)) => {
                Ok(Acquired::Running(running))
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Becomes the instance, or hands over to the one that runs what this process was started for.
    ///
    /// Of any number of processes that start at once exactly one is first; the requests of all others are carried out
    /// by it, as soon as it [serves](Owner::serve). Where the instance ends while it is asked, the next one in line is
    /// first. [`Deadlines::accepted`] covers the election too.
    ///
    /// Dropping the future gives up whatever it had; a request that was written by then is carried out all the same.
    ///
    /// # Errors
    /// See [`IpcError`]. In no such case is this process the instance.
    pub async fn acquire_or_request(
        options: &InstanceOptions,
        kind: &str,
        body: &Value,
        deadlines: Deadlines,
    ) -> Result<HandOver, IpcError> {
        let mut request = OutgoingRequest::unique(options, kind, body, deadlines)?;
        Ok(
            match elect(options, request.deadline, &mut request).await? {
                Elected::First(owner) => HandOver::First(owner),
                Elected::Met(reply) => HandOver::Done(reply),
            },
        )
    }
}

/// Meets an instance that takes requests.
struct WaitUntilReady<'a> {
    hello: SayHello<'a>,
    /// The one that was met last, if that did not take any.
    not_ready: Option<RunningInstance>,
}

impl Attempt for WaitUntilReady<'_> {
    type Output = RunningInstance;

    async fn attempt(
        &mut self,
        place: &Place,
        hello: Instant,
    ) -> Result<RunningInstance, AttemptError> {
        let running = self.hello.attempt(place, hello).await?;
        if running.ready {
            return Ok(running);
        }
        let pid = Some(running.pid);
        self.not_ready = Some(running);
        Err(AttemptError::Retry(IpcError::NoAnswer { pid }))
    }
}

/// How an election ended.
enum Elected<T> {
    First(Owner),
    /// Another process is the instance; that came of meeting it.
    Met(T),
}

/// Takes the lock and the address, or meets whoever has them, until one of the two succeeds.
async fn elect<A: Attempt>(
    options: &InstanceOptions,
    deadline: Instant,
    meet: &mut A,
) -> Result<Elected<A::Output>, IpcError> {
    let mut backoff = Backoff::until(deadline);
    loop {
        let place = Place::find(options, true)?.ok_or_else(|| {
            IpcError::system("find the place of the lock", io::ErrorKind::NotFound)
        })?;
        let lock = Lock::try_take(&place).map_err(|e| {
            IpcError::system(format!("take the lock beside {}", place.address()), e)
        })?;
        // Even with the lock somebody may answer: an owner whose lock file was removed.
        let until = match lock {
            Some(_) => deadline.min(Instant::now() + ORPHAN),
            None => deadline,
        };
        let error = match (meet.attempt(&place, until).await, lock) {
            (Ok(met), _) => return Ok(Elected::Met(met)),
            (Err(AttemptError::Final(error)), _) => return Err(error),
            (Err(AttemptError::Retry(error)), _) => error,
            (Err(AttemptError::NobodyListens), None) => IpcError::NoAnswer { pid: None },
            (Err(AttemptError::NobodyListens), Some(lock)) => match Channel::bind(&place, &lock) {
                Ok(channel) => {
                    return Ok(Elected::First(Owner::start(place, lock, channel, options)));
                }
                // On Windows a dying owner's pipe may outlive its lock by a moment.
                Err(e) => IpcError::system(format!("listen at {}", place.address()), e),
            },
        };
        backoff.pause_after(error).await?;
    }
}
