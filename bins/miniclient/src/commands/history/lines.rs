//! An entry as lines: one for the call, and one for each hook.

use jiff::Timestamp;
use mc_agent::DialOutcome;
use mc_agent::journal::{Entry, HookRun, RunState};
use mc_cli::{Colour, Output};

use super::clock;
use crate::commands::running::word;

/// Whether it is a call that was missed.
pub(super) fn is_missed(entry: &Entry) -> bool {
    matches!(entry, Entry::Call { event, .. } if event["Event"] == "missed")
}

/// Prints all of it.
pub(super) fn print(output: &Output, entry: &Entry) {
    head(output, entry);
    for run in hooks(entry) {
        hook(output, run, "");
    }
}

pub(super) fn hooks(entry: &Entry) -> &[HookRun] {
    match entry {
        Entry::Call { hooks, .. } => hooks,
        _ => &[],
    }
}

/// Prints the call, or the whole of a dialling.
pub(super) fn head(output: &Output, entry: &Entry) {
    let line = head_line(entry, Timestamp::now());
    let colour = match entry {
        Entry::Dial {
            outcome: RunState::Ended(DialOutcome::Failed | DialOutcome::Refused),
            ..
        } => Some(Colour::Bad),
        Entry::Dial {
            outcome: RunState::Ended(DialOutcome::Unknown) | RunState::Unknown,
            ..
        } => Some(Colour::Notable),
        entry => is_missed(entry).then_some(Colour::Notable),
    };
    say(output, colour, line);
}

/// Prints a hook's run, with this before it.
pub(super) fn hook(output: &Output, run: &HookRun, before: &str) {
    let colour = match &run.outcome {
        RunState::Ended(outcome) if outcome.is_failure() => Some(Colour::Bad),
        RunState::Ended(outcome) if run.status.is_some_and(|status| status >= 400) => {
            Some(if outcome.is_success() {
                Colour::Notable
            } else {
                Colour::Bad
            })
        }
        RunState::Unknown => Some(Colour::Notable),
        _ => None,
    };
    say(output, colour, format!("    {before}{}", hook_text(run)));
}

fn say(output: &Output, colour: Option<Colour>, line: String) {
    match colour {
        Some(colour) => output.line_in(colour, line),
        None => output.line(line),
    }
}

fn head_line(entry: &Entry, now: Timestamp) -> String {
    match entry {
        Entry::Call {
            id,
            at,
            event,
            late,
            ..
        } => {
            let text = |name: &str| event[name].as_str();
            let (at, mut kind) = (
                clock::said(at, now),
                text("Event").unwrap_or_default().to_owned(),
            );
            if *late {
                kind.push_str(" (late)");
            }
            let caller = text("ANumber").unwrap_or("unknown number");
            match text("GroupName") {
                Some(group) => format!("{at}  {kind} {caller} for {group}  ({id})"),
                None => format!("{at}  {kind} {caller}  ({id})"),
            }
        }
        Entry::Dial {
            at,
            number,
            outcome,
            text,
            ..
        } => {
            let (at, outcome) = (clock::said(at, now), word(outcome));
            match text {
                Some(why) => format!("{at}  dial {number}  {outcome}: {why}"),
                None => format!("{at}  dial {number}  {outcome}"),
            }
        }
        _ => String::new(),
    }
}

/// How it ended; the status too, where that was no success for the server.
fn hook_text(run: &HookRun) -> String {
    let mut line = format!("{}: {}", run.hook, word(&run.outcome));
    if let Some(status) = run.status.filter(|status| *status >= 400) {
        line.extend([" ", &status.to_string()]);
    }
    for text in [&run.done, &run.error].into_iter().flatten() {
        if !text.is_empty() {
            line.push_str(": ");
            line.push_str(text);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_agent::journal::History;

    #[test]
    fn a_call_and_its_hooks_are_a_line_each() {
        let folder = tempfile::tempdir().unwrap();
        let journal = [
            r#"{"type":"call","at":"x","id":"a1","via":"http","event":{"Event":"ringing","ANumber":"49199123456","GroupName":"Sales"},"hooks":["crm","pop","log"]}"#,
            r#"{"type":"report","at":"x","report":{"id":"a1","hook":"crm","action":"rest","done":"GET https://crm.example/c","outcome":"failed","exit_code":null,"status":null,"millis":3,"error":"no route"}}"#,
            r#"{"type":"report","at":"x","report":{"id":"a1","hook":"log","action":"rest","done":"GET https://crm.example/l","outcome":"http_error","exit_code":null,"status":404,"millis":3,"error":null}}"#,
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
        let now = Timestamp::now();
        assert_eq!(
            head_line(&entries[1], now),
            "x  ringing 49199123456 for Sales  (a1)"
        );
        let runs: Vec<_> = hooks(&entries[1]).iter().map(hook_text).collect();
        assert_eq!(
            runs,
            [
                "crm: failed: GET https://crm.example/c: no route",
                "pop: unknown",
                "log: http_error 404: GET https://crm.example/l",
            ]
        );
        assert_eq!(head_line(&entries[0], now), "x  dial +4930  ok: dialling");
    }
}
