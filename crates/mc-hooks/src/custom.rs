//! Actions of the embedding program's own.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use mc_template::Values;
use serde_json::Value;

/// What an action of one's own is carried out for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CustomCall<'a> {
    /// The id under which it is reported.
    pub id: &'a str,
    /// The values of the call, and what is known of the workstation.
    pub values: &'a Values,
    /// The event as it came.
    pub document: &'a Value,
}

/// What [`CustomAction::run`] returns: the future of what was done, in one line, or of why not.
pub type CustomFuture<'a> =
    Pin<Box<dyn Future<Output = Result<String, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// An action that this crate does not know: a window of the embedding program's, a message to a colleague.
///
/// Keep values, passwords and tokens out of the texts: they are in reports and logs.
pub trait CustomAction: fmt::Debug + Send + Sync {
    /// Carries it out. A panic in it is a report like any other.
    ///
    /// # Cancellation
    ///
    /// The future is dropped when the hook's time is up, the call is cancelled or the runner is shut down.
    fn run<'a>(&'a self, call: CustomCall<'a>) -> CustomFuture<'a>;

    /// What it would do, for a dry run.
    fn describe(&self, call: CustomCall<'_>) -> String;
}
