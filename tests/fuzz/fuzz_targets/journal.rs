//! A journal with any lines in it: entries, newest first, whatever a crash or a hand left there.
#![no_main]

use libfuzzer_sys::fuzz_target;

use std::sync::LazyLock;

use mc_agent::journal::History;

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

fuzz_target!(|bytes: &[u8]| {
    let folder = FOLDER.path();
    std::fs::write(folder.join("2026-01-01.jsonl"), bytes).expect("a file");
    let lines = bytes.split(|&byte| byte == b'\n').count();
    for agent_runs in [false, true] {
        let history = History::of(folder).agent_runs(agent_runs);
        assert!(history.entries().expect("the folder is there").count() <= lines);
    }
});
