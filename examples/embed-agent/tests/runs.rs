//! The example does what it shows.

use std::process::Command;

#[test]
fn calls_of_another_source_are_taken_in_once() {
    let output = Command::new(env!("CARGO_BIN_EXE_embed-agent"))
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert_eq!(shown.matches("duplicate: true").count(), 1, "{shown}");
    assert_eq!(
        shown.matches(r#"via: "my-telephone""#).count(),
        3,
        "{shown}"
    );
}
