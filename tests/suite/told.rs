//! Who clicks a link hears of it when it is not dialled: by the desktop's notifications, and by a box where there are none.

mod clipboard;
mod desktop;
mod notices;
mod silent;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Command;
use std::time::Duration;

use self::desktop::{Desktop, Notified};
use self::silent::SilentDesktop;
use crate::telephone::{Agent, Telephone, dials_to};
use testkit::{Answer, Finished, Home, Recorder, run};

const PATIENCE: Duration = Duration::from_mins(1);

fn click(agent: &Agent, desktop: &Desktop, link: &str) -> Finished {
    let mut command = agent.home.command("miniclient");
    command
        .args(["--dial-uri", link])
        .env("DBUS_SESSION_BUS_ADDRESS", desktop.address());
    run(&mut command, PATIENCE)
}

#[test]
fn a_link_that_is_not_dialled_is_a_notification() {
    let (server, home) = (Recorder::start(), Home::new());
    let config = dials_to(&server, &home);
    let agent = Agent::start(home, &config);
    let desktop = Desktop::start();
    for (link, code, title, text) in [
        ("tel:anna<b>", 2, "nothing was dialled", "number"),
        ("tel:0900123456", 12, "0900123456 was not dialled", "deny"),
        ("tel:*21%23", 12, "*21# was not dialled", "allow_codes"),
    ] {
        let _ = click(&agent, &desktop, link).expect_code(code);
        let Notified { summary, body, .. } = desktop.next();
        assert!(
            summary.contains(title) && body.contains(text) && !body.contains('<'),
            "{link}: {summary} / {body}"
        );
    }
    server.then(Answer::status(500));
    let _ = click(&agent, &desktop, "tel:+49301234567").expect_code(1);
    assert!(
        desktop
            .next()
            .summary
            .contains("+49301234567 was not dialled")
    );
    server.then(Answer::status(504));
    let _ = click(&agent, &desktop, "tel:+49301234568").expect_code(13);
    assert!(desktop.next().summary.contains("not known whether"));
    // Dialled, but not all of it.
    let _ = click(&agent, &desktop, "tel:+49301234569;ext=12").expect_code(0);
    assert!(desktop.next().body.contains("extension 12"));
    // What was dialled is heard on the telephone.
    let _ = click(&agent, &desktop, "tel:+49301234560").expect_code(0);
    // Who wants to hear nothing hears nothing.
    agent
        .home
        .config(&format!("{config}[notify]\nfailures = false\n"));
    let _ = click(&agent, &desktop, "tel:anna<b>").expect_code(2);
    desktop.nothing_more();
}

/// A link with a quote, as some programs hand it over, and one that is no text.
#[test]
fn a_link_that_is_no_argument_of_its_own_is_told_and_written_down() {
    let home = Home::new();
    home.config("");
    let desktop = Desktop::start();
    let click = |before: &[&str], link: &[&[u8]]| {
        let mut command = home.command("miniclient");
        command
            .args(before)
            .arg("--dial-uri")
            .args(link.iter().map(|word| OsStr::from_bytes(word)))
            .env("DBUS_SESSION_BUS_ADDRESS", desktop.address());
        let _ = run(&mut command, PATIENCE).expect_code(2);
        let Notified { summary, body, .. } = desktop.next();
        assert!(
            summary.contains(if before.is_empty() {
                "nothing was dialled"
            } else {
                "nichts wurde gewählt"
            }),
            "{summary}"
        );
        body
    };
    assert!(click(&[], &[b"tel:1", b"x"]).contains("come last"));
    assert!(click(&[], &[b"tel:030\xff1234"]).contains("UTF-8"));
    assert!(click(&[], &[]).contains("value"));
    let german = click(&["--lang", "de"], &[b"tel:1", b"x"]);
    assert!(german.contains("stehen am Ende"), "{german}");
    // Who wants to hear nothing hears nothing.
    let quiet = home.write("quiet.toml", "[notify]\nfailures = false\n");
    let mut command = home.command("miniclient");
    command
        .arg("--config")
        .arg(&quiet)
        .args(["--dial-uri", "tel:1", "x"])
        .env("DBUS_SESSION_BUS_ADDRESS", desktop.address());
    let _ = run(&mut command, PATIENCE).expect_code(2);
    desktop.nothing_more();
    let history = run(home.command("miniclient").arg("history"), PATIENCE).expect_code(0);
    let lines = history.stdout.matches("refused: ").count();
    assert_eq!(lines, 5, "{history:?}");
}

#[test]
fn a_server_that_is_down_and_an_agent_that_cannot_start_are_told() {
    let (server, home) = (Recorder::start(), Home::new());
    let config = dials_to(&server, &home);
    drop(server);
    let agent = Agent::start(home, &config);
    let desktop = Desktop::start();
    let _ = click(&agent, &desktop, "tel:+49301234567").expect_code(1);
    assert!(
        desktop
            .next()
            .summary
            .contains("+49301234567 was not dialled")
    );
    let (home, _) = agent.stop();
    home.config("colour = 1\n");
    let mut command = home.command("miniclient");
    command
        .args(["--dial-uri", "tel:+49301234567"])
        .env("DBUS_SESSION_BUS_ADDRESS", desktop.address());
    let _ = run(&mut command, PATIENCE).expect_code(3);
    assert!(desktop.next().body.contains("miniclient check"));
}

#[test]
fn a_bus_that_says_nothing_is_left_alone_and_a_box_shown() {
    let home = Home::new();
    home.config("");
    let desktop = SilentDesktop::new(&home);
    let mut command = home.command("miniclient");
    command.args(["--dial-uri", "tel:anna"]);
    desktop.around(&mut command);
    let finished = run(&mut command, PATIENCE).expect_code(2);
    assert!(finished.took < Duration::from_secs(30), "{finished:?}");
    let said = desktop.boxes();
    assert!(
        said.contains("--no-markup\n")
            && said.contains("--text=")
            && said.contains("nothing was dialled"),
        "{said}"
    );
}

/// The sandbox takes a moment to say who sits here.
#[test]
fn an_agent_started_for_a_link_waits_for_its_user() {
    let telephone = Telephone::start(&[]);
    let home = Home::new();
    home.config(&format!(
        "{}[register]\napplication = 1235\nusers_uid_from = \"/usersuid\"\n[dial]\napplication = 5678\n",
        telephone.section(&home)
    ));
    let click = |home: &Home| -> Command {
        let mut command = home.command("miniclient");
        command.args(["--dial-uri", "tel:+498912345678"]);
        command
    };
    let dialled = run(&mut click(&home), PATIENCE).expect_code(0);
    assert!(dialled.stdout.contains("+498912345678"), "{dialled:?}");
    assert_eq!(telephone.dials().len(), 1);
    let _ = run(home.command("miniclient").arg("stop"), PATIENCE).expect_code(0);
}
