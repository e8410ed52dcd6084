//! The launcher: it takes the place of the vendor's start script for the client. It starts the client, then tells
//! jtel who is logged in at which workstation.
//!
//! This library is composition: it reads the settings, and uses the crates that know how to start programs
//! (`mc-hooks`), what to say of a workstation (`mc-identity`), how to read its predecessor
//! (`mc-import`) and how to call the REST side (`mc-routing`). What came
//! of it becomes an exit code in one place ([`Exit`]). The two executables contain a call to [`main`] and nothing
//! else.
//!
//! What it promises:
//!
//! - The client starts at once, whatever the server does; it inherits nothing, and outlives the launcher, its console
//!   and its job.
//! - The token is in no parameter, no log line, no error, and not in the client's environment.
//! - Every failure is one sentence that says what to do, and an exit code of its own.

pub mod cli;
pub mod client;
pub mod doctor;
pub mod exit;
pub mod import;
pub mod log;
pub mod output;
pub mod problem;
pub mod report;
pub mod settings;
mod start;
mod sys;
pub mod token;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cli::{Cli, Command, Parsed};
use log::Log;
use settings::Settings;

pub use exit::Exit;

/// Runs the program with this process's arguments and environment.
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

/// Runs the program with these arguments, the first of which is its name.
pub fn run<A: IntoIterator<Item = OsString>>(arguments: A) -> Exit {
    match cli::parse(arguments) {
        Parsed::Run(cli) => dispatch(&cli),
        Parsed::Answered(text) => {
            output::text(&text);
            Exit::Done
        }
        Parsed::Misused(text) => {
            start::tell(text.trim_end().trim_start_matches("error: "));
            Exit::Usage
        }
    }
}

fn dispatch(cli: &Cli) -> Exit {
    let folder = match folder() {
        Ok(folder) => folder,
        Err(error) => {
            start::tell(&format!("cannot find the folder of this program: {error}"));
            return Exit::Failed;
        }
    };
    match &cli.command {
        None => start_or_show(cli, &folder),
        Some(Command::Import(arguments)) => import(arguments, cli.flags.config.as_deref(), &folder),
        Some(Command::Token(command)) => {
            // A token can be kept before there is a file, and while one is broken.
            let settings =
                Settings::load(&cli.flags, &folder).unwrap_or_else(|_| Settings::new(&folder));
            token::run(*command, &settings)
        }
        Some(Command::Doctor) => doctor::run(&cli.flags, &folder),
    }
}

fn start_or_show(cli: &Cli, folder: &Path) -> Exit {
    let log = Log::of_this_user();
    match Settings::load(&cli.flags, folder) {
        Ok(settings) if cli.dry_run => start::dry_run(&settings),
        Ok(settings) => start::run(&settings, &log),
        Err(problems) => {
            let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
            for line in &lines {
                log.note(line);
            }
            start::tell(&format!(
                "nothing was started, the configuration has problems:\n{}",
                lines.join("\n")
            ));
            Exit::Config
        }
    }
}

fn import(arguments: &cli::Import, named: Option<&Path>, folder: &Path) -> Exit {
    match import::import(arguments, &import::target(named, folder)) {
        Ok(imported) => {
            for sentence in imported.sentences {
                output::line(sentence);
            }
            if imported.lost.is_empty() {
                return Exit::Done;
            }
            let lines: Vec<_> = imported.lost.iter().map(usize::to_string).collect();
            output::note(format_args!(
                "not everything was carried over: see above what to do about line {}",
                lines.join(", ")
            ));
            Exit::Failed
        }
        Err(error) => {
            output::note(error);
            Exit::Failed
        }
    }
}

/// The launcher's folder: where its file is.
fn folder() -> std::io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().map(Path::to_path_buf).unwrap_or_default())
}
