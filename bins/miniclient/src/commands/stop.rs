//! `stop`: ends the running instance.

use std::time::Duration;

use mc_agent::AskError;
use mc_ipc::IpcError;

use super::running::{client, failed};
use crate::{App, Exit};

/// More than the instance takes at most to end.
const END: Duration = Duration::from_secs(20);

/// Stops the running instance and waits until it is gone, so that its files can be replaced and a new one started. Says what
/// the end waits for when it takes long.
pub(crate) async fn run(app: &App) -> Exit {
    let client = client(app);
    let waits_for = match client.stop().await {
        Ok(waits_for) => waits_for,
        // It ends, and whether it did is seen by its being gone.
        Err(AskError::Call(IpcError::OutcomeUnknown { accepted: true })) => None,
        Err(error) => return failed(app, &error),
    };
    if let Some(what) = &waits_for {
        app.output
            .note(&format!("the instance is waiting for {what}"));
    }
    if client.gone(END).await {
        app.output.line("stopped");
        Exit::Done
    } else {
        app.output
            .note("the instance was told to stop and has not ended yet");
        Exit::Failed
    }
}
