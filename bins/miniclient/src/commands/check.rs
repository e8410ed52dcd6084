//! `check`: everything that is wrong with the configuration.

use crate::cli::CheckArguments;
use crate::{App, Exit};

/// Runs the command.
pub fn run(app: &App, _arguments: &CheckArguments) -> Exit {
    let _ = app;
    Exit::Failed
}
