//! `miniclient check` and `init`: what is wrong with a configuration, and one to begin with.

use std::fs;
use std::time::Duration;

use serde_json::Value;
use testkit::{ArgDump, Finished, Home, run};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

fn miniclient(home: &Home, arguments: &[&str]) -> Finished {
    run(home.command("miniclient").args(arguments), PATIENCE)
}

/// One of everything that can be wrong, each on a line of its own.
const BAD: &str = "\
AutomaticRESTCRMUrl = True
CurlRESTCommand = 'curl -sS --no-such-option \"$crmurl\"'
AutomaticEXECallCommand = 'no-such-folder/no-such-program'
AutomaticEXECallParameters = '${Nobody}'
colour = 'red'
[[hook]]
name = 'one'
open = '$CRMLink'
timeout = 10
[[hook]]
name = 'one'
open = 'https://$GroupName/'
[journal]
days = 'seven'
";

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_line() {
    let home = Home::new();
    let file = home.config(BAD);
    let finished = miniclient(&home, &["check"]).expect_code(3);
    assert_eq!(finished.stdout, "");
    for (line, said) in [
        (1, "`true`"),
        (2, "--no-such-option"),
        (3, "no-such-program"),
        (4, "Nobody"),
        (5, "colour"),
        (9, "\"10s\""),
        (11, "`one`"),
        (12, "GroupName"),
        (14, "days"),
    ] {
        let place = format!("{}:{line}: ", file.display());
        let told = finished
            .stderr
            .lines()
            .find(|told| told.starts_with(&place));
        assert!(
            told.is_some_and(|told| told.contains(said)),
            "{line}: {said}\n{}",
            finished.stderr
        );
    }
    assert_eq!(finished.stderr.lines().count(), 9, "{}", finished.stderr);
}

#[test]
fn nothing_starts_with_a_bad_configuration() {
    let home = Home::new();
    home.config(BAD);
    let told = miniclient(&home, &["check"]).expect_code(3).stderr;
    for command in [&[][..], &["fire", "--a-number", "1"]] {
        let finished = miniclient(&home, command).expect_code(3);
        assert_eq!(finished.stderr, told, "{command:?}");
        assert_eq!(finished.stdout, "");
    }
}

/// At logon nobody reads standard error.
#[test]
fn why_the_agent_does_not_run_is_in_its_log() {
    let home = Home::new();
    home.config(BAD);
    let told = miniclient(&home, &[]).expect_code(3).stderr;
    let log = fs::read_to_string(home.path().join("state/logs/miniclient.log")).unwrap();
    for line in told.lines() {
        assert!(log.contains(line), "{line}\n{log}");
    }
}

/// Who looks for a log that is not there is told why.
#[test]
fn a_log_that_cannot_be_written_is_told() {
    let home = Home::new();
    home.config(BAD);
    fs::create_dir_all(home.path().join("state")).unwrap();
    fs::write(home.path().join("state/logs"), "").unwrap();
    let started = miniclient(&home, &[]).expect_code(3).stderr;
    let examined = miniclient(&home, &["doctor"]).expect_code(1).stdout;
    for told in [started, examined] {
        assert!(told.contains("the log cannot be written: "), "{told}");
    }
    fs::remove_file(home.path().join("state/logs")).unwrap();
    let mut command = home.command("miniclient");
    let told = run(command.env("MINICLIENT_LOG", "mc_hooks=loud"), PATIENCE).expect_code(3);
    assert!(told.stderr.contains("MINICLIENT_LOG"), "{}", told.stderr);
}

#[test]
fn findings_can_be_had_as_json() {
    let home = Home::new();
    let file = home.config(BAD);
    let finished = miniclient(&home, &["check", "--json"]).expect_code(3);
    assert_eq!(finished.stderr, "");
    let found: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(found["ok"], false);
    assert_eq!(found["problems"].as_array().unwrap().len(), 9);
    assert_eq!(found["problems"][0]["file"], file.to_str().unwrap());
    assert_eq!(found["problems"][0]["line"], 1);

    home.config("[[hook]]\nname = 'x'\nopen = 'https://crm.example/?n=$Nobody'\n");
    let finished = miniclient(&home, &["check", "--json"]).expect_code(0);
    let found: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(
        (&found["ok"], &found["file"]),
        (&Value::Bool(true), &file.to_str().unwrap().into())
    );
    assert_eq!(found["warnings"][0]["line"], 3);
}

#[test]
fn what_is_probably_not_meant_is_a_warning() {
    let home = Home::new();
    let file = home.config("[[hook]]\nname = 'x'\nopen = 'https://crm.example/?n=$Nobody'\n");
    let finished = miniclient(&home, &["check"]).expect_code(0);
    assert!(finished.stdout.contains(file.to_str().unwrap()));
    let place = format!("{}:3: warning: ", file.display());
    assert!(finished.stderr.starts_with(&place), "{}", finished.stderr);
}

#[test]
fn the_vendors_keys_are_a_configuration() {
    let home = Home::new();
    home.config(&format!(
        "AutomaticRESTCRMUrl = true\r\nCurlRESTCommand = 'curl -sS \"$crmurl\"'\r\n\
         AutomaticEXECallCommand = '{}'\r\nAutomaticEXECallParameters = '/number:$ANumber'\r\n",
        ArgDump::program().display()
    ));
    let finished = miniclient(&home, &["check"]).expect_code(0);
    assert_eq!(finished.stderr, "");
}

