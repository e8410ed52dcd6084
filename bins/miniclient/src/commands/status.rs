//! `status`: what the running instance is doing.

use crate::cli::StatusArguments;
use crate::{App, Exit};

/// Runs the command.
pub async fn run(app: &App, _arguments: &StatusArguments) -> Exit {
    let _ = app;
    Exit::Failed
}
