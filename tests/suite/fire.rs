//! `miniclient fire`: the hooks run once, in the program's own process.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Answer, ArgDump, Finished, Home, Recorder, run, run_with_input};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

/// A workstation with a CRM program and a CRM on the web.
struct Desk {
    home: Home,
    crm: ArgDump,
    program: PathBuf,
    web: Recorder,
}

impl Desk {
    fn new() -> Self {
        Self::with_program(&[])
    }

    /// The keys tell the CRM program what to do besides.
    fn with_program(keys: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let crm = ArgDump::new();
        let program = crm.install(&home.path().join("pop"), keys);
        Self {
            home,
            crm,
            program,
            web: Recorder::start(),
        }
    }

    /// The vendor's four keys, and what follows.
    fn vendor(&self, more: &str) {
        self.home.config(&format!(
            "AutomaticRESTCRMUrl = true\n\
             AutomaticEXECallCommand = '{}'\n\
             AutomaticEXECallParameters = '/number:$ANumber \"/group:$GroupName\"'\n{more}",
            self.program.display()
        ));
    }

    fn event(&self, event: &Value) {
        self.home.write("event.json", &event.to_string());
    }

    fn fire(&self, arguments: &[&str]) -> Finished {
        let mut command = self.home.command("miniclient");
        run(
            command
                .args(["fire", "--event", "event.json"])
                .args(arguments),
            PATIENCE,
        )
    }

    /// The reports or plans that `--json` prints.
    fn fired(&self, arguments: &[&str], code: i32) -> Vec<Value> {
        let finished = self
            .fire(&[arguments, &["--json"]].concat())
            .expect_code(code);
        let mut lines = finished.stdout.lines();
        let reports = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!(lines.next(), None, "one document");
        reports
    }

    fn assert_untouched(&self) {
        assert!(self.crm.dumps().is_empty());
        assert!(self.web.requests().is_empty());
    }
}

/// A call with a link to the CRM on the web.
fn call(desk: &Desk) -> Value {
    json!({
        "Event": "ringing", "CallID": "a1", "ANumber": "49199123456789", "GroupName": "Sales EU",
        "CRMLink": desk.web.url("/c?id=4711"),
    })
}

/// The program says of itself that it takes bytes as UTF-8, which must not make it blind to what others make of them.
#[cfg(windows)]
#[test]
fn f70_a_name_that_the_ansi_code_page_changes_starts_nothing() {
    let desk = Desk::new();
    desk.vendor("");
    for group in ["x\u{FF02} \u{FF02}y", "a\u{3000}b"] {
        desk.event(&json!({ "ANumber": "1", "GroupName": group }));
        let reports = desk.fired(&[], 1);
        assert_eq!(reports[1]["outcome"], "refused", "{reports:?}");
    }
    desk.assert_untouched();
}

