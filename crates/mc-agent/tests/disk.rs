//! A disk that is full: a small one of the test's own, in a mount namespace.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use mc_agent::journal::{Entry, History, Journal, JournalError, NewCall};
use mc_agent::mc_hooks::CallEvent;
use mc_agent::mc_template::Numbers;
use mc_agent::settings::Retention;

#[test]
fn f57_a_full_disk_refuses_calls_and_leaves_no_half_line() {
    let within = Duration::from_mins(1);
    testkit::run_in_namespace("--mount", "inside_a_disk_of_its_own", within, |command| {
        command
    });
}

#[tokio::test]
#[ignore = "mounts a disk; the test above runs it where nobody sees that"]
async fn inside_a_disk_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=256k", "none"])
        .arg(&disk)
        .status();
    assert!(mounted.unwrap().success());

    let journal = Journal::open(
        disk.join("journal"),
        Retention::default(),
        Numbers::default(),
    );
    let journal = journal.unwrap();
    note(&journal, "a", 10).await.unwrap();
    let ballast = disk.join("ballast");
    let mut file = fs::File::create(&ballast).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    // Room for a part of it.
    file.set_len(file.metadata().unwrap().len() - 4096).unwrap();
    note(&journal, "b", 8000).await.unwrap_err();
    assert_eq!(ids(&disk), ["a"], "and what is there stays readable");
    drop(file);
    fs::remove_file(&ballast).unwrap();
    note(&journal, "c", 8000).await.unwrap();
    assert_eq!(ids(&disk), ["c", "a"]);
    for file in fs::read_dir(disk.join("journal")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines() {
            assert!(
                serde_json::from_str::<serde_json::Value>(line).is_ok(),
                "{line}"
            );
        }
    }
    drop(journal);
    let gone = Command::new("umount").arg(&disk).status();
    assert!(gone.unwrap().success());
}

async fn note(journal: &Journal, id: &str, length: usize) -> Result<(), JournalError> {
    let event = CallEvent::from_pairs([("ANumber", "1".repeat(length).as_str())]).unwrap();
    journal.call(NewCall::new(id, "test", &event)).await
}

fn ids(disk: &Path) -> Vec<String> {
    let entries = History::of(disk.join("journal")).entries().unwrap();
    entries
        .map(|entry| match entry.unwrap() {
            Entry::Call { id, .. } => id,
            other => format!("{other:?}"),
        })
        .collect()
}
