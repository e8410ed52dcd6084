//! Why a run did not succeed.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use mc_process::LaunchError;

#[cfg(feature = "rest")]
use crate::answers::AnswerFault;
use crate::exec::ExecRefusal;
use crate::open::OpenRefusal;
use crate::outcome::Outcome;

/// Why a run did not succeed. Its text is [`Report::error`](crate::Report::error), and holds no value, query, password or
/// token.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A value may not go into the program's parameters.
    #[error(transparent)]
    Parameters(ExecRefusal),
    /// A value that nobody may see is not to be had.
    #[error(transparent)]
    Hidden(mc_secret::Unavailable),
    /// The page may not be opened.
    #[error(transparent)]
    Address(OpenRefusal),
    /// The request could not be made.
    #[cfg(feature = "rest")]
    #[error(transparent)]
    Request(mc_curl::RequestError),
    /// The request was made, and curl would say this of it.
    #[error("{0}")]
    Answer(String),
    /// The request was answered, and the answer does not give the values that are wanted of it.
    #[cfg(feature = "rest")]
    #[error(transparent)]
    Values(AnswerFault),
    /// The program did not start.
    #[error(transparent)]
    Start(Arc<LaunchError>),
    /// The default browser did not start.
    #[error("the browser could not be started: {0}")]
    Browser(#[source] Arc<io::Error>),
    /// The program ended with this exit code.
    #[error("the program ended with exit code {0}")]
    ExitCode(i32),
    /// The program was ended by this signal.
    #[error("the program was ended by signal {0}")]
    Signal(i32),
    /// The program was ended, and the system does not say how.
    #[error("the program was ended")]
    Ended,
    /// The system cannot say what became of the program.
    #[error("what became of the program cannot be found out: {0}")]
    Unknown(#[source] Arc<io::Error>),
    /// The time was up; the program and what it started were ended.
    #[error("still running after {}, so it and what it started were ended", seconds(*.0))]
    TimedOut(Duration),
    /// The program was to be ended, and the system refused.
    #[error("still running, and could not be ended: {0}")]
    NotEnded(#[source] Arc<io::Error>),
    /// The hook's queue was full.
    #[error("{waiting} runs are waiting already")]
    QueueFull {
        /// How many runs were waiting.
        waiting: usize,
    },
    /// It comes after a hook that ended otherwise.
    #[error("its turn did not come: `{hook}` was {outcome}")]
    NotItsTurn {
        /// The hook before.
        hook: String,
        /// How that one ended.
        outcome: Outcome,
    },
    /// It comes after another hook, and then a condition did not hold.
    #[error("its turn did not come: `when` asks for {name} = {pattern:?}")]
    Condition {
        /// The value's name.
        name: String,
        /// What it should have matched.
        pattern: String,
    },
    /// The hooks before it took all the time that there is.
    #[error("the hooks before it took the {} that all of them have together", seconds(*.0))]
    ChainTimedOut(Duration),
    /// The runner was being shut down before the run began.
    #[error("the program is being stopped")]
    NotBegun,
    /// The run was called off, or the runner was shut down.
    #[error("called off before it had ended")]
    Cancelled,
    /// A panic. Its message may hold anything, a customer's data included, and is not repeated.
    #[error("an error in this program (panic); please report it")]
    Panic,
    /// An action of the embedding program's own failed.
    #[error(transparent)]
    Custom(Arc<dyn Error + Send + Sync>),
}

/// A duration for people: whole seconds where it is that.
fn seconds(duration: Duration) -> String {
    if duration.subsec_millis() == 0 {
        format!("{} s", duration.as_secs())
    } else {
        format!("{} ms", duration.as_millis())
    }
}
