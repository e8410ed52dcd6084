//! The example does what it shows.

use std::process::Command;

#[test]
fn the_program_receives_every_value_exactly_and_once() {
    let output = Command::new(env!("CARGO_BIN_EXE_embed-hooks"))
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert_eq!(shown.matches("pop the CRM: ok").count(), 1, "{shown}");
    assert!(shown.contains("duplicate true"), "{shown}");
}
