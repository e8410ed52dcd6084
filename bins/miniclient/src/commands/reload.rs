//! `reload`: has the running instance read its configuration again.

use mc_agent::AskError;
use mc_ipc::IpcError;

use super::running::{client, failed};
use crate::{App, Exit};

/// The instance's word for a configuration that has problems.
const SETTINGS: &str = "settings";

/// Says which configuration is in force now; or what is wrong with the new one, which the instance then left alone.
pub(crate) async fn run(app: &App) -> Exit {
    match client(app).reload().await {
        Ok(reloaded) => {
            let file = reloaded.config.map_or_else(
                || "the machine's policy alone".to_owned(),
                |file| file.display().to_string(),
            );
            app.output.line(format!(
                "read again and in force: {file} (hooks: {})",
                match reloaded.hooks.as_slice() {
                    [] => "none".to_owned(),
                    hooks => hooks.join(", "),
                }
            ));
            Exit::Done
        }
        Err(AskError::Call(IpcError::Refused { code, text })) if code == SETTINGS => {
            app.output.note(&format!(
                "the configuration was not taken over, the one before stays in force:\n{text}"
            ));
            Exit::Config
        }
        Err(error) => failed(app, &error),
    }
}
