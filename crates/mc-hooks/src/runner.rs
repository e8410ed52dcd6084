//! Runs hooks for events: several at a time, each within its limits, each reported.

mod accepted;
mod duplicates;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mc_template::Values;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

pub use self::accepted::{Accepted, Prepared};
use self::duplicates::Duplicates;
use crate::engine::{Engine, Task};
use crate::event::CallEvent;
use crate::hook::Hook;
use crate::report::{Outcome, Plan, Report};

/// Is told of every run when it has ended: a journal, a log, a test.
///
/// Called within the runtime, so it must not block for long.
pub trait Observer: Send + Sync + 'static {
    /// A run has ended.
    fn report(&self, report: &Report);
}

impl<F: Fn(&Report) + Send + Sync + 'static> Observer for F {
    fn report(&self, report: &Report) {
        self(report);
    }
}

/// Runs hooks for events.
///
/// The hooks of one event start side by side. Each hook has its own limit of parallel runs and its own
/// queue, so a slow one holds up no other. Submitting never waits: what does not fit into a
/// queue is dropped for that hook, and reported. An event that came a moment ago runs nothing again.
///
/// Clones are the same runner. Its methods must be called within one tokio runtime with I/O and time
/// enabled; one thread suffices.
#[derive(Clone)]
pub struct Runner {
    inner: Arc<Inner>,
}

