//! Who is told of runs.

use crate::action_kind::ActionKind;
use crate::report::Report;

/// A run that begins.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Start<'a> {
    /// The id that the event got when it was accepted.
    pub id: &'a str,
    /// The hook's name.
    pub hook: &'a str,
    /// What kind of action it has.
    pub action: ActionKind,
}

/// Is told of every run: a journal, a log, a test.
///
/// Called within the runtime, so it must not block for long. A panic in it is logged, and keeps no report from those who
/// wait for it.
pub trait Observer: Send + Sync + 'static {
    /// A run begins: it has its place among those that the hook allows at the same time.
    fn started(&self, start: Start<'_>) {
        let _ = start;
    }

    /// A run has ended, or never begun.
    fn report(&self, report: &Report);
}

impl<F: Fn(&Report) + Send + Sync + 'static> Observer for F {
    fn report(&self, report: &Report) {
        self(report);
    }
}
