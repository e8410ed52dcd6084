//! `init`: a commented configuration to begin with.

use crate::cli::InitArguments;
use crate::{App, Exit};

/// Runs the command.
pub fn run(app: &App, _arguments: &InitArguments) -> Exit {
    let _ = app;
    Exit::Failed
}
