//! `dial`, `--dial`, `--dial-uri`: asks the running instance to dial.

use std::time::{Duration, Instant};

use mc_agent::journal::Journal;
use mc_agent::settings::Retention;
use mc_agent::{AskError, DialOrigin, DialOutcome, Dialled, Redial};
use mc_ipc::IpcError;
use mc_template::{DialNumber, LeftOut};

use super::running::{client, explained};
use super::starting;
use crate::cli::{DialArguments, DialUriArguments};
use crate::messages::{self, Message};
use crate::{App, Exit, config, link_check};

/// How long a click may wait for an agent and its user.
const PATIENCE: Duration = Duration::from_secs(15);

/// Dials a number that was typed, or given by another program, or that is at hand.
pub(crate) async fn run(app: &App, arguments: &DialArguments) -> Exit {
    let DialArguments {
        number,
        clipboard,
        last,
        json,
        ..
    } = arguments;
    if *clipboard {
        return run_clipboard(app, *json).await;
    }
    let Some(number) = number else {
        let which = if *last { Redial::Last } else { Redial::Caller };
        let dialled = client(app).redial(which).await;
        return Answer::of(dialled).say(app, *json).0;
    };
    match DialNumber::typed(number) {
        Ok(number) => {
            let dialled = client(app).dial(&number, DialOrigin::Command).await;
            Answer::to(&number, dialled).say(app, *json).0
        }
        Err(error) => {
            app.output.note(&error.to_string());
            Exit::Usage
        }
    }
}

/// Dials the number of a `tel:`, `callto:` or `sip:` link. Nothing but dialling can be reached from a link, and whoever
/// clicked it hears what became of it when it is not dialled.
pub(crate) async fn run_uri(app: &App, arguments: &DialUriArguments) -> Exit {
    let (uri, from) = (arguments.uri.as_str(), DialOrigin::Link);
    if link_check::answered(app.folders.state.as_deref(), uri) {
        return Exit::Done;
    }
    let number = match DialNumber::from_link(uri) {
        Ok(number) => number,
        Err(error) => {
            let why = error.to_string();
            app.output.note(&why);
            return refuse_link(app, uri, &why).await;
        }
    };
    let until = Instant::now() + PATIENCE;
    let ask = async || {
        let patience = until.saturating_duration_since(Instant::now());
        client(app).dial_within(&number, from, patience).await
    };
    let mut dialled = ask().await;
    if let Err(AskError::Call(IpcError::NotRunning)) = dialled {
        if let Err((exit, why)) = starting::start(app, until).await {
            app.output.note(&why);
            show(app, &Message::not_dialled(number.as_str(), &why));
            write_down(app, from, number.as_str(), &why);
            return exit;
        }
        dialled = ask().await;
    }
    tell(app, from, &number, dialled, false)
}

/// Tells whoever clicked that the link is none to dial, and has it written down.
pub(crate) async fn refuse_link(app: &App, link: &str, why: &str) -> Exit {
    let from = DialOrigin::Link;
    show(app, &Message::no_number(why));
    if client(app).refused(link, from, why).await.is_err() {
        write_down(app, from, link, why);
    }
    Exit::Usage
}

async fn run_clipboard(app: &App, json: bool) -> Exit {
    let from = DialOrigin::Clipboard;
    let text = tokio::task::spawn_blocking(mc_desktop::clipboard_text).await;
    let number = match text {
        Ok(Ok(text)) => DialNumber::typed(&text).map_err(|_| messages::CLIPBOARD.to_owned()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match number {
        Ok(number) => {
            let dialled = client(app).dial(&number, from).await;
            tell(app, from, &number, dialled, json)
        }
        Err(why) => {
            app.output.note(&why);
            show(app, &Message::no_number(&why));
            Exit::Failed
        }
    }
}

/// Says what became of it, to the person too, and sees to it that the journal has what was not dialled.
fn tell(
    app: &App,
    from: DialOrigin,
    number: &DialNumber,
    dialled: Result<Dialled, AskError>,
    json: bool,
) -> Exit {
    // The agent has written down what it said no to, and what it took.
    let written = match &dialled {
        Err(AskError::Call(error)) => matches!(
            error,
            IpcError::Refused { .. } | IpcError::OutcomeUnknown { .. }
        ),
        _ => true,
    };
    let (exit, why) = Answer::to(number, dialled).say(app, json);
    let number_text = number.as_str();
    match (exit, number.left_out()) {
        (Exit::Done, None) => {}
        (Exit::Done, Some(left_out)) => {
            show(
                app,
                &Message::left_out(number_text, &left_out_words(left_out)),
            );
        }
        (Exit::Unknown, _) => show(app, &Message::unknown(number_text, &why)),
        _ => show(app, &Message::not_dialled(number_text, &why)),
    }
    if !written {
        write_down(app, from, number_text, &why);
    }
    exit
}

/// Tells whoever clicked, unless they are not to be told.
fn show(app: &App, message: &Message) {
    let loaded = config::load(&app.folders, app.config_file.as_deref());
    if loaded.map_or(true, |loaded| loaded.config.notify.failures) {
        message.show();
    }
}

/// Writes into the journal what no agent was there for.
fn write_down(app: &App, from: DialOrigin, given: &str, why: &str) {
    let Some(state) = app.folders.state.as_deref() else {
        return;
    };
    let loaded = config::load(&app.folders, app.config_file.as_deref());
    let (retention, given) = match loaded {
        Ok(loaded) => (loaded.config.journal, mc_secret::text::one_line(given)),
        // Nothing says whether numbers may be kept.
        Err(_) => (Retention::default(), String::new()),
    };
    let folder = Journal::folder_in(state);
    if let Err(error) = Journal::refused_without_agent(&folder, retention, from, &given, why) {
        app.output.note(&error.to_string());
    }
}

/// What the agent answered, and how the number is called.
struct Answer {
    name: Option<String>,
    dialled: Result<Dialled, AskError>,
}

impl Answer {
    fn to(number: &DialNumber, dialled: Result<Dialled, AskError>) -> Self {
        let name = match number.left_out() {
            Some(left_out) => format!("{number} without {}", left_out_words(left_out)),
            None => number.to_string(),
        };
        Self {
            name: Some(name),
            dialled,
        }
    }

    fn of(dialled: Result<Dialled, AskError>) -> Self {
        let name = None;
        Self { name, dialled }
    }

    /// Prints it; gives how the command ends, and why where it was not dialled.
    fn say(self, app: &App, json: bool) -> (Exit, String) {
        let dialled = match self.dialled {
            Ok(dialled) => dialled,
            Err(error) => {
                let (exit, why) = explained(&error);
                app.output.note(&why);
                return (exit, why);
            }
        };
        if json {
            app.output.json(&dialled);
        }
        let name = self.name.unwrap_or_else(|| dialled.number.clone());
        let said = |what: String| {
            if dialled.text.is_empty() {
                what
            } else {
                format!("{what}: {}", dialled.text)
            }
        };
        let exit = match dialled.outcome {
            DialOutcome::Ok => {
                if !json {
                    app.output.line(said(format!("dialled {name}")));
                }
                Exit::Done
            }
            DialOutcome::Unknown => {
                let what = format!("it is not known whether {name} was dialled");
                app.output.note(&said(what));
                Exit::Unknown
            }
            _ => {
                app.output.note(&said(format!("{name} was not dialled")));
                Exit::Failed
            }
        };
        (exit, dialled.text)
    }
}

fn left_out_words(left_out: &LeftOut) -> String {
    match left_out {
        LeftOut::Extension(digits) => format!("the extension {digits}"),
        left_out => format!("{left_out} after it"),
    }
}
