//! The answer to an event, before and after its hooks start.

use std::fmt;
use std::mem;
use std::sync::Arc;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use tokio::sync::mpsc;

use super::call::Call;
use super::state::{State, lock, start};
use crate::event::CallEvent;
use crate::report::Report;

/// An event that was taken in, with its id, before anything starts. Dropped without
/// [`start`](Self::start), it is forgotten: the same event is then not a duplicate of it.
#[must_use = "nothing runs before `start`"]
pub struct Prepared {
    pub(super) state: Arc<State>,
    pub(super) call: Arc<Call>,
    pub(super) event: CallEvent,
    pub(super) duplicate: bool,
    pub(super) hooks: Vec<usize>,
    pub(super) started: bool,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("id", &self.call.id)
            .field("duplicate", &self.duplicate)
            .finish_non_exhaustive()
    }
}

impl Prepared {
    /// The id of the event; for a duplicate, that of the first one.
    pub fn id(&self) -> &str {
        &self.call.id
    }

    /// Whether the event came a moment ago, so that its hooks do not run again.
    pub fn is_duplicate(&self) -> bool {
        self.duplicate
    }

    /// The names of the hooks that will run, and of those that come after them and may. Each will have its report.
    pub fn hooks(&self) -> impl Iterator<Item = &str> {
        let slots = &self.state.slots;
        let chains = self.hooks.iter();
        chains
            .flat_map(|&index| self.state.chain(index, self.call.kind))
            .map(|index| slots[index].hook.name.as_str())
    }

    /// The event.
    pub fn event(&self) -> &CallEvent {
        &self.event
    }

    /// Starts the hooks. Returns at once.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime, if there are hooks to run.
    pub fn start(mut self) -> Accepted {
        self.started = true;
        let (sender, reports) = mpsc::unbounded_channel();
        let accepted = Accepted {
            id: self.call.id.clone(),
            duplicate: self.duplicate,
            hooks: self.hooks().map(ToOwned::to_owned).collect(),
            reports,
        };
        if !self.hooks.is_empty() {
            self.state.enter(&self.call);
        }
        for index in mem::take(&mut self.hooks) {
            start(&self.state, index, &self.call, sender.clone());
        }
        accepted
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if !self.started && !self.duplicate {
            lock(&self.state.duplicates).forget(&self.call.id);
        }
    }
}

/// The answer to an event. As JSON: `id`, `duplicate`, and the names of the `hooks` that run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Accepted {
    /// The id of the event; for a duplicate, that of the first one.
    pub id: String,
    /// Whether the event came a moment ago, so that its hooks do not run again.
    pub duplicate: bool,
    /// The names of the hooks that run for it, those that come after others included.
    pub hooks: Vec<String>,
    reports: mpsc::UnboundedReceiver<Report>,
}

impl Accepted {
    /// Waits for all runs of this event; their reports, as they ended. A duplicate has none.
    ///
    /// # Cancellation
    ///
    /// Dropping the future stops nothing; [`Runner::cancel`](crate::Runner::cancel) does.
    pub async fn reports(mut self) -> Vec<Report> {
        let mut all = Vec::with_capacity(self.hooks.len());
        while let Some(report) = self.reports.recv().await {
            all.push(report);
        }
        all
    }
}

impl Serialize for Accepted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Accepted", 3)?;
        object.serialize_field("id", &self.id)?;
        object.serialize_field("duplicate", &self.duplicate)?;
        object.serialize_field("hooks", &self.hooks)?;
        object.end()
    }
}