#[test]
fn without_a_configuration_the_way_to_one_is_told() {
    let home = Home::new();
    for command in [&["check"][..], &[], &["fire", "--a-number", "1"]] {
        let finished = miniclient(&home, command).expect_code(3);
        assert!(
            finished.stderr.contains("miniclient init"),
            "{}",
            finished.stderr
        );
        assert_eq!(finished.stderr.lines().count(), 1);
    }
}

#[test]
fn a_configuration_in_which_nothing_is_on_is_told_so() {
    const HINT: &str =
        "the configuration has no hook, so a call does nothing here; switch one on with";
    let home = Home::new();
    let json = || -> Value {
        serde_json::from_str(
            &miniclient(&home, &["check", "--json"])
                .expect_code(0)
                .stdout,
        )
        .unwrap()
    };
    for idle in [
        "",
        "AutomaticRESTCRMUrl = false\nAutomaticEXECallCommand = ''\n",
        "[journal]\ndays = 3\n",
    ] {
        home.config(idle);
        let said = miniclient(&home, &["check"]).expect_code(0);
        assert!(said.stdout.contains(HINT), "{idle}: {said:?}");
        assert_eq!(said.stderr, "", "{idle}");
        assert!(
            json()["warnings"][0]["text"]
                .as_str()
                .unwrap()
                .starts_with(HINT),
            "{idle}"
        );
        let doctor = miniclient(&home, &["doctor"]);
        assert!(doctor.stdout.contains(HINT), "{idle}: {doctor:?}");
    }
    for calls in [
        "[listen]\naddress = '127.0.0.1:0'\n",
        "[listen]\naddress = '127.0.0.1:0'\n[dial]\nrest = 'curl http://127.0.0.1/$DialNumber'\n",
        "[subscribe]\nbroker = 'mqtts://127.0.0.1'\ntopic = 'calls'\n",
    ] {
        home.config(calls);
        let said = miniclient(&home, &["check"]).expect_code(0);
        assert!(said.stdout.contains(HINT), "{calls}: {said:?}");
        assert!(json()["warnings"].to_string().contains(HINT), "{calls}");
    }
    for on in [
        "AutomaticRESTCRMUrl = true\n",
        "[dial]\nrest = 'curl http://127.0.0.1/$DialNumber'\n",
        "[listen]\naddress = '127.0.0.1:0'\n[notify]\ncalls = true\n",
        "[notify]\ncalls = true\n",
    ] {
        home.config(on);
        let said = miniclient(&home, &["check"]).expect_code(0);
        assert!(!said.stdout.contains(HINT), "{on}: {said:?}");
        assert!(!json()["warnings"].to_string().contains(HINT), "{on}");
    }
}

#[test]
fn init_writes_a_configuration_that_check_accepts_and_replaces_none() {
    let home = Home::new();
    let file = home.path().join("miniclient.toml");
    let finished = miniclient(&home, &["init"]).expect_code(0);
    assert!(
        finished.stdout.contains(file.to_str().unwrap()),
        "{}",
        finished.stdout
    );
    assert_eq!(miniclient(&home, &["check"]).expect_code(0).stderr, "");

    home.config("# mine\n");
    let finished = miniclient(&home, &["init"]).expect_code(1);
    assert!(finished.stderr.contains("already"), "{}", finished.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), "# mine\n");

    let other = home.path().join("new").join("other.toml");
    let _ = miniclient(&home, &["--config", other.to_str().unwrap(), "init"]).expect_code(0);
    let printed = miniclient(&home, &["init", "--print"])
        .expect_code(0)
        .stdout;
    assert_eq!(fs::read_to_string(&other).unwrap(), printed);
}

#[test]
fn what_a_recipe_leaves_to_fill_in_is_told_with_its_line_and_is_no_fault() {
    let home = Home::new();
    let file = home.config(
        "[secrets]
crm = { store = true }
[[hook]]
name = 'find'
rest = '''
curl -sS -f -H \"Authorization: Bearer ${secret.crm}\" \\
  \"https://YOUR-DOMAIN.freshdesk.com/api?phone=$ANumber\"'''
[[hook]]
name = 'show'
open = 'https://YOUR-DOMAIN.freshdesk.com/'
[[hook]]
name = 'other'
open = 'https://crm.example/$ANumber'
",
    );
    let said = miniclient(&home, &["check"]).expect_code(0);
    assert!(said.stdout.contains(": good"), "{}", said.stdout);
    for (line, told) in [
        (2, "miniclient secret set crm"),
        (
            7,
            "`rest`, column 12: `YOUR-DOMAIN.freshdesk.com` is a placeholder; write what you have in its place, also in line 10",
        ),
        (
            13,
            "`open`, column 17: `crm.example` is nobody's host; write your server's name",
        ),
    ] {
        let place = format!("{}:{line}: ", file.display());
        let found = said
            .stderr
            .lines()
            .any(|said| said.contains(&place) && said.contains(told));
        assert!(found, "{line}: {told}\n{}", said.stderr);
    }
    let json = miniclient(&home, &["check", "--json"]).expect_code(0);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    let lines = json["warnings"].as_array().unwrap().iter();
    let lines: Vec<_> = lines.map(|warning| warning["line"].as_u64()).collect();
    assert_eq!(lines, [Some(7), Some(13)]);
    let fired = miniclient(&home, &["fire", "--a-number", "49301", "--dry-run"]).expect_code(0);
    assert!(!fired.stderr.contains("placeholder"), "{}", fired.stderr);
}
