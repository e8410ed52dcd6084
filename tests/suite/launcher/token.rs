//! Where the token comes from, and that it is nowhere else.

use testkit::{Answer, Recorder, run_with_input};

use super::*;

const OTHER: &str = "An0ther-token";

#[track_caller]
fn sent(server: &Recorder) -> String {
    let sent = server
        .only()
        .header("Authorization")
        .unwrap_or_default()
        .to_owned();
    server.clear();
    sent
}

#[test]
fn the_file_comes_first_then_the_environment_then_the_store() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let url = server.url(TARGET);
    let bare = || station.bare(&["--url", &url]);
    let kept =
        run_with_input(&mut station.bare(&["token", "set"]), b"St0red\n", PATIENCE).expect_code(0);
    assert!(!kept.stdout.contains("St0red"), "{}", kept.stdout);
    let _ = run(&mut bare(), PATIENCE).expect_code(0);
    assert_eq!(sent(&server), "Bearer St0red");
    let _ = run(bare().env("API_TOKEN", OTHER), PATIENCE).expect_code(0);
    assert_eq!(sent(&server), format!("Bearer {OTHER}"));
    let file = station.home.write("secret", TOKEN);
    let _ = run(
        bare().arg("--token-file").arg(file).env("API_TOKEN", OTHER),
        PATIENCE,
    )
    .expect_code(0);
    assert_eq!(sent(&server), format!("Bearer {TOKEN}"));
}

#[test]
fn it_can_be_kept_looked_for_and_forgotten() {
    let station = Workstation::new();
    let show = || run(&mut station.bare(&["token", "show"]), PATIENCE);
    let nothing = show().expect_code(1);
    assert!(nothing.stderr.contains("no token"), "{}", nothing.stderr);
    let _ = run_with_input(
        &mut station.bare(&["token", "set"]),
        TOKEN.as_bytes(),
        PATIENCE,
    )
    .expect_code(0);
    let shown = show().expect_code(0);
    assert!(
        shown.stdout.contains("There is a token"),
        "{}",
        shown.stdout
    );
    assert!(!format!("{}{}", shown.stdout, shown.stderr).contains(TOKEN));
    for said in ["The token is forgotten.", "There was no token."] {
        let cleared = run(&mut station.bare(&["token", "clear"]), PATIENCE).expect_code(0);
        assert_eq!(cleared.stdout.trim_end(), said);
    }
    let _ = show().expect_code(1);
}

#[test]
fn what_is_no_token_is_not_kept() {
    let station = Workstation::new();
    for (input, part) in [
        ("", "empty"),
        ("\r\n", "empty"),
        ("two words", "space"),
        ("one\ntwo", "line break"),
    ] {
        let finished = run_with_input(
            &mut station.bare(&["token", "set"]),
            input.as_bytes(),
            PATIENCE,
        )
        .expect_code(1);
        assert!(
            finished.stderr.contains(part),
            "{input:?}: {}",
            finished.stderr
        );
    }
    let _ = run(&mut station.bare(&["token", "show"]), PATIENCE).expect_code(1);
}

#[test]
#[cfg(unix)]
fn f47_what_is_kept_in_a_file_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let station = Workstation::new();
    let _ = run_with_input(
        &mut station.bare(&["token", "set"]),
        TOKEN.as_bytes(),
        PATIENCE,
    )
    .expect_code(0);
    let mode = fs::metadata(station.home.path().join("token"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn without_one_the_client_runs_and_it_is_said_where_to_put_one() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let url = server.url(TARGET);
    let finished = run(&mut station.bare(&["--url", &url]), PATIENCE).expect_code(21);
    for part in ["the client runs", "no token", "API_TOKEN"] {
        assert!(
            finished.stderr.contains(part),
            "{part}: {}",
            finished.stderr
        );
    }
    station.client();
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_refusal_names_the_file_it_came_from() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::status(401));
    let url = server.url(TARGET);
    let file = station.home.write("secret", TOKEN);
    let mut command = station.bare(&["--url", &url, "--token-file", file.to_str().unwrap()]);
    let finished = run(&mut command, PATIENCE).expect_code(21);
    assert!(
        finished.stderr.contains(&file.display().to_string()),
        "{}",
        finished.stderr
    );
    assert!(!finished.stderr.contains(TOKEN), "{}", finished.stderr);
}

/// Rest-first, it would keep the client; in any order, the process.
#[cfg(target_os = "linux")]
#[test]
fn a_store_that_never_answers_is_given_up() {
    let station = Workstation::new();
    let bus = station.home.path().join("bus");
    let _silent = std::os::unix::net::UnixListener::bind(&bus).unwrap();
    let mut command = station.bare(&["token", "show"]);
    command.env_remove("MINICLIENT_HOME").env(
        "DBUS_SESSION_BUS_ADDRESS",
        format!("unix:path={}", bus.display()),
    );
    let finished = run(&mut command, PATIENCE).expect_code(1);
    let said = finished.stderr;
    assert!(
        said.contains("the credential store does not answer"),
        "{said}"
    );
}
