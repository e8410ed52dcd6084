//! `stop`: ends the running instance.

use super::running::{ask, client};
use crate::{App, Exit};
use mc_ipc::Deadlines;
use serde_json::json;
use std::time::Duration;

/// More than the instance takes at most to end.
const END: Duration = Duration::from_secs(20);

/// Stops the running instance and waits until it is gone, so that its files can be replaced and a new one started.
pub async fn run(app: &App) -> Exit {
    if let Err(exit) = ask(app, "stop", &json!(null), Deadlines::default()).await {
        return exit;
    }
    if client(app).gone(END).await {
        app.output.line("stopped");
        Exit::Done
    } else {
        app.output
            .note("the instance was told to stop and has not ended yet");
        Exit::Failed
    }
}
