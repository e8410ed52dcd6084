//! `miniclient doctor`: one look tells what is wrong and what to do.

use crate::telephone::{Agent, SOON, Telephone, write_token};
use serde_json::{Value, json};
use testkit::{Answer, Finished, Home, Recorder, TestCa, run};

const APPLICATIONS: &str = "[register]\napplication = 1235\n[dial]\napplication = 5678\n";

fn doctor(home: &Home) -> (Finished, Value) {
    let text = run(home.command("miniclient").arg("doctor"), SOON);
    let finished = run(home.command("miniclient").args(["doctor", "--json"]), SOON);
    assert_eq!(finished.code, text.code, "both forms agree");
    let report: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(report["ok"], finished.code == 0, "{report}");
    // The same findings in the same order; their texts differ by the milliseconds measured.
    let findings: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let mark = match finding["state"].as_str().unwrap() {
                "fail" => "FAIL",
                other => other,
            };
            format!("{mark:<5}{:<12}", finding["about"].as_str().unwrap())
        })
        .collect();
    let lines: Vec<_> = text
        .stdout
        .lines()
        .take(findings.len())
        .map(|line| line.chars().take(17).collect::<String>())
        .collect();
    assert_eq!(lines, findings, "{}", text.stdout);
    (finished, report)
}

/// The texts of one kind of finding in this state, with their advice.
fn findings(report: &Value, state: &str, about: &str) -> String {
    let all = report["findings"].as_array().unwrap().iter();
    let texts = all
        .filter(|finding| finding["state"] == state && finding["about"] == about)
        .map(|finding| {
            format!(
                "{}; {}\n",
                finding["text"].as_str().unwrap(),
                finding["advice"].as_str().unwrap_or_default()
            )
        });
    texts.collect()
}

#[track_caller]
fn assert_finding(report: &Value, state: &str, about: &str, part: &str) {
    let texts = findings(report, state, about);
    assert!(
        texts.contains(part),
        "no {state} {about} with {part:?} in {report:#}"
    );
}

fn section(server: &Recorder, home: &Home) -> String {
    write_token(home, "s3cret");
    format!(
        "[jtel]\nbase_url = \"{}\"\ntoken_file = \"secret\"\n",
        server.url("/rest/v1.0/1")
    )
}

#[test]
fn all_is_well() {
    let telephone = Telephone::start(&[]);
    let home = Home::new();
    let config = format!(
        "UsersUID = \"agent.17\"\n{}{APPLICATIONS}",
        telephone.section(&home)
    );
    let agent = Agent::start(home, &config);
    agent.registration("registered");
    let (finished, report) = doctor(&agent.home);
    let finished = finished.expect_code(0);
    assert_finding(&report, "ok", "config", "miniclient.toml");
    assert_finding(&report, "ok", "token", "secret");
    assert_finding(&report, "note", "token", "https");
    assert_finding(&report, "ok", "name", "127.0.0.1");
    assert_finding(&report, "ok", "connection", "127.0.0.1:");
    assert_finding(&report, "ok", "rest", "routing applications");
    assert_finding(&report, "ok", "application", "[register] 1235");
    assert_finding(&report, "ok", "application", "[dial] 5678");
    assert_finding(&report, "ok", "instance", "process");
    assert_finding(&report, "ok", "registered", "yes");
    assert!(
        report["settings"]["jtel.base_url"]
            .as_str()
            .unwrap()
            .ends_with("miniclient.toml:3"),
        "{report:#}"
    );
    assert_eq!(report["identity"]["IPAddress"], "127.0.0.1");
    assert!(
        !finished.stdout.contains(telephone.about("token")),
        "the token itself is shown nowhere"
    );
}

#[test]
fn fields_that_are_registered_as_null_are_named_where_somebody_chose_them() {
    let home = Home::new();
    let with = |rest: &str| {
        home.config(&format!(
            "[jtel]\nbase_url = 'http://127.0.0.1:9/rest/v1.0/1'\n[register]\napplication = 1235\n{rest}"
        ));
        doctor(&home).1
    };
    let chosen = "fields = ['SessionID', 'ListenPort']\n";
    let report = with(chosen);
    assert_finding(&report, "note", "identity", "without [listen]");
    if cfg!(unix) {
        assert_finding(&report, "note", "identity", "SessionID is not known");
    }
    let report = with(&format!("{chosen}[listen]\naddress = '127.0.0.1:0'\n"));
    assert!(!findings(&report, "note", "identity").contains("[listen]"));
    let usual = findings(&with(""), "note", "identity");
    assert!(
        !usual.contains("[listen]") && !usual.contains("SessionID"),
        "{usual}"
    );
}

