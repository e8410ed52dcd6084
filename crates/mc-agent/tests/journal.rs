//! The journal on a real disk.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use mc_agent::journal::{History, Journal, JournalError, NewCall};
use mc_agent::mc_hooks::{CallEvent, Report};
use mc_agent::mc_template::Numbers;
use mc_agent::settings::{Keep, Retention};
use mc_agent::{DialOrigin, Dialled};
use serde_json::{Value, json};

fn open_with(state: &Path, days: u32, keep: Keep) -> Journal {
    let retention = Retention::new(days, keep);
    Journal::open(state.join("journal"), retention, Numbers::default()).unwrap()
}

fn open(state: &Path) -> Journal {
    open_with(state, 7, Keep::Full)
}

fn call(number: &str) -> CallEvent {
    CallEvent::from_pairs([("ANumber", number), ("CRMLink", "https://crm.example/?x")]).unwrap()
}

/// Writes a call down.
async fn note(
    journal: &Journal,
    id: &str,
    via: &str,
    call: &CallEvent,
    hooks: Vec<String>,
) -> Result<(), JournalError> {
    let mut new = NewCall::new(id, via, call);
    new.hooks = hooks;
    journal.call(new).await
}

fn report(id: &str, hook: &str) -> Report {
    let report = json!({
        "id": id, "hook": hook, "action": "exec", "done": "/bin/true", "outcome": "ok",
        "exit_code": 0, "status": null, "millis": 3, "error": null,
    });
    serde_json::from_value(report).unwrap()
}

fn dialled(id: &str) -> Dialled {
    let dialled =
        json!({ "id": id, "number": "+49301", "outcome": "ok", "text": "accepted", "millis": 12 });
    serde_json::from_value(dialled).unwrap()
}

/// All entries as JSON, the newest first, as they are while an agent runs.
async fn all(journal: &Journal) -> Vec<Value> {
    journal.flush().await;
    let history = History::of(journal.folder()).agent_runs(true);
    history
        .entries()
        .unwrap()
        .map(|entry| serde_json::to_value(entry.unwrap()).unwrap())
        .collect()
}

