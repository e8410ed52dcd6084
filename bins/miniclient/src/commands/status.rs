//! `status`: what the running instance is doing.

use mc_agent::{BrokerState, BrokerStatus, LastRefused, ListenStatus, Registration, Status};
use mc_cli::Colour;

use super::running::{client, failed, word};
use crate::cli::StatusArguments;
use crate::{App, Exit};

/// Prints the status of the running instance.
pub(crate) async fn run(app: &App, arguments: &StatusArguments) -> Exit {
    let status = match client(app).status().await {
        Ok(status) => status,
        Err(error) => return failed(app, &error),
    };
    if arguments.json {
        app.output.json(&status);
    } else {
        for (name, value) in lines(&status) {
            let line = format!("{name:<14}{value}");
            match colour(&status, name) {
                Some(colour) => app.output.line_in(colour, line),
                None => app.output.line(line),
            }
        }
        if let Some(refused) = &status.config_refused {
            let line = format!(
                "refused       a configuration read {}; the one before stays in force:\n{}",
                refused.since, refused.error
            );
            app.output.line_in(Colour::Bad, line);
        }
    }
    Exit::Done
}

fn lines(status: &Status) -> [(&'static str, String); 9] {
    let journal = &status.journal;
    [
        (
            "running",
            format!(
                "miniclient {}, process {}, since {}",
                status.version, status.pid, status.since
            ),
        ),
        (
            "config",
            status.config.as_ref().map_or_else(
                || "the machine's policy alone".to_owned(),
                |file| format!("{}, in force since {}", file.display(), status.config_since),
            ),
        ),
        (
            "user",
            status.user.clone().unwrap_or_else(|| "not known".into()),
        ),
        (
            "hooks",
            if status.hooks.is_empty() {
                "none".to_owned()
            } else {
                status.hooks.join(", ")
            },
        ),
        (
            "dialling",
            if status.dial {
                "configured"
            } else {
                "not configured"
            }
            .to_owned(),
        ),
        (
            "listening on",
            match &status.listen {
                None => "nothing".to_owned(),
                Some(listen) => listening(listen),
            },
        ),
        (
            "broker",
            status
                .broker
                .as_ref()
                .map_or_else(|| "none".to_owned(), broker),
        ),
        ("registration", registration(&status.registration)),
        (
            "journal",
            format!(
                "{} ({}, {} days){}",
                journal.folder.display(),
                word(&journal.keep),
                journal.days,
                match (&journal.hangs, &journal.error) {
                    (Some(seconds), _) => format!(": its disk has not answered for {seconds} s"),
                    (None, Some(error)) => format!(": it cannot be written: {error}"),
                    (None, None) => String::new(),
                }
            ),
        ),
    ]
}

/// What a glance is to see: what works, and what does not.
fn colour(status: &Status, line: &str) -> Option<Colour> {
    match line {
        "running" => Some(Colour::Good),
        // Nobody to dial for, and nobody whose calls could come.
        "user" if status.user.is_none() => Some(Colour::Notable),
        "listening on" => {
            let listen = status.listen.as_ref()?;
            Some(match listen.error {
                Some(_) => Colour::Bad,
                None => Colour::Good,
            })
        }
        "broker" => Some(match status.broker.as_ref()?.state {
            BrokerState::Connected => Colour::Good,
            BrokerState::Connecting | BrokerState::Waiting => Colour::Notable,
            _ => Colour::Bad,
        }),
        "registration" => match status.registration {
            Registration::Registered { .. } => Some(Colour::Good),
            Registration::Pending => Some(Colour::Notable),
            Registration::Failed { .. } => Some(Colour::Bad),
            _ => None,
        },
        "journal" => {
            let fine = status.journal.hangs.is_none() && status.journal.error.is_none();
            (!fine).then_some(Colour::Bad)
        }
        _ => None,
    }
}

/// The address, or why it is not open, and what was refused there.
fn listening(status: &ListenStatus) -> String {
    let text = status.error.as_ref().unwrap_or(&status.address);
    let refused = status.refused;
    match &status.last_refused {
        Some(LastRefused {
            at, from, error, ..
        }) => format!("{text}; {refused} requests refused, the last {at} from {from}: {error}"),
        None => text.clone(),
    }
}

/// The connection, and in brackets what else is known of it.
fn broker(status: &BrokerStatus) -> String {
    let BrokerStatus {
        broker,
        state,
        since,
        topic,
        error,
        failures,
        refused,
        ..
    } = status;
    let topic = topic.as_deref().unwrap_or("?");
    let text = match state {
        BrokerState::Connected => format!("{broker} (calls from {topic}, since {since})"),
        BrokerState::Connecting => format!("{broker} (connecting)"),
        BrokerState::Ended => format!("{broker} (ended)"),
        BrokerState::Waiting => {
            let why = error.as_deref().unwrap_or("it was not tried yet");
            format!("{broker} (waiting): {why}")
        }
        _ => {
            let why = error.as_deref().unwrap_or("it was not tried yet");
            format!("{broker} (away since {since}, tried {failures} times in vain): {why}")
        }
    };
    if *refused > 0 {
        format!("{text}; {refused} messages refused")
    } else {
        text
    }
}

/// The state, and in brackets what else is known of it.
fn registration(registration: &Registration) -> String {
    let (state, details): (_, Vec<_>) = match registration {
        Registration::Registered {
            address,
            user,
            note,
        } => {
            let details = [("address", address), ("user", user), ("note", note)];
            let known = details
                .into_iter()
                .filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
            ("registered", known.collect())
        }
        Registration::Failed { error, failures } => (
            "failed",
            vec![format!("error {error}"), format!("failures {failures}")],
        ),
        Registration::Pending => ("pending", Vec::new()),
        Registration::Unregistered => ("unregistered", Vec::new()),
        _ => ("off", Vec::new()),
    };
    if details.is_empty() {
        state.to_owned()
    } else {
        format!("{state} ({})", details.join(", "))
    }
}
