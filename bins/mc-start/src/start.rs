//! The main job: start the client, report the workstation.

use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use mc_routing::{RunAnswer, Token};
use mc_secret::text::printable;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::Exit;
use crate::client::{self, ClientError};
use crate::log::Log;
use crate::output;
use crate::report::{self, ReportError};
use crate::settings::{Order, Settings};
use crate::sys;
use crate::token;

/// The longest that the client waits for the report with `order = "rest-first"`. jtel waits up to 10 s for a routing
/// application's result; nobody should wait much longer for their client.
const CLIENT_WAITS: Duration = Duration::from_secs(15);

/// Starts the client and reports, in the order set. Every step is on standard error when it failed, and in the log.
pub(crate) fn run(settings: &Settings, log: &Log) -> Exit {
    if let Err(error) = client::refuse_services(sys::session_id()) {
        not_started(&error, log);
        return Exit::ClientNotStarted;
    }
    let Some(url) = settings.url.as_ref().filter(|_| settings.report) else {
        return if start(settings, log) {
            Exit::Done
        } else {
            Exit::ClientNotStarted
        };
    };
    let first = settings.order == Order::ClientFirst;
    let mut started = first && start(settings, log);
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            let text = format!("cannot report: {error}");
            output::note(&text);
            log.note(&text);
            started = started || (!first && start(settings, log));
            return if started {
                Exit::NotDelivered
            } else {
                Exit::ClientNotStarted
            };
        }
    };
    let reported = runtime.block_on(async {
        let mut delivery = pin!(report::deliver(settings, url));
        if first {
            return delivery.await;
        }
        let answered = timeout(CLIENT_WAITS, delivery.as_mut()).await;
        started = start(settings, log);
        match answered {
            Ok(answered) => answered,
            Err(_) => delivery.await,
        }
    });
    // What still resolves a name or looks into a store must not keep the process.
    runtime.shutdown_background();
    let exit = match reported {
        Ok(answer) => {
            print(&answer);
            log.note(&format!(
                "reported: status {} after {} ms",
                answer.status,
                answer.took.as_millis()
            ));
            Exit::Done
        }
        Err(error) => {
            not_reported(&error, started, log);
            error.exit()
        }
    };
    if started {
        exit
    } else {
        Exit::ClientNotStarted
    }
}

pub(crate) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Finds, unblocks and starts the client; true when it runs.
fn start(settings: &Settings, log: &Log) -> bool {
    match try_start(settings, log) {
        Ok((program, id)) => {
            log.note(&format!("started {} as process {id}", program.display()));
            true
        }
        Err(error) => {
            not_started(&error, log);
            false
        }
    }
}

fn try_start(settings: &Settings, log: &Log) -> Result<(PathBuf, u32), ClientError> {
    let program = client::find(settings)?;
    if let Err(error) = client::unblock(&program) {
        let text = format!(
            "{} is marked as downloaded and the mark cannot be removed: {error}; Windows may refuse to run it until \
             an administrator unblocks it (properties of the file, Unblock)",
            program.display()
        );
        output::note(&text);
        log.note(&text);
    }
    let id = client::start(&program, settings)?;
    Ok((program, id))
}

/// Says that there is no client; to the person, too, where nobody sees text.
fn not_started(error: &ClientError, log: &Log) {
    let text = error.to_string();
    log.note(&text);
    tell(&text);
}

/// Standard error, and a message box where text reaches nobody: a person who waits for the client must learn that it
/// will not come.
pub(crate) fn tell(text: &str) {
    output::note(text);
    if !mc_desktop::errors_are_seen() {
        mc_desktop::show_error("mc-start", text);
    }
}

fn not_reported(error: &ReportError, started: bool, log: &Log) {
    let client = if started { "the client runs, but " } else { "" };
    let what = match error.exit() {
        Exit::Unknown => "whether the report was acted upon is not known",
        _ => "the workstation was not reported",
    };
    let text = format!("{client}{what}: {error}");
    output::note(&text);
    log.note(&text);
}

fn print(answer: &RunAnswer) {
    let text = printable(&answer.text);
    match text.strip_suffix('\n') {
        Some(line) => output::line(line),
        None => output::line(text),
    }
}

/// Prints what would be sent and started. The token is not shown, only where it comes from.
pub(crate) fn dry_run(settings: &Settings) -> Exit {
    if let Some(url) = settings.url.as_ref().filter(|_| settings.report) {
        output::line(format_args!("POST {}", url.reveal()));
        match Token::find(&token::search(settings)) {
            Ok(token) => {
                output::line("Authorization: Bearer ***");
                output::line("Content-Type: application/json");
                output::note(format_args!("the token comes from {}", token.origin()));
                for warning in token.warnings() {
                    output::note(warning);
                }
            }
            Err(error) => {
                output::line("Content-Type: application/json");
                output::note(error);
            }
        }
        let body = report::body(settings, url);
        output::line(format_args!("\n{}\n", serde_json::Value::Object(body)));
    }
    match client::find(settings) {
        Ok(program) => {
            output::line(format_args!("client: {}", program.display()));
            for argument in &settings.client_args {
                output::line(format_args!("client parameter: {argument}"));
            }
            Exit::Done
        }
        Err(error) => {
            output::note(error);
            Exit::ClientNotStarted
        }
    }
}