fn the_file(state: &Path) -> PathBuf {
    let mut files: Vec<_> = fs::read_dir(state.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[tokio::test]
async fn a_call_and_what_was_done_for_it() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    note(
        &journal,
        "a",
        "http",
        &call("49199123456"),
        vec!["one".into(), "two".into()],
    )
    .await
    .unwrap();
    journal.report(&report("a", "two"));
    journal.dial("b", DialOrigin::Link, "+49301").await.unwrap();
    let entries = all(&journal).await;
    assert_eq!(entries.len(), 2);
    assert_eq!(
        (&entries[0]["kind"], &entries[0]["outcome"]),
        (&json!("dial"), &json!("pending"))
    );
    assert_eq!(entries[1]["event"]["ANumber"], "49199123456");
    assert_eq!(entries[1]["via"], "http");
    assert_eq!(entries[1]["hooks"][0]["outcome"], "pending");
    assert_eq!(entries[1]["hooks"][1]["outcome"], "ok");
    journal.dialled(DialOrigin::Link, &dialled("b"));
    assert_eq!(all(&journal).await[0]["outcome"], "ok");
}

#[tokio::test]
async fn what_is_accepted_is_on_disk_and_after_a_crash_it_is_unknown() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    note(
        &journal,
        "a",
        "ring",
        &call("1"),
        vec!["one".into(), "two".into()],
    )
    .await
    .unwrap();
    journal.report(&report("a", "one"));
    journal.dial("b", DialOrigin::Command, "12").await.unwrap();
    let text = fs::read_to_string(the_file(state.path())).unwrap();
    assert!(
        text.contains(r#""id":"a""#) && text.contains(r#""id":"b""#),
        "{text}"
    );
    // Another run begins, with no word of how the first one ended.
    let journal = open(state.path());
    let entries = all(&journal).await;
    assert_eq!(entries[0]["outcome"], "unknown");
    assert_eq!(entries[1]["hooks"][0]["outcome"], "ok");
    assert_eq!(entries[1]["hooks"][1]["outcome"], "unknown");
}

#[tokio::test]
async fn half_a_line_at_the_end_costs_nothing_else() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    note(&journal, "a", "ring", &call("1"), Vec::new())
        .await
        .unwrap();
    drop(journal);
    let file = the_file(state.path());
    let mut text = fs::read_to_string(&file).unwrap();
    text.push_str(r#"{"type":"call","at":"2026-"#);
    fs::write(&file, text).unwrap();
    let journal = open(state.path());
    note(&journal, "b", "ring", &call("2"), Vec::new())
        .await
        .unwrap();
    let ids: Vec<_> = all(&journal)
        .await
        .into_iter()
        .map(|entry| entry["id"].clone())
        .collect();
    assert_eq!(ids, ["b", "a"]);
}

#[tokio::test]
async fn erasing_a_caller_leaves_the_others_and_no_trace() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    for (id, number) in [
        ("a", "49199123456"),
        ("b", "493012345"),
        ("c", "+49 199 123456"),
    ] {
        note(&journal, id, "http", &call(number), vec!["one".into()])
            .await
            .unwrap();
        journal.report(&report(id, "one"));
    }
    journal
        .dial("d", DialOrigin::Command, "+49199123456")
        .await
        .unwrap();
    assert_eq!(journal.erase("4711").await.unwrap(), 0);
    assert_eq!(journal.erase("+49 (0)199-123456").await.unwrap(), 3);
    // A hook of an erased call may end later.
    journal.report(&report("a", "one"));
    journal.flush().await;
    let text = fs::read_to_string(the_file(state.path())).unwrap();
    assert!(
        !text.contains("123456") && !text.contains(r#""id":"a""#),
        "{text}"
    );
    note(&journal, "e", "http", &call("1"), Vec::new())
        .await
        .unwrap();
    let ids: Vec<_> = all(&journal)
        .await
        .into_iter()
        .map(|entry| entry["id"].clone())
        .collect();
    assert_eq!(ids, ["e", "b"], "and it goes on");
}

/// What came later under a call's id may hold who called, without the number.
#[tokio::test]
async fn erasing_a_caller_takes_what_became_of_the_call() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    let number = "49199123456";
    let events: [(&str, &[(&str, &str)]); 8] = [
        ("a", &[("CallID", "c1"), ("ANumber", number)]),
        (
            "b",
            &[
                ("CallID", "c1"),
                ("Event", "answered"),
                ("CustomerName", "Erika"),
            ],
        ),
        ("c", &[("CallID", "c1"), ("Event", "ended")]),
        ("d", &[("CallID", "c2"), ("ANumber", "493012345")]),
        (
            "e",
            &[("CRMLink", "https://crm.example/?n=%2B49%20199%20123456&x=1")],
        ),
        ("f", &[("CRMLink", "https://crm.example/c/49199123456")]),
        ("g", &[("CRMLink", "https://crm.example/c/49199123457")]),
        ("h", &[("Event", "ended")]),
    ];
    for (id, pairs) in events {
        let event = CallEvent::from_pairs(pairs.iter().copied()).unwrap();
        note(&journal, id, "http", &event, Vec::new())
            .await
            .unwrap();
    }
    // The same id on another day is another call.
    let file = the_file(state.path());
    let old = r#"{"type":"call","at":"2001-02-03T10:00:00.000Z","id":"z","via":"http","event":{"Event":"ended","CallID":"c1"},"hooks":[]}"#;
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{old}\n{text}")).unwrap();
    assert_eq!(journal.erase(number).await.unwrap(), 5);
    let ids: Vec<_> = all(&journal)
        .await
        .into_iter()
        .map(|entry| entry["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["h", "g", "d", "z"]);
}

#[tokio::test]
async fn only_so_many_days_are_kept_and_only_our_files_removed() {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("journal");
    fs::create_dir(&folder).unwrap();
    for name in ["2001-02-03.jsonl", "notes.jsonl", "2001-02-03.txt"] {
        fs::write(folder.join(name), "{}\n").unwrap();
    }
    drop(open_with(state.path(), 1, Keep::Full));
    assert!(!folder.join("2001-02-03.jsonl").exists());
    assert!(folder.join("notes.jsonl").exists() && folder.join("2001-02-03.txt").exists());
}

#[tokio::test]
async fn nothing_is_kept_where_nothing_is_to_be_kept() {
    let state = tempfile::tempdir().unwrap();
    let journal = open_with(state.path(), 7, Keep::None);
    note(&journal, "a", "http", &call("49199123456"), Vec::new())
        .await
        .unwrap();
    journal.report(&report("a", "one"));
    assert_eq!(all(&journal).await, Vec::<Value>::new());
    assert!(!state.path().join("journal").exists());
}

#[tokio::test]
async fn a_masked_journal_holds_no_whole_number_and_can_still_be_searched() {
    let state = tempfile::tempdir().unwrap();
    let journal = open_with(state.path(), 7, Keep::Masked);
    note(&journal, "a", "http", &call("49199123456"), Vec::new())
        .await
        .unwrap();
    journal
        .dial("b", DialOrigin::Link, "+49199123456")
        .await
        .unwrap();
    let text = fs::read_to_string(the_file(state.path())).unwrap();
    assert!(
        !text.contains("123456") && !text.contains("crm.example"),
        "{text}"
    );
    assert_eq!(journal.erase("+49199123456").await.unwrap(), 2);
}

#[tokio::test]
async fn large_and_many_entries_arrive_whole() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    for i in 0..30 {
        let long = "\"ü\\".repeat(2000);
        let pairs: Vec<_> = (0..7)
            .map(|n| (format!("Extra{n}"), long.clone()))
            .collect();
        note(
            &journal,
            &i.to_string(),
            "http",
            &CallEvent::from_pairs(pairs).unwrap(),
            Vec::new(),
        )
        .await
        .unwrap();
    }
    let entries = all(&journal).await;
    assert_eq!(entries.len(), 30);
    for (i, entry) in entries.iter().rev().enumerate() {
        assert_eq!(entry["id"], i.to_string());
        assert_eq!(entry["event"]["Extra6"], "\"ü\\".repeat(2000));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_journal_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("journal");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let _journal = open(state.path());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&the_file(state.path())), 0o600);
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_says_where_and_why() {
    let state = tempfile::tempdir().unwrap();
    fs::write(state.path().join("journal"), "a file in the way").unwrap();
    let error = Journal::open(
        state.path().join("journal"),
        Retention::default(),
        Numbers::default(),
    )
    .unwrap_err();
    assert!(error.to_string().contains("journal"), "{error}");
}

/// Windows does not let go of a folder in which a file is open.
#[cfg(unix)]
#[tokio::test]
async fn a_journal_that_is_lost_refuses_calls_until_it_is_back() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    fs::remove_dir_all(state.path().join("journal")).unwrap();
    fs::write(state.path().join("journal"), "a file in the way").unwrap();
    note(&journal, "a", "http", &call("1"), Vec::new())
        .await
        .unwrap_err();
    fs::remove_file(state.path().join("journal")).unwrap();
    fs::create_dir(state.path().join("journal")).unwrap();
    note(&journal, "b", "http", &call("1"), Vec::new())
        .await
        .unwrap();
}

