//! What becomes of the client.

use std::process::Stdio;
use std::time::Instant;

use testkit::{Answer, Gate, Recorder, Watchdog, nowhere, process_alive};

use super::*;

#[test]
fn f47_it_starts_in_its_folder_with_its_parameters_and_without_the_token() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let hostile = [
        "two words",
        "\"quoted\"",
        "back\\slash\\",
        "%PATH%",
        "$(id)",
        "&calc",
        "-x",
        "",
        "Ü",
    ];
    let flags: Vec<String> = hostile
        .iter()
        .map(|text| format!("--client-arg={text}"))
        .collect();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let _ = station.start(&server, &flags).expect_code(0);
    let client = station.client();
    assert_eq!(client.args, hostile);
    assert_same_place(&client.cwd, &station.folder);
    assert!(!client.env.contains_key("API_TOKEN"));
    assert_eq!(
        client.env.get("MINICLIENT_HOME").map(Path::new),
        Some(station.home.path())
    );
    let environment: Vec<_> = client
        .env
        .values()
        .chain(client.env.keys())
        .chain(&client.args)
        .collect();
    assert!(nowhere(TOKEN, &environment));
    assert!(nowhere(TOKEN, &[station.log()]));
    assert!(
        server
            .only()
            .header("Authorization")
            .unwrap()
            .contains(TOKEN)
    );
}

/// Whoever captures the launcher's output waits for the end of its pipes. A client that inherited them would keep
/// the caller waiting until the agent goes home.
#[test]
fn f30_a_captured_launch_ends_while_the_client_lives() {
    let home = Home::new();
    let done = home.path().join("done");
    let station =
        Workstation::with_client("ACDMiniClient.exe", &[("until", done.to_str().unwrap())]);
    let server = answering(Recorder::start());
    let url = server.url(TARGET);
    let _dog = Watchdog::start("reading the launcher's output to its end", PATIENCE);
    let mut command = station.command(&["--url", &url]);
    let output = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let client = station.client();
    assert!(process_alive(client.pid));
    // Nothing but the three standard ones (Linux shows them).
    assert!(client.fds.keys().all(|fd| *fd < 3), "{:?}", client.fds);
    fs::write(done, "").unwrap();
}

#[test]
fn f37_it_starts_at_once_whatever_the_server_does() {
    let (station, server, gate) = (
        Workstation::new(),
        answering(Recorder::start()),
        Gate::new(),
    );
    server.always(Answer::ok("{}").after(&gate));
    let url = server.url(TARGET);
    let running = testkit::Running::start(&mut station.command(&["--url", &url]));
    // The answer is held back: the client is there all the same.
    station.client();
    server.wait_for(1, PATIENCE);
    gate.open();
    let _ = running.finish(PATIENCE).expect_code(0);
}

#[test]
fn rest_first_starts_it_when_the_answer_is_there() {
    let (station, server, gate) = (
        Workstation::new(),
        answering(Recorder::start()),
        Gate::new(),
    );
    server.always(Answer::ok("{}").after(&gate));
    let url = server.url(TARGET);
    let running =
        testkit::Running::start(&mut station.command(&["--url", &url, "--order", "rest-first"]));
    server.wait_for(1, PATIENCE);
    assert_eq!(station.dump.dumps().len(), 0);
    gate.open();
    let _ = running.finish(PATIENCE).expect_code(0);
    station.client();
}

/// jtel's answer may never come: the agent gets the client after 15 s, and the outcome is not known.
#[test]
fn f38_rest_first_does_not_wait_for_ever() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::silence());
    let begun = Instant::now();
    let finished = station
        .start(&server, &["--order", "rest-first"])
        .expect_code(13);
    assert!(finished.stderr.contains("not known"), "{}", finished.stderr);
    let waited = begun.elapsed();
    assert!(
        waited >= Duration::from_secs(14) && waited < Duration::from_secs(40),
        "{waited:?}"
    );
    station.client();
    assert_eq!(
        server.requests().len(),
        1,
        "a call that may have been carried out is not repeated"
    );
}

#[test]
fn a_client_that_is_not_there_is_named_and_the_report_is_made() {
    let (station, server) = (Workstation::without_client(), answering(Recorder::start()));
    let finished = station
        .start(&server, &["--client", "gone.exe"])
        .expect_code(20);
    assert!(finished.stderr.contains("gone.exe"), "{}", finished.stderr);
    assert_eq!(server.requests().len(), 1);
    assert!(station.log().contains("gone.exe"), "{}", station.log());
}

#[test]
fn without_any_client_the_default_ones_are_named() {
    let station = Workstation::without_client();
    let mut command = station.bare(&["--no-report"]);
    let finished = run(command.env("PATH", station.home.path()), PATIENCE).expect_code(20);
    for part in ["ACDMiniClient.exe", "miniclient", "client = "] {
        assert!(
            finished.stderr.contains(part),
            "{part}: {}",
            finished.stderr
        );
    }
}

#[test]
fn our_own_client_serves_where_the_vendors_is_not() {
    let (station, server) = (
        Workstation::with_client("miniclient", &[]),
        answering(Recorder::start()),
    );
    let _ = station.start(&server, &[]).expect_code(0);
    assert!(station.client().program.contains("miniclient"));
}

#[test]
fn a_client_in_the_current_folder_is_none() {
    let station = Workstation::without_client();
    let elsewhere = station.home.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    station.dump.install(&elsewhere.join("trap.exe"), &[]);
    let mut command = station.bare(&["--no-report", "--client", "trap.exe"]);
    let _ = run(command.current_dir(&elsewhere), PATIENCE).expect_code(20);
    assert_eq!(station.dump.dumps().len(), 0);
}

#[test]
fn a_file_that_is_no_program_is_said_to_be_none() {
    let station = Workstation::without_client();
    fs::write(station.folder.join("ACDMiniClient.exe"), "text").unwrap();
    let finished = run(&mut station.bare(&["--no-report"]), PATIENCE).expect_code(20);
    assert!(
        finished.stderr.contains("ACDMiniClient.exe"),
        "{}",
        finished.stderr
    );
    assert_eq!(
        finished.stderr.trim_end().lines().count(),
        1,
        "{}",
        finished.stderr
    );
}

/// The stream that Windows keeps beside a downloaded file; Wine keeps it as a file of that name.
#[test]
#[cfg(windows)]
fn f43_the_mark_of_the_web_is_removed() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let mark = station.folder.join("ACDMiniClient.exe:Zone.Identifier");
    fs::write(&mark, "[ZoneTransfer]\r\nZoneId=3\r\n").unwrap();
    let finished = station.start(&server, &[]).expect_code(0);
    assert!(fs::metadata(&mark).is_err());
    assert_eq!(finished.stderr, "");
    station.client();
}

/// With a reader for its output the windowless twin differs in nothing; without one it must not fail for that.
#[test]
fn the_windowless_twin_does_the_same() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::ok("done"));
    let url = server.url(TARGET);
    let twin = || {
        let mut command = station.home.command_at(&station.path("mc-startw"));
        command.args(["--url", &url]).env("API_TOKEN", TOKEN);
        command
    };
    let finished = run(&mut twin(), PATIENCE).expect_code(0);
    assert_eq!(finished.stdout.trim_end(), "done");
    let status = twin()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(station.dump.wait_for(2, PATIENCE).len(), 2);
}

#[test]
fn f35_an_output_that_nobody_reads_is_no_failure() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::ok("x".repeat(200_000)));
    let url = server.url(TARGET);
    let mut child = station
        .command(&["--url", &url])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    let _dog = Watchdog::start("a launcher whose output nobody reads", PATIENCE);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