#[test]
fn a_wrong_token_is_traced_to_its_file() {
    let telephone = Telephone::start(&[]);
    let home = Home::new();
    home.config(&telephone.section(&home));
    write_token(&home, "outdated");
    let (finished, report) = doctor(&home);
    let _ = finished.expect_code(1);
    assert_finding(&report, "fail", "rest", "401");
    assert_finding(&report, "fail", "rest", "the file");
    assert!(!report.to_string().contains("outdated"));
    assert_finding(&report, "note", "instance", "start it");
}

#[test]
fn no_token_is_said_with_every_place_and_the_server_is_looked_at_all_the_same() {
    let telephone = Telephone::start(&[]);
    let home = Home::new();
    home.config(&format!(
        "[jtel]\nbase_url = \"{}\"\n",
        telephone.about("http")
    ));
    let (finished, report) = doctor(&home);
    let _ = finished.expect_code(1);
    assert_finding(&report, "fail", "token", "API_TOKEN is not set");
    assert_finding(&report, "fail", "token", "mc-start token set");
    assert_finding(&report, "note", "rest", "answers");
}

#[test]
fn an_application_that_is_not_there_is_named() {
    let telephone = Telephone::start(&[]);
    let home = Home::new();
    home.config(&format!(
        "{}[register]\napplication = 42\n",
        telephone.section(&home)
    ));
    let (finished, report) = doctor(&home);
    let _ = finished.expect_code(1);
    assert_finding(&report, "fail", "application", "[register] 42");
}

#[test]
fn a_server_that_is_down_a_portal_and_a_stranger_are_told_apart() {
    let home = Home::new();
    let mut server = Recorder::start();
    server.always(Answer::html(200, "<html>Sign in</html>"));
    home.config(&section(&server, &home));
    let (finished, report) = doctor(&home);
    let _ = finished.expect_code(1);
    assert_finding(&report, "ok", "connection", "takes it");
    assert_finding(&report, "fail", "rest", "web page");

    server.stop();
    let (finished, report) = doctor(&home);
    let _ = finished.expect_code(1);
    assert_finding(&report, "ok", "name", "127.0.0.1");
    assert_finding(&report, "fail", "connection", "firewall");

    if testkit::skipped_under_wine(
        "Wine 8 takes every certificate with an issuer for possibly revoked",
    ) {
        return;
    }
    let server = Recorder::start_tls(&TestCa::new().server());
    home.config(&section(&server, &home));
    let (finished, report) = doctor(&home);
    let _ = finished.expect_code(1);
    assert_finding(&report, "fail", "tls", "ca_file");
    assert!(findings(&report, "ok", "tls").is_empty());
}

#[test]
fn a_name_that_does_not_exist_is_named() {
    let home = Home::new();
    write_token(&home, "s3cret");
    home.config("[jtel]\nbase_url = \"https://no-such-host.invalid/rest/v1.0/1\"\ntoken_file = \"secret\"\n");
    let (finished, report) = doctor(&home);
    let _ = finished.expect_code(1);
    assert_finding(&report, "fail", "name", "no-such-host.invalid");
    assert!(
        !report.to_string().contains("/rest/v1.0"),
        "no full URL is shown: {report:#}"
    );
}

#[test]
fn a_broken_configuration_is_said_and_the_rest_looked_at() {
    let home = Home::new();
    home.config("AutomaticRESTCRMUrl = True\n[jtel]\nbase_url = 'https://jtel.example'\n");
    let (finished, report) = doctor(&home);
    let _ = finished.expect_code(1);
    assert_finding(&report, "fail", "config", "true");
    let advice = "is not looked at; mend the configuration";
    assert_finding(&report, "note", "config", advice);
    // What stands in it is not called missing.
    assert_eq!(findings(&report, "note", "server"), "");
    assert!(!report["identity"]["ComputerName"].is_null(), "{report:#}");
}

#[test]
fn a_registration_that_fails_is_seen_from_outside() {
    let server = Recorder::start_with(|request| {
        if request.method == "GET" {
            let records =
                json!([{"ID": 1235, "Name": "workstation"}, {"ID": 5678, "Name": "dial"}]);
            Answer::json(200, &json!({"records": records, "count": 2, "status": 200}))
        } else {
            Answer::json(200, &json!({"result": "ERROR", "error": "no such user"}))
        }
    });
    let home = Home::new();
    let config = format!("{}{APPLICATIONS}", section(&server, &home));
    let agent = Agent::start(home, &config);
    agent.registration("failed");
    let (finished, report) = doctor(&agent.home);
    let _ = finished.expect_code(1);
    assert_finding(&report, "fail", "registered", "no such user");
    assert_finding(&report, "note", "user", "UsersUID");
}
