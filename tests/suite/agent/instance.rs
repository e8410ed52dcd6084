//! One instance, and what is handed over to it.

use super::{Desk, PATIENCE, json};
use serde_json::json as value;
use testkit::{Running, run_with_input, wait_until};

#[test]
fn a_second_start_says_that_one_runs_and_is_content() {
    let desk = Desk::new();
    desk.config("", "");
    let agent = desk.agent();
    let second = desk.say(&[]).expect_code(0);
    assert!(
        second.stdout.contains("runs already") && second.stdout.contains(&agent.id().to_string()),
        "{second:?}"
    );
}

#[test]
fn of_many_starts_at_once_one_runs() {
    let desk = Desk::new();
    desk.config("", "");
    let mut starts: Vec<_> = (0..12)
        .map(|_| Running::start(&mut desk.home.command("miniclient")))
        .collect();
    wait_until(PATIENCE, "all starts but one end", || {
        starts.iter_mut().filter_map(Running::ended).count() == 11
    });
    let running = desk.status()["pid"].as_u64().unwrap();
    for mut start in starts {
        match start.ended() {
            None => assert_eq!(u64::from(start.id()), running),
            Some(status) => assert_eq!(status.code(), Some(0), "{}", start.stderr()),
        }
    }
}

#[test]
fn commands_without_an_instance_end_with_10() {
    let desk = Desk::new();
    desk.config("", "");
    for command in [
        &["status"][..],
        &["stop"],
        &["ring", "--a-number", "1"],
        &["--dial", "12"],
        &["dial", "12"],
    ] {
        let said = desk.say(command).expect_code(10);
        assert!(said.stderr.contains("no instance is running"), "{said:?}");
        assert_eq!(said.stdout, "", "{command:?}");
    }
    assert_eq!(desk.history(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_call_handed_over_runs_the_hooks_and_wait_prints_their_reports() {
    let desk = Desk::new();
    desk.config("UsersUID = \"agent.17\"", "");
    let _agent = desk.agent();
    let said = desk
        .say(&["ring", "--a-number", "49199123456", "--wait", "--json"])
        .expect_code(0);
    let answer = json(&said.stdout);
    assert_eq!(answer["duplicate"], false);
    assert_eq!(answer["hooks"], value!(["AutomaticEXE"]));
    assert_eq!(answer["reports"][0]["outcome"], "ok");
    assert_eq!(answer["reports"][0]["id"], answer["id"]);
    assert_eq!(
        desk.crm.only().args,
        ["49199123456", "agent.17"],
        "the known user is the call's user"
    );

    // Without waiting: accepted, and the program runs all the same.
    let said = desk
        .say(&["ring", "--a-number", "49199999999"])
        .expect_code(0);
    assert!(said.stdout.starts_with("accepted as "), "{said:?}");
    desk.crm.wait_for(2, PATIENCE);
}

#[test]
fn wait_fails_when_a_hook_does() {
    let desk = Desk::with_program(&[("exit", "7")]);
    desk.config("", "");
    let _agent = desk.agent();
    let said = desk
        .say(&["ring", "--a-number", "1", "--wait"])
        .expect_code(1);
    assert!(
        said.stdout.contains("AutomaticEXE: failed") && said.stdout.contains("exit code 7"),
        "{said:?}"
    );
}

#[test]
fn the_same_call_again_runs_nothing_again() {
    let desk = Desk::new();
    desk.config("", "");
    let _agent = desk.agent();
    let ring = |group: &str| {
        json(
            &desk
                .say(&[
                    "ring",
                    "--call-id",
                    "a1",
                    "--group-name",
                    group,
                    "--wait",
                    "--json",
                ])
                .expect_code(0)
                .stdout,
        )
    };
    let (first, again, transferred) = (ring("Sales"), ring("Sales"), ring("Support"));
    assert_eq!(
        (&again["duplicate"], &again["id"]),
        (&value!(true), &first["id"])
    );
    assert_eq!(again["reports"], value!([]));
    assert_eq!(
        transferred["duplicate"], false,
        "another group is another call"
    );
    assert_eq!(desk.crm.dumps().len(), 2);
    assert_eq!(desk.history().len(), 2);
}

#[test]
fn documents_that_are_no_call_are_refused_and_nothing_is_lost() {
    let desk = Desk::new();
    desk.config("", "");
    let _agent = desk.agent();
    let large = format!("{{\"ANumber\":\"{}\"}}", "1".repeat(70_000));
    for document in [
        "no json",
        "[1]",
        "{\"Event\":\"exploded\"}",
        "{\"ANumber\":{}}",
        &large,
    ] {
        let said = run_with_input(
            desk.home
                .command("miniclient")
                .args(["ring", "--event", "-"]),
            document.as_bytes(),
            PATIENCE,
        );
        assert_eq!(said.code, 1, "{said:?}");
        assert!(
            said.stderr.starts_with("miniclient: ") && said.stderr.lines().count() == 1,
            "{said:?}"
        );
    }
    let said = run_with_input(
        desk.home
            .command("miniclient")
            .args(["ring", "--event", "-", "--wait"]),
        b"{\"ANumber\":\"4\\n9\\u0000\\u001b1\"}",
        PATIENCE,
    );
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(
        desk.crm.only().args[0],
        "4 9  1",
        "control characters arrive as spaces"
    );

    // The longest event there is, of values that grow on their way: numbers become texts.
    let mut longest = String::from("{\"ANumber\":1");
    let mut names = 0;
    while longest.len() < 64 * 1024 - 40 {
        names += 1;
        longest.extend([",\"x", &names.to_string(), "\":1"]);
    }
    let rest = 64 * 1024 - longest.len() - ",\"y\":\"\"}".len();
    longest.extend([",\"y\":\"", &"y".repeat(rest), "\"}"]);
    assert_eq!(longest.len(), 64 * 1024);
    let said = run_with_input(
        desk.home
            .command("miniclient")
            .args(["ring", "--event", "-", "--wait"]),
        longest.as_bytes(),
        PATIENCE,
    );
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn stop_ends_it_and_the_next_one_starts_at_once() {
    let desk = Desk::new();
    desk.config("", "");
    let agent = desk.agent();
    let said = desk.say(&["stop"]).expect_code(0);
    assert_eq!(said.stdout.trim(), "stopped");
    assert_eq!(agent.finish(PATIENCE).code, 0);
    let _next = desk.agent();
}

#[test]
fn a_broken_configuration_starts_nothing() {
    let desk = Desk::new();
    desk.home.config("AutomaticRESTCRMUrl = True\n");
    let said = desk.say(&[]).expect_code(3);
    assert!(said.stderr.contains("miniclient.toml:1"), "{said:?}");
    desk.must(&["status"], 10);
}

#[test]
fn status_says_what_runs_and_no_secret() {
    let desk = Desk::new();
    desk.listening("UsersUID = \"agent.17\"", "");
    let agent = desk.agent();
    let status = desk.status();
    assert_eq!(status["pid"], agent.id());
    assert_eq!(status["user"], "agent.17");
    assert_eq!(status["hooks"], value!(["AutomaticEXE"]));
    assert_eq!(status["listen"]["token"], "file");
    assert_eq!(status["journal"]["keep"], "full");
    let text = desk.say(&["status"]).expect_code(0).stdout;
    assert!(
        text.contains("agent.17") && text.contains("AutomaticEXE"),
        "{text}"
    );
    assert!(!text.contains(super::TOKEN) && !status.to_string().contains(super::TOKEN));
}

/// What Windows has nothing of.
#[cfg(unix)]
mod signals {
    use super::*;
    use serde_json::Value;
    use std::time::{Duration, Instant};
    use testkit::run;

    #[test]
    fn the_signals_that_ask_for_an_end_get_one() {
        for signal in ["TERM", "INT"] {
            let desk = Desk::new();
            desk.config("", "");
            let agent = desk.agent();
            let sent = run(
                std::process::Command::new("kill")
                    .args([format!("-{signal}"), agent.id().to_string()]),
                PATIENCE,
            );
            assert_eq!(sent.code, 0);
            assert_eq!(agent.finish(PATIENCE).code, 0, "{signal}");
            desk.must(&["status"], 10);
        }
    }

    #[test]
    fn a_frozen_agent_costs_the_caller_the_deadline_and_gets_nothing() {
        let desk = Desk::new();
        desk.config("UsersUID = \"u\"", "");
        let agent = desk.agent();
        let signal = |name: &str| {
            run(
                std::process::Command::new("kill").args([name, &agent.id().to_string()]),
                PATIENCE,
            )
        };
        signal("-STOP");
        let since = Instant::now();
        let said = desk.say(&["ring", "--a-number", "1"]).expect_code(11);
        assert!(
            since.elapsed() >= Duration::from_secs(4) && since.elapsed() < Duration::from_secs(30),
            "{said:?}"
        );
        signal("-CONT");
        desk.must(&["status"], 0);
        assert_eq!(desk.history(), Vec::<Value>::new());
    }
}

/// A program on a share that is slow to hand it out, by the means of a debugger: its start takes half a minute.
#[cfg(target_os = "linux")]
#[test]
fn a_program_that_starts_slowly_holds_nobody_else_up() {
    use std::process::Command;
    use testkit::skipped;

    let desk = Desk::new();
    desk.config("", "");
    let program = desk.program.display().to_string();
    let slow = [
        "-f",
        "-o/dev/null",
        "-etrace=execve",
        "-einject=execve:delay_enter=30000000",
        "-P",
        &program,
    ];
    let traced = Command::new("strace").args(slow).arg("true").output();
    if !traced.is_ok_and(|traced| traced.status.success()) {
        return skipped("there is no strace, or it may not trace");
    }
    let agent = desk.home.command("miniclient");
    let mut command = desk.home.command_at("strace".as_ref());
    let mut agent = Running::start(command.args(slow).arg(agent.get_program()));
    agent.wait_said("a word that it runs", PATIENCE, |said| {
        said.contains("miniclient: running").then_some(())
    });
    for number in ["1", "2"] {
        desk.must(&["ring", "--a-number", number], 0);
    }
    desk.must(&["status"], 0);
    assert!(desk.crm.dumps().is_empty(), "it is still being started");
    agent.kill();
}
