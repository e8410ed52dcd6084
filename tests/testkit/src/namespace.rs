//! Tests that need a network or mounts of their own.

use std::process::Command;
use std::time::Duration;

/// Runs a test of this test program that is `#[ignore]`d once more, in a namespace of its own: `--net` or `--mount` of
/// `unshare`, which gives it to root, and to others where user namespaces are allowed.
///
/// # Panics
///
/// When that test fails or there is none of this name.
pub fn run_in_namespace(
    kind: &str,
    test: &str,
    within: Duration,
    prepare: impl Fn(&mut Command) -> &mut Command,
) {
    let inside = std::env::current_exe().expect("this test program has a file");
    let run = |more: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(more).arg(kind).arg(&inside);
        command.args(["--ignored", "--exact", test, "--nocapture"]);
        crate::run(prepare(&mut command), within)
    };
    let mut done = run(&[]);
    if done.code != 0 && !done.stderr.contains("panicked") {
        done = run(&["--user", "--map-root-user"]);
    }
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains(" 1 passed"), "{done:?}");
}
