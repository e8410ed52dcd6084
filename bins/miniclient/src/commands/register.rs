//! `register`: start at logon, and `tel:` and `callto:` links, for this user.

use crate::links::{self, Installed};
use crate::{App, Exit};

/// Runs the command.
pub fn run(app: &App) -> Exit {
    let installed = match Installed::this_program(app.config_file.as_deref()) {
        Ok(installed) => installed,
        Err(error) => {
            app.output
                .note(&format!("cannot find this program's own file: {error}"));
            return Exit::Failed;
        }
    };
    match links::register(&installed) {
        Ok(done) => {
            for sentence in done {
                app.output.line(sentence);
            }
            if app.folders.home.is_some() {
                app.output.note(
                    "MINICLIENT_HOME is set here and will not be at logon: the program will use the user's own folders",
                );
            }
            Exit::Done
        }
        Err(error) => {
            app.output.note(&error.to_string());
            Exit::Failed
        }
    }
}
