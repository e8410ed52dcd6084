//! `stop`: ends the running instance.

use std::time::Duration;

use super::running::{client, failed};
use crate::{App, Exit};

/// More than the instance takes at most to end.
const END: Duration = Duration::from_secs(20);

/// Stops the running instance and waits until it is gone, so that its files can be replaced and a new one started.
pub async fn run(app: &App) -> Exit {
    let client = client(app);
    if let Err(error) = client.stop().await {
        return failed(app, &error);
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
