//! `fire`: runs the hooks once, in this process.

use crate::cli::FireArguments;
use crate::{App, Exit};

/// Runs the command.
pub async fn run(app: &App, _arguments: &FireArguments) -> Exit {
    let _ = app;
    Exit::Failed
}
