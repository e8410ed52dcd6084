//! What a running agent tells the person at the workstation, on a real bus.

use super::PATIENCE;
use super::desktop::Desktop;
use super::silent::SilentDesktop;
use crate::telephone::Agent;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use testkit::{Answer, Home, Recorder, wait_for};

/// An agent whose notifications come to this desktop.
fn agent(desktop: &Desktop, home: Home, config: &str) -> Agent {
    Agent::start_with(home, config, |command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", desktop.address());
    })
}

fn hook(server: &Recorder) -> String {
    format!(
        "[[hook]]\nname = 'crm'\nrest = 'curl -sS -f {}'\n",
        server.url("/call")
    )
}

/// A call comes in and its hooks end.
#[track_caller]
fn rings(agent: &Agent, values: &[&str]) {
    let words = ["ring", "--wait", "--a-number", "49199123456789"];
    let said = agent.run(&[&words[..], values].concat());
    assert!(said.stdout.starts_with("accepted"), "{said:?}");
}

#[test]
fn a_hook_that_fails_twice_in_a_row_is_told_once() {
    let (server, desktop) = (Recorder::start(), Desktop::start());
    let agent = agent(&desktop, Home::new(), &hook(&server));
    let mut ring = {
        let mut call = 0;
        move |answers: &[u16]| {
            for status in answers {
                server.then(Answer::status(*status));
                call += 1;
                rings(&agent, &["--call-id", &call.to_string()]);
            }
        }
    };
    // One failure is none, whatever came before it.
    ring(&[500, 200, 500, 500, 500]);
    let first = desktop.next();
    assert_eq!(first.program, "MiniClient");
    assert_eq!(first.replaces, 0);
    assert!(
        first.summary.contains("\"crm\" failed twice in a row") && first.body.contains("500"),
        "{first:?}"
    );
    // It worked again, and then it did not: that is news, in the place of the old ones.
    ring(&[200, 500, 500]);
    let second = desktop.next();
    assert_eq!(second.replaces, first.number, "{second:?}");
    drop(ring);
    desktop.nothing_more();
}

#[test]
fn a_journal_that_cannot_be_written_is_told_once_until_it_can() {
    let desktop = Desktop::start();
    let home = Home::new();
    let journal = home.path().join("state").join("journal");
    let agent = agent(&desktop, home, "");
    let is_lost = || {
        fs::remove_dir_all(&journal).unwrap();
        fs::write(&journal, "a file in the way").unwrap();
    };
    let refused = |number| {
        let said = agent.run(&["ring", "--a-number", number]).expect_code(12);
        assert!(said.stderr.contains("journal"), "{said:?}");
    };
    is_lost();
    refused("1");
    refused("2");
    let first = desktop.next();
    assert_eq!(first.summary, "MiniClient: calls are not accepted");
    assert!(first.body.contains("cannot be written"), "{first:?}");
    // It could be written again, and then it could not: that is news.
    fs::remove_file(&journal).unwrap();
    fs::create_dir(&journal).unwrap();
    rings(&agent, &[]);
    is_lost();
    refused("3");
    assert_eq!(desktop.next().replaces, first.number);
    drop(agent);
    desktop.nothing_more();
}

