//! `dial`, `--dial`, `--dial-uri`: asks the running instance to dial.

use mc_agent::{DialOrigin, DialOutcome};
use mc_template::{DialNumber, LeftOut, NumberError};

use super::running::{client, failed};
use crate::cli::{DialArguments, DialUriArguments};
use crate::{App, Exit};

/// Dials a number that was typed, or given by another program.
pub async fn run(app: &App, arguments: &DialArguments) -> Exit {
    let number = DialNumber::typed(&arguments.number);
    dial(app, number, DialOrigin::Command, arguments.json).await
}

/// Dials the number of a `tel:`, `callto:` or `sip:` link. Nothing but dialling can be reached from a link.
pub async fn run_uri(app: &App, arguments: &DialUriArguments) -> Exit {
    let number = DialNumber::from_link(&arguments.uri);
    dial(app, number, DialOrigin::Link, false).await
}

async fn dial(
    app: &App,
    number: Result<DialNumber, NumberError>,
    from: DialOrigin,
    json: bool,
) -> Exit {
    let number = match number {
        Ok(number) => number,
        Err(error) => {
            app.output.note(&error.to_string());
            return Exit::Usage;
        }
    };
    let dialled = match client(app).dial(&number, from).await {
        Ok(dialled) => dialled,
        Err(error) => return failed(app, &error),
    };
    if json {
        app.output.json(&dialled);
    }
    let name = match number.left_out() {
        Some(LeftOut::Extension(digits)) => format!("{number} without the extension {digits}"),
        Some(left_out) => format!("{number} without {left_out} after it"),
        None => number.to_string(),
    };
    let said = |what: String| {
        if dialled.text.is_empty() {
            what
        } else {
            format!("{what}: {}", dialled.text)
        }
    };
    match dialled.outcome {
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
    }
}
