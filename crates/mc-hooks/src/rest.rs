//! The action that makes REST calls.

use std::sync::Arc;
use std::time::Duration;

use mc_curl::{CurlCommand, RequestError, Sender};
use mc_secret::Provider;
use mc_template::Scope;

use crate::answers::Answers;
use crate::fault::Fault;
use crate::outcome::Outcome;
use crate::stop::Stop;
use crate::supervise::Done;

/// A curl command and the sender that carries it out.
#[derive(Clone, Debug)]
pub struct Rest {
    command: Arc<CurlCommand>,
    sender: Sender,
    answers: Answers,
}

impl Rest {
    /// Makes this command's requests through this sender. Clones of one sender share its connections.
    pub fn new(command: CurlCommand, sender: Sender) -> Self {
        Self {
            command: Arc::new(command),
            sender,
            answers: Answers::default(),
        }
    }

    /// Takes these values from the answer of the last request, for the hooks that come after this one. An answer that
    /// does not give them is a failure.
    #[must_use]
    pub fn answers(mut self, answers: Answers) -> Self {
        if !answers.is_empty() {
            self.sender = self.sender.body_kept(Answers::MAX_BODY);
        }
        self.answers = answers;
        self
    }

    /// The names of the values that its answer brings.
    pub fn answered(&self) -> impl Iterator<Item = &str> {
        self.answers.names()
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
    secrets: Option<&dyn Provider>,
    limit: Option<Duration>,
    longest_wait: Duration,
    stop: &mut Stop,
) -> Done {
    let (mut sender, command) = (rest.sender().clone(), rest.command());
    if limit.is_none() {
        // A run that waited for longer would send yesterday's call.
        sender = sender.longest_wait(longest_wait);
    }
    let send = async {
        match secrets.filter(|_| command.hidden().next().is_some()) {
            Some(secrets) => sender.send_with(command, scope, secrets, limit).await,
            None => sender.send(command, scope, limit).await,
        }
    };
    let answer = tokio::select! {
        biased;
        answer = send => answer,
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
    let mut done = Done::new(outcome, fault).text(answer.done());
    done.status = answer.status();
    if let (Outcome::Ok, Some(last), false) =
        (outcome, answer.transfers.last(), rest.answers.is_empty())
    {
        match rest.answers.read(last) {
            Ok(values) => done.answer = Some(values),
            Err(fault) => {
                (done.outcome, done.fault) = (Outcome::Failed, Some(Fault::Values(fault)));
            }
        }
    }
    done
}

/// What a request that could not be made comes to.
pub(crate) fn outcome(error: &RequestError) -> Outcome {
    match error {
        RequestError::Skipped { .. } => Outcome::Skipped,
        RequestError::File { .. } | RequestError::Hidden(_) => Outcome::Failed,
        _ => Outcome::Refused,
    }
}
