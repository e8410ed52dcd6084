//! The asking side.

use crate::{CallError, Options, Running};
use serde_json::Value;
use std::time::Duration;

/// How long a call may take, in two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadlines {
    /// Until the owner confirmed that it received the request: finding it, connecting, hello, ACCEPTED.
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
    /// The default, with another time for the result.
    #[must_use]
    pub fn with_result(result: Duration) -> Self {
        Self {
            result,
            ..Self::default()
        }
    }
}

/// Sends requests to the running instance.
#[derive(Debug, Clone)]
pub struct Client {
    #[expect(dead_code)]
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
        let _ = (kind, body, deadlines);
        std::future::ready(Err(CallError::NotRunning)).await
    }

    /// Who is running: hello, and nothing else.
    ///
    /// # Errors
    /// [`CallError::NotRunning`], and what else keeps a hello from coming back within `deadline`.
    pub async fn hello(&self, deadline: Duration) -> Result<Running, CallError> {
        let _ = deadline;
        std::future::ready(Err(CallError::NotRunning)).await
    }

    /// Waits until no instance is running: its lock is free. Gives false when one still runs at the deadline.
    pub async fn gone(&self, deadline: Duration) -> bool {
        let _ = deadline;
        std::future::ready(false).await
    }
}
