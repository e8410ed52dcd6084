//! What the journal keeps, over crashes too.

#[cfg(unix)]
use super::page::Browser;
use super::{Desk, PATIENCE, Push};
use serde_json::{Value, json as value};
use testkit::run_with_input;
#[cfg(unix)]
use testkit::wait_until;

#[test]
fn after_a_crash_what_was_under_way_is_unknown_and_not_run_again() {
    let desk = Desk::with_program(&[("until", "end")]);
    desk.listening("", "");
    let agent = desk.agent();
    let (status, accepted) = Push::call(r#"{"ANumber":"1"}"#).to(&desk.address());
    assert_eq!(status, 202);
    desk.crm.wait_for(1, PATIENCE);
    assert_eq!(desk.history()[0]["hooks"][0]["outcome"], "pending");
    agent.kill();
    let _next = desk.agent();
    let entry = desk.history().pop().unwrap();
    assert_eq!(
        (&entry["id"], &entry["hooks"][0]["outcome"]),
        (&accepted["id"], &value!("unknown"))
    );
    let text = desk.say(&["history"]).expect_code(0).stdout;
    assert!(text.contains("AutomaticEXE: unknown"), "{text}");
    // A new call runs; the old one did not come back.
    assert_eq!(Push::call(r#"{"ANumber":"2"}"#).to(&desk.address()).0, 202);
    let starts = desk.crm.wait_for(2, PATIENCE);
    assert_eq!(
        starts.iter().filter(|start| start.args[0] == "1").count(),
        1
    );
    desk.home.write("end", "");
}

#[test]
fn history_lists_the_newest_last_and_as_many_as_asked() {
    let desk = Desk::new();
    desk.config("", "");
    let _agent = desk.agent();
    for number in ["1", "2", "3"] {
        desk.must(
            &[
                "ring",
                "--a-number",
                number,
                "--group-name",
                "Sales",
                "--wait",
            ],
            0,
        );
    }
    let said = desk.say(&["history", "-n", "2"]).expect_code(0).stdout;
    let calls: Vec<_> = said
        .lines()
        .filter(|line| line.contains("ringing"))
        .collect();
    assert_eq!(calls.len(), 2, "{said}");
    assert!(
        calls[0].contains("ringing 2 for Sales") && calls[1].contains("ringing 3 for Sales"),
        "{said}"
    );
    assert!(said.contains("AutomaticEXE: ok"), "{said}");
    let entry = &desk.history()[0];
    let mut keys: Vec<_> = entry
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(keys, ["at", "event", "hooks", "id", "kind", "via"]);
    let mut keys: Vec<_> = entry["hooks"][0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "action",
            "answer",
            "done",
            "error",
            "exit_code",
            "hook",
            "millis",
            "outcome",
            "status"
        ]
    );
}

#[test]
fn large_calls_come_back_whole() {
    let desk = Desk::new();
    desk.config(
        "Variables = [\"A\", \"B\", \"C\", \"D\", \"E\", \"F\", \"G\"]",
        "",
    );
    let _agent = desk.agent();
    let long = "\"\\ü".repeat(1600);
    for i in 0..5 {
        let call = value!({ "CallID": i.to_string(), "Event": "ended", "A": long, "B": long, "C": long, "D": long, "E": long, "F": long });
        let said = run_with_input(
            desk.home
                .command("miniclient")
                .args(["ring", "--event", "-"]),
            call.to_string().as_bytes(),
            PATIENCE,
        );
        assert_eq!(said.code, 0, "{said:?}");
    }
    let entries = desk.history();
    assert_eq!(entries.len(), 5);
    for (i, entry) in entries.iter().enumerate() {
        assert_eq!(entry["event"]["CallID"], i.to_string());
        assert_eq!(entry["event"]["F"], long);
    }
}

#[test]
fn a_caller_can_be_erased() {
    let desk = Desk::new();
    desk.config(
        "",
        "[numbers]\ncountry_code = \"49\"\ntrunk_prefix = \"0\"\ninternational_prefix = \"00\"\n",
    );
    let _agent = desk.agent();
    for number in ["49199123456", "+49 199 123456", "4930555555"] {
        desk.must(&["ring", "--a-number", number, "--wait"], 0);
    }
    let said = desk
        .say(&["history", "--erase", "0199/123456"])
        .expect_code(0);
    assert_eq!(said.stdout.trim(), "erased 2");
    assert!(!desk.journal_text().contains("123456"));
    let left = desk.history();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["event"]["ANumber"], "4930555555");
    assert_eq!(
        desk.say(&["history", "--erase", "0199/123456"])
            .expect_code(0)
            .stdout
            .trim(),
        "erased 0"
    );
    desk.must(&["history", "--erase", "nobody"], 12);
}

#[test]
fn a_masked_journal_and_none_at_all() {
    let desk = Desk::new();
    desk.config("", "[journal]\nkeep = \"masked\"\n");
    let agent = desk.agent();
    desk.must(
        &[
            "ring",
            "--a-number",
            "49199123456",
            "--crm-link",
            "https://crm.example/secret",
            "--wait",
        ],
        0,
    );
    assert_eq!(
        desk.crm.only().args[0],
        "49199123456",
        "the hooks get everything"
    );
    assert_eq!(desk.history()[0]["event"]["ANumber"], "4919912****");
    let text = desk.journal_text();
    assert!(
        !text.contains("123456") && !text.contains("secret"),
        "{text}"
    );
    desk.must(&["stop"], 0);
    agent.finish(PATIENCE);

    let desk = Desk::new();
    desk.listening("", "[journal]\nkeep = \"none\"\n");
    let _agent = desk.agent();
    assert_eq!(Push::call(r#"{"ANumber":"1"}"#).to(&desk.address()).0, 202);
    desk.crm.only();
    assert_eq!(desk.history(), Vec::<Value>::new());
    assert!(!desk.home.path().join("state").join("journal").exists());
}

#[test]
fn a_journal_that_cannot_be_written_stops_the_start_with_a_sentence() {
    let desk = Desk::new();
    desk.config("", "");
    std::fs::create_dir_all(desk.home.path().join("state")).unwrap();
    desk.home.write("state/journal", "a file in the way");
    let said = desk.say(&[]).expect_code(1);
    assert!(
        said.stderr.contains("the journal in") && said.stderr.contains("cannot be written"),
        "{said:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_call_that_cannot_be_written_down_is_refused_and_runs_nothing() {
    let desk = Desk::new();
    desk.listening("", "");
    let _agent = desk.agent();
    let (address, journal) = (
        desk.address(),
        desk.home.path().join("state").join("journal"),
    );
    std::fs::remove_dir_all(&journal).unwrap();
    std::fs::write(&journal, "a file in the way").unwrap();
    for _ in 0..5 {
        let (status, body) = Push::call(r#"{"ANumber":"1"}"#).to(&address);
        assert_eq!((status, &body["code"]), (503, &value!("journal")));
    }
    let log = std::fs::read_to_string(desk.home.path().join("state/logs/miniclient.log")).unwrap();
    let lines = log.matches("a call was not accepted").count();
    assert_eq!(lines, 1, "it is no reason to wash the log out: {log}");
    let said = desk.say(&["ring", "--a-number", "1"]).expect_code(12);
    assert!(said.stderr.contains("journal"), "{said:?}");
    assert_eq!(desk.crm.dumps().len(), 0);
    let lines = log.matches("could not be written").count();
    assert_eq!(lines, 1, "nor is this: {log}");
    // Whoever looks sees it.
    assert!(desk.status()["journal"]["error"].is_string());
    let said = desk.say(&["status"]).expect_code(0).stdout;
    assert!(said.contains("it cannot be written: "), "{said}");
    let found = desk.say(&["doctor"]).expect_code(1).stdout;
    let found = found.lines().find(|line| line.starts_with("FAIL journal"));
    assert!(
        found.is_some_and(|line| line.contains("cannot be written")),
        "{found:?}"
    );
    let page = Browser::of(&desk).page();
    assert!(page.contains("The journal cannot be written"), "{page}");
    // Once it is back, the same call is no repetition: it was never accepted.
    std::fs::remove_file(&journal).unwrap();
    std::fs::create_dir(&journal).unwrap();
    let (status, body) = Push::call(r#"{"ANumber":"1"}"#).to(&address);
    assert_eq!((status, &body["duplicate"]), (202, &value!(false)));
    assert_eq!(desk.status()["journal"].get("error"), None);
    wait_until(PATIENCE, "the program starts", || {
        desk.crm.dumps().len() == 1
    });
}

/// The disk hangs by the means of a debugger: the second time that the journal's thread waits for it, it waits long.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_hangs_is_said_and_keeps_nobody_for_ever() {
    use std::process::Command;
    use testkit::{Running, skipped};

    let hang = [
        "-f",
        "--seccomp-bpf",
        "-o/dev/null",
        "-etrace=fdatasync",
        "-einject=fdatasync:delay_enter=100000000:when=2+",
    ];
    let traced = Command::new("strace").args(hang).arg("true").output();
    if !traced.is_ok_and(|traced| traced.status.success()) {
        return skipped("there is no strace, or it may not trace");
    }
    let desk = Desk::new();
    desk.config("", "");
    let program = desk.home.command("miniclient");
    let mut command = desk.home.command_at("strace".as_ref());
    let mut agent = Running::start(command.args(hang).arg(program.get_program()));
    agent.wait_said("a word that it runs", PATIENCE, |said| {
        said.contains("miniclient: running").then_some(())
    });
    desk.must(&["ring", "--a-number", "1"], 0);
    let ring = Running::start(
        desk.home
            .command("miniclient")
            .args(["ring", "--a-number", "2"]),
    );
    wait_until(PATIENCE, "it is said that the disk hangs", || {
        desk.status()["journal"]["hangs"].is_u64()
    });
    let said = desk.say(&["status"]).expect_code(0).stdout;
    assert!(said.contains("disk has not answered"), "{said}");
    let said = desk.say(&["stop"]).expect_code(0);
    assert!(
        said.stderr.contains("waiting for the journal in")
            && said.stderr.contains("does not answer"),
        "{said:?}"
    );
    // The debugger itself does not see the end of what it holds up.
    desk.must(&["status"], 10);
    agent.kill();
    // It had waited less long than the journal did.
    let _ = ring.finish(PATIENCE).expect_code(13);
    assert_eq!(
        desk.crm.dumps().len(),
        1,
        "what is not on disk runs nothing"
    );
}
