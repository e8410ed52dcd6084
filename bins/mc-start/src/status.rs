//! `mc-start status`: what came of the last start on this workstation, and whether the client runs. It asks nobody but
//! this computer, so that it can be collected from ten thousand.

use mc_cli::{Exit, Folders};
use mc_identity::{Field, Query, collect};
use serde_json::{Map, Value, json};

use crate::cli::Status;
use crate::output::OUTPUT;
use crate::{record, sys};

/// Prints it; the exit code is 0 where the last start was good and its client runs.
pub(crate) fn run(arguments: Status, folders: &Folders) -> Exit {
    let last = record::last(folders);
    let runs = last.as_ref().is_some_and(client_runs);
    let version = env!("CARGO_PKG_VERSION");
    if arguments.json {
        let query = Query::default().fields([Field::WindowsLoginName, Field::ComputerName]);
        let identity = collect(&query);
        OUTPUT.json(&json!({
            "version": version,
            "ComputerName": identity.get(Field::ComputerName),
            "WindowsLoginName": identity.get(Field::WindowsLoginName),
            "client_runs": runs,
            "last_start": last,
        }));
    } else {
        OUTPUT.line(format_args!("mc-start {version}"));
        match &last {
            Some(last) => told(last, runs),
            None => OUTPUT.line("last start  none is known of this user"),
        }
    }
    // A client that ends in peace has handed over to one that ran already.
    let zero = |last: &Map<String, Value>, name| last.get(name) == Some(&json!(0));
    match last {
        Some(last) if zero(&last, "exit") && (runs || zero(&last, "client_exit")) => Exit::Done,
        _ => Exit::Failed,
    }
}

fn told(last: &Map<String, Value>, runs: bool) {
    let text = |name: &str| last.get(name).and_then(Value::as_str).unwrap_or_default();
    match last.get("exit") {
        Some(exit) => OUTPUT.line(format_args!("last start  {}, exit code {exit}", text("at"))),
        None => OUTPUT.line(format_args!("last start  {}, under way", text("at"))),
    }
    let process = last.get("process").and_then(Value::as_u64);
    let client = match (process, text("client_ended")) {
        (None, _) => "not started".to_owned(),
        (Some(id), "") if runs => format!("runs as process {id}: {}", text("client")),
        (Some(id), "") => format!("process {id} has ended: {}", text("client")),
        (Some(_), ended) => format!("{ended}: {}", text("client")),
    };
    OUTPUT.line(format_args!("client      {client}"));
    let report = record::report(last);
    OUTPUT.line(format_args!("report      {report}"));
    for name in texts(last, "empty") {
        OUTPUT.line(format_args!(
            "report      {name} was empty (null); `mc-start doctor` says why"
        ));
    }
    for problem in texts(last, "problems") {
        OUTPUT.line(format_args!("settings    {problem}"));
    }
}

fn texts<'a>(last: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a str> {
    let list = last.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

/// Whether the process is still there, and no other that got its number since.
fn client_runs(last: &Map<String, Value>) -> bool {
    let process = last.get("process").and_then(Value::as_u64);
    let process = process.and_then(|id| u32::try_from(id).ok());
    let mark = process.and_then(sys::mark_of);
    mark.is_some_and(|mark| last.get("process_mark") == Some(&mark.into()))
}
