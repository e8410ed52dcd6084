//! `register`: start at logon, and `tel:` and `callto:` links, for this user.

use crate::{App, Exit};

/// Runs the command.
pub async fn run(app: &App) -> Exit {
    let _ = app;
    Exit::Failed
}
