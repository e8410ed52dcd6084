//! `mc-start status`: what came of the last start, on one line for whoever collects it.

use testkit::{Answer, Recorder};

use super::*;

fn status(station: &Workstation, code: i32) -> serde_json::Value {
    let finished = run(&mut station.bare(&["status", "--json"]), PATIENCE).expect_code(code);
    assert_eq!(finished.stdout.lines().count(), 1, "{}", finished.stdout);
    assert!(!finished.stdout.contains(TOKEN), "{}", finished.stdout);
    serde_json::from_str(&finished.stdout).unwrap()
}

#[test]
fn before_the_first_start_nothing_is_known() {
    let station = Workstation::new();
    let status = status(&station, 1);
    assert!(status["last_start"].is_null(), "{status:#}");
    assert_eq!(status["client_runs"], false);
    for name in ["version", "ComputerName", "WindowsLoginName"] {
        assert!(status[name].is_string(), "{name}: {status:#}");
    }
    let text = run(&mut station.bare(&["status"]), PATIENCE).expect_code(1);
    assert!(text.stdout.contains("none is known"), "{}", text.stdout);
}

#[test]
fn a_client_that_runs_and_one_that_has_ended_are_told_apart() {
    if testkit::skipped_under_wine("Wine 8 calls a running program by another of its hard links") {
        return;
    }
    let home = Home::new();
    let done = home.path().join("done");
    let keys = [("until", done.to_str().unwrap())];
    let (station, server) = (
        Workstation::with_client("ACDMiniClient.exe", &keys),
        Recorder::start(),
    );
    server.always(Answer::ok("{\"result\":\"OK\"}"));
    let _ = station.start(&server, &[]).expect_code(0);
    let client = station.client();
    let running = status(&station, 0);
    assert_eq!(running["client_runs"], true, "{running:#}");
    let last = &running["last_start"];
    assert_eq!(last["process"], client.pid);
    assert_eq!(
        (&last["exit"], &last["report"], &last["status"]),
        (&0.into(), &"delivered".into(), &200.into())
    );
    assert_eq!(last["said"], "{\"result\":\"OK\"}");
    let text = run(&mut station.bare(&["status"]), PATIENCE).expect_code(0);
    for part in ["runs as process", "delivered", "exit code 0"] {
        assert!(text.stdout.contains(part), "{part}: {}", text.stdout);
    }
    fs::write(done, "").unwrap();
    testkit::wait_until(PATIENCE, "the client has ended", || {
        !testkit::process_alive(client.pid)
    });
    assert_eq!(status(&station, 1)["client_runs"], false);
}

#[test]
fn a_failed_start_says_what_failed() {
    let station = Workstation::with_client("ACDMiniClient.exe", &[("exit", "7")]);
    let server = Recorder::start();
    server.always(Answer::status(401));
    station.configure("ordr = 'x'\n");
    let finished = station.start(&server, &[]).expect_code(3);
    assert!(
        finished.stderr.contains("the client did not stay"),
        "{}",
        finished.stderr
    );
    let status = status(&station, 1);
    let last = &status["last_start"];
    assert_eq!(
        (&last["exit"], &last["report"]),
        (&3.into(), &"not delivered".into())
    );
    assert!(last["said"].as_str().unwrap().contains("401"), "{last:#}");
    assert!(
        last["client_ended"]
            .as_str()
            .unwrap()
            .contains("exit code 7"),
        "{last:#}"
    );
    assert!(
        last["problems"][0].as_str().unwrap().contains("ordr"),
        "{last:#}"
    );
}

#[test]
fn a_client_that_hands_over_to_one_that_runs_is_good() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let _ = station.start(&server, &[]).expect_code(0);
    let status = status(&station, 0);
    assert_eq!(status["client_runs"], false);
    assert_eq!(status["last_start"]["client_exit"], 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_that_is_a_script_runs_although_the_shell_does() {
    use std::os::unix::fs::PermissionsExt as _;

    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let script = station
        .home
        .write("script", "#!/bin/sh\nread line < \"$0.pipe\"\n");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let pipe = script.with_extension("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let _ = station
        .start(&server, &["--client", script.to_str().unwrap()])
        .expect_code(0);
    assert_eq!(status(&station, 0)["client_runs"], true);
    fs::write(&pipe, "\n").unwrap();
}

#[test]
fn a_state_that_cannot_be_kept_is_told() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let state = station.home.path().join("state");
    fs::remove_dir(&state).unwrap();
    fs::write(&state, "").unwrap();
    let said = station.start(&server, &[]).expect_code(0).stderr;
    assert!(said.contains("is not kept in"), "{said}");
    assert!(said.contains(state.to_str().unwrap()), "{said}");
}
