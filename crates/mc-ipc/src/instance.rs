//! The election, and the side that won it.

use crate::{AcquireError, Handler, Options, ServeError};
use std::{convert::Infallible, future::Future};

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
    /// Whether it handles requests yet.
    pub ready: bool,
}

impl Instance {
    /// Becomes the instance, or finds the one that runs; within 5 seconds.
    ///
    /// Must be called inside a tokio runtime with time and io enabled. Until [`Owner::serve`] runs, clients are told
    /// that the owner is not ready.
    ///
    /// # Errors
    /// See [`AcquireError`]: in no such case may the program run as if it were the only one.
    pub async fn acquire(options: &Options) -> Result<Acquired, AcquireError> {
        let _ = options;
        std::future::ready(Err(AcquireError::NoAnswer)).await
    }
}

/// This process is the instance until the value is dropped.
#[derive(Debug)]
pub struct Owner {
    _private: Infallible,
}

impl Owner {
    /// Answers requests until `stop` completes; then waits a moment for replies under way. The instance stays
    /// owned, and later clients are told that it is not ready, until the owner is closed or dropped.
    ///
    /// # Errors
    /// [`ServeError`] when clients can no longer reach this process.
    pub async fn serve<H: Handler>(
        &mut self,
        handler: H,
        stop: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        let _ = handler;
        stop.await;
        Ok(())
    }

    /// Gives the instance up: the address goes, then the lock.
    pub async fn close(self) {
        std::future::ready(()).await;
    }
}
