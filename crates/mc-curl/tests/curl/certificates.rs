//! Client certificates, and connections that go elsewhere, over TLS; the real curl is asked beside this crate.

use std::path::Path;
use std::time::Duration;

use mc_curl::{Answer, CurlCommand, Reading, Sender, SenderError, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::{Recorder, TestCa, Watchdog};

/// A certificate's file, as it is and as `--cert` takes it: a colon would begin the password.
const CERTIFICATE: (&str, &str) = if cfg!(windows) {
    ("me.pem", "me.pem")
} else {
    ("me:1.pem", r"'me\:1.pem'")
};

fn command(line: &str, folder: &Path) -> CurlCommand {
    CurlCommand::read(line, &Reading::literal().folder(folder)).unwrap()
}

async fn send(command: &CurlCommand) -> Answer {
    let _watchdog = Watchdog::start("a request", Duration::from_mins(1));
    let (values, numbers) = (Values::new(), Numbers::default());
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let scope = Scope::new(&values, &numbers);
    sender.send(command, &scope, None).await.unwrap()
}

/// What the real curl exits with for a line; none where there is none.
fn real(line: &str, folder: &Path) -> Option<i32> {
    if cfg!(windows) {
        return None;
    }
    let mut shell = std::process::Command::new("/bin/sh");
    shell
        .args(["-c", &format!("{line} -o /dev/null")])
        .current_dir(folder);
    shell
        .output()
        .ok()?
        .status
        .code()
        .filter(|code| *code != 127)
}

/// A folder with an authority, and a client's certificate and key, apart and in one file.
fn files(ca: &TestCa) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = ca.client();
    ca.write_pem(folder.path());
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write(CERTIFICATE.0, certificate.clone());
    write("key.pem", key.clone());
    write("both.pem", format!("{key}{certificate}"));
    write("other.pem", ca.client().1);
    write(
        "locked.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n".to_owned(),
    );
    write("me.pfx", "0\u{1}".to_owned());
    folder
}

#[cfg(not(windows))]
#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_it() {
    let ca = TestCa::new();
    let folder = files(&ca);
    let server = Recorder::start_tls(&ca.server_for_clients());
    let url = server.localhost_url("/p");
    for options in [
        &format!("--cert {} --key key.pem", CERTIFICATE.1),
        "-E both.pem",
        "-E both.pem:geheim",
        "--cert both.pem --cert-type PEM --pass geheim",
    ] {
        let line = format!("curl -sS --cacert ca.pem {options} {url}");
        let command = command(&line, folder.path());
        assert!(command.files().all(Path::exists), "{options}");
        let answer = send(&command).await;
        assert_eq!(answer.exit_code(), 0, "{options}: {answer:?}");
        assert_eq!(server.only().path(), "/p");
        assert!(
            real(&line, folder.path()).is_none_or(|code| code == 0),
            "curl: {options}"
        );
        let (values, numbers) = (Values::new(), Numbers::default());
        let printed = command.as_curl(&Scope::new(&values, &numbers)).unwrap();
        assert!(
            real(&printed, folder.path()).is_none_or(|code| code == 0),
            "{printed}"
        );
        server.clear();
    }
    let without = send(&command(
        &format!("curl --cacert ca.pem {url}"),
        folder.path(),
    ))
    .await;
    assert_ne!(without.exit_code(), 0, "{without:?}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_named_with_what_to_do() {
    let ca = TestCa::new();
    let folder = files(&ca);
    let pfx = if cfg!(windows) {
        "password"
    } else {
        "openssl pkcs12"
    };
    let cases: &[(&str, &str)] = &[
        ("--cert none.pem", "none.pem"),
        (
            &format!("--cert {} --key locked.pem", CERTIFICATE.1),
            "encrypted",
        ),
        ("--cert key.pem", "certificate"),
        ("--cert me.pfx:geheim", pfx),
        #[cfg(not(windows))]
        (
            &format!("--cert {} --key other.pem", CERTIFICATE.1),
            "belong together",
        ),
    ];
    for (options, word) in cases {
        let command = command(
            &format!("curl {options} https://localhost:1/"),
            folder.path(),
        );
        let answer = send(&command).await;
        let error = answer.error().unwrap();
        assert_eq!(answer.exit_code(), 58, "{options}: {error}");
        assert!(
            error.contains(word) && !error.contains("geheim"),
            "{options}: {error}"
        );
        let sender = Sender::new(SenderOptions::default()).unwrap();
        let prepared = sender.prepare(&command);
        assert!(
            matches!(prepared, Err(SenderError::Identity { .. })),
            "{options}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_goes_elsewhere_is_to_the_host_of_the_url() {
    if testkit::skipped_under_wine("Wine 8 does not check certificate chains as Windows does") {
        return;
    }
    let ca = TestCa::new();
    let folder = files(&ca);
    let server = Recorder::start_tls(&ca.server_for(&["crm.example"]));
    let port = server.port();
    for (options, url) in [
        (
            format!("--connect-to crm.example:443:127.0.0.1:{port}"),
            "https://crm.example/p".to_owned(),
        ),
        (
            format!("--connect-to ::127.0.0.1:{port}"),
            "https://crm.example:99/p".to_owned(),
        ),
        (
            format!("--resolve crm.example:{port}:127.0.0.1"),
            format!("https://crm.example:{port}/p"),
        ),
    ] {
        let line = format!("curl -sS --cacert ca.pem {options} {url}");
        let answer = send(&command(&line, folder.path())).await;
        assert_eq!(answer.exit_code(), 0, "{options}: {answer:?}");
        assert!(
            real(&line, folder.path()).is_none_or(|code| code == 0),
            "curl: {options}"
        );
        for request in server.requests() {
            let host = url.trim_start_matches("https://").trim_end_matches("/p");
            assert_eq!(request.header("Host"), Some(host), "{options}");
        }
        server.clear();
    }
}

#[tokio::test]
async fn what_cannot_be_led_elsewhere_is_said() {
    let proxy = Recorder::start();
    let folder = tempfile::tempdir().unwrap();
    for (line, word) in [
        (
            format!(
                "curl -x {} --connect-to ::crm.example: http://h.example/",
                proxy.url("")
            ),
            "--noproxy",
        ),
        (
            "curl --connect-to ::crm.example: http://127.0.0.1:1/".to_owned(),
            "into the URL",
        ),
    ] {
        let answer = send(&command(&line, folder.path())).await;
        assert_eq!(answer.exit_code(), 7, "{answer:?}");
        assert!(answer.error().unwrap().contains(word), "{answer:?}");
    }
    assert!(proxy.requests().is_empty());
}
