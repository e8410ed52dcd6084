//! What the clones of a runner share: who runs, who waits, who is told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use mc_template::Values;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep_until};
use tracing::Instrument;

use super::call::Call;
use super::duplicates::Duplicates;
use crate::action::Action;
use crate::chain::{Chains, turn};
use crate::engine::Engine;
use crate::event::{CallEvent, EventKind};
use crate::fault::Fault;
use crate::hook::{After, Hook};
use crate::observer::{Observer, Start};
use crate::outcome::Outcome;
use crate::report::Report;
use crate::stop::{Stage, Stop};
use crate::supervise::Done;
use crate::task::Task;

/// Where the reports of one event go.
pub(super) type Reply = mpsc::UnboundedSender<Report>;

pub(super) struct State {
    pub(super) slots: Vec<Slot>,
    pub(super) chains: Chains,
    pub(super) engine: Engine,
    observer: Box<dyn Observer>,
    pub(super) station: Mutex<Values>,
    pub(super) duplicates: Mutex<Duplicates>,
    /// What may be cancelled.
    calls: Mutex<Vec<(String, Weak<watch::Sender<bool>>)>>,
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
        let names = hooks.iter().map(|hook| {
            let before = hook.after.as_ref().map(After::hook);
            (hook.name.as_str(), before)
        });
        Self {
            chains: Chains::of(names),
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

    /// The hooks that an event itself starts.
    pub(super) fn matching(&self, kind: EventKind, values: &Values) -> Vec<usize> {
        let slots = self.slots.iter().enumerate();
        slots
            .filter(|(index, slot)| {
                self.chains.begins(*index) && slot.hook.is_for_call(kind, values)
            })
            .map(|(index, _)| index)
            .collect()
    }

    /// The hooks that come right after one, for a kind of event.
    pub(super) fn next(&self, index: usize, kind: EventKind) -> impl Iterator<Item = usize> {
        let next = self.chains.after(index);
        next.filter(move |&next| self.slots[next].hook.is_for_kind(kind))
    }

    /// A hook and all that come after it, each behind the one before.
    pub(super) fn chain(&self, index: usize, kind: EventKind) -> Vec<usize> {
        let next = self.next(index, kind);
        [index]
            .into_iter()
            .chain(next.flat_map(|next| self.chain(next, kind)))
            .collect()
    }

    /// Remembers what may be cancelled for as long as it goes on.
    pub(super) fn enter(&self, call: &Call) {
        let mut calls = lock(&self.calls);
        calls.retain(|(_, cancelled)| cancelled.strong_count() > 0);
        calls.push((call.id.clone(), Arc::downgrade(&call.cancelled)));
    }

    pub(super) fn cancel(&self, id: &str) -> bool {
        let mut found = false;
        for (call, cancelled) in lock(&self.calls).iter() {
            if let Some(cancelled) = cancelled.upgrade().filter(|_| call == id) {
                cancelled.send_replace(true);
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
        deadline: Option<Instant>,
        stop: &mut Stop,
    ) -> Result<OwnedSemaphorePermit, Outcome> {
        let waits = permit.is_none();
        let late = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
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
            () = late => Err(Outcome::Timeout),
            permit = place => permit.map_err(|_| Outcome::Dropped),
        };
        if waits {
            slot.waiting.fetch_sub(1, Ordering::AcqRel);
        }
        admitted
    }

    async fn run(
        self: &Arc<Self>,
        index: usize,
        call: &Arc<Call>,
        deadline: Option<Instant>,
        mut stop: Stop,
    ) -> Report {
        let hook = &self.slots[index].hook;
        let start = Start {
            id: &call.id,
            hook: &hook.name,
            action: hook.action.kind(),
        };
        self.tell(|observer| observer.started(start));
        let begun = Instant::now();
        // In a task of its own, so that a panic in it is a report like any other.
        let run = tokio::spawn({
            let (state, call) = (self.clone(), call.clone());
            async move {
                let hook = &state.slots[index].hook;
                let task = task(hook, &call).timeout(limit(hook, deadline));
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

/// How long a run may take: what its hook says, inside what its chain has left.
fn limit(hook: &Hook, deadline: Option<Instant>) -> Option<Duration> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    match (hook.timeout, left, &hook.action) {
        (Some(own), Some(left), _) => Some(own.min(left)),
        // Without a timeout a program is left alone, and opening a page has none.
        (own, _, Action::Exec(_) | Action::Open(_)) => own,
        (own, left, _) => own.or(left),
    }
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
        let mut deadline = call.deadline;
        let report = if queued {
            match state.admit(slot, permit, call.deadline, &mut stop).await {
                Ok(permit) => {
                    if deadline.is_none() && state.chains.after(index).next().is_some() {
                        deadline = Some(Instant::now() + Chains::LIMIT);
                    }
                    let report = state.run(index, &call, deadline, stop).await;
                    drop(permit);
                    report
                }
                Err(Outcome::Cancelled) => not_begun(Outcome::Cancelled, Fault::Cancelled),
                Err(Outcome::Timeout) => {
                    not_begun(Outcome::Timeout, Fault::ChainTimedOut(Chains::LIMIT))
                }
                Err(outcome) => not_begun(outcome, Fault::NotBegun),
            }
        } else {
            let waiting = slot.hook.queue;
            not_begun(Outcome::Dropped, Fault::QueueFull { waiting })
        };
        state.tell(|observer| observer.report(&report));
        let (outcome, brought) = (report.outcome, report.values.clone());
        // Nobody may be waiting for it.
        let _ = reply.send(report);
        if state.next(index, call.kind).next().is_some() {
            let next = call.answered(&brought, deadline);
            follow(state, index, &Arc::new(next), outcome, &reply);
        }
    };
    tokio::spawn(run.instrument(span));
}

/// Starts what comes after a hook that has ended, and reports what does not.
fn follow(state: &Arc<State>, index: usize, call: &Arc<Call>, before: Outcome, reply: &Reply) {
    for next in state.next(index, call.kind) {
        let hook = &state.slots[next].hook;
        let Err((outcome, fault)) = turn(hook, before, &call.values) else {
            start(state, next, call, reply.clone());
            continue;
        };
        for passed in state.chain(next, call.kind) {
            let done = Done::new(outcome, fault.clone());
            let report = state
                .engine
                .report(&task(&state.slots[passed].hook, call), done);
            state.tell(|observer| observer.report(&report));
            let _ = reply.send(report);
        }
    }
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
