//! What costs a helpdesk an hour when it is not said in words: each with a real server, each with what to do.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use testkit::{Answer, Recorder, ServerCertificate};

use super::*;

/// Runs against this URL; gives what was said, after checking that the client runs.
#[track_caller]
fn said(station: &Workstation, url: &str, arguments: &[&str], code: i32) -> String {
    let mut command = station.command(&["--url", url]);
    let finished = run(command.args(arguments), PATIENCE).expect_code(code);
    station.client();
    assert!(!finished.stderr.contains(TOKEN), "{}", finished.stderr);
    finished.stderr
}

#[track_caller]
fn assert_said(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part}: {said}");
    }
}

// Wine takes every certificate for good where no ca_file is named.
#[test]
#[cfg_attr(
    windows,
    ignore = "Wine does not check certificate chains as Windows does"
)]
fn a_self_signed_certificate() {
    let server = Recorder::start_tls(&ServerCertificate::self_signed());
    let said = said(&Workstation::new(), &server.url(TARGET), &[], 21);
    assert_said(&said, &["self-signed", "ca_file", "trust store"]);
    assert_eq!(server.requests().len(), 0, "the token went nowhere");
}

#[test]
fn a_proxy_that_wants_a_login() {
    let proxy = Recorder::start();
    proxy.always(Answer::status(407).header("Proxy-Authenticate", "Basic realm=\"x\""));
    for scheme in ["http", "https"] {
        let url = format!("{scheme}://acd-lb.example{TARGET}");
        let said = said(&Workstation::new(), &url, &["--proxy", &proxy.url("")], 21);
        assert_said(
            &said,
            &["proxy", "407", "user name and password", "\"none\""],
        );
    }
}

#[test]
fn https_on_an_http_port() {
    // One answers in its own way, another hangs up.
    for (answer, part) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\n\r\nnot TLS\n"[..],
            // The system's TLS there says no more of it than that the handshake failed.
            if cfg!(windows) {
                "ends the TLS handshake"
            } else {
                "does not speak TLS"
            },
        ),
        (b"", "ends the TLS handshake"),
    ] {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}{TARGET}", server.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in server.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer);
            }
        });
        let said = said(&Workstation::new(), &url, &[], 21);
        assert_said(&said, &[part, "write http://"]);
        assert!(!said.contains("cannot reach"), "{said}");
    }
}

#[test]
fn http_on_an_https_port() {
    let server = Recorder::start_tls(&ServerCertificate::self_signed());
    let url = server.url(TARGET).replace("https://", "http://");
    let said = said(&Workstation::new(), &url, &[], 13);
    assert_said(&said, &["does not answer in HTTP", "https://"]);
}

#[test]
fn a_handshake_that_hangs_is_no_server_that_is_down() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}{TARGET}", silent.local_addr().unwrap());
    let said = said(&Workstation::new(), &url, &[], 21);
    assert_said(&said, &["the port answers", "TLS handshake", "firewall"]);
    assert!(!said.contains("cannot reach"), "{said}");
}

#[test]
fn a_call_that_is_forbidden() {
    let server = Recorder::start();
    server
        .then(Answer::json(
            403,
            &serde_json::json!({"error": "wrong client"}),
        ))
        .then(Answer::html(403, "<html>Blocked by policy</html>"));
    let station = Workstation::new();
    assert_said(
        &said(&station, &server.url(TARGET), &[], 21),
        &["403", "wrong client"],
    );
    let station = Workstation::new();
    let page = said(&station, &server.url(TARGET), &[], 21);
    assert_said(&page, &["403", "web page", "proxy"]);
}

#[test]
fn a_file_that_notepad_renamed() {
    let station = Workstation::new();
    fs::write(station.folder.join("mc-start.toml.txt"), "url = 'x'\n").unwrap();
    let finished = run(&mut station.command(&[]), PATIENCE).expect_code(3);
    assert_said(
        &finished.stderr,
        &["mc-start.toml.txt", "rename it to mc-start.toml", ".txt"],
    );
    station.client();
}

#[test]
fn the_url_of_the_example() {
    let station = Workstation::new();
    let url = "https://SERVER.invalid/rest/v1.0/CLIENTSID/routingApplications/run/APPLICATION";
    let said = said(&station, url, &[], 21);
    assert_said(&said, &["`url` is still the example's", "ClientsID"]);
    assert_said(&station.log(), &["`url` is still the example's"]);
}

#[test]
fn a_url_that_is_that_of_no_application() {
    let server = Recorder::start();
    server.always(Answer::status(404));
    let said = said(&Workstation::new(), &server.url("/rest/v1.0/1"), &[], 21);
    assert_said(
        &said,
        &[
            "404",
            "not that of a routing application",
            "copy the whole URL",
        ],
    );
}

#[test]
fn keys_that_extra_swallowed() {
    let (station, server) = (Workstation::new(), Recorder::start());
    station.configure(&format!(
        "[extra]\nSite = 'x'\nurl = '{}'\n",
        server.url(TARGET)
    ));
    let finished = run(&mut station.command(&[]), PATIENCE).expect_code(3);
    assert_said(
        &finished.stderr,
        &[
            "no URL",
            "mc-start.toml:3",
            "`url` stands under [extra]",
            "above the line [extra]",
        ],
    );
    station.client();
}

#[test]
fn a_token_in_quotes_and_one_with_a_second_line() {
    for (text, part) in [
        (format!("\"{TOKEN}\""), "quotes"),
        (format!("'{TOKEN}'\r\n"), "quotes"),
        (format!("{TOKEN}\nmore"), "line break"),
        (format!("Bearer {TOKEN}"), "Bearer"),
    ] {
        let (station, server) = (Workstation::new(), answering(Recorder::start()));
        let file = station.home.write("secret", &text);
        let said = said(
            &station,
            &server.url(TARGET),
            &["--token-file", file.to_str().unwrap()],
            21,
        );
        assert_said(&said, &[part, file.to_str().unwrap(), "on one line"]);
        assert_eq!(server.connections(), 0);
    }
}

/// What Notepad and PowerShell put around a token is not part of it.
#[test]
fn a_token_with_a_mark_before_it_and_a_line_end_behind_it_is_taken() {
    let utf16: Vec<u8> = format!("\u{feff}{TOKEN}\r\n")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [format!("\u{feff}{TOKEN}\r\n\r\n").into_bytes(), utf16] {
        let (station, server) = (Workstation::new(), answering(Recorder::start()));
        let file = station.home.write("secret", "");
        fs::write(&file, bytes).unwrap();
        let _ = said(
            &station,
            &server.url(TARGET),
            &["--token-file", file.to_str().unwrap()],
            0,
        );
        let sent = server.only();
        assert_eq!(
            sent.header("Authorization"),
            Some(format!("Bearer {TOKEN}").as_str())
        );
    }
}

#[cfg(unix)]
#[test]
fn a_token_file_that_only_the_administrator_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let file = station.home.write("secret", TOKEN);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&file).is_ok() {
        return testkit::skipped("root may read every file");
    }
    let said = said(
        &station,
        &server.url(TARGET),
        &["--token-file", file.to_str().unwrap()],
        21,
    );
    assert_said(
        &said,
        &[
            file.to_str().unwrap(),
            "let the user who runs this program read it",
        ],
    );
}
