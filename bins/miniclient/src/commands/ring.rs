//! `ring`: hands a call event to the running instance.

use mc_agent::Receipt;

use super::running::{client, failed};
use crate::cli::RingArguments;
use crate::{App, Exit, event};

/// Hands the event over; with `--wait`, waits for the hooks and prints their reports.
pub(crate) async fn run(app: &App, arguments: &RingArguments) -> Exit {
    let event = match event::read(&arguments.event) {
        Ok(event) => event,
        Err(text) => {
            app.output.note(&text);
            return Exit::Failed;
        }
    };
    let client = client(app);
    let rung = if arguments.wait {
        client.ring_and_wait(&event).await
    } else {
        client.ring(&event).await
    };
    let rung = match rung {
        Ok(rung) => rung,
        Err(error) => return failed(app, &error),
    };
    let reports = rung.reports.as_deref().unwrap_or_default();
    if arguments.json {
        app.output.json(&rung);
    } else {
        app.output.line(headline(&rung.receipt));
        for report in reports {
            app.output.line(report);
        }
    }
    if reports.iter().all(|report| report.outcome.is_success()) {
        Exit::Done
    } else {
        Exit::Failed
    }
}

fn headline(receipt: &Receipt) -> String {
    let id = &receipt.id;
    if receipt.duplicate {
        format!("the same call came a moment ago as {id}; nothing runs again")
    } else if receipt.hooks.is_empty() {
        format!("accepted as {id}; no hook is for it")
    } else {
        format!("accepted as {id}: {}", receipt.hooks.join(", "))
    }
}
