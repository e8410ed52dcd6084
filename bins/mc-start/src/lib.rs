//! The launcher: it takes the place of the vendor's start script for the client. It starts the client, then tells
//! jtel who is logged in at which workstation.
//!
//! This library is composition: it reads the settings, and uses the crates that know how to start programs
//! (`mc-process`), what to say of a workstation (`mc-identity`), how to read its predecessor
//! (`mc-import`) and how to call the REST side (`mc-routing`). What came
//! of it becomes an exit code in one place ([`Exit`]). The two executables contain a call to [`main`] and nothing
//! else.
//!
//! What it promises:
//!
//! - The client starts at once, whatever the server does and whatever is wrong with the settings; it inherits nothing,
//!   and outlives the launcher, its console and its job.
//! - The token is in no parameter, no log line, no error, and not in the client's environment.
//! - Every failure is one sentence that says what to do, and an exit code of its own.

pub mod cli;
mod client;
mod doctor;
mod empty;
mod habits;
#[cfg(feature = "import")]
mod import;
mod output;
mod record;
mod report;
pub mod settings;
mod start;
mod status;
mod sys;
mod token;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use cli::{Cli, Command, Parsed};
use mc_cli::{Exit, Folders, Language, german};
use output::OUTPUT;
use settings::Settings;

/// Runs the program with this process's arguments and environment.
pub fn main() -> ExitCode {
    OUTPUT.ended(run(std::env::args_os())).into()
}

/// Runs the program with these arguments, the first of which is its name.
fn run<A: IntoIterator<Item = OsString>>(arguments: A) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let language = Language::asked(&arguments, None).unwrap_or_else(Language::of_system);
    OUTPUT.speak(language, german::mc_start);
    match cli::parse_for(&OUTPUT, arguments) {
        Parsed::Run(cli) => dispatch(&cli),
        Parsed::Answered(text) => {
            OUTPUT.text(&text);
            Exit::Done
        }
        Parsed::Misused(text) => {
            start::tell(text.trim_end().trim_start_matches("error: "));
            Exit::Usage
        }
    }
}

fn dispatch(cli: &Cli) -> Exit {
    let folders = Folders::of_this_process();
    let Some(folder) = folders.executable.clone() else {
        start::tell("cannot find the folder of this program");
        return Exit::Failed;
    };
    match &cli.command {
        None if cli.dry_run => start::dry_run(&Settings::load(&cli.flags, &folders)),
        None => start::run(&Settings::load(&cli.flags, &folders)),
        Some(Command::Import(arguments)) => import(arguments, cli.flags.config.as_deref(), &folder),
        Some(Command::Token(command)) => {
            // A token can be kept before there is a file, and while one is broken.
            token::run(*command, &Settings::load(&cli.flags, &folders).settings)
        }
        Some(Command::Doctor(arguments)) => doctor::run(&cli.flags, *arguments, &folders),
        Some(Command::Status(arguments)) => status::run(*arguments, &folders),
    }
}

#[cfg(not(feature = "import"))]
fn import(_: &cli::Import, _: Option<&Path>, _: &Path) -> Exit {
    OUTPUT.note(
        &"this mc-start was built without `import` (feature `import`); one that has it can write the file on any computer",
    );
    Exit::Refused
}

#[cfg(feature = "import")]
fn import(arguments: &cli::Import, named: Option<&Path>, folder: &Path) -> Exit {
    match import::import(arguments, &import::target(named, folder)) {
        Ok(imported) => {
            for sentence in imported.sentences {
                OUTPUT.line(sentence);
            }
            if imported.lost.is_empty() {
                return Exit::Done;
            }
            let lines: Vec<_> = imported.lost.iter().map(usize::to_string).collect();
            OUTPUT.note(&format_args!(
                "not everything was carried over: see above what to do about line {}",
                lines.join(", ")
            ));
            Exit::Failed
        }
        Err(error) => {
            OUTPUT.note(&mc_cli::with_disk_advice(&error));
            Exit::Failed
        }
    }
}
