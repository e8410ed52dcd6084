//! What a person at Windows has of a click and a key: a box where a link is not dialled, the clipboard, an agent that a link
//! starts without a window.

use std::time::Duration;

use crate::telephone::{Agent, dials_to};
use crate::windows_desktop::{click, close, ended, window};
use testkit::{Home, Recorder, program, run, wait_for};

const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn a_link_starts_the_agent_and_one_that_is_not_dialled_is_a_box() {
    let (server, home) = (Recorder::start(), Home::new());
    home.config(&dials_to(&server, &home));
    let like = home.command("miniclient");
    let twin = program("miniclientw");
    let click = |link: &str| click(&twin, &["--dial-uri", link], &like);
    // Nothing to see: it is heard on the telephone.
    let process = click("tel:+49%2030%201234567");
    assert_eq!(wait_for(PATIENCE, "its end", || ended(&process)), 0);
    assert_eq!(server.only().json()["DialNumber"], "+49301234567");

    let process = click("tel:0900123456");
    let title = "MiniClient: 0900123456 was not dialled";
    let shown = wait_for(PATIENCE, "a message box", || window(title));
    close(shown);
    assert_eq!(wait_for(PATIENCE, "its end", || ended(&process)), 12);
    server.only();
    let _ = run(home.command("miniclient").arg("stop"), PATIENCE).expect_code(0);
}

#[test]
fn what_was_copied_is_dialled_if_it_is_a_number_and_never_shown_otherwise() {
    let (server, home) = (Recorder::start(), Home::new());
    let config = dials_to(&server, &home);
    let agent = Agent::start(home, &config);
    let mut clipboard = arboard::Clipboard::new().unwrap();
    let before = clipboard.get_text();
    clipboard.set_text("Tel.: +49 (0)30 123-4567\r\n").unwrap();
    let said = agent.run(&["dial", "--clipboard"]).expect_code(0);
    assert!(said.stdout.contains("+49301234567"), "{said:?}");
    assert_eq!(server.only().json()["DialNumber"], "+49301234567");
    clipboard.set_text("hunter2;correct horse").unwrap();
    let said = agent.run(&["dial", "--clipboard"]).expect_code(1);
    assert!(said.stderr.contains("holds no number"), "{said:?}");
    assert!(!said.stderr.contains("hunter2") && said.stdout.is_empty());
    server.only();
    if let Ok(before) = before {
        let _ = clipboard.set_text(before);
    }
}
