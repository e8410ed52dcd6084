//! `history`: the calls, what the hooks did for them, and what was dialled.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use mc_agent::AskError;
use mc_agent::journal::{Entry, History, Journal};
use mc_ipc::IpcError;

use super::running::{client, failed, word};
use crate::cli::HistoryArguments;
use crate::{App, Exit};

/// How long a running instance may take to say that it runs.
const HELLO: Duration = Duration::from_secs(1);

/// Prints the newest calls, the newest last, or erases those of a number.
pub async fn run(app: &App, arguments: &HistoryArguments) -> Exit {
    match &arguments.erase {
        Some(number) => erase(app, number).await,
        None => list(app, arguments).await,
    }
}

async fn erase(app: &App, number: &str) -> Exit {
    match client(app).erase(number).await {
        Ok(erased) => {
            app.output.line(format!("erased {erased}"));
            Exit::Done
        }
        Err(error) => failed(app, &error),
    }
}

async fn list(app: &App, arguments: &HistoryArguments) -> Exit {
    let Some(folder) = folder(app) else {
        app.output
            .note("there is no journal: this user has no home folder");
        return Exit::Failed;
    };
    let history = History::of(folder).agent_runs(runs(app).await);
    let newest = history.entries().and_then(|entries| {
        entries
            .take(arguments.count)
            .collect::<io::Result<Vec<_>>>()
    });
    let newest = match newest {
        Ok(newest) => newest,
        Err(error) => {
            app.output
                .note(&format!("the journal cannot be read: {error}"));
            return Exit::Failed;
        }
    };
    for entry in newest.iter().rev() {
        if arguments.json {
            app.output.json(entry);
        } else {
            for line in lines(entry) {
                app.output.line(line);
            }
        }
    }
    Exit::Done
}

fn folder(app: &App) -> Option<PathBuf> {
    app.folders.state.as_deref().map(Journal::folder_in)
}

/// Whether an instance runs; one that does not answer does.
async fn runs(app: &App) -> bool {
    !matches!(
        client(app).hello(HELLO).await,
        Err(AskError::Call(IpcError::NotRunning))
    )
}

/// One line for the call, and one for each hook.
fn lines(entry: &Entry) -> Vec<String> {
    match entry {
        Entry::Call {
            id,
            at,
            event,
            hooks,
            ..
        } => {
            let text = |name: &str| event[name].as_str();
            let group = text("GroupName").map(|group| format!(" for {group}"));
            let mut lines = vec![format!(
                "{}  {} {}{}  ({id})",
                local_time(at),
                text("Event").unwrap_or_default(),
                text("ANumber").unwrap_or("unknown number"),
                group.unwrap_or_default()
            )];
            for run in hooks {
                let mut line = format!("    {}: {}", run.hook, word(&run.outcome));
                for text in [&run.done, &run.error].into_iter().flatten() {
                    if !text.is_empty() {
                        line.push_str(": ");
                        line.push_str(text);
                    }
                }
                lines.push(line);
            }
            lines
        }
        Entry::Dial {
            at,
            number,
            outcome,
            text,
            ..
        } => {
            let why = text.as_ref().map(|why| format!(": {why}"));
            let (at, outcome) = (local_time(at), word(outcome));
            vec![format!(
                "{at}  dial {number}  {outcome}{}",
                why.unwrap_or_default()
            )]
        }
        _ => Vec::new(),
    }
}

/// As the clock on the wall showed it; as it is written, where that cannot be told.
fn local_time(at: &str) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => at
            .to_zoned(mc_agent::local_zone(at))
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        Err(_) => at.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_and_its_hooks_are_a_line_each() {
        let folder = tempfile::tempdir().unwrap();
        let journal = [
            r#"{"type":"call","at":"x","id":"a1","via":"http","event":{"Event":"ringing","ANumber":"49199123456","GroupName":"Sales"},"hooks":["crm","pop"]}"#,
            r#"{"type":"report","at":"x","report":{"id":"a1","hook":"crm","action":"rest","done":"GET https://crm.example/c","outcome":"failed","exit_code":null,"status":null,"millis":3,"error":"no route"}}"#,
            r#"{"type":"dial","at":"x","id":"b","from":"link","number":"+4930"}"#,
            r#"{"type":"dialled","at":"x","id":"b","outcome":"ok","text":"dialling","millis":1}"#,
        ];
        std::fs::write(
            folder.path().join("2026-11-22.jsonl"),
            journal.join("\n") + "\n",
        )
        .unwrap();
        let entries: Vec<_> = History::of(folder.path())
            .entries()
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(
            lines(&entries[1]),
            [
                "x  ringing 49199123456 for Sales  (a1)",
                "    crm: failed: GET https://crm.example/c: no route",
                "    pop: unknown",
            ]
        );
        assert_eq!(lines(&entries[0]), ["x  dial +4930  ok: dialling"]);
    }
}
