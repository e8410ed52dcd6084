//! The agent: the running instance that takes calls, runs hooks and dials.

use crate::{App, Exit};

/// Runs until it is stopped; when one runs already in this session, says so.
pub async fn run(app: &App) -> Exit {
    let _ = app;
    Exit::Failed
}
