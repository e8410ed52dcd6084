//! The example does what it shows.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What it prints, given this on standard input; its errors as well.
#[expect(
    clippy::unwrap_used,
    reason = "a helper that cannot help fails its test"
)]
fn run(command: &str, folder: &Path, input: &str, variable: Option<&str>) -> String {
    let name = format!("test-{}", std::process::id());
    let mut program = Command::new(env!("CARGO_BIN_EXE_embed-secret"));
    program.args([command, &name]).arg(folder);
    program
        .env_remove("EMBED_SECRET")
        .envs(variable.map(|value| ("EMBED_SECRET", value)));
    // No keyring of this desktop's: the file serves.
    program
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("XDG_RUNTIME_DIR");
    let mut child = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8(said).unwrap()
}

#[test]
fn it_keeps_finds_and_forgets_and_never_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |command, input, variable| run(command, folder.path(), input, variable);
    assert!(run("find", "", None).contains("EMBED_SECRET is not set"));
    assert!(run("set", "geheim\n", None).starts_with("kept in "));
    let found = run("find", "", None);
    assert!(found.starts_with("Secret(..) from "), "{found}");
    let found = run("find", "", Some("other"));
    assert!(found.contains("EMBED_SECRET"), "{found}");
    assert_eq!(run("clear", "", None).trim(), "forgotten");
    assert_eq!(run("clear", "", None).trim(), "there was none");
    assert!(run("set", "two\nlines", None).contains("line break"));
}
