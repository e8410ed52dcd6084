//! What a run comes to, and the supervision of its program.

use std::sync::Arc;
use std::time::Duration;

use mc_process::{Captured, Child, Ended};
use tokio::time::timeout;

use crate::fault::Fault;
use crate::outcome::Outcome;
use crate::stop::Stop;

/// What a run came to, before it is a report.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) text: String,
    pub(crate) outcome: Outcome,
    pub(crate) exit_code: Option<i32>,
    pub(crate) status: Option<u16>,
    pub(crate) fault: Option<Fault>,
    pub(crate) output: Option<Captured>,
    /// What was taken from the answer, if anything was to be: names with values.
    pub(crate) answer: Option<Vec<(String, Option<String>)>>,
}

impl Done {
    pub(crate) fn new(outcome: Outcome, fault: impl Into<Option<Fault>>) -> Self {
        Self {
            text: String::new(),
            outcome,
            exit_code: None,
            status: None,
            fault: fault.into(),
            output: None,
            answer: None,
        }
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(Outcome::Cancelled, Fault::Cancelled)
    }

    pub(crate) fn text(mut self, text: String) -> Self {
        self.text = text;
        self
    }

    fn ended(exit: Ended) -> Self {
        let (outcome, fault) = match (exit.code, exit.signal) {
            (Some(0), _) => (Outcome::Ok, None),
            (Some(code), _) => (Outcome::Failed, Some(Fault::ExitCode(code))),
            (None, Some(signal)) => (Outcome::Failed, Some(Fault::Signal(signal))),
            (None, None) => (Outcome::Failed, Some(Fault::Ended)),
        };
        Self {
            exit_code: exit.code,
            ..Self::new(outcome, fault)
        }
    }
}

/// Waits for a program: with a limit its tree is ended when the time is up, without one it is left alone after the watch.
/// Who stops the run decides for whom there is no more time.
pub(crate) async fn supervise(
    mut child: Child,
    limit: Option<Duration>,
    watch: Duration,
    stop: &mut Stop,
) -> Done {
    let ended = tokio::select! {
        biased;
        ended = timeout(limit.unwrap_or(watch), child.wait()) => ended.map_err(|_| limit.is_some()),
        end = stop.for_program(limit.is_some()) => {
            return if end {
                end_tree(child, Outcome::Cancelled, Fault::Cancelled).await
            } else {
                leave(child)
            };
        }
    };
    match (ended, limit) {
        (Ok(Ok(exit)), _) => Done {
            output: Some(output(&mut child).await),
            ..Done::ended(exit)
        },
        (Ok(Err(error)), _) => Done::new(Outcome::Failed, Fault::Unknown(Arc::new(error))),
        (Err(_), None) => leave(child),
        (Err(_), Some(limit)) => end_tree(child, Outcome::Timeout, Fault::TimedOut(limit)).await,
    }
}

fn leave(child: Child) -> Done {
    let output = child.output_so_far();
    child.leave();
    Done {
        output: Some(output),
        ..Done::new(Outcome::Running, None)
    }
}

async fn end_tree(mut child: Child, outcome: Outcome, fault: Fault) -> Done {
    // How long a program that was ended may take to be gone from the system's list of processes.
    const GONE: Duration = Duration::from_secs(2);
    let fault = match child.kill_tree() {
        Ok(()) => {
            drop(timeout(GONE, child.wait()).await);
            fault
        }
        Err(error) => Fault::NotEnded(Arc::new(error)),
    };
    Done {
        output: Some(output(&mut child).await),
        ..Done::new(outcome, fault)
    }
}

/// What the program wrote. Something that it started and that lives on may hold its outputs open.
async fn output(child: &mut Child) -> Captured {
    const LAST_WORDS: Duration = Duration::from_millis(200);
    match timeout(LAST_WORDS, child.output()).await {
        Ok(output) => output,
        Err(_) => child.output_so_far(),
    }
}
