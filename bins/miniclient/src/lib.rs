//! The agent's program: a call comes in, and the CRM is on the right customer; a number is clicked, and it is
//! dialled.
//!
//! This library is composition: it reads the configuration, builds hooks, identity, REST client and the single
//! instance from the crates that know how, and maps what came of it to exit codes, in one place ([`Exit`]). The two
//! executables contain a call to [`main`] and nothing else.

mod advice;
pub mod agent;
pub mod cli;
pub mod commands;
pub mod config;
pub mod event;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

pub use mc_cli::{Exit, Output};

use cli::{Command, Parsed};
use config::{Folders, Loaded};

/// Where this program writes.
const OUTPUT: Output = Output::new("miniclient");

/// What every command gets: where things are, and where to write.
#[derive(Debug)]
#[non_exhaustive]
pub struct App {
    /// The folders in which configuration and state are found.
    pub folders: Folders,
    /// The file given with `--config`.
    pub config_file: Option<PathBuf>,
    /// Standard output and standard error.
    pub output: Output,
}

impl App {
    /// An app with these folders, writing to this process's own standard streams.
    pub fn new(folders: Folders, config_file: Option<PathBuf>) -> Self {
        Self {
            folders,
            config_file,
            output: OUTPUT,
        }
    }

    /// Reads the configuration as the agent does. Problems are written to standard error, all of them, one per line;
    /// warnings are not, they are what `check` is for.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] when there is no configuration or it has problems; they have been reported by then.
    pub fn load(&self) -> Result<Loaded, Exit> {
        config::load(&self.folders, self.config_file.as_deref()).map_err(|problems| {
            for problem in &problems {
                self.output.problem(problem);
            }
            Exit::Config
        })
    }
}

/// Runs the program with this process's arguments and environment.
pub fn main() -> ExitCode {
    run(std::env::args_os(), Folders::of_this_process).into()
}

/// Runs the program with these arguments, the first of which is its name.
///
/// `folders` is asked after the arguments were understood, so that `--help` works where no folder can be found.
pub fn run<A, F>(arguments: A, folders: F) -> Exit
where
    A: IntoIterator<Item = OsString>,
    F: FnOnce() -> Folders,
{
    let output = OUTPUT;
    let cli = match cli::parse(arguments) {
        Parsed::Run(cli) => cli,
        Parsed::Answered(text) => {
            output.text(&text);
            return Exit::Done;
        }
        Parsed::Misused(text) => {
            output.note_text(&text);
            return Exit::Usage;
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            output.note(&format_args!("cannot start: {error}"));
            return Exit::Failed;
        }
    };
    let app = App::new(folders(), cli.config);
    let exit = runtime.block_on(dispatch(&app, cli.command));
    // A blocking task that is still reading (standard input, a slow resolver) must not keep the process.
    runtime.shutdown_background();
    exit
}

async fn dispatch(app: &App, command: Option<Command>) -> Exit {
    match command {
        None => agent::run(app).await,
        Some(Command::Dial(arguments)) => commands::dial::run(app, &arguments).await,
        Some(Command::DialUri(arguments)) => commands::dial::run_uri(app, &arguments).await,
        Some(Command::Ring(arguments)) => commands::ring::run(app, &arguments).await,
        Some(Command::Fire(arguments)) => commands::fire::run(app, &arguments).await,
        Some(Command::Check(arguments)) => commands::check::run(app, &arguments),
        Some(Command::Doctor(arguments)) => commands::doctor::run(app, &arguments).await,
        Some(Command::Status(arguments)) => commands::status::run(app, &arguments).await,
        Some(Command::Stop) => commands::stop::run(app).await,
        Some(Command::History(arguments)) => commands::history::run(app, &arguments).await,
        Some(Command::Register) => commands::install::install(app),
        Some(Command::Unregister) => commands::install::uninstall(app),
        Some(Command::Init(arguments)) => commands::init::run(app, &arguments),
    }
}
