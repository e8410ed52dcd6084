//! What a program asks of an agent that runs in it.

use std::sync::Arc;
use std::time::Duration;

use mc_template::DialNumber;
use tokio::sync::watch;

use crate::dial::Dialler;
use crate::dial_error::DialError;
use crate::feed::Feed;
use crate::intake::{CallSource, Intake};
use crate::journal::Journal;
#[cfg(feature = "page")]
use crate::page::{Page, PageError};
use crate::protocol::{DialOrigin, Dialled, Reloaded, Status};
use crate::reload::{ReloadError, Reloader};

/// How far the end of an agent has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Registration is taken back, hooks end.
    Goodbyes,
    /// What was noted is written.
    Journal,
    /// There is nothing left to wait for.
    Done,
}

/// What can be asked of an agent in this process, before it runs and while it does. Clones are the same.
#[derive(Clone)]
pub struct AgentHandle {
    pub(crate) intake: Intake,
    pub(crate) dialler: Arc<Dialler>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) reload: Reloader,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) ending: watch::Sender<Ending>,
    pub(crate) status: Arc<dyn Fn() -> Status + Send + Sync>,
    #[cfg(feature = "page")]
    pub(crate) page: Arc<Page>,
}

impl std::fmt::Debug for AgentHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentHandle")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

impl AgentHandle {
    /// The way in for calls from this source.
    pub fn intake(&self, source: CallSource) -> Intake {
        self.intake.from(source)
    }

    /// Dials a number, once, and waits for what becomes of it.
    ///
    /// # Errors
    /// When it is not dialled, and why.
    pub async fn dial(&self, number: &DialNumber, from: DialOrigin) -> Result<Dialled, DialError> {
        self.dialler.dial(number, from, Duration::ZERO, || {}).await
    }

    /// What happens from now on, as it happens; how things stood before, [`status`](Self::status) says. A reader that is
    /// slow holds nothing up; it is told how much it missed.
    pub fn feed(&self) -> Feed {
        self.journal.teller().feed()
    }

    /// What the agent is doing.
    pub fn status(&self) -> Status {
        (self.status)()
    }

    /// Reads the settings again and puts them in force between two calls. What runs goes on under the settings it began
    /// with. The port and the registration begin anew only if their settings changed.
    ///
    /// # Errors
    /// See [`ReloadError`]; then everything stays as it is.
    pub async fn reload(&self) -> Result<Reloaded, ReloadError> {
        self.reload.reload().await
    }

    /// Opens the port of the agent's page if it is not open, and writes a file that takes a browser there: once, within 10 s,
    /// and for this user alone. Then the file is removed.
    ///
    /// # Errors
    /// See [`PageError`].
    #[cfg(feature = "page")]
    pub async fn open_page(&self) -> Result<std::path::PathBuf, PageError> {
        self.page.open().await
    }

    /// Ends the agent: [`Agent::run`](crate::Agent::run) returns when everything is done.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}
