//! How long a command may take, and what servers say of time.

use std::time::Duration;

use mc_curl::{Answer, CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::{Recorder, Watchdog};

const LONG: Duration = Duration::from_secs(30);

async fn send(sender: &Sender, line: &str, deadline: Option<Duration>) -> Answer {
    let command = CurlCommand::read(line, &Reading::literal()).unwrap();
    let (values, numbers) = (Values::new(), Numbers::default());
    let scope = Scope::new(&values, &numbers);
    sender.send(&command, &scope, deadline).await.unwrap()
}

fn sender() -> Sender {
    Sender::new(SenderOptions::default()).unwrap()
}

#[tokio::test]
async fn a_wait_beyond_every_clock_is_no_retry() {
    let _watchdog = Watchdog::start("a wait", LONG);
    let server = Recorder::start();
    for (options, deadline) in [
        ("--retry 1", None),
        ("--retry 1", Some(LONG)),
        ("--retry 1 --retry-max-time 5", None),
    ] {
        for asked in ["18446744073709551615", "99999999999999999999999"] {
            server.then(testkit::Answer::status(503).header("Retry-After", asked));
            let line = format!("curl {options} {}", server.url("/"));
            let answer = send(&sender(), &line, deadline).await;
            let transfer = &answer.transfers[0];
            assert_eq!((transfer.status, transfer.attempts), (Some(503), 1));
        }
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_for_the_caller_is_named_and_not_waited() {
    let _watchdog = Watchdog::start("a wait", LONG);
    let server = Recorder::start();
    let sender = sender().longest_wait(LONG);
    for (options, exit_code) in [("", 0), ("-f", 22)] {
        server.then(testkit::Answer::status(503).header("Retry-After", "86400"));
        let line = format!("curl {options} --retry 1 {}", server.url("/"));
        let answer = send(&sender, &line, None).await;
        assert_eq!(
            (answer.exit_code(), answer.status()),
            (exit_code, Some(503))
        );
        let error = answer.error().unwrap();
        assert!(
            error.contains("503") && error.contains("86400 s"),
            "{error}"
        );
        assert!(error.contains("30 s"), "{error}");
    }
    server.then(testkit::Answer::status(503).header("Retry-After", "1"));
    let line = format!("curl --retry 1 {}", server.url("/"));
    assert_eq!(send(&sender, &line, None).await.status(), Some(200));
}

/// What the first of two requests came to just in time is not what became of both.
#[tokio::test]
async fn what_there_was_no_time_for_is_a_timeout() {
    let other = Recorder::start();
    // The first is over at once, whatever time there is.
    let line = format!(
        "curl --cacert /no/such/file.pem https://h.invalid/ --next {}",
        other.url("/")
    );
    let answer = send(&sender(), &line, Some(Duration::ZERO)).await;
    assert_eq!(answer.transfers[0].exit_code, 77);
    assert!(answer.is_timeout(), "{answer:?}");
    assert_eq!(answer.error(), Some("the time was up before its turn came"));
    assert_eq!(answer.done(), "GET https://h.invalid/");
    assert!(other.requests().is_empty());
}

/// A server that reads a body late is no connection that died.
#[tokio::test]
async fn a_server_may_take_its_time_to_read_a_long_body() {
    use std::io::{Read as _, Write as _};
    const BODY: usize = 8 * 1024 * 1024;
    let _watchdog = Watchdog::start("a long body", Duration::from_mins(1));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long");
    std::fs::write(&file, vec![b'x'; BODY]).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        // Longer than a connection that is used again may leave anything unacknowledged.
        std::thread::sleep(Duration::from_secs(9));
        let mut read = Vec::new();
        let mut chunk = vec![0; 64 * 1024];
        while read.len() < BODY {
            let length = connection.read(&mut chunk).unwrap();
            assert!(length > 0, "{} bytes", read.len());
            read.extend_from_slice(&chunk[..length]);
        }
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    let path = file.to_str().unwrap().replace('\\', "/");
    let line = format!("curl -m 60 -T '{path}' http://{address}/");
    let answer = send(&sender(), &line, None).await;
    assert_eq!(answer.status(), Some(200), "{answer:?}");
    server.join().unwrap();
}
