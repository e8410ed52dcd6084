//! `ring`: hands a call event to the running instance.

use crate::cli::RingArguments;
use crate::{App, Exit};

/// Runs the command.
pub async fn run(app: &App, _arguments: &RingArguments) -> Exit {
    let _ = app;
    Exit::Failed
}
