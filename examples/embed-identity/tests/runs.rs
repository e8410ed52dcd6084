//! The example does what it shows.

use std::process::Command;

#[test]
fn it_shows_every_field_and_the_address_that_the_server_can_reach() {
    let output = Command::new(env!("CARGO_BIN_EXE_embed-identity"))
        .args(["127.0.0.1", "443"])
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(shown.lines().count(), 9, "{shown}");
    assert!(
        shown
            .lines()
            .any(|line| line.starts_with("IPAddress") && line.ends_with("127.0.0.1")),
        "{shown}"
    );
    assert_eq!(output.status.code(), Some(0));
}
