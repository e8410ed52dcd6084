//! `history`: the calls and what the hooks did for them.

use crate::cli::HistoryArguments;
use crate::{App, Exit};

/// Runs the command.
pub async fn run(app: &App, _arguments: &HistoryArguments) -> Exit {
    let _ = app;
    Exit::Failed
}
