//! Certificates: which are trusted, and what is said when one is not.

use std::path::Path;
use std::time::Duration;

use mc_curl::{Answer, CurlCommand, Reading, Sender, SenderError, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::{Recorder, ServerCertificate, TestCa, Watchdog, skipped_under_wine};

/// Seen with Wine 8: a chain that ends at no known authority passes, one that ends at a trusted one counts as
/// possibly revoked, and a peer that speaks no TLS looks like one that went away.
const WINE: &str = "Wine 8 does not check certificate chains as Windows does";

async fn send(line: &str, ca_file: Option<&Path>) -> Answer {
    let _watchdog = Watchdog::start(line, Duration::from_mins(1));
    let mut options = SenderOptions::default();
    options.ca_file = ca_file.map(Path::to_owned);
    let sender = Sender::new(options).unwrap();
    let command = CurlCommand::read(line, &Reading::literal()).unwrap();
    let (values, numbers) = (Values::new(), Numbers::default());
    sender
        .send(&command, &Scope::new(&values, &numbers), None)
        .await
        .unwrap()
}

/// A path as it stands in a command.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display())
}

#[tokio::test]
async fn a_certificate_of_an_unknown_issuer_is_refused_unless_told_otherwise() {
    if skipped_under_wine(WINE) {
        return;
    }
    let ca = TestCa::new();
    let server = Recorder::start_tls(&ca.server());
    let url = server.localhost_url("/p?token=geheim");
    let answer = send(&format!("curl {url}"), None).await;
    assert_eq!(answer.exit_code(), 60, "{answer:?}");
    let error = answer.error().unwrap();
    assert!(
        error.contains("localhost: its certificate") && !error.contains("geheim"),
        "{error}"
    );
    assert!(server.requests().is_empty());
    assert_eq!(send(&format!("curl -k {url}"), None).await.exit_code(), 0);
    assert_eq!(server.only().path(), "/p");
}

#[tokio::test]
async fn the_ca_file_adds_and_cacert_replaces() {
    if skipped_under_wine(WINE) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let other_folder = tempfile::tempdir().unwrap();
    let (ca, other) = (TestCa::new(), TestCa::new());
    let (file, other_file) = (
        ca.write_pem(folder.path()),
        other.write_pem(other_folder.path()),
    );
    let server = Recorder::start_tls(&ca.server());
    let url = server.localhost_url("/p");
    let plain = format!("curl {url}");
    assert_eq!(send(&plain, Some(&file)).await.exit_code(), 0);
    assert_eq!(send(&plain, Some(&other_file)).await.exit_code(), 60);
    let with = |file: &Path| format!("curl --cacert {} {url}", quoted(file));
    assert_eq!(send(&with(&file), None).await.exit_code(), 0);
    assert_eq!(send(&with(&file), Some(&other_file)).await.exit_code(), 0);
    assert_eq!(send(&with(&other_file), Some(&file)).await.exit_code(), 60);
}

