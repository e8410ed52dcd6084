//! `ring`: hands a call event to the running instance.

use super::running::ask;
use crate::cli::RingArguments;
use crate::{App, Exit, event};
use mc_hooks::Report;
use mc_ipc::Deadlines;
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::time::Duration;

/// How long hooks may take, queues included, before `--wait` gives up. Their own timeouts are what ends them.
const HOOKS: Duration = Duration::from_mins(10);

/// Hands the event over; with `--wait`, waits for the hooks and prints their reports.
pub async fn run(app: &App, arguments: &RingArguments) -> Exit {
    let event = match event::read(&arguments.event) {
        Ok(event) => event,
        Err(text) => {
            app.output.note(&text);
            return Exit::Failed;
        }
    };
    let deadlines = if arguments.wait {
        Deadlines::with_result(HOOKS)
    } else {
        Deadlines::default()
    };
    let body = json!({ "event": event, "wait": arguments.wait });
    let answer = match ask(app, "ring", &body, deadlines).await {
        Ok(answer) => answer,
        Err(exit) => return exit,
    };
    let reports: Vec<Report> = Vec::deserialize(&answer["reports"]).unwrap_or_default();
    if arguments.json {
        app.output.json(&answer);
    } else {
        app.output.line(headline(&answer));
        for report in &reports {
            app.output.line(report);
        }
    }
    if reports.iter().all(|report| report.outcome.is_success()) {
        Exit::Done
    } else {
        Exit::Failed
    }
}

fn headline(answer: &Value) -> String {
    let id = answer["id"].as_str().unwrap_or_default();
    if answer["duplicate"].as_bool() == Some(true) {
        return format!("the same call came a moment ago as {id}; nothing runs again");
    }
    let hooks: Vec<_> = answer["hooks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if hooks.is_empty() {
        format!("accepted as {id}; no hook is for it")
    } else {
        format!("accepted as {id}: {}", hooks.join(", "))
    }
}
