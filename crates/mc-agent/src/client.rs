//! Asking the running agent.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use mc_hooks::CallEvent;
use mc_ipc::{Deadlines, InstanceClient, InstanceOptions, IpcError, RunningInstance};
use mc_secret::text::one_line;
use mc_template::DialNumber;

use crate::protocol::{
    DialOrigin, DialRequest, Dialled, EraseRequest, Message, OpenRequest, Redial, RedialRequest,
    RefusedRequest, ReloadRequest, Reloaded, RingRequest, Rung, Status, StatusRequest, StopRequest,
};

/// How long dialling may take: the telephone system waits up to 10 s for a routing application.
const DIALLING: Duration = Duration::from_mins(1);
/// How long reading the settings may take: files on a share, a credential store that wakes up.
const RELOADING: Duration = Duration::from_secs(30);
/// How long hooks may take, queues included, before they are waited for no more. Their own timeouts are what ends them.
const HOOKS: Duration = Duration::from_mins(10);

/// Why the running agent did not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// It could not be asked, or said no.
    #[error(transparent)]
    Call(#[from] IpcError),
    /// It answered something that is not understood; what was asked for was done.
    #[error("the running instance's answer is not understood: {0}")]
    Answer(#[source] Box<dyn Error + Send + Sync>),
}

/// Talks to the agent that runs in this session.
#[derive(Debug, Clone)]
pub struct AgentClient {
    channel: InstanceClient,
    deadlines: Deadlines,
}

impl AgentClient {
    /// A client of the agent whose instance these options name.
    #[must_use]
    pub fn new(instance: &InstanceOptions) -> Self {
        Self {
            channel: InstanceClient::new(instance),
            deadlines: Deadlines::default(),
        }
    }

    /// How long what takes no time of its own may take. Dialling, and waiting for hooks, have longer times for their
    /// results.
    #[must_use]
    pub fn deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// Has a number dialled, once, and waits for what becomes of it.
    ///
    /// # Errors
    /// See [`IpcError`]; [`IpcError::OutcomeUnknown`] leaves open whether it was dialled.
    pub async fn dial(&self, number: &DialNumber, from: DialOrigin) -> Result<Dialled, AskError> {
        self.dial_within(number, from, Duration::ZERO).await
    }

    /// The same; an agent that does not know its user yet, and will learn it at registration, may wait so long for it.
    ///
    /// # Errors
    /// As [`dial`](Self::dial).
    pub async fn dial_within(
        &self,
        number: &DialNumber,
        from: DialOrigin,
        patience: Duration,
    ) -> Result<Dialled, AskError> {
        let request = DialRequest {
            number: number.as_str().to_owned(),
            from,
            patience: u64::try_from(patience.as_millis()).unwrap_or(u64::MAX),
        };
        let accepted = self.deadlines.accepted.saturating_add(patience);
        self.ask(&request, Deadlines::new(accepted, DIALLING)).await
    }

    /// Has a number dialled that the agent's journal knows.
    ///
    /// # Errors
    /// As [`dial`](Self::dial).
    pub async fn redial(&self, number: Redial) -> Result<Dialled, AskError> {
        let deadlines = Deadlines::new(self.deadlines.accepted, DIALLING);
        self.ask(&RedialRequest { number }, deadlines).await
    }

    /// Has the journal take note of a number, or of what should have been one, that is not dialled, and why.
    ///
    /// # Errors
    /// See [`IpcError`].
    pub async fn refused(&self, given: &str, from: DialOrigin, text: &str) -> Result<(), AskError> {
        let request = RefusedRequest {
            given: one_line(given),
            from,
            text: text.to_owned(),
        };
        self.ask(&request, self.deadlines).await.map(drop)
    }

    /// Hands a call over. It is in the journal, and its hooks run, when this returns.
    ///
    /// # Errors
    /// See [`IpcError`].
    pub async fn ring(&self, event: &CallEvent) -> Result<Rung, AskError> {
        self.ask(&RingRequest::new(event, false), self.deadlines)
            .await
    }

    /// The same, and waits for the hooks: their reports are in the answer.
    ///
    /// # Errors
    /// See [`IpcError`].
    pub async fn ring_and_wait(&self, event: &CallEvent) -> Result<Rung, AskError> {
        let deadlines = Deadlines::new(self.deadlines.accepted, HOOKS);
        self.ask(&RingRequest::new(event, true), deadlines).await
    }

    /// What the agent is doing.
    ///
    /// # Errors
    /// See [`IpcError`].
    pub async fn status(&self) -> Result<Status, AskError> {
        self.ask(&StatusRequest {}, self.deadlines).await
    }

    /// Has the agent read its settings again. They are in force when this returns.
    ///
    /// # Errors
    /// See [`IpcError`]; refused with the code `settings` when something is wrong with them: those in force stay.
    pub async fn reload(&self) -> Result<Reloaded, AskError> {
        self.ask(
            &ReloadRequest {},
            Deadlines::new(self.deadlines.accepted, RELOADING),
        )
        .await
    }

    /// Has the agent's page made ready. Gives the file that takes a browser there: once, within 10 s, and for this user alone.
    ///
    /// # Errors
    /// See [`IpcError`]; refused with the code `unknown_kind` by an agent that was built without it.
    pub async fn open_page(&self) -> Result<PathBuf, AskError> {
        Ok(self.ask(&OpenRequest {}, self.deadlines).await?.file)
    }

    /// Removes every call from or to a number from the journal, and every dialling of it. Gives how many.
    ///
    /// # Errors
    /// See [`IpcError`].
    pub async fn erase(&self, number: &str) -> Result<usize, AskError> {
        let request = EraseRequest {
            number: number.to_owned(),
        };
        Ok(self.ask(&request, self.deadlines).await?.erased)
    }

    /// Tells the agent to end, and waits until all but its last steps are done, or for 8 s. What it still waits for then is
    /// the answer. [`gone`](Self::gone) waits for the end.
    ///
    /// # Errors
    /// See [`IpcError`]; [`IpcError::OutcomeUnknown`] when it ended without an answer, or not yet.
    pub async fn stop(&self) -> Result<Option<String>, AskError> {
        Ok(self.ask(&StopRequest {}, self.deadlines).await?.waits_for)
    }

    /// Waits until no agent runs. False when one still does at the deadline.
    pub async fn gone(&self, deadline: Duration) -> bool {
        self.channel.gone(deadline).await
    }

    /// Who runs, if anybody does and says so within `deadline`.
    ///
    /// # Errors
    /// See [`IpcError`].
    pub async fn hello(&self, deadline: Duration) -> Result<RunningInstance, AskError> {
        Ok(self.channel.hello(deadline).await?)
    }

    async fn ask<M: Message>(
        &self,
        message: &M,
        deadlines: Deadlines,
    ) -> Result<M::Reply, AskError> {
        let answer = |error| AskError::Answer(Box::new(error));
        let body = serde_json::to_value(message).map_err(answer)?;
        let reply = self.channel.request(M::KIND, &body, deadlines).await?;
        serde_json::from_value(reply).map_err(answer)
    }
}
