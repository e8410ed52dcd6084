//! `status`: what the running instance is doing.

use super::running::ask;
use crate::cli::StatusArguments;
use crate::{App, Exit};
use mc_ipc::Deadlines;
use serde_json::{Value, json};

/// Prints the status of the running instance.
pub async fn run(app: &App, arguments: &StatusArguments) -> Exit {
    let status = match ask(app, "status", &json!(null), Deadlines::default()).await {
        Ok(status) => status,
        Err(exit) => return exit,
    };
    if arguments.json {
        app.output.json(&status);
        return Exit::Done;
    }
    let text = |value: &Value, absent: &str| value.as_str().unwrap_or(absent).to_owned();
    let hooks: Vec<_> = status["hooks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let line = |name: &str, value: String| app.output.line(format!("{name:<14}{value}"));
    line(
        "running",
        format!(
            "miniclient {}, process {}, since {}",
            text(&status["version"], "?"),
            status["pid"],
            text(&status["since"], "?")
        ),
    );
    line(
        "config",
        text(&status["config"], "the machine's policy alone"),
    );
    line("user", text(&status["user"], "not known"));
    line(
        "hooks",
        if hooks.is_empty() {
            "none".to_owned()
        } else {
            hooks.join(", ")
        },
    );
    line(
        "dialling",
        if status["dial"] == true {
            "configured"
        } else {
            "not configured"
        }
        .to_owned(),
    );
    line(
        "listening on",
        text(&status["listen"]["address"], "nothing"),
    );
    line("registration", registration(&status["registration"]));
    let journal = &status["journal"];
    line(
        "journal",
        format!(
            "{} ({}, {} days)",
            text(&journal["folder"], "?"),
            text(&journal["keep"], "?"),
            journal["days"]
        ),
    );
    Exit::Done
}

/// The state, and in brackets what else is known of it.
fn registration(value: &Value) -> String {
    let state = value["state"].as_str().unwrap_or("off").to_owned();
    let details = value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| *name != "state" && !value.is_null());
    let details: Vec<_> = details
        .map(|(name, value)| {
            value.as_str().map_or_else(
                || format!("{name} {value}"),
                |text| format!("{name} {text}"),
            )
        })
        .collect();
    if details.is_empty() {
        state
    } else {
        format!("{state} ({})", details.join(", "))
    }
}
