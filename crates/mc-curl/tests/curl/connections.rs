//! Connections that die, answers that do not end, and answers that only curl's leniency reads.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use mc_curl::{Answer, CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::{Recorder, Watchdog};

/// What a server does with a request: bytes to write, and whether the connection stays.
#[derive(Clone, Copy)]
enum Reply {
    Keep(&'static str),
    Close(&'static str),
    /// Writes, and then neither writes nor closes.
    Hang(&'static str),
    Reset,
}

type Script = fn(usize, usize) -> Reply;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A server that answers as a function of the connection's and the request's number says.
struct Server {
    address: SocketAddr,
    /// Connection, and the line that begins the request.
    seen: Arc<Mutex<Vec<(usize, String)>>>,
}

impl Server {
    fn start(reply: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let noted = Arc::clone(&noted);
                thread::spawn(move || serve(&stream.unwrap(), connection, reply, &noted));
            }
        });
        Self { address, seen }
    }

    fn url(&self) -> String {
        format!("http://{}/p", self.address)
    }

    fn requests(&self) -> Vec<(usize, String)> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, connection: usize, reply: Script, seen: &Mutex<Vec<(usize, String)>>) {
    let mut reader = BufReader::new(stream);
    for number in 0.. {
        if let Reply::Reset = reply(connection, number) {
            // Closed with something unread, a connection is reset.
            if stream.peek(&mut [0]).is_ok_and(|length| length > 0) {
                seen.lock().unwrap().push((connection, "reset".to_owned()));
            }
            return;
        }
        let mut length = 0;
        let mut first = String::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let small = line.trim_end().to_ascii_lowercase();
            if let Some(value) = small.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            match small.is_empty() {
                true => break,
                false if first.is_empty() => line.trim_end().clone_into(&mut first),
                false => {}
            }
        }
        reader.read_exact(&mut vec![0; length]).unwrap();
        seen.lock().unwrap().push((connection, first));
        let mut writer = stream;
        match reply(connection, number) {
            Reply::Keep(bytes) => writer.write_all(bytes.as_bytes()).unwrap(),
            Reply::Close(bytes) => return writer.write_all(bytes.as_bytes()).unwrap(),
            Reply::Hang(bytes) => {
                writer.write_all(bytes.as_bytes()).unwrap();
                thread::sleep(Duration::from_mins(1));
            }
            Reply::Reset => return,
        }
    }
}

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
fn closes_on_the_second(_: usize, request: usize) -> Reply {
    if request == 0 {
        Reply::Keep(EMPTY)
    } else {
        Reply::Close("")
    }
}

fn resets_on_the_second(_: usize, request: usize) -> Reply {
    if request == 0 {
        Reply::Keep(EMPTY)
    } else {
        Reply::Reset
    }
}

