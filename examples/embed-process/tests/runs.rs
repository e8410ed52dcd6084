//! The example does what it shows.

use std::process::Command;

#[test]
fn a_value_arrives_whole_and_a_slow_program_is_ended() {
    let output = Command::new(env!("CARGO_BIN_EXE_embed-process"))
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
}