struct Inner {
    hooks: Vec<Slot>,
    engine: Engine,
    observer: Box<dyn Observer>,
    station: Mutex<Values>,
    duplicates: Mutex<Duplicates>,
    ids: (RandomState, AtomicU64),
    stage: watch::Sender<Stage>,
    active: watch::Sender<usize>,
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field(
                "hooks",
                &self.hooks().map(|hook| &hook.name).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

struct Slot {
    hook: Hook,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
enum Stage {
    Open,
    /// Nothing new starts; what runs may end.
    Closing,
    /// What runs is given up.
    Closed,
}

impl Runner {
    /// A runner for these hooks. Every report goes to the observer.
    pub fn new(hooks: Vec<Hook>, engine: Engine, observer: impl Observer) -> Self {
        let slot = |hook: Hook| Slot {
            permits: Arc::new(Semaphore::new(
                hook.max_parallel.clamp(1, Semaphore::MAX_PERMITS),
            )),
            waiting: AtomicUsize::new(0),
            hook,
        };
        Self {
            inner: Arc::new(Inner {
                hooks: hooks.into_iter().map(slot).collect(),
                engine,
                observer: Box::new(observer),
                station: Mutex::default(),
                duplicates: Mutex::default(),
                ids: (RandomState::new(), AtomicU64::new(0)),
                stage: watch::Sender::new(Stage::Open),
                active: watch::Sender::new(0),
            }),
        }
    }

    /// Sets what is known of this workstation: `ComputerName`, `IPAddress` and so on. It stands above
    /// what an event says, for the events submitted from now on. Empty values do not count.
    pub fn set_station(&self, values: Values) {
        *lock(&self.inner.station) = values;
    }

    /// The hooks.
    pub fn hooks(&self) -> impl Iterator<Item = &Hook> {
        self.inner.hooks.iter().map(|slot| &slot.hook)
    }

    /// Takes an event in without starting anything yet, so that it can be written down first.
    pub fn prepare(&self, event: CallEvent) -> Prepared {
        let fresh = self.new_id();
        let first = lock(&self.inner.duplicates).note(&event, &fresh, Instant::now());
        let duplicate = first.is_some();
        let hooks = if duplicate {
            Vec::new()
        } else {
            self.matching(&event)
        };
        Prepared {
            runner: self.clone(),
            id: first.unwrap_or(fresh),
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
    pub async fn run(&self, event: CallEvent) -> Vec<Report> {
        self.submit(event).reports().await
    }

    /// What the hooks that are for this event would do. Does nothing.
    pub fn plan(&self, event: &CallEvent) -> Vec<Plan> {
        let values = self.values(event);
        let document = event.to_json();
        self.matching(event)
            .into_iter()
            .map(|index| {
                let hook = &self.inner.hooks[index].hook;
                let task =
                    Task::new("", &hook.name, &hook.action, &values).with_document(&document);
                self.inner.engine.plan(task)
            })
            .collect()
    }

    /// Ends the runner: nothing new starts, what waits in a queue is dropped, what runs has this long to
    /// end and is then given up. Programs that were started are left alone; requests are broken off.
    /// Every run is reported before this returns.
    pub async fn shutdown(&self, grace: Duration) {
        self.inner.stage.send_replace(Stage::Closing);
        let mut active = self.inner.active.subscribe();
        let idle = async move {
            // The sender lives in `self`, so waiting cannot fail.
            let _ = active.wait_for(|count| *count == 0).await;
        };
        tokio::pin!(idle);
        if tokio::time::timeout(grace, &mut idle).await.is_err() {
            self.inner.stage.send_replace(Stage::Closed);
            idle.await;
        }
    }

    fn matching(&self, event: &CallEvent) -> Vec<usize> {
        let values = self.values(event);
        let hooks = self.inner.hooks.iter().enumerate();
        hooks
            .filter(|(_, slot)| slot.hook.is_for_call(event.kind(), &values))
            .map(|(index, _)| index)
            .collect()
    }

    fn values(&self, event: &CallEvent) -> Values {
        let mut values = event.values().clone();
        for (name, value) in lock(&self.inner.station).iter() {
            if !value.is_empty() {
                values.set(name, value);
            }
        }
        values
    }

    /// 16 hexadecimal digits, random enough to differ from those of earlier runs.
    fn new_id(&self) -> String {
        let (random, counter) = &self.inner.ids;
        format!(
            "{:016x}",
            random.hash_one(counter.fetch_add(1, Ordering::Relaxed))
        )
    }
}

/// What all runs of one event share.
struct Job {
    id: String,
    values: Values,
    document: Value,
}

type Reply = mpsc::UnboundedSender<Report>;

/// Gives one hook its place: among those that run, in the queue, or nowhere.
fn start(inner: &Arc<Inner>, index: usize, job: &Arc<Job>, reply: Reply) {
    let slot = &inner.hooks[index];
    let active = Active::new(inner.clone());
    let job = job.clone();
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
    tokio::spawn(async move {
        let slot = &active.inner.hooks[index];
        let report = if !queued {
            let reason = format!("{} runs are waiting already", slot.hook.queue);
            unstarted(slot, &job, Outcome::Dropped, reason)
        } else if let Some(permit) = active.inner.admit(slot, permit).await {
            run(&active.inner, index, job, permit).await
        } else {
            let reason = "the program is being stopped".to_owned();
            unstarted(slot, &job, Outcome::Dropped, reason)
        };
        active.inner.observer.report(&report);
        // Nobody may be waiting for it.
        let _ = reply.send(report);
    });
}

impl Inner {
    /// Waits for a place among those that run; none once the runner is being stopped.
    async fn admit(
        &self,
        slot: &Slot,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Option<OwnedSemaphorePermit> {
        let mut stage = self.stage.subscribe();
        if permit.is_some() {
            return permit.filter(|_| *stage.borrow() == Stage::Open);
        }
        let permit = tokio::select! {
            biased;
            _ = stage.wait_for(|stage| *stage > Stage::Open) => None,
            permit = slot.permits.clone().acquire_owned() => permit.ok(),
        };
        slot.waiting.fetch_sub(1, Ordering::AcqRel);
        permit
    }
}

async fn run(
    inner: &Arc<Inner>,
    index: usize,
    job: Arc<Job>,
    permit: OwnedSemaphorePermit,
) -> Report {
    let started = Instant::now();
    let task = tokio::spawn({
        let inner = inner.clone();
        let job = job.clone();
        async move {
            let hook = &inner.hooks[index].hook;
            let task = Task::new(&job.id, &hook.name, &hook.action, &job.values)
                .with_timeout(hook.timeout)
                .with_document(&job.document);
            inner.engine.perform(task).await
        }
    });
    let result = supervise(task, inner.stage.subscribe()).await;
    drop(permit);
    result.unwrap_or_else(|reason| {
        let mut report = unstarted(&inner.hooks[index], &job, Outcome::Failed, reason);
        report.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        report
    })
}

/// Waits for a run in a task of its own, so that a panic in it is a report like any other, and gives it
/// up when the runner is closed.
async fn supervise(
    mut task: JoinHandle<Report>,
    mut stage: watch::Receiver<Stage>,
) -> Result<Report, String> {
    tokio::select! {
        result = &mut task => result.map_err(|error| {
            // Its message may hold anything, a customer's data included; it is on standard error already.
            let what = if error.is_panic() { "panic" } else { "cancellation" };
            format!("an error in this program ({what}); please report it")
        }),
        _ = stage.wait_for(|stage| *stage == Stage::Closed) => {
            task.abort();
            Err("the program was stopped before this had ended".to_owned())
        }
    }
}

fn unstarted(slot: &Slot, job: &Job, outcome: Outcome, error: String) -> Report {
    Report {
        id: job.id.clone(),
        hook: slot.hook.name.clone(),
        action: slot.hook.action.kind(),
        done: String::new(),
        outcome,
        exit_code: None,
        status: None,
        millis: 0,
        error: Some(error),
    }
}

/// Counts a run from its acceptance to its report, whatever becomes of it in between.
struct Active {
    inner: Arc<Inner>,
}

impl Active {
    fn new(inner: Arc<Inner>) -> Self {
        inner.active.send_modify(|count| *count += 1);
        Self { inner }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.inner.active.send_modify(|count| *count -= 1);
    }
}

/// A lock that a panic elsewhere does not take away: what it protects is whole after every statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_in_a_run_is_a_report() {
        let task = tokio::spawn(async { panic!("secret") });
        let stage = watch::Sender::new(Stage::Open);
        let reason = supervise(task, stage.subscribe()).await.unwrap_err();
        assert!(
            reason.contains("panic") && !reason.contains("secret"),
            "{reason}"
        );
    }
}
