//! What costs a helpdesk an hour when it is not said: each from a real socket.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use mc_routing::{BaseUrl, Body, Delivery, Error, RetryPolicy, TlsProblem};
use testkit::{Answer, Recorder, ServerCertificate, skipped_under_wine};

use crate::{client, options, run};

async fn error_of(url: &str) -> Error {
    let options = options()
        .connect_timeout(Duration::from_millis(500))
        .retry(RetryPolicy::never());
    let url = BaseUrl::parse(url).unwrap().run(1);
    client(options).run(&url, &Body::new()).await.unwrap_err()
}

#[track_caller]
fn assert_says(error: &Error, parts: &[&str]) {
    let said = error.to_string();
    for part in parts {
        assert!(said.contains(part), "{part:?} in {said:?}");
    }
}

#[track_caller]
fn assert_tls(error: &Error, expected: TlsProblem) {
    assert!(
        matches!(error, Error::Tls { problem, .. } if *problem == expected),
        "{error:?}"
    );
    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[tokio::test]
async fn a_self_signed_certificate() {
    if skipped_under_wine("Wine 8 takes every certificate for good where no ca_file is named") {
        return;
    }
    let server = Recorder::start_tls(&ServerCertificate::self_signed());
    let error = error_of(&server.url("")).await;
    assert_tls(&error, TlsProblem::UnknownAuthority);
    assert_says(&error, &["self-signed", "ca_file"]);
}

#[tokio::test]
async fn a_password_that_the_proxy_wants() {
    let server = Recorder::start();
    server.then(Answer::status(407));
    let error = run(&server, options()).await.unwrap_err();
    assert_says(&error, &["proxy", "user name and password", "407"]);
}

#[tokio::test]
async fn https_on_a_port_for_http() {
    if skipped_under_wine("a peer that speaks no TLS looks like one that went away") {
        return;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    let error = error_of(&url).await;
    serving.join().unwrap();
    assert_tls(&error, TlsProblem::NotTls);
    assert_says(&error, &["does not speak TLS", "http://", "https"]);
}

#[tokio::test]
async fn http_on_a_port_for_https() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        // A fatal alert, "protocol version" (RFC 8446, 6): what OpenSSL and rustls answer.
        stream.write_all(b"\x15\x03\x01\x00\x02\x02\x46").unwrap();
    });
    let error = error_of(&format!("http://{address}")).await;
    serving.join().unwrap();
    assert!(matches!(error, Error::NotHttp { .. }), "{error:?}");
    assert_says(&error, &["https://", "does not answer in HTTP"]);
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[tokio::test]
async fn http_on_a_port_for_https_that_says_so() {
    let server = Recorder::start();
    for page in [
        "<html><h1>400 Bad Request</h1>The plain HTTP request was sent to HTTPS port</html>",
        "<!DOCTYPE HTML><html>Reason: You're speaking plain HTTP to an SSL-enabled server port.</html>",
    ] {
        server.then(Answer::html(400, page));
        let error = run(&server, options()).await.unwrap_err();
        assert_says(&error, &["https://", "(400)"]);
        assert_eq!(error.delivery(), Delivery::Refused);
    }
}

#[tokio::test]
async fn a_tls_handshake_that_hangs_on_a_port_that_answers() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let started = Instant::now();
    let error = error_of(&url).await;
    assert_tls(&error, TlsProblem::TimedOut);
    assert_says(&error, &["the port answers", "TLS"]);
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_call_that_is_forbidden_by_the_server_or_by_something_before_it() {
    let server = Recorder::start();
    server
        .then(Answer::json(
            403,
            &serde_json::json!({"error": "no rights"}),
        ))
        .then(Answer::html(403, "<h1>Blocked</h1>"));
    let error = run(&server, options()).await.unwrap_err();
    assert_says(&error, &["403", "no rights", "token"]);
    assert_eq!(
        (error.status(), error.delivery()),
        (Some(403), Delivery::Refused)
    );
    let error = run(&server, options()).await.unwrap_err();
    assert_says(&error, &["403", "proxy or firewall"]);
}

#[tokio::test]
async fn a_wait_that_the_server_asks_for_is_told() {
    let server = Recorder::start();
    server
        .then(Answer::status(429).header("Retry-After", "3600"))
        .then(Answer::status(500));
    let error = run(&server, options()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_hours(1)));
    let error = run(&server, options()).await.unwrap_err();
    assert_eq!(error.retry_after(), None);
}
