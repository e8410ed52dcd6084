//! `mc-start doctor`: each thing that can be wrong has its own line.

use serde_json::json;
use testkit::{Answer, Recorder};

use super::*;

fn applications(ids: &[u64]) -> Answer {
    let records: Vec<_> = ids
        .iter()
        .map(|id| json!({"ID": id, "Name": format!("Application {id}"), "ClientsID": 1}))
        .collect();
    Answer::json(
        200,
        &json!({"records": records, "count": ids.len(), "status": 200}),
    )
}

fn doctor(station: &Workstation, server: &Recorder) -> Finished {
    let url = server.url(TARGET);
    run(&mut station.command(&["--url", &url, "doctor"]), PATIENCE)
}

#[track_caller]
fn assert_says(finished: &Finished, parts: &[&str]) {
    for part in parts {
        assert!(
            finished.stdout.contains(part),
            "{part}:\n{}",
            finished.stdout
        );
    }
    assert!(!format!("{}{}", finished.stdout, finished.stderr).contains(TOKEN));
}

#[test]
fn where_all_is_well_it_says_so_and_starts_nothing() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(applications(&[1, 1234]));
    let finished = doctor(&station, &server).expect_code(0);
    assert_says(
        &finished,
        &[
            "ACDMiniClient.exe",
            "API_TOKEN",
            "WindowsLoginName",
            "IPAddress",
            "Application 1234",
        ],
    );
    assert!(!finished.stdout.contains("FAIL"), "{}", finished.stdout);
    assert_eq!(server.only().method, "GET");
    assert_eq!(station.dump.dumps().len(), 0);
}

#[test]
fn what_is_wrong_is_marked_and_the_rest_is_looked_at_all_the_same() {
    let (station, server) = (Workstation::without_client(), answering(Recorder::start()));
    server.always(applications(&[1]));
    let url = server.url(TARGET);
    let mut command = station.command(&[
        "--url",
        &url,
        "--client",
        "gone.exe",
        "--ip",
        "interface:none-such",
        "doctor",
    ]);
    let finished = run(&mut command, PATIENCE).expect_code(1);
    let failed: Vec<_> = finished
        .stdout
        .lines()
        .filter(|line| line.starts_with("FAIL"))
        .collect();
    assert_eq!(failed.len(), 3, "{}", finished.stdout);
    for (line, part) in failed
        .iter()
        .zip(["gone.exe", "IPAddress", "1234 is not among"])
    {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn a_wrong_token_and_a_missing_one_are_told_apart() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::status(401));
    assert_says(
        &doctor(&station, &server).expect_code(1),
        &["401", "API_TOKEN"],
    );
    let url = server.url(TARGET);
    let finished = run(&mut station.bare(&["--url", &url, "doctor"]), PATIENCE).expect_code(1);
    assert_says(&finished, &["FAIL token", "no token"]);
}

#[test]
fn broken_settings_are_shown_with_their_lines() {
    let station = Workstation::new();
    station.configure("ordr = 'x'\n");
    let finished = run(&mut station.command(&["doctor"]), PATIENCE).expect_code(1);
    assert_says(&finished, &["mc-start.toml:1: `ordr` is not a setting"]);
}

#[test]
fn the_last_start_is_shown() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server
        .then(Answer::status(500))
        .always(applications(&[1234]));
    let _ = station.start(&server, &[]).expect_code(21);
    assert_says(
        &doctor(&station, &server).expect_code(1),
        &["FAIL last start", "exit code 21", "500"],
    );
    let _ = station.start(&server, &[]).expect_code(0);
    assert_says(
        &doctor(&station, &server).expect_code(0),
        &["ok   last start", "exit code 0"],
    );
}

#[test]
fn two_that_report_are_seen() {
    let (station, server) = (
        Workstation::with_client("miniclient", &[]),
        answering(Recorder::start()),
    );
    server.always(applications(&[1234]));
    station.home.config("[register]\napplication = 1234\n");
    assert_says(
        &doctor(&station, &server).expect_code(0),
        &["note report", "[register]", "report = false"],
    );
    station.home.config("");
    let named = station
        .home
        .write("named.toml", "[register]\napplication = 1\n");
    for form in ["'--config', '{}'", "'--config={}'"] {
        let given = form.replace("{}", named.to_str().unwrap());
        station.configure(&format!("client_args = [{given}]\n"));
        assert_says(
            &doctor(&station, &server).expect_code(0),
            &["note report", "named.toml has a [register] section"],
        );
    }
}

/// `doctor --json`: the form is documented and does not change.
#[test]
fn programs_get_the_findings_as_json() {
    let (station, server) = (Workstation::new(), Recorder::start());
    server.always(applications(&[1234]));
    let file = station.configure(&format!(
        "url = '{}'\n[extra]\nreport = 'x'\n",
        server.url(TARGET)
    ));
    let finished = run(&mut station.command(&["doctor", "--json"]), PATIENCE).expect_code(0);
    let report: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(report["ok"], true);
    assert_eq!(report["settings"]["url"], format!("{}:1", file.display()));
    assert_eq!(report["identity"]["IPAddress"], "127.0.0.1");
    let finding = |about: &str| {
        let all = report["findings"].as_array().unwrap();
        all.iter()
            .filter(|finding| finding["about"] == about)
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(finding("token")[0]["state"], "ok");
    let swallowed = finding("settings").iter().any(|finding| {
        let text = finding["text"].as_str().unwrap();
        text.contains("mc-start.toml:3: ") && text.contains("under [extra]")
    });
    assert!(swallowed, "{report:#}");
    assert!(report["identity"].get("report").is_none(), "{report:#}");
    assert!(!finished.stdout.contains(TOKEN));
}

#[test]
fn a_url_that_is_no_run_url_is_said() {
    let (station, server) = (Workstation::new(), Recorder::start());
    let url = server.url("/rest/v1.0/1");
    let finished = run(&mut station.command(&["--url", &url, "doctor"]), PATIENCE).expect_code(1);
    assert_says(&finished, &["not that of a routing application"]);
}

#[test]
fn a_url_that_is_missing_is_not_taken_for_the_wish_not_to_report() {
    let station = Workstation::new();
    station.configure("client_args = []\n");
    let finished = run(&mut station.command(&["doctor"]), PATIENCE).expect_code(1);
    assert_says(&finished, &["FAIL", "no URL to report to"]);
    assert!(
        !finished.stdout.contains("none: report"),
        "{}",
        finished.stdout
    );
    station.configure("report = false\n");
    let finished = run(&mut station.command(&["doctor"]), PATIENCE);
    assert_says(&finished, &["none: report = false"]);
}

#[test]
fn a_name_that_only_the_proxy_knows_is_no_failure() {
    let (station, proxy) = (Workstation::new(), Recorder::start());
    proxy.always(applications(&[1234]));
    let url = format!("http://acd-lb.invalid{TARGET}");
    let through = proxy.url("");
    let mut command = station.command(&["--url", &url, "--proxy", &through, "--ip", "first"]);
    let finished = run(command.arg("doctor"), PATIENCE);
    assert_says(
        &finished,
        &["note name", "a proxy leads there", "1234 is there"],
    );
}
