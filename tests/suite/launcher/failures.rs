//! Servers that do not do what they should: the client is there all the same, one sentence says what is wrong, and
//! the exit code tells the cases apart.

use std::net::TcpListener;
use std::time::Instant;

use serde_json::json;
use testkit::{Answer, Recorder};

use super::*;

/// Runs against one answer; gives what was said, after checking everything that holds for every failure.
#[track_caller]
fn fails(answer: Answer, code: i32, parts: &[&str]) {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(answer);
    let finished = station.start(&server, &[]).expect_code(code);
    for part in parts {
        assert!(
            finished.stderr.contains(part),
            "{part}: {}",
            finished.stderr
        );
    }
    assert_eq!(
        finished.stderr.trim_end().lines().count(),
        1,
        "{}",
        finished.stderr
    );
    assert!(
        finished.stderr.contains("the client runs"),
        "{}",
        finished.stderr
    );
    assert_eq!(finished.stdout, "");
    let log = station.log();
    assert!(!format!("{}{log}", finished.stderr).contains(TOKEN));
    assert!(log.contains("started"), "{log}");
    // The start, the failure, and that the client, which only leaves its mark, ended.
    assert_eq!(log.lines().count(), 3, "{log}");
    station.client();
}

#[test]
fn a_wrong_token_is_said_with_the_place_it_came_from() {
    fails(Answer::status(401), 21, &["401", "API_TOKEN"]);
}

#[test]
fn a_bad_request_is_said_in_the_servers_words() {
    fails(
        Answer::json(
            400,
            &json!({"status": 400, "error": "parameter x is missing"}),
        ),
        21,
        &["400", "parameter x"],
    );
}

#[test]
fn an_unknown_application_and_an_unknown_address_are_told_apart() {
    fails(
        Answer::json(404, &json!({"status": 404, "error": "no such application"})),
        21,
        &["404", "no such application"],
    );
    fails(Answer::status(404), 21, &["404", "URL"]);
}

#[test]
fn a_broken_server_is_said() {
    fails(Answer::status(500), 21, &["500"]);
}

#[test]
fn f39_a_web_page_is_no_answer_of_jtels() {
    fails(
        Answer::html(200, "<html><body>Please log in</body></html>"),
        21,
        &["web page"],
    );
}

#[test]
fn f39_a_redirect_is_not_followed() {
    let elsewhere = answering(Recorder::start());
    fails(
        Answer::redirect(302, &elsewhere.url("/login")),
        21,
        &["302"],
    );
    assert_eq!(
        elsewhere.connections(),
        0,
        "the token would have gone along"
    );
}

#[test]
fn a_call_without_an_answer_may_have_been_carried_out() {
    fails(Answer::hang_up(), 13, &["not known"]);
}

#[test]
fn an_answer_that_breaks_off_may_mean_anything() {
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"a\":";
    fails(Answer::raw(head), 13, &["not known"]);
}

#[test]
fn an_answer_of_any_form_is_one() {
    let (station, server) = (Workstation::new(), Recorder::start());
    server.always(Answer::ok("not JSON"));
    let finished = station.start(&server, &[]).expect_code(0);
    assert_eq!(finished.stderr, "");
}

/// What the application says goes to standard output as ever; that it was a no is in the exit code and in the log.
#[test]
fn f76_the_applications_no_is_a_no() {
    for (answer, said) in [
        (
            json!({"error": "no user with the LDAP name x"}).to_string(),
            "no user with the LDAP name x",
        ),
        (json!({"result": "ERROR"}).to_string(), "ERROR"),
        (String::new(), "returns nothing"),
    ] {
        let (station, server) = (Workstation::new(), Recorder::start());
        server.always(Answer::ok(answer.clone()));
        let finished = station.start(&server, &[]).expect_code(22);
        assert_eq!(finished.stdout.trim_end(), answer);
        for text in [&finished.stderr, &station.log()] {
            assert!(
                text.contains(said) && text.contains("said no"),
                "{said}: {text}"
            );
        }
        station.client();
    }
    let (station, server) = (Workstation::new(), Recorder::start());
    server.always(Answer::ok(json!({"error": "", "result": "OK"}).to_string()));
    let _ = station.start(&server, &[]).expect_code(0);
    assert!(
        station.log().contains("\"OK\""),
        "the answer is in the log: {}",
        station.log()
    );
}

#[test]
fn a_client_that_ends_at_once_is_noted_with_its_exit_code() {
    let station = Workstation::with_client("ACDMiniClient.exe", &[("exit", "7")]);
    let _ = run(&mut station.bare(&["--no-report"]), PATIENCE).expect_code(0);
    assert!(station.log().contains("exit code 7"), "{}", station.log());
}

#[test]
fn a_server_that_is_down_is_tried_again_and_then_said() {
    let station = Workstation::new();
    // A port that was free a moment ago: nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}{TARGET}");
    let finished = run(&mut station.command(&["--url", &url]), PATIENCE).expect_code(21);
    assert!(
        finished.stderr.contains(&format!("127.0.0.1:{port}")),
        "{}",
        finished.stderr
    );
    assert!(
        !finished.stderr.contains("routingApplications"),
        "{}",
        finished.stderr
    );
    station.client();
}

/// The worst server of all takes the connection and says nothing. The client is there long before that is found out.
#[test]
fn f38_a_server_that_says_nothing_ends_in_time() {
    let station = Workstation::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}{TARGET}", silent.local_addr().unwrap());
    let begun = Instant::now();
    let running = testkit::Running::start(&mut station.command(&["--url", &url]));
    station.client();
    let finished = running.finish(PATIENCE).expect_code(21);
    assert!(
        begun.elapsed() < Duration::from_secs(45),
        "{:?}",
        begun.elapsed()
    );
    assert!(
        finished.stderr.contains("the client runs"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_name_that_does_not_exist_is_said() {
    let station = Workstation::new();
    let url = format!("http://acd-lb.invalid{TARGET}");
    let finished = run(&mut station.command(&["--url", &url]), PATIENCE).expect_code(21);
    assert!(
        finished.stderr.contains("acd-lb.invalid"),
        "{}",
        finished.stderr
    );
    station.client();
}

#[test]
fn a_busy_server_is_asked_again_when_it_says() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server
        .then(Answer::status(503).header("Retry-After", "1"))
        .then(Answer::status(502))
        .always(Answer::ok("{}"));
    let _ = station.start(&server, &[]).expect_code(0);
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests[1].at - requests[0].at >= Duration::from_secs(1));
    assert!(
        requests
            .iter()
            .all(|request| request.text() == requests[0].text())
    );
}

#[test]
fn a_server_that_wants_to_be_left_alone_is() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::status(429).header("Retry-After", "3600"));
    let finished = station.start(&server, &[]).expect_code(21);
    assert!(finished.stderr.contains("429"), "{}", finished.stderr);
    assert_eq!(server.requests().len(), 1);
}
