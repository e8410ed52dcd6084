//! `stop`: stops the running instance.

use crate::{App, Exit};

/// Runs the command.
pub async fn run(app: &App) -> Exit {
    let _ = app;
    Exit::Failed
}
