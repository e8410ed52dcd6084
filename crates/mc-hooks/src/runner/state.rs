//! What the clones of a runner share: who runs, who waits, who is told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use mc_template::Values;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tracing::Instrument;

use super::call::Call;
use super::duplicates::Duplicates;
use crate::engine::Engine;
use crate::event::{CallEvent, EventKind};
use crate::fault::Fault;
use crate::hook::Hook;
use crate::observer::{Observer, Start};
use crate::report::{Outcome, Report};
use crate::stop::{Stage, Stop};
use crate::supervise::Done;
use crate::task::Task;

/// Where the reports of one event go.
pub(super) type Reply = mpsc::UnboundedSender<Report>;

pub(super) struct State {
    pub(super) slots: Vec<Slot>,
    pub(super) engine: Engine,
    observer: Box<dyn Observer>,
    pub(super) station: Mutex<Values>,
    pub(super) duplicates: Mutex<Duplicates>,
    /// What may be cancelled.
    calls: Mutex<Vec<Weak<Call>>>,
    pub(super) stage: watch::Sender<Stage>,
    pub(super) active: watch::Sender<usize>,
}

/// A hook, who runs it and who waits for it.
pub(super) struct Slot {
    pub(super) hook: Hook,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl State {
    pub(super) fn new(hooks: Vec<Hook>, engine: Engine, observer: impl Observer) -> Self {
        let slot = |hook: Hook| Slot {
            permits: Arc::new(Semaphore::new(
                hook.max_parallel.clamp(1, Semaphore::MAX_PERMITS),
            )),
            waiting: AtomicUsize::new(0),
            hook,
        };
        Self {
            slots: hooks.into_iter().map(slot).collect(),
            engine,
            observer: Box::new(observer),
            station: Mutex::default(),
            duplicates: Mutex::default(),
            calls: Mutex::default(),
            stage: watch::Sender::new(Stage::Open),
            active: watch::Sender::new(0),
        }
    }

    /// The event's values, and above them what is known of the workstation.
    pub(super) fn values(&self, event: &CallEvent) -> Values {
        let mut values = event.values().clone();
        for (name, value) in lock(&self.station).iter() {
            if !value.is_empty() {
                values.set(name, value);
            }
        }
        values
    }

    pub(super) fn matching(&self, kind: EventKind, values: &Values) -> Vec<usize> {
        let slots = self.slots.iter().enumerate();
        slots
            .filter(|(_, slot)| slot.hook.is_for_call(kind, values))
            .map(|(index, _)| index)
            .collect()
    }

    /// Remembers what may be cancelled for as long as it goes on.
    pub(super) fn enter(&self, call: &Arc<Call>) {
        let mut calls = lock(&self.calls);
        calls.retain(|call| call.strong_count() > 0);
        calls.push(Arc::downgrade(call));
    }

    pub(super) fn cancel(&self, id: &str) -> bool {
        let mut found = false;
        for call in lock(&self.calls).iter().filter_map(Weak::upgrade) {
            if call.id == id {
                call.cancelled.send_replace(true);
                found = true;
            }
        }
        found
    }

    pub(super) fn stop(&self, call: &Call) -> Stop {
        Stop::new(self.stage.subscribe(), call.cancelled.subscribe())
    }

    /// Waits for a place among those that run; or for the outcome of what never will.
    async fn admit(
        &self,
        slot: &Slot,
        permit: Option<OwnedSemaphorePermit>,
        stop: &mut Stop,
    ) -> Result<OwnedSemaphorePermit, Outcome> {
        let waits = permit.is_none();
        let place = async {
            match permit {
                Some(permit) => Ok(permit),
                // The semaphore is never closed.
                None => slot.permits.clone().acquire_owned().await,
            }
        };
        let admitted = tokio::select! {
            biased;
            outcome = stop.before_it_began() => Err(outcome),
            permit = place => permit.map_err(|_| Outcome::Dropped),
        };
        if waits {
            slot.waiting.fetch_sub(1, Ordering::AcqRel);
        }
        admitted
    }

    async fn run(self: &Arc<Self>, index: usize, call: &Arc<Call>, mut stop: Stop) -> Report {
        let hook = &self.slots[index].hook;
        let start = Start {
            id: &call.id,
            hook: &hook.name,
            action: hook.action.kind(),
        };
        self.tell(|observer| observer.started(start));
        let begun = tokio::time::Instant::now();
        // In a task of its own, so that a panic in it is a report like any other.
        let run = tokio::spawn({
            let (state, call) = (self.clone(), call.clone());
            async move {
                let hook = &state.slots[index].hook;
                let task = task(hook, &call);
                state.engine.perform_until(task, &mut stop).await
            }
            .in_current_span()
        });
        run.await.unwrap_or_else(|error| {
            let done = if error.is_panic() {
                Done::new(Outcome::Failed, Fault::Panic)
            } else {
                Done::cancelled()
            };
            let mut report = self.engine.report(&task(hook, call), done);
            report.millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            report
        })
    }

    /// Tells the observer, whose panic is its own affair.
    fn tell(&self, what: impl FnOnce(&dyn Observer)) {
        if catch_unwind(AssertUnwindSafe(|| what(self.observer.as_ref()))).is_err() {
            tracing::error!("an observer of runs panicked");
        }
    }
}

fn task<'a>(hook: &'a Hook, call: &'a Call) -> Task<'a> {
    Task::new(&call.id, &hook.name, &hook.action, &call.values)
        .timeout(hook.timeout)
        .document(&call.document)
}

/// Gives one hook its place: among those that run, in the queue, or nowhere.
pub(super) fn start(state: &Arc<State>, index: usize, call: &Arc<Call>, reply: Reply) {
    let slot = &state.slots[index];
    let active = Active::new(state.clone());
    let call = call.clone();
    let mut stop = state.stop(&call);
    // Who comes later does not pass those who wait.
    let free = slot.waiting.load(Ordering::Acquire) == 0;
    let permit = free
        .then(|| slot.permits.clone().try_acquire_owned().ok())
        .flatten();
    let queued = permit.is_some()
        || slot
            .waiting
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |waiting| {
                (waiting < slot.hook.queue).then_some(waiting + 1)
            })
            .is_ok();
    let span = tracing::info_span!("run", id = call.id, hook = slot.hook.name);
    let run = async move {
        let state = &active.state;
        let slot = &state.slots[index];
        let not_begun = |outcome, fault| {
            let done = Done::new(outcome, fault);
            state.engine.report(&task(&slot.hook, &call), done)
        };
        let report = if queued {
            match state.admit(slot, permit, &mut stop).await {
                Ok(permit) => {
                    let report = state.run(index, &call, stop).await;
                    drop(permit);
                    report
                }
                Err(Outcome::Cancelled) => not_begun(Outcome::Cancelled, Fault::Cancelled),
                Err(outcome) => not_begun(outcome, Fault::NotBegun),
            }
        } else {
            let waiting = slot.hook.queue;
            not_begun(Outcome::Dropped, Fault::QueueFull { waiting })
        };
        state.tell(|observer| observer.report(&report));
        // Nobody may be waiting for it.
        let _ = reply.send(report);
    };
    tokio::spawn(run.instrument(span));
}

/// Counts a run from its acceptance to its report, whatever becomes of it in between.
pub(super) struct Active {
    state: Arc<State>,
}

impl Active {
    pub(super) fn new(state: Arc<State>) -> Self {
        state.active.send_modify(|count| *count += 1);
        Self { state }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.state.active.send_modify(|count| *count -= 1);
    }
}

/// A lock that a panic elsewhere does not take away: what it protects is whole after every statement.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
