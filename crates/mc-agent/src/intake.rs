//! Where calls enter, whichever way they come: written to the journal first, then their hooks start.

use std::borrow::Cow;
use std::sync::Arc;

use mc_hooks::{Accepted, CallEvent, Report, Runner};
use tokio::sync::Mutex;

use crate::journal::{Journal, JournalError};
use crate::protocol::Receipt;
use crate::station::KnownUser;

/// Where calls come from. The journal says so; nothing else depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: Cow<'static, str>,
}

impl Source {
    /// A source of this name: one word for the journal, such as `http`.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The way in for one source of calls. Clones are the same way in.
#[derive(Debug, Clone)]
pub struct Intake {
    source: Source,
    shared: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    runner: Runner,
    journal: Arc<Journal>,
    user: KnownUser,
    /// One call after another, so that a repetition is answered only when the first one is safe on disk.
    turn: Mutex<()>,
}

/// A call that was taken in.
#[derive(Debug)]
#[non_exhaustive]
pub struct AcceptedCall {
    /// Under which id, and what runs.
    pub receipt: Receipt,
    runs: Accepted,
}

impl AcceptedCall {
    /// Waits for all hooks of this call; their reports, as they ended. A duplicate has none.
    pub async fn reports(self) -> Vec<Report> {
        self.runs.reports().await
    }
}

impl Intake {
    pub(crate) fn new(
        source: Source,
        runner: Runner,
        journal: Arc<Journal>,
        user: KnownUser,
    ) -> Self {
        Self {
            source,
            shared: Arc::new(Inner {
                runner,
                journal,
                user,
                turn: Mutex::default(),
            }),
        }
    }

    /// The same for another source.
    #[must_use]
    pub fn from(&self, source: Source) -> Self {
        Self {
            source,
            shared: Arc::clone(&self.shared),
        }
    }

    /// The ACD user of this workstation, when one is known.
    pub fn user(&self) -> Option<String> {
        self.shared.user.get()
    }

    /// Accepts a call. When this returns, it is in the journal and its hooks are under way.
    ///
    /// # Errors
    /// When it cannot be written down; then nothing runs.
    pub async fn accept(&self, mut event: CallEvent) -> Result<AcceptedCall, JournalError> {
        let Inner {
            runner,
            journal,
            user,
            turn,
        } = &*self.shared;
        if let Some(user) = user.get() {
            event.set_default("UsersUID", &user);
        }
        let _turn = turn.lock().await;
        let prepared = runner.prepare(event);
        if !prepared.is_duplicate() {
            let hooks = prepared.hooks().map(ToOwned::to_owned).collect();
            journal
                .call(prepared.id(), self.source.name(), prepared.event(), hooks)
                .await?;
        }
        let runs = prepared.start();
        tracing::info!(
            id = runs.id,
            via = self.source.name(),
            duplicate = runs.duplicate,
            hooks = runs.hooks.len(),
            "a call"
        );
        let receipt = Receipt {
            id: runs.id.clone(),
            duplicate: runs.duplicate,
            hooks: runs.hooks.clone(),
        };
        Ok(AcceptedCall { receipt, runs })
    }
}
