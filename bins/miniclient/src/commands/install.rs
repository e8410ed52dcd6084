//! `install` and `uninstall`: start at logon, and links to numbers, for this user or for all.

use std::io;

use mc_desktop::{Application, Change, Hotkey, InstallError, InstallScope, Shortcut};

use crate::cli::{InstallArguments, UninstallArguments};
use crate::{App, Exit};

/// The kinds of link: RFC 3966's `tel:`, `callto:`, which many web pages use for the same, and `sip:`.
pub(crate) const SCHEMES: [&str; 3] = ["tel", "callto", "sip"];

/// This program as the desktop knows it, with what stands before its command.
pub(crate) fn application(options: Vec<String>) -> io::Result<Application> {
    let program = std::env::current_exe()?;
    let program = Application::windowless_twin(&program).unwrap_or(program);
    Ok(Application::new("MiniClient", program)
        .summary("Opens the CRM when a call comes in, and dials telephone numbers")
        .parameters(options)
        .link_parameters(["--dial-uri"])
        .schemes(SCHEMES)
        .executables([
            "miniclient.exe",
            "miniclientw.exe",
            "AcdAgentMiniClient.exe",
        ])
        .shortcut(clipboard(None)))
}

/// What `--hotkey` makes a key for.
fn clipboard(hotkey: Option<Hotkey>) -> Shortcut {
    Shortcut::new(
        "MiniClient - dial the clipboard",
        "Dials the telephone number that was copied",
    )
    .parameters(["dial", "--clipboard"])
    .hotkey(hotkey)
}

/// Runs `install`.
pub(crate) fn install(app: &App, arguments: &InstallArguments) -> Exit {
    let scope = scope(arguments.machine);
    let exit = change(app, |application| {
        let application = application.clone().shortcut(clipboard(arguments.hotkey));
        application.install(&scope)
    });
    if exit == Exit::Done && app.folders.home.is_some() {
        app.output.note(
            "MINICLIENT_HOME is set here and will not be at logon: the program will use the user's own folders",
        );
    }
    exit
}

/// Runs `uninstall`.
pub(crate) fn uninstall(app: &App, arguments: &UninstallArguments) -> Exit {
    let scope = scope(arguments.machine);
    change(app, |application| application.uninstall(&scope))
}

fn scope(machine: bool) -> InstallScope {
    if !machine {
        return InstallScope::User;
    }
    #[cfg(unix)]
    if let Some(root) = std::env::var_os("DESTDIR").filter(|root| !root.is_empty()) {
        return InstallScope::Staged(root.into());
    }
    InstallScope::Machine
}

fn change(app: &App, act: impl FnOnce(&Application) -> Result<Vec<Change>, InstallError>) -> Exit {
    let application = match app.options().and_then(application) {
        Ok(application) => application,
        Err(error) => {
            app.output
                .note(&format!("cannot find this program's own file: {error}"));
            return Exit::Failed;
        }
    };
    match act(&application) {
        Ok(changes) if changes.is_empty() => app
            .output
            .line("There was nothing to undo: it is not installed."),
        Ok(changes) => {
            for change in changes {
                app.output.line(change);
            }
        }
        Err(error) => {
            app.output.note(&error.to_string());
            return match error {
                InstallError::NotAdministrator { .. } => Exit::OtherPrivilege,
                InstallError::OwnKeys { .. } => {
                    app.output
                        .note("nothing was installed; run it again without --hotkey");
                    Exit::Usage
                }
                _ => Exit::Failed,
            };
        }
    }
    Exit::Done
}
