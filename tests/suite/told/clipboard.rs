//! `dial --clipboard`, with a real X server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use super::PATIENCE;
use crate::telephone::{Agent, dials_to};
use testkit::{Home, Recorder, run};

/// A display of its own; ended when dropped.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// `None` where there is no such server, which is told.
    fn start() -> Option<Self> {
        let started = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut server) = started else {
            const REASON: &str = "there is no Xvfb: apt-get install xvfb";
            assert!(std::env::var_os("CI").is_none(), "{REASON}");
            testkit::skipped(REASON);
            return None;
        };
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        let name = format!(":{}", number.trim());
        Some(Self { server, name })
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A program that has copied something, until it is dropped.
struct Copied(Child);

const TEXT: &str = "SUITE_COPIED_TEXT";

impl Copied {
    /// This very program, as the owner of a clipboard.
    fn new(display: &Display, text: &str) -> Self {
        let mut owner = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "told::clipboard::owner",
                "--ignored",
                "--nocapture",
            ])
            .env(TEXT, text)
            .env("DISPLAY", &display.name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
        assert!(
            lines
                .map_while(Result::ok)
                .any(|line| line.ends_with("copied"))
        );
        Self(owner)
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "the program that owns a clipboard, for the test below"]
fn owner() {
    let Ok(text) = std::env::var(TEXT) else {
        return;
    };
    let mut clipboard = arboard::Clipboard::new().unwrap();
    clipboard.set_text(text).unwrap();
    let _ = writeln!(std::io::stdout(), "copied");
    // Until the asker is gone.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

#[test]
fn what_was_copied_is_dialled_if_it_is_a_number_and_never_shown_otherwise() {
    let Some(display) = Display::start() else {
        return;
    };
    let (server, home) = (Recorder::start(), Home::new());
    let config = dials_to(&server, &home);
    let agent = Agent::start(home, &config);
    let dial = |display: Option<&Display>| {
        let mut command = agent.home.command("miniclient");
        command.args(["dial", "--clipboard"]);
        if let Some(display) = display {
            command.env("DISPLAY", &display.name);
        }
        run(&mut command, PATIENCE)
    };
    {
        let _copied = Copied::new(&display, "Tel.: +49 (0)30 123-4567\n");
        let said = dial(Some(&display)).expect_code(0);
        assert!(said.stdout.contains("+49301234567"), "{said:?}");
        let body = server.only().json();
        assert_eq!(body["DialNumber"], "+49301234567");
    }
    for (text, code, why) in [
        ("hunter2;correct horse", 1, "holds no number"),
        (&"0301234567 ".repeat(200), 1, "holds no number"),
        ("*21*0301234567#", 12, "allow_codes"),
        ("0900 123456", 12, "deny"),
    ] {
        let _copied = Copied::new(&display, text);
        let said = dial(Some(&display)).expect_code(code);
        assert!(said.stderr.contains(why), "{said:?}");
        assert!(!said.stderr.contains("hunter2") && said.stdout.is_empty());
    }
    let said = dial(None).expect_code(1);
    assert!(
        said.stderr.contains("the clipboard cannot be read"),
        "{said:?}"
    );
    server.only();
}
