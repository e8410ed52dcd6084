//! `mc-start status`: what came of the last start on this workstation, and whether the client runs. It asks nobody but
//! this computer, so that it can be collected from ten thousand.

use std::ffi::OsStr;
use std::path::Path;

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
    match last {
        Some(last) if runs && last.get("exit") == Some(&json!(0)) => Exit::Done,
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
    let said = match text("said") {
        "" => String::new(),
        said => format!(": {said}"),
    };
    OUTPUT.line(format_args!("report      {}{said}", text("report")));
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

/// Whether the process is still there and still a program of that name: numbers of processes are used again. The folder does not
/// count, for a program on a share has one for whoever starts it and another for the system.
fn client_runs(last: &Map<String, Value>) -> bool {
    let process = last.get("process").and_then(Value::as_u64);
    let process = process.and_then(|id| u32::try_from(id).ok());
    let program = last.get("client").and_then(Value::as_str);
    process.zip(program).is_some_and(|(id, program)| {
        sys::program_of(id).is_some_and(|running| same_name(&running, Path::new(program)))
    })
}

fn same_name(one: &Path, other: &Path) -> bool {
    let name = |path: &Path| path.file_name().map(OsStr::to_ascii_lowercase);
    name(one) == name(other)
}
