//! `register` and `unregister`: start at logon, and `tel:` and `callto:` links, for this user.

use std::io;
use std::path::Path;

use mc_desktop::{Application, Change, InstallError};

use crate::{App, Exit};

/// The kinds of link: RFC 3966's `tel:`, and `callto:`, which many web pages use for the same.
pub(crate) const SCHEMES: [&str; 2] = ["tel", "callto"];

/// This program as the desktop knows it, with the configuration it is to use when that is not one it finds by itself.
pub(crate) fn application(config: Option<&Path>) -> io::Result<Application> {
    let program = std::env::current_exe()?;
    let program = Application::windowless_twin(&program).unwrap_or(program);
    let config = config.map(std::path::absolute).transpose()?;
    let parameters = config
        .iter()
        .flat_map(|config| ["--config".to_owned(), config.display().to_string()]);
    Ok(Application::new("MiniClient", program)
        .summary("Opens the CRM when a call comes in, and dials telephone numbers")
        .parameters(parameters)
        .link_parameters(["--dial-uri"])
        .schemes(SCHEMES)
        .executables([
            "miniclient.exe",
            "miniclientw.exe",
            "AcdAgentMiniClient.exe",
        ]))
}

/// Runs `register`.
pub fn install(app: &App) -> Exit {
    let exit = change(app, Application::install);
    if exit == Exit::Done && app.folders.home.is_some() {
        app.output.note(
            "MINICLIENT_HOME is set here and will not be at logon: the program will use the user's own folders",
        );
    }
    exit
}

/// Runs `unregister`.
pub fn uninstall(app: &App) -> Exit {
    change(app, Application::uninstall)
}

fn change(app: &App, act: fn(&Application) -> Result<Vec<Change>, InstallError>) -> Exit {
    let application = match application(app.config_file.as_deref()) {
        Ok(application) => application,
        Err(error) => {
            app.output
                .note(&format!("cannot find this program's own file: {error}"));
            return Exit::Failed;
        }
    };
    match act(&application) {
        Ok(changes) if changes.is_empty() => app.output.line("There was nothing registered."),
        Ok(changes) => {
            for change in changes {
                app.output.line(change);
            }
        }
        Err(error) => {
            app.output.note(&error.to_string());
            return Exit::Failed;
        }
    }
    Exit::Done
}
