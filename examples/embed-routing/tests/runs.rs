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

/// The bytes of a request, header names and order included: the same as in mc-routing's own tests (`tests/calls/wire.rs`),
/// which are built with every feature of reqwest that others may turn on. `cargo test -p embed-routing` builds without.
#[test]
fn its_request_is_these_bytes() {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut chunk = [0; 4096];
        while !request.ends_with(b"}") {
            let count = stream.read(&mut chunk).unwrap();
            assert_ne!(count, 0, "the request ends early");
            request.extend_from_slice(&chunk[..count]);
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
        String::from_utf8(request).unwrap()
    });
    let status = Command::new(env!("CARGO_BIN_EXE_embed-routing"))
        .args([
            &format!("http://{address}/rest/v1.0/1"),
            "1234",
            "Action=dial",
        ])
        .env("API_TOKEN", "s3cret-t0ken")
        .env("NO_PROXY", "127.0.0.1")
        .status()
        .unwrap();
    assert!(status.success());
    let expected = format!(
        "POST /rest/v1.0/1/routingApplications/run/1234 HTTP/1.1\r\n\
         accept: application/json, */*\r\n\
         authorization: Bearer s3cret-t0ken\r\n\
         content-type: application/json\r\n\
         user-agent: mc-routing/{}\r\n\
         host: {address}\r\n\
         content-length: 17\r\n\
         \r\n\
         {{\"Action\":\"dial\"}}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(serving.join().unwrap(), expected);
}