fn files(state: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(state.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// Windows lets nobody remove or replace the file while it is open.
#[cfg(unix)]
#[tokio::test]
async fn f55_a_file_that_is_deleted_or_replaced_is_made_again() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    let file = the_file(state.path());
    fs::remove_file(&file).unwrap();
    note(&journal, "a", "http", &call("1"), Vec::new())
        .await
        .unwrap();
    assert!(fs::read_to_string(&file).unwrap().contains(r#""id":"a""#));
    let other = state.path().join("other");
    fs::write(&other, "").unwrap();
    fs::rename(&other, &file).unwrap();
    note(&journal, "b", "http", &call("2"), Vec::new())
        .await
        .unwrap();
    assert!(fs::read_to_string(&file).unwrap().contains(r#""id":"b""#));
}

#[cfg(unix)]
#[tokio::test]
async fn f57_a_folder_that_is_removed_is_made_again() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    fs::remove_dir_all(state.path().join("journal")).unwrap();
    note(&journal, "a", "http", &call("1"), Vec::new())
        .await
        .unwrap();
    assert_eq!(all(&journal).await.len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn f57_what_is_no_file_is_refused_and_nothing_hangs() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    let file = the_file(state.path());
    fs::remove_file(&file).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&file).status();
    assert!(made.unwrap().success());
    note(&journal, "a", "http", &call("1"), Vec::new())
        .await
        .unwrap_err();
    let history = History::of(journal.folder());
    assert!(history.entries().unwrap().any(|entry| entry.is_err()));
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(state.path().join("elsewhere"), &file).unwrap();
    note(&journal, "a", "http", &call("1"), Vec::new())
        .await
        .unwrap_err();
    fs::remove_file(&file).unwrap();
    note(&journal, "b", "http", &call("1"), Vec::new())
        .await
        .unwrap();
}

#[tokio::test]
async fn f56_a_clock_that_jumps_deletes_nothing_that_is_newest() {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("journal");
    fs::create_dir(&folder).unwrap();
    // To the clock that is right now, these are 20 years ago: the clock went wrong, or nobody worked since.
    for day in 1..=9 {
        fs::write(folder.join(format!("2001-02-0{day}.jsonl")), "{}\n").unwrap();
    }
    drop(open_with(state.path(), 7, Keep::Full));
    let left = files(state.path());
    assert_eq!(
        left[..6],
        [4, 5, 6, 7, 8, 9].map(|day| format!("2001-02-0{day}.jsonl"))
    );
    assert_eq!(left.len(), 7, "with today's");
}

#[tokio::test]
async fn f56_what_is_open_in_a_file_of_the_future_is_unknown() {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("journal");
    fs::create_dir(&folder).unwrap();
    let line = r#"{"type":"call","at":"x","id":"a","via":"http","event":{},"hooks":["one"]}"#;
    fs::write(folder.join("9999-01-01.jsonl"), format!("{line}\n")).unwrap();
    let journal = open(state.path());
    note(&journal, "b", "http", &call("1"), vec!["one".into()])
        .await
        .unwrap();
    let entries = all(&journal).await;
    let outcomes: Vec<_> = entries
        .iter()
        .map(|entry| (&entry["id"], &entry["hooks"][0]["outcome"]))
        .collect();
    let expected = [
        (&json!("b"), &json!("pending")),
        (&json!("a"), &json!("unknown")),
    ];
    assert_eq!(
        outcomes, expected,
        "it is older than what the clock says now"
    );
}

#[tokio::test]
async fn f60_a_page_of_many_calls_is_read_at_once() {
    let state = tempfile::tempdir().unwrap();
    let journal = open(state.path());
    let file = the_file(state.path());
    let mut text = fs::read_to_string(&file).unwrap();
    for i in 0..24_000 {
        let call = json!({
            "type": "call", "at": "x", "id": i.to_string(), "via": "http", "hooks": ["one"],
            "event": { "ANumber": format!("49199{i}"), "CRMLink": format!("https://crm.example/{i}") },
        });
        let report =
            json!({ "type": "report", "at": "x", "report": report(&i.to_string(), "one") });
        writeln!(text, "{call}\n{report}").unwrap();
    }
    drop(journal);
    fs::write(&file, text).unwrap();
    let since = std::time::Instant::now();
    let history = History::of(state.path().join("journal"));
    let page: Vec<_> = history.entries().unwrap().take(20).collect();
    let took = since.elapsed();
    assert_eq!(page.len(), 20);
    assert!(took < std::time::Duration::from_millis(100), "{took:?}");
    assert_eq!(history.entries().unwrap().count(), 24_000);
}
