//! Settings that are read again while the agent runs: when it is asked to, and when their files change.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{mpsc, oneshot, watch};

use crate::protocol::{RefusedSettings, Reloaded};
use crate::settings::Settings;
use crate::timestamp::seconds;

/// How often the files are looked at. Polled: notices of changes do not come from a network share, where home folders
/// often are.
const LOOK: Duration = Duration::from_secs(30);

/// Where an agent's settings come from, to be read again.
pub trait SettingsSource: Send + Sync + 'static {
    /// Reads the settings. May block. What identifies the agent (the program's name, its version, the folder of its
    /// state) stays as it was at the start, whatever is read.
    ///
    /// # Errors
    /// Everything that is wrong with them, for a person, a line for each problem.
    fn read(&self) -> Result<Settings, String>;

    /// The files to watch: when one changes, comes or goes, the settings are read again.
    fn files(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// How often they are looked at; every 30 s unless said otherwise.
    fn look_every(&self) -> Duration {
        LOOK
    }
}

/// Why the settings were not taken over. Those that were in force are.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// The agent was not told where its settings come from.
    #[error("this agent's settings cannot be read again; start it anew")]
    NoSource,
    /// Something is wrong with them.
    #[error("{0}")]
    Settings(String),
    /// The agent is about to end.
    #[error("the agent is ending")]
    Ending,
}

impl ReloadError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSource => "no_source",
            Self::Settings(_) => "settings",
            Self::Ending => "ending",
        }
    }
}

pub(crate) type Answer = oneshot::Sender<Result<Reloaded, ReloadError>>;

/// Asks for the settings to be read again. Clones ask the same agent.
#[derive(Debug, Clone)]
pub(crate) struct Reloader {
    orders: mpsc::Sender<Answer>,
    refused: Arc<watch::Sender<Option<RefusedSettings>>>,
}

impl Reloader {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Answer>) {
        let (orders, inbox) = mpsc::channel(1);
        let reloader = Self {
            orders,
            refused: Arc::default(),
        };
        (reloader, inbox)
    }

    pub(crate) async fn reload(&self) -> Result<Reloaded, ReloadError> {
        let (answer, answered) = oneshot::channel();
        let ending = |_| ReloadError::Ending;
        self.orders
            .send(answer)
            .await
            .map_err(|_| ReloadError::Ending)?;
        answered.await.map_err(ending)?
    }

    /// Newer settings that could not be taken over.
    pub(crate) fn refused(&self) -> Option<RefusedSettings> {
        self.refused.borrow().clone()
    }

    /// Notes what came of the last reading, and gives it as it is told from now on.
    pub(crate) fn note(&self, error: Option<String>) -> Option<RefusedSettings> {
        let refused = error.map(|error| RefusedSettings {
            since: seconds(jiff::Timestamp::now()),
            error,
        });
        self.refused.send_replace(refused.clone());
        refused
    }
}

/// The files of a source, and how they looked last.
pub(crate) struct Watched {
    source: Arc<dyn SettingsSource>,
    seen: Mutex<Vec<Seen>>,
}

/// A file's path, with its time and length if it is there.
type Seen = (PathBuf, Option<(SystemTime, u64)>);

impl Watched {
    /// As they are now.
    pub(crate) fn new(source: Arc<dyn SettingsSource>) -> Self {
        let seen = Mutex::new(look(source.as_ref()));
        Self { source, seen }
    }

    /// How long to wait until the next look.
    pub(crate) fn every(&self) -> Duration {
        self.source.look_every()
    }

    /// Whether they look otherwise than the last time. May block.
    pub(crate) fn changed(&self) -> bool {
        let now = look(self.source.as_ref());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *seen, now.clone()) != now
    }

    /// Reads the settings. May block. A change while they are read is one that comes after.
    pub(crate) fn read(&self) -> Result<Settings, String> {
        self.changed();
        self.source.read()
    }
}

fn look(source: &dyn SettingsSource) -> Vec<Seen> {
    let look = |path: PathBuf| {
        let seen = fs::metadata(&path)
            .and_then(|data| Ok((data.modified()?, data.len())))
            .ok();
        (path, seen)
    };
    source.files().into_iter().map(look).collect()
}
