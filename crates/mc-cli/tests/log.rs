//! The log stays small and cannot be forged.

use std::io::Write as _;

use mc_cli::Log;

const LIMIT: u64 = 64 * 1024;

#[test]
fn the_log_is_bounded() {
    let state = tempfile::tempdir().unwrap();
    let mut log = Log::open(state.path().join("logs").join("x.log"), LIMIT).unwrap();
    let line = [b'x'; 1000];
    for _ in 0..3 * LIMIT / 1000 {
        log.write_all(&line).unwrap();
    }
    let sizes: Vec<_> = std::fs::read_dir(state.path().join("logs"))
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .collect();
    assert_eq!(sizes.len(), 2);
    assert!(
        sizes.iter().all(|&size| size > 0 && size <= LIMIT),
        "{sizes:?}"
    );
}

#[test]
fn a_line_is_one_line_and_stays_after_a_restart() {
    let state = tempfile::tempdir().unwrap();
    let path = state.path().join("x.log");
    for text in ["one", "two\nlines"] {
        Log::open(&path, LIMIT).unwrap().note(text);
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].ends_with("Z one") && lines[1].ends_with("Z two lines"),
        "{text}"
    );
}

#[test]
fn lines_of_several_writers_are_all_there() {
    let state = tempfile::tempdir().unwrap();
    let path = state.path().join("x.log");
    let mut logs = [(); 2].map(|()| Log::open(&path, LIMIT).unwrap());
    for text in ["one", "two two", "three"] {
        for log in &mut logs {
            log.note(text);
        }
    }
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 6, "{text}");
    assert!(text.lines().all(|line| line.contains("Z ")), "{text}");
}
