//! `history` as a person uses it: following what happens, missed calls alone, colours on a terminal.

use super::{Desk, PATIENCE, json};
use serde_json::Value;
use testkit::{Running, wait_for};

/// What it printed, once that holds this.
fn prints(following: &Running, part: &str) -> String {
    wait_for(PATIENCE, part, || {
        Some(following.stdout()).filter(|said| said.contains(part))
    })
}

#[test]
fn a_history_of_nothing_says_so_to_a_person_alone() {
    let desk = Desk::new();
    desk.config("", "");
    for (arguments, word) in [
        (&["history"][..], "no calls yet"),
        (&["history", "--missed"], "no call was missed"),
        (&["--lang", "de", "history"], "noch keine Anrufe"),
        (&["history", "--json"], ""),
    ] {
        let said = desk.say(arguments).expect_code(0);
        assert_eq!(said.stdout, "", "{arguments:?}");
        assert!(said.stderr.contains(word), "{}", said.stderr);
        assert_eq!(said.stderr.is_empty(), word.is_empty(), "{}", said.stderr);
    }
}

#[test]
fn what_happens_is_followed_as_it_happens() {
    // The hook goes on until it is told to end.
    let desk = Desk::with_program(&[("until", "end")]);
    desk.config("", "");
    let agent = desk.agent();
    desk.must(&["ring", "--a-number", "1", "--set", "Event=missed"], 0);
    let mut command = desk.home.command("miniclient");
    let following = Running::start(command.args(["history", "-f"]));
    let said = prints(&following, "missed 1");
    assert!(said.starts_with("today "), "{said}");
    let mut command = desk.home.command("miniclient");
    let documents = Running::start(command.args(["history", "--follow", "--json"]));
    let _ = prints(&documents, "\"ANumber\":\"1\"");

    // A call is there at once, its hook when it has ended; nothing comes twice.
    desk.must(&["ring", "--a-number", "2", "--call-id", "second"], 0);
    let said = prints(&following, "ringing 2");
    assert!(!said.contains("AutomaticEXE"), "{said}");
    desk.must(&["ring", "--a-number", "3", "--set", "Event=missed"], 0);
    let _ = prints(&following, "missed 3");
    desk.home.write("end", "");
    // It stands below another call by now.
    let said = prints(&following, ") AutomaticEXE: ok");
    let id = desk.history()[1]["id"].as_str().unwrap().to_owned();
    assert!(
        said.contains(&format!("    ({id}) AutomaticEXE: ok")),
        "{said}"
    );
    for part in ["missed 1", "ringing 2", "missed 3", "AutomaticEXE"] {
        assert_eq!(said.matches(part).count(), 1, "{part}: {said}");
    }
    // Documents are whole.
    let said = prints(&documents, "\"ANumber\":\"2\"");
    let calls: Vec<Value> = said.lines().map(json).collect();
    assert_eq!(calls.len(), 3, "{said}");
    for call in calls {
        let states = call["hooks"].as_array().unwrap().iter();
        assert!(
            states.clone().all(|hook| hook["outcome"] != "pending"),
            "{call}"
        );
    }
    // An agent that ends is no end of that.
    desk.must(&["stop"], 0);
    drop(agent);
    let _agent = desk.agent();
    desk.must(&["ring", "--a-number", "4", "--set", "Event=missed"], 0);
    let _ = prints(&following, "missed 4");
}

#[test]
fn missed_calls_alone() {
    let desk = Desk::new();
    desk.config("", "");
    let _agent = desk.agent();
    for (number, event) in [
        ("1", "missed"),
        ("2", "ringing"),
        ("3", "missed"),
        ("4", "ended"),
    ] {
        let event = format!("Event={event}");
        desk.must(
            &["ring", "--a-number", number, "--set", &event, "--wait"],
            0,
        );
    }
    let said = desk.say(&["history", "--missed"]).expect_code(0).stdout;
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(
        lines[0].contains("missed 1") && lines[1].contains("missed 3"),
        "{said}"
    );
    // As many as asked for are of those.
    let said = desk.say(&["history", "--missed", "-n", "1"]).expect_code(0);
    assert!(said.stdout.contains("missed 3") && said.stdout.lines().count() == 1);
    desk.must(&["history", "--missed", "--erase", "1"], 2);
}

#[cfg(unix)]
#[test]
fn colours_are_for_a_terminal_and_for_who_wants_them() {
    let desk = Desk::new();
    desk.config("", "");
    let _agent = desk.agent();
    desk.must(&["ring", "--a-number", "1", "--set", "Event=missed"], 0);
    let plain = desk.say(&["history"]).expect_code(0).stdout;
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    let program = testkit::program("miniclient").display().to_string();
    let on_terminal = |command: &str, name: &str, value: &str| {
        let words = ["-qec", &format!("'{program}' {command}"), "/dev/null"];
        let mut command = desk.home.command_at("script".as_ref());
        command.args(words).env("TERM", "xterm").env(name, value);
        testkit::run(&mut command, PATIENCE).stdout
    };
    let said = on_terminal("history", "NO_COLOR", "");
    assert!(
        said.contains("\u{1b}[33m") && said.contains("\u{1b}[0m"),
        "{said:?}"
    );
    assert!(on_terminal("doctor", "NO_COLOR", "").contains("\u{1b}[32mok"));
    assert!(on_terminal("status", "NO_COLOR", "").contains("\u{1b}[32mrunning"));
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let said = on_terminal("history", name, value);
        assert!(
            said.contains("missed 1") && !said.contains('\u{1b}'),
            "{said:?}"
        );
    }
}