#[tokio::test]
async fn an_expired_certificate_and_another_name_are_refused() {
    if skipped_under_wine(WINE) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let ca = TestCa::new();
    let file = ca.write_pem(folder.path());
    for certificate in [
        ca.expired(),
        ca.server_for(&["other.example"]),
        ServerCertificate::self_signed(),
    ] {
        let server = Recorder::start_tls(&certificate);
        let line = format!(
            "curl --cacert {} {}",
            quoted(&file),
            server.localhost_url("/p")
        );
        let answer = send(&line, None).await;
        assert_eq!(answer.exit_code(), 60, "{answer:?}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_no_certificate_problem() {
    if skipped_under_wine(WINE) {
        return;
    }
    let server = Recorder::start();
    // What begins a TLS connection is no HTTP request either: the server has nothing to record.
    server.always(testkit::Answer::hang_up_unread());
    let url = server.url("/p").replacen("http:", "https:", 1);
    let answer = send(&format!("curl -k {url}"), None).await;
    assert_eq!(answer.exit_code(), 35, "{answer:?}");
}

#[tokio::test]
async fn https_goes_through_a_proxys_tunnel() {
    if skipped_under_wine(WINE) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let ca = TestCa::new();
    let file = ca.write_pem(folder.path());
    let server = Recorder::start_tls(&ca.server());
    let proxy = Recorder::start();
    proxy.then(testkit::Answer::tunnel(server.address()));
    let line = format!(
        "curl -x {} -U me:geheim {}",
        proxy.url(""),
        server.localhost_url("/p")
    );
    let answer = send(&line, Some(&file)).await;
    assert_eq!(answer.exit_code(), 0, "{answer:?}");
    let asked = proxy.only();
    assert_eq!(asked.method, "CONNECT");
    assert_eq!(
        asked.header("Proxy-Authorization"),
        Some("Basic bWU6Z2VoZWlt")
    );
    assert_eq!(server.only().header("Proxy-Authorization"), None);
    proxy.then(testkit::Answer::status(407));
    let refused = send(&line, Some(&file)).await;
    assert_eq!(refused.exit_code(), 56, "{refused:?}");
}

#[tokio::test]
async fn each_way_in_which_a_proxy_makes_no_tunnel_has_its_name() {
    let proxy = Recorder::start();
    let line = |proxy: &str| format!("curl -x {proxy} https://crm.invalid/?token=geheim");
    for (answer, said) in [
        (testkit::Answer::status(407), "login (407): write -U"),
        (testkit::Answer::status(403), "a status of its own"),
        (testkit::Answer::status(502), "a status of its own"),
        (
            testkit::Answer::hang_up(),
            "closed the connection without an answer",
        ),
    ] {
        proxy.then(answer);
        let refused = send(&line(&proxy.url("")), None).await;
        assert_eq!(refused.exit_code(), 56, "{refused:?}");
        let error = refused.error().unwrap();
        assert!(error.contains(said), "{said}: {error}");
    }
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    for proxy in [format!("http://{gone}"), format!("socks5h://{gone}")] {
        let line = format!("{} --retry 1 --retry-connrefused", line(&proxy));
        let answer = send(&line, None).await;
        assert_eq!(answer.exit_code(), 7, "{proxy}: {answer:?}");
        assert!(
            answer.error().unwrap().contains("nothing listens"),
            "{answer:?}"
        );
        assert_eq!(answer.transfers[0].attempts, 2, "{answer:?}");
    }
}

#[tokio::test]
async fn a_proxy_with_tls_shows_a_certificate_although_the_request_has_none() {
    if skipped_under_wine(WINE) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let ca = TestCa::new();
    let file = ca.write_pem(folder.path());
    let proxy = Recorder::start_tls(&ca.server());
    let line = format!("curl -x {} http://crm.example/p", proxy.localhost_url(""));
    assert_eq!(send(&line, Some(&file)).await.exit_code(), 0);
    assert_eq!(proxy.only().target, "http://crm.example/p");
    assert_eq!(send(&line, None).await.exit_code(), 60);
}

#[test]
fn files_of_certificates_are_looked_at_beforehand() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate\n").unwrap();
    for wrong in [&empty, &folder.path().join("none.pem")] {
        let mut options = SenderOptions::default();
        options.ca_file = Some(wrong.clone());
        let error = Sender::new(options).unwrap_err();
        assert!(matches!(error, SenderError::Certificates { .. }), "{error}");
        let line = format!("curl --cacert {} https://h/", quoted(wrong));
        let command = CurlCommand::read(&line, &Reading::literal()).unwrap();
        let sender = Sender::new(SenderOptions::default()).unwrap();
        assert!(matches!(
            sender.prepare(&command),
            Err(SenderError::Certificates { .. })
        ));
    }
}

#[tokio::test]
async fn f53_an_answer_without_a_length_ends_with_its_connection_though_tls_says_nothing() {
    let ca = TestCa::new();
    let server = Recorder::start_tls(&ca.server());
    for (answer, options, code, body) in [
        ("HTTP/1.1 200 OK\r\n\r\nall of it", "", 0, "all of it"),
        ("HTTP/1.0 201 Made\r\n\r\n", "-d a=b", 0, ""),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\na part",
            "",
            18,
            "a part",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\na part\r\n",
            "",
            18,
            "a part",
        ),
    ] {
        server.then(testkit::Answer::raw(answer));
        let line = format!("curl -k {options} {}", server.localhost_url("/p"));
        let got = send(&line, None).await;
        assert_eq!(got.exit_code(), code, "{answer}: {got:?}");
        assert_eq!(got.transfers[0].body, body.as_bytes(), "{answer}");
    }
}

/// Certificates are the system's, and a broken store of them is of no account for what is not encrypted.
#[test]
fn a_system_without_certificates_speaks_http() {
    const URL: &str = "MC_CURL_TEST_URL";
    if let Ok(url) = std::env::var(URL) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let answer = runtime.block_on(send(&format!("curl {url}"), None));
        assert_eq!(answer.exit_code(), 0, "{answer:?}");
        return;
    }
    let server = Recorder::start();
    let me = std::env::current_exe().unwrap();
    let mut child = std::process::Command::new(me);
    child
        .args(["--exact", "tls::a_system_without_certificates_speaks_http"])
        .env(URL, server.url("/p"))
        .env("SSL_CERT_FILE", "")
        .env_remove("SSL_CERT_DIR");
    let finished = testkit::run(&mut child, Duration::from_mins(1));
    assert_eq!(finished.code, 0, "{finished:?}");
    assert_eq!(server.only().path(), "/p");
}
