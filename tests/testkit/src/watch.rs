//! Waiting without sleeping, and turning a hang into a failure with a name.

use std::process::abort;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a polled condition is looked at.
const POLL: Duration = Duration::from_millis(5);

/// Polls `condition` until it gives a value; `None` when `within` has passed.
pub fn poll_for<T>(within: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + within;
    loop {
        let found = condition();
        if found.is_some() || Instant::now() >= deadline {
            return found;
        }
        thread::sleep(POLL);
    }
}

/// The same.
///
/// # Panics
///
/// When `within` has passed: the message names `what`.
#[track_caller]
pub fn wait_for<T>(within: Duration, what: &str, condition: impl FnMut() -> Option<T>) -> T {
    let found = poll_for(within, condition);
    found.unwrap_or_else(|| panic!("not within {within:?}: {what}"))
}

/// Polls `condition` until it holds.
///
/// # Panics
///
/// When `within` has passed: the message names `what`.
#[track_caller]
pub fn wait_until(within: Duration, what: &str, mut condition: impl FnMut() -> bool) {
    wait_for(within, what, || condition().then_some(()));
}

/// Something that is closed until the test opens it; clones are the same gate.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens it for good.
    pub fn open(&self) {
        *lock(&self.0.0) = true;
        self.0.1.notify_all();
    }

    /// Waits until it is open; `false` when `at_most` passed first.
    pub fn pass(&self, at_most: Duration) -> bool {
        let guard = lock(&self.0.0);
        let (open, _) = self
            .0
            .1
            .wait_timeout_while(guard, at_most, |open| !*open)
            .unwrap_or_else(PoisonError::into_inner);
        *open
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if *lock(&self.0.0) {
            "Gate(open)"
        } else {
            "Gate(closed)"
        })
    }
}

/// Ends the whole test process when it is not dropped in time.
///
/// A thread that hangs cannot be stopped from outside, so the process is: the name of what hung is the last
/// line on standard error. Without it, one blocked read would keep a build machine busy until somebody looks.
#[derive(Debug)]
pub struct Watchdog {
    done: Gate,
}

impl Watchdog {
    /// Starts watching; keep the value alive as long as the work lasts.
    #[must_use = "the watch ends when this is dropped"]
    pub fn start(what: &str, limit: Duration) -> Self {
        Self::with_bite(what, limit, |message| {
            report(message);
            abort();
        })
    }

    fn with_bite(what: &str, limit: Duration, bite: impl FnOnce(&str) + Send + 'static) -> Self {
        let done = Gate::new();
        let (gate, message) = (
            done.clone(),
            format!("watchdog: {what} did not end within {limit:?}"),
        );
        thread::spawn(move || {
            if !gate.pass(limit) {
                bite(&message);
            }
        });
        Self { done }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.done.open();
    }
}

/// Says, where it is seen even when the test passes, that a test could not run here and why; the test returns then.
///
/// For what only the run can tell. What is known when the test is built is better `#[cfg_attr(.., ignore = "reason")]`.
pub fn skipped(reason: &str) {
    let thread = thread::current();
    report(&format!(
        "SKIPPED {}: {reason}",
        thread.name().unwrap_or("a test")
    ));
}

/// Under Wine: says that a test cannot run there and why, and `true`. Everywhere else: `false`.
///
/// ```no_run
/// # fn test() {
/// if testkit::skipped_under_wine("Wine 8 does not enforce access lists") {
///     return;
/// }
/// # }
/// ```
pub fn skipped_under_wine(reason: &str) -> bool {
    let wine = crate::under_wine();
    if wine {
        skipped(reason);
    }
    wine
}

/// Past the test harness's capture, which shows nothing of a test that passes, nor of a process that ends at once.
fn report(message: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// A poisoned lock only means that another thread failed; its failure is reported there.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_watchdog_bites_with_the_name_of_what_hung() {
        let (send, bitten) = mpsc::channel();
        let _dog = Watchdog::with_bite("the slow thing", Duration::from_millis(1), move |m| {
            let _ = send.send(m.to_owned());
        });
        let message = bitten.recv_timeout(Duration::from_secs(10)).unwrap();
        assert!(message.contains("the slow thing"), "{message}");
    }

    #[test]
    fn a_watchdog_dropped_in_time_does_nothing() {
        let (send, bitten) = mpsc::channel::<()>();
        drop(Watchdog::with_bite(
            "quick",
            Duration::from_mins(1),
            move |_| {
                let _ = send.send(());
            },
        ));
        // The watching thread ends without biting: its sender goes with it.
        assert_eq!(
            bitten.recv_timeout(Duration::from_secs(10)),
            Err(mpsc::RecvTimeoutError::Disconnected)
        );
    }

    #[test]
    #[should_panic(expected = "the moon")]
    fn waiting_in_vain_names_what_was_waited_for() {
        wait_until(Duration::from_millis(20), "the moon", || false);
    }

    #[test]
    fn a_gate_lets_pass_once_it_is_open() {
        let gate = Gate::new();
        assert!(!gate.pass(Duration::from_millis(1)));
        gate.clone().open();
        assert!(gate.pass(Duration::ZERO));
    }
}
