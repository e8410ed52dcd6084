//! Connections that die, answers that do not end, and answers that only curl's leniency reads.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::time::{Duration, Instant};

use mc_curl::{Answer, CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::{Recorder, Watchdog, Wire, WireServer};

type Script = fn(usize, usize) -> Wire;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn sender() -> Sender {
    Sender::new(SenderOptions::default()).unwrap()
}

async fn send_by(sender: &Sender, line: &str) -> Answer {
    let _watchdog = Watchdog::start(line, Duration::from_secs(40));
    let command = CurlCommand::read(line, &Reading::literal()).unwrap();
    let (values, numbers) = (Values::new(), Numbers::default());
    let scope = Scope::new(&values, &numbers);
    sender.send(&command, &scope, None).await.unwrap()
}

const EMPTY: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// A server that closes, without a byte, on the second request of a connection.
fn closes_on_the_second(_: usize, request: usize) -> Wire {
    if request == 0 {
        Wire::keep(EMPTY)
    } else {
        Wire::close("")
    }
}

fn resets_on_the_second(_: usize, request: usize) -> Wire {
    if request == 0 {
        Wire::keep(EMPTY)
    } else {
        Wire::Reset
    }
}

#[tokio::test]
async fn f51_three_calls_to_a_server_that_closes_on_the_second_request_are_ok() {
    for reply in [closes_on_the_second, resets_on_the_second] {
        for options in ["", "-I", "-X PUT -d a=b", "-X DELETE"] {
            let server = WireServer::start(reply);
            let sender = sender();
            let line = format!("curl {options} {}", server.url("/p"));
            let mut codes = Vec::new();
            for _ in 0..3 {
                let answer = send_by(&sender, &line).await;
                codes.push(answer.exit_code());
                assert_eq!(answer.status(), Some(200), "{options}: {answer:?}");
            }
            // Past the test harness, which keeps what a passing test prints to itself.
            let _ = writeln!(
                std::io::stderr(),
                "three calls to a server that closes on the second request, {line}: exit codes {codes:?}"
            );
            assert_eq!(codes, [0, 0, 0], "{options}");
            // The second one was sent again, on a connection of its own; the third found none to use again.
            assert_eq!(
                server.requests().len(),
                4,
                "{options}: {:?}",
                server.requests()
            );
        }
    }
}

#[tokio::test]
async fn f51_what_must_not_be_doubled_goes_out_on_a_connection_of_its_own() {
    let server = WireServer::start(closes_on_the_second);
    let sender = sender();
    send_by(&sender, &format!("curl {}", server.url("/p"))).await;
    for options in ["-d a=b", "-X PATCH -d a=b"] {
        for _ in 0..3 {
            let answer = send_by(&sender, &format!("curl {options} {}", server.url("/p"))).await;
            assert_eq!(answer.exit_code(), 0, "{answer:?}");
        }
    }
    let requests = server.requests();
    let connections: Vec<_> = requests.iter().map(|(connection, _)| *connection).collect();
    assert_eq!(connections, [0, 1, 2, 3, 4, 5, 6], "{requests:?}");
}

#[tokio::test]
async fn f51_a_new_connection_that_dies_is_not_tried_again() {
    let server = WireServer::start(|_, _| Wire::close(""));
    let answer = send_by(&sender(), &format!("curl {}", server.url("/p"))).await;
    assert_eq!(answer.exit_code(), 52, "{answer:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn f51_a_request_that_dies_twice_is_a_failure() {
    let server = WireServer::start(|connection, request| match (connection, request) {
        (0, 0) => Wire::keep(OK),
        _ => Wire::close(""),
    });
    let sender = sender();
    let line = format!("curl {}", server.url("/p"));
    assert_eq!(send_by(&sender, &line).await.exit_code(), 0);
    assert_eq!(send_by(&sender, &line).await.exit_code(), 52);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn f51_a_connection_that_the_server_closed_between_calls_is_not_used() {
    let server = WireServer::start(|_, _| Wire::close(OK));
    let sender = sender();
    for _ in 0..3 {
        let answer = send_by(&sender, &format!("curl {}", server.url("/p"))).await;
        assert_eq!(answer.exit_code(), 0, "{answer:?}");
    }
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn f51_a_server_that_says_no_more_but_still_listens_is_not_used_again() {
    // Only its own direction is closed: whatever is written to it is taken, and never answered.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (closed, mut closes) = tokio::sync::mpsc::unbounded_channel();
    let server = std::thread::spawn(move || {
        let mut left = Vec::new();
        for _ in 0..3 {
            let (mut client, _) = listener.accept().unwrap();
            let patience = Some(Duration::from_secs(20));
            client.set_read_timeout(patience).unwrap();
            let mut head = BufReader::new(client.try_clone().unwrap()).lines();
            while !head.next().unwrap().unwrap().is_empty() {}
            client.write_all(OK.as_bytes()).unwrap();
            client.shutdown(Shutdown::Write).unwrap();
            closed.send(()).unwrap();
            left.push(client);
        }
        // What came on them afterwards: the client's goodbye and nothing else.
        left.into_iter()
            .map(|mut client| {
                let mut more = Vec::new();
                let end = client.read_to_end(&mut more).map(|_| more);
                end.expect("connections are closed with their sender")
            })
            .collect::<Vec<_>>()
    });
    let sender = sender();
    for options in ["", "-X PUT -d a=b", "-d a=b"] {
        let line = format!("curl -m 8 {options} http://{address}/p");
        let answer = send_by(&sender, &line).await;
        assert_eq!(answer.exit_code(), 0, "{options}: {answer:?}");
        // What is sent before the server's goodbye is there cannot know of it.
        closes.recv().await.unwrap();
    }
    drop(sender);
    // Not on this thread: the connections are closed by tasks that run on it.
    let more = tokio::task::spawn_blocking(|| server.join().unwrap());
    let more = more.await.unwrap();
    let bodies: Vec<_> = [&b""[..], b"a=b", b"a=b"].map(<[u8]>::to_vec).into();
    for (more, body) in more.iter().zip(&bodies) {
        // A body that came in the same piece as the head was read with it.
        assert!(more.is_empty() || more == body, "{more:?}");
    }
}

#[tokio::test]
async fn f52_a_redirect_and_a_failure_do_not_wait_for_a_body_that_nobody_needs() {
    fn redirect(connection: usize, request: usize) -> Wire {
        match (connection, request) {
            (0, 0) => Wire::hang("HTTP/1.1 302 Found\r\nLocation: /q\r\n\r\nmore and"),
            _ => Wire::keep(OK),
        }
    }
    fn chunked(connection: usize, request: usize) -> Wire {
        match (connection, request) {
            (0, 0) => Wire::hang(
                "HTTP/1.1 307 T\r\nLocation: /q\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmore\r\n",
            ),
            _ => Wire::keep(OK),
        }
    }
    fn failure(_: usize, _: usize) -> Wire {
        Wire::hang("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nmore and")
    }
    let cases: [(Script, &str, u8); 4] = [
        (redirect, "-L", 0),
        (chunked, "-L", 0),
        (chunked, "-L -d a=b", 0),
        (failure, "-f", 22),
    ];
    for (reply, options, code) in cases {
        let server = WireServer::start(reply);
        let start = Instant::now();
        let answer = send_by(
            &sender(),
            &format!("curl -m 8 {options} {}", server.url("/p")),
        )
        .await;
        assert_eq!(answer.exit_code(), code, "{options}: {answer:?}");
        let took = start.elapsed();
        assert!(took < Duration::from_secs(4), "{options}: {took:?}");
    }
}

#[tokio::test]
async fn f53_answers_are_read_as_curl_reads_them() {
    let cases: [(Script, &str); 3] = [
        (
            |_, _| {
                Wire::close("HTTP/1.1 200 OK\r\nX-Long: one\r\n two\r\nContent-Length: 2\r\n\r\nok")
            },
            "a folded header line",
        ),
        (
            |_, _| Wire::close("HTTP/1.1 200 OK\r\nX-Odd : one\r\nContent-Length: 2\r\n\r\nok"),
            "a space before the colon",
        ),
        (
            |_, _| Wire::close("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
            "a head with bare line feeds",
        ),
    ];
    for (reply, what) in cases {
        let server = WireServer::start(reply);
        let answer = send_by(&sender(), &format!("curl {}", server.url("/p"))).await;
        assert_eq!(answer.exit_code(), 0, "{what}: {answer:?}");
        assert_eq!(answer.transfers[0].body, b"ok", "{what}");
    }
}

#[tokio::test]
async fn f53_deflate_is_unpacked_with_and_without_its_frame() {
    // Stored blocks (RFC 1951, 3.2.4), the second one in a zlib frame (RFC 1950).
    let raw: &[u8] = &[1, 2, 0, 0xfd, 0xff, b'o', b'k'];
    let framed: &[u8] = &[0x78, 1, 1, 2, 0, 0xfd, 0xff, b'o', b'k', 1, 0x4b, 0, 0xdb];
    for packed in [raw, framed] {
        let server = Recorder::start();
        server.always(testkit::Answer::ok(packed).header("Content-Encoding", "deflate"));
        let line = format!("curl --compressed {}", server.url("/p"));
        let answer = send_by(&sender(), &line).await;
        assert_eq!(answer.exit_code(), 0, "{answer:?}");
        assert_eq!(answer.transfers[0].body, b"ok");
    }
    let server = Recorder::start();
    server.always(testkit::Answer::ok("not packed").header("Content-Encoding", "deflate"));
    let line = format!("curl --compressed {}", server.url("/p"));
    assert_eq!(send_by(&sender(), &line).await.exit_code(), 61);
}

#[tokio::test]
async fn f53_chunk_lines_that_end_in_a_line_feed_alone_do_not_fail_a_call() {
    let server = WireServer::start(|_, _| {
        Wire::keep("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n")
    });
    let answer = send_by(&sender(), &format!("curl {}", server.url("/p"))).await;
    assert_eq!(
        (answer.exit_code(), answer.status()),
        (0, Some(200)),
        "{answer:?}"
    );
}

#[tokio::test]
async fn names_below_localhost_are_this_computer() {
    let server = Recorder::start();
    let url = format!("http://crm.localhost:{}/p", server.port());
    let answer = send_by(&sender(), &format!("curl {url}")).await;
    assert_eq!(answer.exit_code(), 0, "{answer:?}");
    let host = format!("crm.localhost:{}", server.port());
    assert_eq!(server.only().header("Host"), Some(host.as_str()));
}

#[tokio::test]
async fn of_several_hosts_the_first_is_sent() {
    let server = Recorder::start();
    let line = format!(
        "curl -H 'Host: one' -H 'host: two' -H 'X: 1' -H 'X: 2' {}",
        server.url("/p")
    );
    send_by(&sender(), &line).await;
    let request = server.only();
    let all = |name: &str| -> Vec<&str> {
        let named = request
            .headers
            .iter()
            .filter(|(given, _)| given.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    };
    assert_eq!(all("host"), ["one"]);
    assert_eq!(all("x"), ["1", "2"]);
}

#[tokio::test]
async fn a_tunnel_is_asked_for_with_the_commands_user_agent() {
    for (options, agent) in [("-A agent/1", Some("agent/1")), ("-A ''", None)] {
        let proxy = Recorder::start();
        proxy.always(testkit::Answer::status(503));
        let line = format!("curl -x {} {options} https://crm.example/", proxy.url(""));
        send_by(&sender(), &line).await;
        let asked = proxy.only();
        assert_eq!(asked.method, "CONNECT");
        assert_eq!(asked.header("User-Agent"), agent, "{options}");
    }
}

#[tokio::test]
async fn f53_an_answer_may_have_many_header_lines() {
    let server = WireServer::start(|_, _| {
        let lines = "Set-Cookie: a=b\r\n".repeat(300);
        Wire::close(format!(
            "HTTP/1.1 200 OK\r\n{lines}Content-Length: 2\r\n\r\nok"
        ))
    });
    let answer = send_by(&sender(), &format!("curl {}", server.url("/p"))).await;
    assert_eq!(answer.exit_code(), 0, "{answer:?}");
}

#[tokio::test]
async fn f51_a_connection_that_was_idle_for_30_seconds_is_not_used_again() {
    let server = WireServer::start(|_, _| Wire::keep(EMPTY));
    let sender = sender();
    let line = format!("curl {}", server.url("/p"));
    for idle in [0, 29, 31] {
        // The pool's clock, not the wall's.
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(idle)).await;
        tokio::time::resume();
        assert_eq!(send_by(&sender, &line).await.exit_code(), 0);
    }
    let requests = server.requests();
    let connections: Vec<_> = requests.iter().map(|(connection, _)| *connection).collect();
    assert_eq!(connections, [0, 0, 1]);
}
