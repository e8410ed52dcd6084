//! `unregister`: undoes `register`.

use crate::links;
use crate::{App, Exit};

/// Runs the command.
pub fn run(app: &App) -> Exit {
    match links::unregister() {
        Ok(undone) if undone.is_empty() => {
            app.output.line("There was nothing registered.");
            Exit::Done
        }
        Ok(undone) => {
            for sentence in undone {
                app.output.line(sentence);
            }
            Exit::Done
        }
        Err(error) => {
            app.output.note(&error.to_string());
            Exit::Failed
        }
    }
}
