//! The example does what it shows.

use std::process::{Command, Output};

use testkit::{Answer, Recorder};

#[expect(
    clippy::unwrap_used,
    reason = "a helper that cannot help fails its test"
)]
fn run(server: &Recorder, token: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_embed-routing"))
        .args([
            &server.url("/rest/v1.0/1"),
            "1234",
            "Action=dial",
            "DialNumber=4989123",
        ])
        .env("API_TOKEN", token)
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap()
}

#[test]
fn it_runs_an_application_and_shows_the_result() {
    let server = Recorder::start();
    server.then(Answer::json(
        200,
        &serde_json::json!({"result": "dialling"}),
    ));
    let output = run(&server, "abc");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        r#"{"result":"dialling"}"#
    );
    assert_eq!(output.status.code(), Some(0));
    let request = server.only();
    assert_eq!(
        request.text(),
        r#"{"Action":"dial","DialNumber":"4989123"}"#
    );
    assert_eq!(request.header("Authorization"), Some("Bearer abc"));
}

#[test]
fn it_tells_a_refusal_from_an_unknown_outcome() {
    let server = Recorder::start();
    server.then(Answer::status(401)).then(Answer::hang_up());
    let output = run(&server, "abc");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("API_TOKEN"));
    assert_eq!(run(&server, "abc").status.code(), Some(13));
}
