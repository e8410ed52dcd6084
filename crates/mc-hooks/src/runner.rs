//! Runs hooks for events: several at a time, each within its limits, each reported.

mod accepted;
mod call;
mod dry;
mod duplicates;
mod state;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mc_template::Values;
use serde_json::Value;
use tokio::time::Instant;

pub use self::accepted::{Accepted, Prepared};
use self::call::Call;
use self::state::{Active, State, lock};
use crate::engine::Engine;
use crate::event::{CallEvent, EventKind};
use crate::fault::Fault;
use crate::hook::Hook;
use crate::observer::Observer;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::report::Report;
use crate::stop::{Programs, Stage};
use crate::supervise::Done;
use crate::task::Task;

/// Runs hooks for events.
///
/// The hooks of one event start side by side, but for those that come [after](Hook::after) others. Each hook has its own limit of parallel runs and its own
/// queue, so a slow one holds up no other. Submitting never waits: what does not fit into a
/// queue is dropped for that hook, and reported. An event that came a moment ago runs nothing again.
///
/// Clones are the same runner. Its methods must be called within one tokio runtime with I/O and time
/// enabled; one thread suffices. Whatever starts a run panics outside a runtime.
///
/// Each run has a `tracing` span, `run`, with the id of its call and the name of its hook.
#[derive(Clone)]
pub struct Runner {
    state: Arc<State>,
    ids: Arc<(RandomState, AtomicU64)>,
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.hooks().map(|hook| hook.name.as_str()).collect();
        f.debug_struct("Runner")
            .field("hooks", &names)
            .finish_non_exhaustive()
    }
}

impl Runner {
    /// A runner for these hooks. The observer is told of every run, and of every turn that did not come.
    ///
    /// A hook that comes after one that is not among them, or after itself, never runs: [`Chains`](crate::Chains)
    /// says beforehand which do.
    pub fn new(hooks: Vec<Hook>, engine: Engine, observer: impl Observer) -> Self {
        Self {
            state: Arc::new(State::new(hooks, engine, observer)),
            ids: Arc::default(),
        }
    }

    /// Sets what is known of this workstation: `ComputerName`, `IPAddress` and so on. It stands above
    /// what an event says, for the events taken in from now on. Empty values do not count.
    pub fn set_station(&self, values: Values) {
        *lock(&self.state.station) = values;
    }

    /// Whether nothing runs, waits or is [prepared](Self::prepare) any more, and this is the last clone: a runner that was
    /// replaced by another one can be dropped then.
    pub fn is_idle(&self) -> bool {
        Arc::strong_count(&self.state) == 1 && *self.state.active.borrow() == 0
    }

    /// The hooks.
    pub fn hooks(&self) -> impl Iterator<Item = &Hook> {
        self.state.slots.iter().map(|slot| &slot.hook)
    }

    /// Takes an event in without starting anything yet, so that it can be written down first. What the hooks will see
    /// is fixed here, the workstation included.
    pub fn prepare(&self, event: CallEvent) -> Prepared {
        let fresh = self.new_id();
        let first = lock(&self.state.duplicates).note(&event, &fresh, Instant::now());
        let duplicate = first.is_some();
        let (values, hooks, document) = if duplicate {
            (Values::new(), Vec::new(), Value::Null)
        } else {
            let values = self.state.values(&event);
            let hooks = self.state.matching(event.kind(), &values);
            (values, hooks, event.to_json())
        };
        Prepared {
            state: self.state.clone(),
            call: Arc::new(Call::new(
                first.unwrap_or(fresh),
                event.kind(),
                values,
                document,
            )),
            event,
            duplicate,
            hooks,
            started: false,
        }
    }

    /// Starts the hooks that are for this event. Returns at once.
    pub fn submit(&self, event: CallEvent) -> Accepted {
        self.prepare(event).start()
    }

    /// Runs the hooks that are for this event, and waits for all of them.
    ///
    /// # Cancellation
    ///
    /// Dropping the future stops nothing: the runs go on, and the observer is told of them.
    pub async fn run(&self, event: CallEvent) -> Vec<Report> {
        self.submit(event).reports().await
    }

    /// Carries out one action that belongs to no hook, as dialling does. It can be cancelled, and the shutdown of the
    /// runner is its end, too. The observer is not told.
    ///
    /// # Cancellation
    ///
    /// As for [`Engine::perform`].
    pub async fn perform(&self, task: Task<'_>) -> Report {
        if *self.state.stage.borrow() != Stage::Open {
            let done = Done::new(Outcome::Dropped, Fault::NotBegun);
            return self.state.engine.report(&task, done);
        }
        let _active = Active::new(self.state.clone());
        let kind = EventKind::default();
        let call = Call::new(task.id.to_owned(), kind, Values::new(), Value::Null);
        self.state.enter(&call);
        let mut stop = self.state.stop(&call);
        self.state.engine.perform_until(task, &mut stop).await
    }

    /// What the hooks that are for this event would do. Does nothing.
    ///
    /// Those that come after others follow them, each with what it waits for. In place of the values that answers would
    /// bring stand those that the event has for their names, else the names, and `1` where only a number may be.
    pub fn plan(&self, event: &CallEvent) -> Vec<Plan> {
        dry::plans(&self.state, event)
    }

    /// Calls off every run of the event or action with this id that has not ended: a program is ended with everything it
    /// started, a request is given up, and what waits does not begin. The reports say
    /// [`Cancelled`](Outcome::Cancelled). Whether there was anything of that id.
    pub fn cancel(&self, id: &str) -> bool {
        self.state.cancel(id)
    }

    /// Ends the runner: nothing new starts, and what waits in a queue is dropped. What becomes of programs is said by
    /// `programs`; those that it does not end at once, and requests, have this long to end. Then programs are left alone
    /// and reported as [`Running`](Outcome::Running), and requests are given up as [`Cancelled`](Outcome::Cancelled).
    /// Every run is reported before this returns.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the runner without new runs; what runs has no limit then.
    pub async fn shutdown(&self, programs: Programs, grace: Duration) {
        self.state.stage.send_replace(Stage::Closing(programs));
        let mut active = self.state.active.subscribe();
        let idle = async move {
            // The sender lives in `self`, so waiting cannot fail.
            let _ = active.wait_for(|count| *count == 0).await;
        };
        tokio::pin!(idle);
        if tokio::time::timeout(grace, &mut idle).await.is_err() {
            self.state.stage.send_replace(Stage::Closed(programs));
            idle.await;
        }
    }

    /// 16 hexadecimal digits, random enough to differ from those of earlier runs.
    fn new_id(&self) -> String {
        let (random, counter) = &*self.ids;
        format!(
            "{:016x}",
            random.hash_one(counter.fetch_add(1, Ordering::Relaxed))
        )
    }
}
