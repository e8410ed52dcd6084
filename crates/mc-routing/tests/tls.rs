//! TLS against servers of a private authority: what is trusted, and what is said when it is not.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that cannot help fails its test"
)]

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mc_routing::{
    BaseUrl, Body, Client, ClientOptions, Delivery, Error, Origin, ProxySetting, RetryPolicy,
    SetupError, TlsProblem, Token,
};
use testkit::{Answer, Recorder, ServerCertificate, TestCa, skipped_under_wine};

/// Seen with Wine 8: a chain that ends at no known authority passes, one that ends at a trusted one counts as
/// possibly revoked, and a peer that speaks no TLS looks like one that went away.
const WINE: &str = "Wine 8 does not check certificate chains as Windows does";

fn client(ca_file: Option<PathBuf>) -> Client {
    let options = ClientOptions::default()
        .proxy(ProxySetting::None)
        .ca_file(ca_file)
        .retry(RetryPolicy::never());
    Client::new(token(), options).unwrap()
}

fn token() -> Token {
    Token::new("s3cret", Origin::Program).unwrap()
}

async fn call(client: &Client, url: &str) -> Result<mc_routing::RunAnswer, Error> {
    client
        .run(&BaseUrl::parse(url).unwrap().run(1), &Body::new())
        .await
}

async fn problem(client: &Client, url: &str) -> (TlsProblem, String) {
    let error = call(client, url).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent);
    match error {
        Error::Tls { problem, .. } => (problem, error.to_string()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_ca_file_adds_a_companys_authority() {
    if skipped_under_wine(WINE) {
        return;
    }
    let (folder, ca) = (tempfile::tempdir().unwrap(), TestCa::new());
    let server = Recorder::start_tls(&ca.server());
    server.then(Answer::ok("trusted"));
    let client = client(Some(ca.write_pem(folder.path())));
    assert_eq!(
        call(&client, &server.localhost_url("")).await.unwrap().text,
        "trusted"
    );
}

#[tokio::test]
async fn a_ca_file_may_hold_the_servers_own_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = ServerCertificate::self_signed();
    let server = Recorder::start_tls(&certificate);
    server.then(Answer::ok("trusted"));
    let client = client(Some(certificate.write_pem(folder.path())));
    let answer = call(&client, &server.localhost_url("")).await.unwrap();
    assert_eq!(answer.text, "trusted");
}

#[tokio::test]
async fn f41_an_unknown_authority_is_named_with_what_to_do() {
    if skipped_under_wine(WINE) {
        return;
    }
    let server = Recorder::start_tls(&TestCa::new().server());
    let (problem, message) = problem(&client(None), &server.localhost_url("")).await;
    assert_eq!(problem, TlsProblem::UnknownAuthority);
    assert!(message.contains("ca_file"), "{message}");
    assert!(server.requests().is_empty());
    assert_eq!(
        server.connections(),
        1,
        "the same certificate would come again"
    );
}

#[tokio::test]
async fn f41_an_expired_certificate_is_named() {
    let (folder, ca) = (tempfile::tempdir().unwrap(), TestCa::new());
    let server = Recorder::start_tls(&ca.expired());
    let client = client(Some(ca.write_pem(folder.path())));
    let (problem, message) = problem(&client, &server.localhost_url("")).await;
    assert_eq!(problem, TlsProblem::NotValidNow);
    assert!(message.contains("clock"), "{message}");
}

#[tokio::test]
async fn f41_a_certificate_for_another_name_is_named() {
    if skipped_under_wine(WINE) {
        return;
    }
    let (folder, ca) = (tempfile::tempdir().unwrap(), TestCa::new());
    let server = Recorder::start_tls(&ca.server_for(&["acd-lb.example.com"]));
    let client = client(Some(ca.write_pem(folder.path())));
    let (problem, message) = problem(&client, &server.localhost_url("")).await;
    assert_eq!(problem, TlsProblem::WrongName);
    assert!(message.contains("another name"), "{message}");
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_is_given_up_in_time() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let options = ClientOptions::default()
        .proxy(ProxySetting::None)
        .connect_timeout(Duration::from_millis(300))
        .retry(RetryPolicy::new().tries(2))
        .random(|| 0.0);
    let client = Client::new(token(), options).unwrap();
    let started = Instant::now();
    let error = call(&client, &url).await.unwrap_err();
    let silent = TlsProblem::TimedOut;
    assert!(
        matches!(error, Error::Tls { problem, .. } if problem == silent),
        "{error}"
    );
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn the_certificate_is_checked_through_a_proxy_too() {
    if skipped_under_wine(WINE) {
        return;
    }
    let (folder, ca) = (tempfile::tempdir().unwrap(), TestCa::new());
    let server = Recorder::start_tls(&ca.server());
    server.then(Answer::ok("through"));
    let proxy = Recorder::start();
    proxy.always(Answer::tunnel(server.address()));
    let through = |ca_file| {
        let way = ProxySetting::Url(proxy.url("").parse().unwrap());
        Client::new(
            token(),
            ClientOptions::default().proxy(way).ca_file(ca_file),
        )
        .unwrap()
    };
    let trusting = through(Some(ca.write_pem(folder.path())));
    assert_eq!(
        call(&trusting, &server.localhost_url(""))
            .await
            .unwrap()
            .text,
        "through"
    );
    let (problem, _) = problem(&through(None), &server.localhost_url("")).await;
    assert_eq!(problem, TlsProblem::UnknownAuthority);
}

#[test]
fn a_ca_file_without_a_certificate_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "not a certificate").unwrap();
    let make = |path: PathBuf| {
        Client::new(token(), ClientOptions::default().ca_file(Some(path))).unwrap_err()
    };
    let error = make(empty);
    assert!(
        matches!(error, SetupError::CaFile(_)) && error.to_string().contains("empty.pem"),
        "{error}"
    );
    let error = make(folder.path().join("missing.pem"));
    assert!(
        matches!(error, SetupError::CaFile(_)) && error.to_string().contains("missing.pem"),
        "{error}"
    );
}