#[test]
fn a_call_is_shown_and_a_click_opens_its_page() {
    let home = Home::new();
    let opened = home.path().join("opened");
    let browser = home.write(
        "browser",
        &format!(
            "#!/bin/sh\nprintf '%s' \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n",
            opened.display()
        ),
    );
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let desktop = Desktop::with(&["body", "body-markup", "actions"]);
    let config = "[numbers]\nregion = 'DE'\n[notify]\ncalls = true\n";
    let agent = Agent::start_with(home, config, |command| {
        command
            .env("DBUS_SESSION_BUS_ADDRESS", desktop.address())
            .env("BROWSER", &browser);
    });
    let page = "https://crm.example/c?id=4711&x=<b>";
    let values = [
        "--call-id",
        "a1",
        "--group-name",
        "Sales & <b>EU</b>",
        "--service-name",
        "Hot\u{202e}line",
        "--crm-link",
        page,
    ];
    rings(&agent, &values);
    let call = desktop.next();
    assert_eq!(call.summary, "Call from +49 199123456789");
    assert_eq!(
        call.body,
        "for Sales &amp; &lt;b&gt;EU&lt;/b&gt;, to Hot\u{fffd}line"
    );
    assert_eq!(call.category.as_deref(), Some("call.incoming"));
    assert_eq!(call.actions, ["default", ""]);

    // It was missed: that takes its place, and leads to the same page.
    rings(&agent, &[&values[..], &["--set", "Event=missed"]].concat());
    let missed = desktop.next();
    assert_eq!(missed.replaces, call.number);
    assert!(missed.summary.starts_with("Missed call from"), "{missed:?}");
    assert_eq!(missed.category.as_deref(), Some("call.unanswered"));
    desktop.click(missed.number);
    let url = wait_for(PATIENCE, "the page", || fs::read_to_string(&opened).ok());
    assert_eq!(url, "https://crm.example/c?id=4711&x=%3Cb%3E");

    // Clicked and gone: the next one about the same call has a place of its own.
    rings(&agent, &["--call-id", "a1"]);
    assert_eq!(desktop.next().replaces, 0);

    // No page of the web, nothing to click; a caller without a number, no number.
    let _ = agent
        .run(&[
            "ring",
            "--wait",
            "--a-number",
            "anonymous",
            "--crm-link",
            "file:///etc/passwd",
        ])
        .expect_code(0);
    let withheld = desktop.next();
    assert_eq!(withheld.summary, "Call from a withheld number");
    assert!(withheld.actions.is_empty(), "{withheld:?}");
}

#[test]
fn missed_calls_are_shown_and_ringing_ones_are_not_unless_asked_for() {
    // Neither markup nor clicks.
    let desktop = Desktop::with(&["body"]);
    let agent = agent(&desktop, Home::new(), "");
    rings(&agent, &["--crm-link", "https://crm.example/c"]);
    rings(&agent, &["--set", "Event=missed", "--group-name", "A & B"]);
    let missed = desktop.next();
    assert!(missed.summary.starts_with("Missed call from"), "{missed:?}");
    assert_eq!(missed.body, "for A & B");
    assert!(missed.actions.is_empty());
    agent
        .home
        .config("[notify]\nmissed = false\ncalls = true\n");
    let _ = agent.run(&["reload"]).expect_code(0);
    rings(&agent, &["--set", "Event=missed"]);
    rings(&agent, &["--group-name", "B"]);
    assert!(desktop.next().summary.starts_with("Call from"));
}

#[test]
fn a_bad_new_configuration_and_a_taken_port_are_told() {
    let desktop = Desktop::start();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = Home::new();
    let token = home.write("listen-token", "0123456789abcdef0123456789abcdef");
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    let config = format!(
        "[listen]\naddress = '{}'\ntoken_file = 'listen-token'\n",
        taken.local_addr().unwrap()
    );
    let agent = agent(&desktop, home, &config);
    let port = desktop.next();
    assert!(
        port.summary.contains("cannot be pushed") && port.body.contains("tried again"),
        "{port:?}"
    );
    agent.home.config(&format!("{config}colour = <1>\n"));
    let _ = agent.run(&["reload"]);
    let refused = desktop.next();
    assert!(
        refused.summary.contains("configuration is not used")
            && refused.body.contains("miniclient.toml")
            && refused.body.contains("miniclient check")
            && !refused.body.contains('<'),
        "{refused:?}"
    );
}

#[test]
fn a_bus_that_says_nothing_holds_no_call_up() {
    let home = Home::new();
    let desktop = SilentDesktop::new(&home);
    let server = Recorder::start();
    let agent = Agent::start_with(home, &hook(&server), |command| desktop.around(command));
    for call in 0..6 {
        let status = if call == 2 { 200 } else { 500 };
        server.then(Answer::status(status));
        rings(&agent, &["--call-id", &call.to_string()]);
    }
    let said = desktop.boxes();
    assert!(said.contains("failed twice in a row"), "{said}");
    let (_home, _) = agent.stop();
    let said = desktop.boxes();
    assert_eq!(said.matches("--text=").count(), 1, "one about one thing");
}