#[test]
fn the_vendors_four_keys_make_a_rest_call_and_start_a_program() {
    let desk = Desk::new();
    desk.vendor("");
    desk.event(&call(&desk));
    let reports = desk.fired(&[], 0);

    let dump = desk.crm.only();
    assert_eq!(dump.args, ["/number:49199123456789", "/group:Sales EU"]);
    let request = desk.web.only();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("GET", "/c?id=4711")
    );
    let seen: Vec<_> = reports
        .iter()
        .map(|report| {
            (
                report["action"].as_str().unwrap(),
                report["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(
        seen.contains(&("rest", "ok")) && seen.contains(&("exec", "ok")),
        "{seen:?}"
    );
    for report in &reports {
        let keys: Vec<_> = report.as_object().unwrap().keys().collect();
        let documented = [
            "id",
            "hook",
            "action",
            "done",
            "outcome",
            "exit_code",
            "status",
            "millis",
            "error",
            "answer",
        ];
        assert_eq!(keys, documented);
    }
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let desk = Desk::new();
    desk.vendor("");
    desk.event(&call(&desk));
    let finished = desk.fire(&["--dry-run"]).expect_code(0);
    let link = desk.web.url("/c?id=4711");
    for line in [
        &format!("  GET {link}"),
        "      1  /number:49199123456789",
        "      2  /group:Sales EU",
    ] {
        assert!(
            finished.stdout.lines().any(|said| said.ends_with(line)),
            "{line}:\n{}",
            finished.stdout
        );
    }
    let plans = desk.fired(&["--dry-run"], 0);
    assert_eq!(plans[0]["requests"][0]["url"], link);
    assert_eq!(
        plans[1]["arguments"],
        json!(["/number:49199123456789", "/group:Sales EU"])
    );
    desk.assert_untouched();
}

#[test]
fn a_rest_hook_can_be_had_as_a_curl_command() {
    let desk = Desk::new();
    desk.vendor("");
    desk.event(&call(&desk));
    let finished = desk.fire(&["--as-curl"]).expect_code(0);
    assert!(finished.stdout.starts_with("curl "), "{}", finished.stdout);
    assert!(
        finished.stdout.contains(&desk.web.url("/c?id=4711")),
        "{}",
        finished.stdout
    );
    assert!(
        finished.stderr.contains("AutomaticEXE"),
        "{}",
        finished.stderr
    );
    desk.assert_untouched();
}

/// What stands behind another hook is printed, too, with the names of what that one's answer would bring.
#[test]
fn a_chain_can_be_had_as_curl_commands() {
    let desk = Desk::new();
    desk.event(&call(&desk));
    desk.home.config(&format!(
        "[[hook]]\nname = 'find'\nrest = 'curl \"{url}?q=$ANumber\"'\nanswer = {{ ContactID = '/0/id' }}\n\
         [[hook]]\nname = 'write'\nafter = 'find'\n\
         rest = \"\"\"curl --json '{{\"id\":\"$ContactID\"}}' \"{url}/calls\" \"\"\"\n\
         [[hook]]\nname = 'pop'\nafter = 'find'\nexec = '{program}'\n",
        url = desk.web.url("/c"),
        program = desk.program.display()
    ));
    let printed = desk.fire(&["--as-curl", "--hook", "write"]).expect_code(0);
    let commands: Vec<_> = printed.stdout.lines().collect();
    assert_eq!(commands.len(), 2, "{}", printed.stdout);
    assert!(commands[0].contains("/c?q=49199123456789"));
    assert!(
        commands[1].contains(r#"{"id":"ContactID"}"#),
        "{}",
        commands[1]
    );
    assert!(printed.stderr.contains("`find`"), "{}", printed.stderr);
    let none = desk.fire(&["--as-curl", "--hook", "pop"]).expect_code(1);
    assert!(
        none.stderr.contains("pop: is no REST call"),
        "{}",
        none.stderr
    );
    desk.assert_untouched();
}

/// Who presses Ctrl+C does not leave behind what has a time to end.
#[cfg(unix)]
#[test]
fn a_fire_that_is_ended_takes_its_programs_with_a_timeout_along() {
    let desk = Desk::with_program(&[("until", "never")]);
    desk.event(&call(&desk));
    desk.home.config(&format!(
        "[[hook]]\nname = 'pop'\nexec = '{}'\ntimeout = '10m'\n",
        desk.program.display()
    ));
    let mut command = desk.home.command("miniclient");
    let fire = testkit::Running::start(command.args(["fire", "--event", "event.json"]));
    testkit::wait_until(PATIENCE, "the program", || !desk.crm.dumps().is_empty());
    let program = desk.crm.only().pid;
    let _ = run(
        std::process::Command::new("kill").args(["-TERM", &fire.id().to_string()]),
        PATIENCE,
    )
    .expect_code(0);
    let ended = fire.finish(PATIENCE).expect_code(1);
    assert!(ended.stdout.contains("pop: cancelled"), "{}", ended.stdout);
    assert!(!testkit::process_alive(program));
}

/// `xdg-open` would take the page to a browser on a terminal that is not there, and succeed.
#[cfg(target_os = "linux")]
#[test]
fn without_a_desktop_no_page_is_opened() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::new();
    desk.event(&call(&desk));
    desk.home
        .config("[[hook]]\nname = 'page'\nopen = '$CRMLink'\n");
    let folder = desk.home.path().join("bin");
    std::fs::create_dir(&folder).unwrap();
    // Which is kept from browsers on a terminal by their being named so.
    let script = "#!/bin/sh\n[ \"$BROWSER\" != false ] || exit 3\n";
    let opener = desk.home.write("bin/xdg-open", script);
    std::fs::set_permissions(&opener, PermissionsExt::from_mode(0o755)).unwrap();
    for (display, code, told) in [
        (None, 1, "there is no desktop in this session"),
        (Some(":9"), 0, ""),
    ] {
        let mut command = desk.home.command("miniclient");
        command
            .args(["fire", "--event", "event.json"])
            .env("PATH", &folder);
        let fired = run(
            command.envs(display.map(|name| ("DISPLAY", name))),
            PATIENCE,
        )
        .expect_code(code);
        assert!(fired.stderr.contains(told), "{}", fired.stderr);
    }
}

#[test]
fn a_program_that_fails_fails_the_command_with_the_reason() {
    let desk = Desk::with_program(&[("exit", "7")]);
    desk.vendor("");
    desk.event(&call(&desk));
    let finished = desk.fire(&[]).expect_code(1);
    assert!(
        finished.stderr.contains("AutomaticEXE") && finished.stderr.contains('7'),
        "{}",
        finished.stderr
    );
    let reports = desk.fired(&[], 1);
    let report = reports
        .iter()
        .find(|report| report["action"] == "exec")
        .unwrap();
    assert_eq!(
        (&report["outcome"], &report["exit_code"]),
        (&json!("failed"), &json!(7))
    );
}

#[test]
fn an_http_status_is_shown_and_fails_only_with_the_option_for_it() {
    let desk = Desk::new();
    let rest = |options: &str| {
        desk.home.config(&format!(
            "AutomaticRESTCRMUrl = true\nCurlRESTCommand = 'curl -sS {options} \"$crmurl\"'\n"
        ));
    };
    desk.event(&call(&desk));
    desk.web.always(Answer::status(503));
    rest("");
    let report = &desk.fired(&[], 0)[0];
    assert_eq!(
        (&report["outcome"], &report["status"]),
        (&json!("http_error"), &json!(503))
    );
    rest("-f");
    let report = &desk.fired(&[], 1)[0];
    assert_eq!(
        (&report["outcome"], &report["status"]),
        (&json!("failed"), &json!(503))
    );
}

#[test]
fn a_server_that_is_not_there_fails_the_command() {
    let desk = Desk::new();
    desk.home.config("AutomaticRESTCRMUrl = true\n");
    let mut gone = Recorder::start();
    let link = gone.url("/c");
    gone.stop();
    desk.event(&json!({ "CRMLink": link }));
    let finished = desk.fire(&[]).expect_code(1);
    assert!(
        finished.stderr.contains("AutomaticREST: "),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_call_without_a_link_skips_what_begins_with_it() {
    let desk = Desk::new();
    desk.vendor("");
    desk.event(&json!({ "ANumber": "49199123456789" }));
    let reports = desk.fired(&[], 0);
    assert_eq!(
        reports
            .iter()
            .find(|report| report["action"] == "rest")
            .unwrap()["outcome"],
        "skipped"
    );
    assert_eq!(desk.crm.only().args, ["/number:49199123456789", "/group:"]);
    assert!(desk.web.requests().is_empty());
}

#[test]
fn one_hook_can_be_run_alone() {
    let desk = Desk::new();
    desk.vendor("");
    desk.event(&call(&desk));
    let reports = desk.fired(&["--hook", "automaticexe"], 0);
    assert_eq!(reports.len(), 1);
    desk.crm.only();
    assert!(desk.web.requests().is_empty());

    let finished = desk.fire(&["--hook", "nobody"]).expect_code(2);
    for name in ["nobody", "AutomaticREST", "AutomaticEXE"] {
        assert!(finished.stderr.contains(name), "{}", finished.stderr);
    }
}

#[test]
fn rules_decide_which_hooks_run() {
    let desk = Desk::new();
    desk.vendor("[vendor]\non = ['answered']\nwhen = { GroupName = 'Sales*' }\n");
    let mut event = call(&desk);
    desk.event(&event);
    let finished = desk.fire(&[]).expect_code(0);
    assert!(
        finished
            .stderr
            .contains("no hook is for this event (ringing)"),
        "{}",
        finished.stderr
    );
    event["Event"] = json!("answered");
    desk.event(&event);
    assert_eq!(desk.fired(&[], 0).len(), 2);
}

#[test]
fn a_configuration_without_hooks_says_how_to_get_one() {
    let home = Home::new();
    let _ = run(home.command("miniclient").arg("init"), PATIENCE).expect_code(0);
    let mut fire = home.command("miniclient");
    let said = run(
        fire.args(["fire", "--a-number", "1", "--dry-run"]),
        PATIENCE,
    )
    .expect_code(0);
    assert!(
        said.stderr.contains("AutomaticRESTCRMUrl = true"),
        "{}",
        said.stderr
    );
}

#[test]
fn values_of_the_command_line_go_before_those_of_the_document() {
    let desk = Desk::new();
    desk.vendor("[vendor]\nAllowOptionValues = true\n");
    let event = json!({ "caller": "1", "GroupName": "Support" }).to_string();
    let mut command = desk.home.command("miniclient");
    command.args([
        "fire",
        "--event",
        "-",
        "--a-number",
        "2",
        "--set",
        "group_name=a=b",
    ]);
    let _ = run_with_input(&mut command, event.as_bytes(), PATIENCE).expect_code(0);
    assert_eq!(desk.crm.only().args, ["/number:2", "/group:a=b"]);
}

/// PowerShell's `>` writes UTF-16, and Notepad a mark in front.
#[test]
fn an_event_in_the_encoding_of_windows_is_read() {
    let desk = Desk::new();
    desk.vendor("");
    let event = r#"{"ANumber":"49199123456789","GroupName":"Büro"}"#;
    let utf_16 = format!("\u{feff}{event}\r\n")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for document in [utf_16, format!("\u{feff}{event}").into_bytes()] {
        let mut command = desk.home.command("miniclient");
        command.args(["fire", "--event", "-", "--hook", "AutomaticEXE"]);
        let _ = run_with_input(&mut command, &document, PATIENCE).expect_code(0);
    }
    for started in desk.crm.wait_for(2, PATIENCE) {
        assert_eq!(started.args, ["/number:49199123456789", "/group:Büro"]);
    }
}

#[test]
fn the_configured_user_is_the_events_unless_it_says_another() {
    let desk = Desk::new();
    desk.home.config(&format!(
        "UsersUID = 'agent.17'\nAutomaticEXECallCommand = '{}'\nAutomaticEXECallParameters = 'u:$UsersUID'\n",
        desk.program.display()
    ));
    desk.event(&json!({}));
    desk.fired(&[], 0);
    assert_eq!(desk.crm.only().args, ["u:agent.17"]);
    desk.event(&json!({ "useruid": "agent.18" }));
    desk.fired(&[], 0);
    assert_eq!(desk.crm.wait_for(2, PATIENCE)[1].args, ["u:agent.18"]);
}

#[test]
fn control_characters_arrive_as_spaces() {
    let desk = Desk::new();
    desk.vendor("");
    desk.event(&json!({ "ANumber": "1\n2\u{0}3", "GroupName": "a\tb\u{7f}c" }));
    desk.fired(&[], 0);
    assert_eq!(desk.crm.only().args, ["/number:1 2 3", "/group:a b c"]);
}

#[test]
fn a_value_that_could_be_an_option_is_refused_by_name() {
    let desk = Desk::new();
    desk.home.config(&format!(
        "AutomaticEXECallCommand = '{}'\nAutomaticEXECallParameters = '$GroupName'\n",
        desk.program.display()
    ));
    desk.event(&json!({ "GroupName": "--delete" }));
    let finished = desk.fire(&[]).expect_code(1);
    assert!(
        finished.stderr.contains("AllowOptionValues"),
        "{}",
        finished.stderr
    );
    assert!(
        !finished.stderr.contains("--delete"),
        "the value is not shown: {}",
        finished.stderr
    );
    desk.assert_untouched();
}

#[test]
fn documents_that_are_no_events_get_one_sentence_and_run_nothing() {
    let desk = Desk::new();
    desk.vendor("");
    let large = json!({ "ANumber": "1", "x": "y".repeat(70_000) }).to_string();
    let long = json!({ "GroupName": "y".repeat(9_000) }).to_string();
    for (document, said) in [
        ("", "not JSON"),
        ("{\"ANumber\":", "not JSON"),
        ("ANumber=1", "not JSON"),
        ("[1]", "object"),
        ("\"x\"", "object"),
        (large.as_str(), "65536"),
        (long.as_str(), "GroupName"),
        ("{\"ANumber\":[1]}", "ANumber"),
        ("{\"ANumber\":\"1\",\"caller\":\"2\"}", "ANumber"),
        ("{\"Event\":\"hangup\"}", "hangup"),
    ] {
        desk.home.write("event.json", document);
        let finished = desk.fire(&[]).expect_code(1);
        let start = document.chars().take(40).collect::<String>();
        assert_eq!(
            finished.stderr.lines().count(),
            1,
            "{start}: {}",
            finished.stderr
        );
        assert!(
            finished.stderr.contains(said),
            "{start}: {}",
            finished.stderr
        );
        assert_eq!(finished.stdout, "");
    }
    std::fs::remove_file(desk.home.path().join("event.json")).unwrap();
    let finished = desk.fire(&[]).expect_code(1);
    assert!(
        finished.stderr.contains("no such file"),
        "{}",
        finished.stderr
    );
    desk.assert_untouched();
}
