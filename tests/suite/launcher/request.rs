//! What reaches the server. The reference is the request that the vendor's PowerShell script makes.

use serde_json::{Value, json};
use testkit::{Answer, Recorder, ServerCertificate, TestCa, skipped_under_wine};

use super::*;

/// `%USERNAME%` and `%COMPUTERNAME%`, as the script has them, asked for in another way than the launcher asks.
fn reference_names() -> (String, String) {
    if cfg!(windows) {
        let variable = |name| std::env::var(name).unwrap();
        return (variable("USERNAME"), variable("COMPUTERNAME"));
    }
    let said = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let host = said("uname", "-n");
    (
        said("id", "-un"),
        host.split('.').next().unwrap_or_default().to_owned(),
    )
}

/// `@{ WindowsLoginName = ..; ComputerName = ..; IPAddress = .. } | ConvertTo-Json -Compress`.
fn reference_body() -> String {
    let (login, computer) = reference_names();
    // The server is on this computer's loopback, so this is the address that leads there.
    format!(
        "{{\"WindowsLoginName\":{},\"ComputerName\":{},\"IPAddress\":\"127.0.0.1\"}}",
        Value::from(login),
        Value::from(computer)
    )
}

#[test]
fn it_is_the_request_that_the_vendors_script_makes() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::json(200, &json!({"usersuid": "agent.17"})));
    let finished = station.start(&server, &[]).expect_code(0);
    let request = server.only();
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, TARGET);
    assert_eq!(
        request.headers_named("Authorization"),
        [format!("Bearer {TOKEN}")]
    );
    assert_eq!(request.headers_named("Content-Type"), ["application/json"]);
    assert_eq!(request.text(), reference_body());
    // The script prints the response, and so does the launcher; nothing else.
    assert_eq!(finished.stdout.trim_end(), r#"{"usersuid":"agent.17"}"#);
    assert_eq!(finished.stderr, "");
}

#[test]
fn the_script_imported_makes_the_same_request() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let script = import::script(&server.url(TARGET));
    let path = station
        .home
        .write("start_mini_client_with_rest_call.ps1", &script);
    let _ = run(station.bare(&["import"]).arg(path), PATIENCE).expect_code(0);
    let _ = run(&mut station.bare(&[]), PATIENCE).expect_code(0);
    let request = server.only();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", TARGET)
    );
    assert_eq!(
        request.headers_named("Authorization"),
        [format!("Bearer {TOKEN}")]
    );
    assert_eq!(request.headers_named("Content-Type"), ["application/json"]);
    // The script takes the first address that is neither loopback nor link-local, wherever the server is.
    let address = &request.json()["IPAddress"];
    let text = address.as_str().unwrap_or_default();
    assert!(!text.starts_with("127.") && !text.starts_with("169.254."));
    let expected = reference_body().replace("\"127.0.0.1\"", &address.to_string());
    assert_eq!(request.text(), expected);
    assert_same_place(&station.client().cwd, &station.folder);
}

#[test]
fn f40_fields_come_in_their_order_then_the_fixed_values_in_utf_8() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    station.configure(
        "fields = ['Version', 'SessionID', 'ComputerName']\n[extra]\nSite = 'Müller & Söhne'\nFloor = 3\n",
    );
    let _ = station.start(&server, &[]).expect_code(0);
    let (_, computer) = reference_names();
    let session = if cfg!(windows) {
        server.only().json()["SessionID"].clone()
    } else {
        Value::Null
    };
    assert_eq!(session.is_string(), cfg!(windows));
    let expected = format!(
        "{{\"Version\":\"{}\",\"SessionID\":{session},\"ComputerName\":\"{computer}\",\"Site\":\"Müller & Söhne\",\"Floor\":3}}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(server.only().text(), expected);
}

#[test]
fn no_report_makes_no_request() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let _ = station.start(&server, &["--no-report"]).expect_code(0);
    station.configure("report = false");
    let _ = run(&mut station.bare(&[]), PATIENCE).expect_code(0);
    assert_eq!(station.dump.wait_for(2, PATIENCE).len(), 2);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_dry_run_shows_everything_but_the_token_and_does_nothing() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let finished = station
        .start(&server, &["--dry-run", "--client-arg=--one two"])
        .expect_code(0);
    for part in [
        &format!("POST {}\n", server.url(TARGET)),
        "Authorization: Bearer ***\n",
        "Content-Type: application/json\n",
        &format!("\n{}\n", reference_body()),
        "ACDMiniClient.exe\n",
        "--one two\n",
    ] {
        assert!(
            finished.stdout.contains(part),
            "{part}:\n{}",
            finished.stdout
        );
    }
    assert!(finished.stderr.contains("API_TOKEN"), "{}", finished.stderr);
    assert!(!format!("{}{}", finished.stdout, finished.stderr).contains(TOKEN));
    assert_eq!((server.connections(), station.dump.dumps().len()), (0, 0));
}

#[test]
fn the_companys_certificate_is_trusted_when_it_is_named() {
    let station = Workstation::new();
    let certificate = ServerCertificate::self_signed();
    let server = answering(Recorder::start_tls(&certificate));
    let root = certificate.write_pem(station.home.path());
    let url = server.localhost_url(TARGET);
    let flags = ["--url", &url, "--ca-file", root.to_str().unwrap()];
    let _ = run(&mut station.command(&flags), PATIENCE).expect_code(0);
    assert_eq!(
        server.only().headers_named("Authorization"),
        [format!("Bearer {TOKEN}")]
    );
}

#[test]
fn f41_a_certificate_that_nobody_vouches_for_gets_no_token() {
    if skipped_under_wine("Wine 8 takes every certificate for good where no ca_file is named") {
        return;
    }
    let (station, ca) = (Workstation::new(), TestCa::new());
    let server = answering(Recorder::start_tls(&ca.server()));
    let url = server.localhost_url(TARGET);
    let finished = run(&mut station.command(&["--url", &url]), PATIENCE).expect_code(21);
    assert!(finished.stderr.contains("ca_file"), "{}", finished.stderr);
    assert_eq!(server.requests().len(), 0);
    station.client();
}

#[test]
fn f42_a_proxy_that_is_named_is_used() {
    let (station, proxy) = (Workstation::new(), answering(Recorder::start()));
    let flags = [
        "--url",
        "http://acd-lb.invalid/run",
        "--proxy",
        &proxy.url(""),
    ];
    let _ = run(&mut station.command(&flags), PATIENCE).expect_code(0);
    assert_eq!(proxy.only().target, "http://acd-lb.invalid/run");
}

#[test]
fn no_proxy_means_none() {
    let (station, server, proxy) = (
        Workstation::new(),
        answering(Recorder::start()),
        answering(Recorder::start()),
    );
    let url = server.url(TARGET);
    let mut command = station.command(&["--url", &url, "--proxy", "none"]);
    let _ = run(command.env("http_proxy", proxy.url("")), PATIENCE).expect_code(0);
    assert_eq!((server.requests().len(), proxy.connections()), (1, 0));
}

#[test]
fn a_proxy_of_the_environment_that_closes_is_named_and_the_server_not_blamed() {
    let (station, proxy) = (Workstation::new(), Recorder::start());
    proxy.always(Answer::hang_up());
    let flags = ["--url", "https://acd-lb.invalid/run"];
    let mut command = station.command(&flags);
    command.env("https_proxy", proxy.url(""));
    let said = run(&mut command, PATIENCE).expect_code(21).stderr;
    let through = format!("through the proxy {}:", proxy.url(""));
    assert!(said.contains(&through), "{said}");
    assert!(!said.contains("write http://"), "{said}");
}