#[tokio::test]
async fn three_calls_to_a_server_that_closes_on_the_second_request_are_ok() {
    for reply in [closes_on_the_second, resets_on_the_second] {
        for options in ["", "-I", "-X PUT -d a=b", "-X DELETE"] {
            let server = Server::start(reply);
            let sender = sender();
            for _ in 0..3 {
                let answer = send_by(&sender, &format!("curl {options} {}", server.url())).await;
                assert_eq!(answer.exit_code(), 0, "{options}: {answer:?}");
                assert_eq!(answer.status(), Some(200), "{options}");
            }
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
async fn what_must_not_be_doubled_goes_out_on_a_connection_of_its_own() {
    let server = Server::start(closes_on_the_second);
    let sender = sender();
    send_by(&sender, &format!("curl {}", server.url())).await;
    for options in ["-d a=b", "-X PATCH -d a=b"] {
        for _ in 0..3 {
            let answer = send_by(&sender, &format!("curl {options} {}", server.url())).await;
            assert_eq!(answer.exit_code(), 0, "{answer:?}");
        }
    }
    let requests = server.requests();
    let connections: Vec<_> = requests.iter().map(|(connection, _)| *connection).collect();
    assert_eq!(connections, [0, 1, 2, 3, 4, 5, 6], "{requests:?}");
}

#[tokio::test]
async fn a_new_connection_that_dies_is_not_tried_again() {
    let server = Server::start(|_, _| Reply::Close(""));
    let answer = send_by(&sender(), &format!("curl {}", server.url())).await;
    assert_eq!(answer.exit_code(), 52, "{answer:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_request_that_dies_twice_is_a_failure() {
    let server = Server::start(|connection, request| match (connection, request) {
        (0, 0) => Reply::Keep(OK),
        _ => Reply::Close(""),
    });
    let sender = sender();
    let line = format!("curl {}", server.url());
    assert_eq!(send_by(&sender, &line).await.exit_code(), 0);
    assert_eq!(send_by(&sender, &line).await.exit_code(), 52);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_between_calls_is_not_used() {
    let server = Server::start(|_, _| Reply::Close(OK));
    let sender = sender();
    for _ in 0..3 {
        let answer = send_by(&sender, &format!("curl {}", server.url())).await;
        assert_eq!(answer.exit_code(), 0, "{answer:?}");
    }
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_redirect_and_a_failure_do_not_wait_for_a_body_that_nobody_needs() {
    fn redirect(connection: usize, request: usize) -> Reply {
        match (connection, request) {
            (0, 0) => Reply::Hang("HTTP/1.1 302 Found\r\nLocation: /q\r\n\r\nmore and"),
            _ => Reply::Keep(OK),
        }
    }
    fn chunked(connection: usize, request: usize) -> Reply {
        match (connection, request) {
            (0, 0) => Reply::Hang(
                "HTTP/1.1 307 T\r\nLocation: /q\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmore\r\n",
            ),
            _ => Reply::Keep(OK),
        }
    }
    fn failure(_: usize, _: usize) -> Reply {
        Reply::Hang("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nmore and")
    }
    let cases: [(Script, &str, u8); 4] = [
        (redirect, "-L", 0),
        (chunked, "-L", 0),
        (chunked, "-L -d a=b", 0),
        (failure, "-f", 22),
    ];
    for (reply, options, code) in cases {
        let server = Server::start(reply);
        let start = Instant::now();
        let answer = send_by(&sender(), &format!("curl -m 8 {options} {}", server.url())).await;
        assert_eq!(answer.exit_code(), code, "{options}: {answer:?}");
        let took = start.elapsed();
        assert!(took < Duration::from_secs(4), "{options}: {took:?}");
    }
}

#[tokio::test]
async fn answers_are_read_as_curl_reads_them() {
    let cases: [(Script, &str); 3] = [
        (
            |_, _| {
                Reply::Close(
                    "HTTP/1.1 200 OK\r\nX-Long: one\r\n two\r\nContent-Length: 2\r\n\r\nok",
                )
            },
            "a folded header line",
        ),
        (
            |_, _| Reply::Close("HTTP/1.1 200 OK\r\nX-Odd : one\r\nContent-Length: 2\r\n\r\nok"),
            "a space before the colon",
        ),
        (
            |_, _| Reply::Close("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
            "a head with bare line feeds",
        ),
    ];
    for (reply, what) in cases {
        let server = Server::start(reply);
        let answer = send_by(&sender(), &format!("curl {}", server.url())).await;
        assert_eq!(answer.exit_code(), 0, "{what}: {answer:?}");
        assert_eq!(answer.transfers[0].body, b"ok", "{what}");
    }
}

#[tokio::test]
async fn deflate_is_unpacked_with_and_without_its_frame() {
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
async fn chunk_lines_that_end_in_a_line_feed_alone_do_not_fail_a_call() {
    let server = Server::start(|_, _| {
        Reply::Keep("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n")
    });
    let answer = send_by(&sender(), &format!("curl {}", server.url())).await;
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
