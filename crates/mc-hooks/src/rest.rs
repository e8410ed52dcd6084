//! The action that makes REST calls.

use std::sync::Arc;
use std::time::Duration;

use mc_curl::{CurlCommand, RequestError, Sender};
use mc_template::Scope;

use crate::fault::Fault;
use crate::report::Outcome;
use crate::stop::Stop;
use crate::supervise::Done;

/// A curl command and the sender that carries it out.
#[derive(Clone, Debug)]
pub struct Rest {
    command: Arc<CurlCommand>,
    sender: Sender,
}

impl Rest {
    /// Makes this command's requests through this sender. Clones of one sender share its connections.
    pub fn new(command: CurlCommand, sender: Sender) -> Self {
        Self {
            command: Arc::new(command),
            sender,
        }
    }

    /// The command.
    pub fn command(&self) -> &CurlCommand {
        &self.command
    }

    /// The sender.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }
}

/// Makes the requests.
pub(crate) async fn send(
    rest: &Rest,
    scope: &Scope<'_>,
    limit: Option<Duration>,
    stop: &mut Stop,
) -> Done {
    let answer = tokio::select! {
        biased;
        answer = rest.sender().send(rest.command(), scope, limit) => answer,
        () = stop.given_up() => return Done::cancelled(),
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Done::new(outcome(&error), Fault::Request(error)),
    };
    let outcome = if answer.is_timeout() {
        Outcome::Timeout
    } else if answer.exit_code() != 0 {
        Outcome::Failed
    } else if answer.is_http_error() {
        Outcome::HttpError
    } else {
        Outcome::Ok
    };
    let fault = answer.error().map(|text| Fault::Answer(text.to_owned()));
    Done {
        status: answer.status(),
        ..Done::new(outcome, fault).text(answer.done())
    }
}

/// What a request that could not be made comes to.
pub(crate) fn outcome(error: &RequestError) -> Outcome {
    match error {
        RequestError::Skipped { .. } => Outcome::Skipped,
        RequestError::File { .. } => Outcome::Failed,
        _ => Outcome::Refused,
    }
}
