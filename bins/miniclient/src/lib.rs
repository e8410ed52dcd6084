//! The agent's program: a call comes in, and the CRM is on the right customer; a number is clicked, and it is
//! dialled.
//!
//! This library is composition: it reads the configuration, builds hooks, identity, REST client and the single
//! instance from the crates that know how, and maps what came of it to exit codes, in one place ([`Exit`]). The two
//! executables contain a call to [`main`] and nothing else.

mod advice;
mod agent;
mod app;
pub mod cli;
pub mod commands;
pub mod config;
mod event;
mod input;
mod link_check;
mod messages;

use std::ffi::OsString;
use std::process::ExitCode;

use app::{App, OUTPUT};
use cli::{Command, LinkLine, Parsed};
use config::Folders;
use mc_cli::{Exit, Language, german};

/// Runs the program with this process's arguments and environment.
pub fn main() -> ExitCode {
    OUTPUT
        .ended(run(std::env::args_os(), Folders::of_this_process))
        .into()
}

/// Runs the program with these arguments, the first of which is its name.
///
/// `folders` is asked after the arguments were understood, so that `--help` works where no folder can be found.
fn run<A, F>(arguments: A, folders: F) -> Exit
where
    A: IntoIterator<Item = OsString>,
    F: FnOnce() -> Folders,
{
    let output = &OUTPUT;
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let language = Language::asked(&arguments, Some(cli::LINK));
    let spoken = language.unwrap_or_else(Language::of_system);
    output.speak(spoken, german::miniclient);
    let app = |config| App {
        language,
        ..App::new(folders(), config)
    };
    match cli::parse_for(output, arguments.clone()) {
        Parsed::Run(cli) => {
            let app = app(cli.config);
            block_on(dispatch(&app, cli.command))
        }
        Parsed::Answered(text) => {
            output.text(&text);
            Exit::Done
        }
        Parsed::Misused(text) => {
            output.note_text(&text);
            // Whoever clicked sees no terminal.
            if let Some(line) = LinkLine::of(&arguments) {
                let app = app(line.config);
                return block_on(commands::dial::refuse_link(&app, &line.link, gist(&text)));
            }
            Exit::Usage
        }
    }
}

/// What a text about a misuse comes to: without the mark before it, and what is possible instead.
fn gist(text: &str) -> &str {
    let first = text.lines().next().unwrap_or_default();
    first.strip_prefix("error: ").unwrap_or(first)
}

fn block_on(work: impl Future<Output = Exit>) -> Exit {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            OUTPUT.note(&format_args!("cannot start: {error}"));
            return Exit::Failed;
        }
    };
    let exit = runtime.block_on(work);
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
        Some(Command::Open(arguments)) => commands::open::run(app, &arguments).await,
        Some(Command::Reload) => commands::reload::run(app).await,
        Some(Command::Stop) => commands::stop::run(app).await,
        Some(Command::History(arguments)) => commands::history::run(app, &arguments).await,
        Some(Command::Install(arguments)) => commands::install::install(app, &arguments),
        Some(Command::Uninstall(arguments)) => commands::install::uninstall(app, &arguments),
        Some(Command::Curl(arguments)) => commands::curl::run(app, &arguments),
        Some(Command::Secret(command)) => commands::secret::run(app, &command),
        Some(Command::Init(arguments)) => commands::init::run(app, &arguments),
        Some(Command::Completions(arguments)) => commands::manual::completions(app, &arguments),
        Some(Command::Man(arguments)) => commands::manual::page(app, &arguments),
    }
}
