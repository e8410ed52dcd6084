//! Requests on the wire: pools, time, retries, proxies, and what becomes of failures.

use std::time::{Duration, Instant};

use mc_curl::{Answer, CurlCommand, ProxyEnvironment, Reading, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::{Recorder, Watchdog};

fn sender() -> Sender {
    Sender::new(SenderOptions::default()).unwrap()
}

fn command(line: &str) -> CurlCommand {
    CurlCommand::read(line, &Reading::literal()).unwrap_or_else(|errors| panic!("{line}: {errors}"))
}

async fn send_by(sender: &Sender, line: &str, deadline: Option<Duration>) -> Answer {
    let (values, numbers) = (Values::new(), Numbers::default());
    sender
        .send(&command(line), &Scope::new(&values, &numbers), deadline)
        .await
        .unwrap()
}

async fn send(line: &str) -> Answer {
    let _watchdog = Watchdog::start(line, Duration::from_secs(30));
    send_by(&sender(), line, None).await
}

#[tokio::test]
async fn one_pool_serves_all_calls_with_the_same_options() {
    let server = Recorder::start();
    let sender = sender();
    for _ in 0..3 {
        send_by(
            &sender,
            &format!("curl -X PUT -d a=1 {}", server.url("/p")),
            None,
        )
        .await;
    }
    assert_eq!(server.connections(), 1);
    send_by(
        &sender,
        &format!("curl --http1.1 {}", server.url("/p")),
        None,
    )
    .await;
    assert_eq!(server.connections(), 2);
    send_by(
        &sender,
        &format!("curl -H 'X: y' -f {}", server.url("/p")),
        None,
    )
    .await;
    assert_eq!(server.connections(), 2);
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn calls_at_the_same_time_do_not_wait_for_each_other() {
    let server = Recorder::start();
    let gate = testkit::Gate::new();
    server.always(testkit::Answer::status(200).after(&gate));
    let sender = sender();
    let line = format!("curl {}", server.url("/p"));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (sender, line) = (sender.clone(), line.clone());
        calls.spawn(async move { send_by(&sender, &line, None).await });
    }
    server.arrived(8, Duration::from_secs(20)).await;
    gate.open();
    while let Some(answer) = calls.join_next().await {
        assert_eq!(answer.unwrap().exit_code(), 0);
    }
}

#[tokio::test]
async fn an_answer_says_what_became_of_each_request() {
    let server = Recorder::start();
    server.then(testkit::Answer::status(302).header("Location", "/b?secret=geheim"));
    server.then(testkit::Answer::json(
        404,
        &serde_json::json!({"error": "no such contact"}),
    ));
    let line = format!(
        "curl -L {} {}",
        server.url("/a?token=geheim"),
        server.url("/c")
    );
    let answer = send(&line).await;
    let [first, second] = &answer.transfers[..] else {
        panic!("{answer:?}")
    };
    assert_eq!(
        (
            first.status,
            first.exit_code,
            first.redirects,
            first.attempts
        ),
        (Some(404), 0, 1, 1)
    );
    assert_eq!(first.content_type(), Some("application/json"));
    assert_eq!(first.body, br#"{"error":"no such contact"}"#);
    assert_eq!(second.status, Some(200));
    assert!(answer.is_http_error());
    assert_eq!(
        (answer.exit_code(), answer.status(), answer.error()),
        (0, Some(200), None)
    );
    let shown = format!("{answer:?}");
    assert!(!shown.contains("geheim"), "{shown}");
    assert_eq!(
        answer.done(),
        format!("GET {}, GET {}", server.url("/a"), server.url("/c"))
    );
}

#[tokio::test]
async fn failures_have_curls_exit_codes_and_one_sentence() {
    let server = Recorder::start();
    let url = server.url("/p?token=geheim");
    let closed = {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        gone.local_addr().unwrap()
    };
    let answers = testkit::Answer::status;
    for (line, script, code, word) in [
        (
            format!("curl http://{closed}/?token=geheim"),
            None,
            7,
            "refuses",
        ),
        (
            "curl http://no-such-host.invalid/?token=geheim".to_owned(),
            None,
            6,
            "no-such-host.invalid",
        ),
        (
            format!("curl -x http://no-such-host.invalid:1 {url}"),
            None,
            5,
            "proxy",
        ),
        (format!("curl -x http://{closed} {url}"), None, 7, "proxy"),
        (
            format!("curl {url}"),
            Some(testkit::Answer::hang_up()),
            52,
            "no answer",
        ),
        (
            format!("curl {url}"),
            Some(testkit::Answer::ok("long").truncated(2)),
            18,
            "middle",
        ),
        (
            format!("curl {url}"),
            Some(testkit::Answer::raw("this is not HTTP\r\n\r\n")),
            1,
            "HTTP",
        ),
        (format!("curl -f {url}"), Some(answers(401)), 22, "401"),
        (
            format!("curl --fail-with-body {url}"),
            Some(answers(500)),
            22,
            "500",
        ),
        (
            format!("curl -L --max-redirs 0 {url}"),
            Some(testkit::Answer::redirect(302, "/x")),
            47,
            "redirects",
        ),
        (
            format!("curl -L {url}"),
            Some(testkit::Answer::redirect(302, "gopher://h/")),
            1,
            "scheme",
        ),
        (
            format!("curl -m 0.2 {url}"),
            Some(testkit::Answer::silence()),
            28,
            "0.2 s",
        ),
        (
            format!("curl --compressed {url}"),
            Some(testkit::Answer::ok("not gzip").header("Content-Encoding", "gzip")),
            61,
            "unpacked",
        ),
        (
            format!("curl --cacert /no/such/file.pem {url}"),
            None,
            77,
            "file.pem",
        ),
    ] {
        if let Some(answer) = script {
            server.then(answer);
        }
        let answer = send(&line).await;
        let error = answer.error().unwrap_or_default();
        assert_eq!(answer.exit_code(), code, "{line}: {error}");
        assert!(error.contains(word), "{line}: {error}");
        assert!(!error.contains("geheim"), "{line}: {error}");
        assert_eq!(answer.is_timeout(), code == 28);
    }
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_in_time_is_a_timeout() {
    // Nobody answers there (RFC 5737); a network that says so at once is as good.
    let start = Instant::now();
    let answer = send("curl --connect-timeout 0.3 -m 8 http://192.0.2.1/").await;
    assert!([7, 28].contains(&answer.exit_code()), "{answer:?}");
    assert!(
        start.elapsed() < Duration::from_secs(7),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn the_deadline_holds_for_all_requests_and_tries_together() {
    let server = Recorder::start();
    server.always(testkit::Answer::silence());
    let _watchdog = Watchdog::start("a deadline", Duration::from_secs(30));
    let url = server.url("/p");
    let start = Instant::now();
    let line = format!("curl --retry 5 -m 20 {url} {url}");
    let answer = send_by(&sender(), &line, Some(Duration::from_millis(400))).await;
    assert!(answer.is_timeout(), "{answer:?}");
    assert_eq!(answer.transfers.len(), 1);
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_retry_waits_as_long_as_the_server_asks() {
    let server = Recorder::start();
    server.then(testkit::Answer::status(429).header("Retry-After", "2"));
    let start = Instant::now();
    let answer = send(&format!(
        "curl --retry 2 --retry-delay 30 {}",
        server.url("/p")
    ))
    .await;
    assert_eq!(
        (answer.status(), answer.transfers[0].attempts),
        (Some(200), 2)
    );
    assert!(
        start.elapsed() >= Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_retry_waits_longer_each_time() {
    let server = Recorder::start();
    server
        .then(testkit::Answer::status(503))
        .then(testkit::Answer::status(503));
    let start = Instant::now();
    let answer = send(&format!("curl --retry 2 {}", server.url("/p"))).await;
    assert_eq!(
        (answer.status(), answer.transfers[0].attempts),
        (Some(200), 3)
    );
    // One second, then two.
    assert!(
        start.elapsed() >= Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_tried_again_if_asked_for() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{closed}/");
    assert_eq!(
        send(&format!("curl --retry 1 {url}")).await.transfers[0].attempts,
        1
    );
    let line = format!("curl --retry 1 --retry-connrefused {url}");
    assert_eq!(send(&line).await.transfers[0].attempts, 2);
}

#[tokio::test]
async fn a_long_answer_is_kept_and_read_up_to_its_limits() {
    let server = Recorder::start();
    server.always(testkit::Answer::ok(vec![b'x'; 300_000]));
    let mut options = SenderOptions::default();
    options.body_kept = 100;
    options.body_read = 50_000;
    let sender = Sender::new(options).unwrap();
    let line = format!("curl {}", server.url("/p"));
    let answer = send_by(&sender, &line, None).await;
    assert_eq!(
        (answer.exit_code(), answer.transfers[0].body.len()),
        (0, 100)
    );
    assert_eq!(send_by(&sender, &line, None).await.exit_code(), 0);
}

#[tokio::test]
async fn a_compressed_answer_is_unpacked() {
    let server = Recorder::start();
    let hello: &[u8] = &[
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10,
        0x36, 5, 0, 0, 0,
    ];
    server.always(testkit::Answer::ok(hello).header("Content-Encoding", "gzip"));
    let url = server.url("/p");
    assert_eq!(
        send(&format!("curl --compressed {url}")).await.transfers[0].body,
        b"hello"
    );
    let asked = server.only().header("Accept-Encoding").unwrap().to_owned();
    assert!(asked.starts_with("deflate, gzip"), "{asked}");
    assert_eq!(asked.contains("br"), cfg!(feature = "brotli"), "{asked}");
    assert_eq!(asked.contains("zstd"), cfg!(feature = "zstd"), "{asked}");
    assert_eq!(send(&format!("curl {url}")).await.transfers[0].body, hello);
}

#[tokio::test]
async fn the_environments_proxy_is_used_unless_the_command_says_otherwise() {
    let (proxy, server) = (Recorder::start(), Recorder::start());
    let mut environment = ProxyEnvironment::default();
    environment.http = Some(proxy.address().to_string());
    environment.no_proxy = Some("localhost".to_owned());
    let mut options = SenderOptions::default();
    options.proxies = environment;
    let sender = Sender::new(options).unwrap();
    send_by(&sender, &format!("curl {}", server.url("/p?q")), None).await;
    assert_eq!(proxy.only().target, server.url("/p?q"));
    assert!(server.requests().is_empty());
    send_by(
        &sender,
        &format!("curl {}", server.localhost_url("/direct")),
        None,
    )
    .await;
    send_by(
        &sender,
        &format!("curl --noproxy '*' {}", server.url("/direct")),
        None,
    )
    .await;
    send_by(
        &sender,
        &format!("curl -x '' {}", server.url("/direct")),
        None,
    )
    .await;
    assert_eq!(server.requests().len(), 3);
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn the_first_failure_ends_a_command_only_with_fail_early() {
    let server = Recorder::start();
    let url = server.url("/p");
    server.then(testkit::Answer::status(500));
    let answer = send(&format!("curl -f {url} {url}")).await;
    assert_eq!((answer.exit_code(), answer.transfers.len()), (0, 2));
    server.then(testkit::Answer::status(500));
    let answer = send(&format!("curl -f --fail-early {url} {url}")).await;
    assert_eq!((answer.exit_code(), answer.transfers.len()), (22, 1));
}

#[tokio::test]
async fn an_answer_leads_on_only_where_it_is_a_redirect_and_one_is_asked_for() {
    for (options, status) in [("-L", 201), ("-L", 404), ("", 302)] {
        let server = Recorder::start();
        server.then(testkit::Answer::status(status).header("Location", "/elsewhere"));
        let answer = send(&format!("curl {options} {}", server.url("/p"))).await;
        assert_eq!(answer.status(), Some(status), "{options}");
        assert_eq!(server.requests().len(), 1, "{options} {status}");
    }
}

#[tokio::test]
async fn cookies_of_an_option_stay_with_their_server() {
    let (server, other) = (Recorder::start(), Recorder::start());
    server.then(testkit::Answer::redirect(302, &other.localhost_url("/x")));
    send(&format!("curl -L -b a=1 {}", server.url("/p"))).await;
    assert_eq!(server.only().header("Cookie"), Some("a=1"));
    assert_eq!(other.only().header("Cookie"), None);
}

#[tokio::test]
async fn what_differs_from_curl_goes_out_as_documented() {
    let server = Recorder::start();
    send(&format!("curl -H 'Accept:' {}", server.url("/p"))).await;
    assert_eq!(server.only().header("Accept"), Some("*/*"));
    server.clear();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"one\0two\nthree\rfour").unwrap();
    let path = file.to_str().unwrap().replace('\\', "/");
    send(&format!("curl -d '@{path}' {}", server.url("/p"))).await;
    assert_eq!(server.only().body, b"onetwothreefour");
    server.clear();
    send(&format!("curl --http2 -T '{path}' {}", server.url("/p"))).await;
    let sent = server.only();
    for absent in ["Expect", "Upgrade", "HTTP2-Settings"] {
        assert_eq!(sent.header(absent), None, "{absent}");
    }
    assert!(
        sent.header("User-Agent")
            .is_some_and(|agent| agent.starts_with("mc-curl/"))
    );
}

/// The first bytes that a command sends to a server that answers nothing.
async fn greeting(line: impl Fn(std::net::SocketAddr) -> String, length: usize) -> Vec<u8> {
    use std::io::Read as _;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let line = line(listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut bytes = vec![0; length];
        listener.accept().unwrap().0.read_exact(&mut bytes).unwrap();
        bytes
    });
    send(&line).await;
    server.join().unwrap()
}

#[tokio::test]
async fn http2_at_once_begins_with_its_preface() {
    let sent = greeting(
        |at| format!("curl --http2-prior-knowledge http://{at}/"),
        24,
    )
    .await;
    assert_eq!(sent, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

#[tokio::test]
async fn socks_proxies_are_spoken_to_in_their_language() {
    let five = greeting(
        |at| format!("curl -x socks5h://{at} http://crm.example/"),
        2,
    )
    .await;
    assert_eq!(five[0], 5);
    let four = greeting(
        |at| format!("curl -x socks4a://{at} http://crm.example/"),
        2,
    )
    .await;
    assert_eq!(four, [4, 1]);
}

#[tokio::test]
async fn one_family_of_addresses_is_kept_to() {
    let server = Recorder::start();
    let url = server.localhost_url("/p");
    assert_eq!(send(&format!("curl -4 {url}")).await.exit_code(), 0);
    assert_ne!(send(&format!("curl -6 {url}")).await.exit_code(), 0);
    assert_eq!(server.requests().len(), 1);
}
