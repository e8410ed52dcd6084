//! `dial`, `--dial`, `--dial-uri`: asks the running instance to dial.

use super::running::ask;
use crate::cli::{DialArguments, DialUriArguments};
use crate::{App, Exit};
use mc_ipc::Deadlines;
use mc_template::{DialNumber, NumberError};
use serde_json::json;
use std::time::Duration;

/// How long the telephone system may take: its server waits up to 10 s for a routing application.
const DIALLING: Duration = Duration::from_mins(1);

/// Dials a number that was typed, or given by another program.
pub async fn run(app: &App, arguments: &DialArguments) -> Exit {
    dial(
        app,
        DialNumber::typed(&arguments.number),
        "command",
        arguments.json,
    )
    .await
}

/// Dials the number of a `tel:` or `callto:` link. Nothing but dialling can be reached from a link.
pub async fn run_uri(app: &App, arguments: &DialUriArguments) -> Exit {
    dial(app, DialNumber::from_link(&arguments.uri), "link", false).await
}

async fn dial(app: &App, number: Result<DialNumber, NumberError>, from: &str, json: bool) -> Exit {
    let number = match number {
        Ok(number) => number,
        Err(error) => {
            app.output.note(&error.to_string());
            return Exit::Usage;
        }
    };
    let body = json!({ "number": number.as_str(), "from": from });
    let answer = match ask(app, "dial", &body, Deadlines::with_result(DIALLING)).await {
        Ok(answer) => answer,
        Err(exit) => return exit,
    };
    let text = answer["text"].as_str().unwrap_or_default();
    if json {
        app.output.json(&answer);
    }
    match answer["outcome"].as_str() {
        Some("ok") => {
            if !json {
                app.output.line(said(&format!("dialled {number}"), text));
            }
            Exit::Done
        }
        Some("unknown") => {
            app.output.note(&said(
                &format!("it is not known whether {number} was dialled"),
                text,
            ));
            Exit::Unknown
        }
        _ => {
            app.output
                .note(&said(&format!("{number} was not dialled"), text));
            Exit::Failed
        }
    }
}

fn said(what: &str, text: &str) -> String {
    if text.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {text}")
    }
}
