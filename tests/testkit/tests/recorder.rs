//! The recorder is itself a thing that can be wrong: raw sockets on this side, so that no client hides what it does.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test may fail the test"
)]

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::{Answer, Gate, Recorder, ServerCertificate, TestCa, Watchdog};

const SOON: Duration = Duration::from_secs(20);

fn connect(recorder: &Recorder) -> TcpStream {
    let stream = TcpStream::connect(recorder.address()).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream
}

fn send(stream: &mut TcpStream, bytes: &str) {
    stream.write_all(bytes.as_bytes()).unwrap();
}

/// Everything until the server closes; a reset is an end too.
fn rest(stream: &mut impl Read) -> String {
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => all.extend_from_slice(&buffer[..n]),
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof
                ) =>
            {
                break;
            }
            Err(e) => panic!("{e}; so far: {:?}", String::from_utf8_lossy(&all)),
        }
    }
    String::from_utf8(all).unwrap()
}

/// One request on a connection of its own.
fn exchange(recorder: &Recorder, request: &str) -> String {
    let mut stream = connect(recorder);
    send(&mut stream, request);
    stream.shutdown(Shutdown::Write).unwrap();
    rest(&mut stream)
}

#[test]
fn a_request_is_kept_as_it_was_sent() {
    let recorder = Recorder::start();
    let request = "PoST /a%20b?x=%2f&y HTTP/1.1\r\nHost: h\r\nX-Odd-CASE:  two words \r\nx-odd-case: again\r\n\
                   Content-Length: 5\r\n\r\nh\0i\r\n";
    exchange(&recorder, request);
    let kept = recorder.only();
    assert_eq!(
        (kept.method.as_str(), kept.target.as_str()),
        ("PoST", "/a%20b?x=%2f&y")
    );
    assert_eq!((kept.path(), kept.query()), ("/a%20b", "x=%2f&y"));
    assert_eq!(kept.headers[1], ("X-Odd-CASE".into(), "two words".into()));
    assert_eq!(kept.headers_named("X-ODD-case"), ["two words", "again"]);
    assert_eq!(kept.body, b"h\0i\r\n");
    assert!(request.as_bytes().starts_with(&kept.head));
    assert!(kept.at <= Instant::now());
}

#[test]
fn chunks_are_joined() {
    let recorder = Recorder::start();
    let request = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
    exchange(&recorder, request);
    assert_eq!(recorder.only().text(), "abc0123456789");
}

#[test]
fn a_client_that_expects_100_is_told_to_go_on() {
    let recorder = Recorder::start();
    recorder.always(Answer::ok("done").close());
    let mut stream = connect(&recorder);
    send(
        &mut stream,
        "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    );
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    send(&mut stream, "hi");
    assert!(rest(&mut stream).ends_with("\r\n\r\ndone"));
    assert_eq!(recorder.only().body, b"hi");
}

#[test]
fn connections_are_numbered() {
    let recorder = Recorder::start();
    exchange(&recorder, "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
    exchange(&recorder, "GET /3 HTTP/1.1\r\n\r\n");
    let numbers: Vec<usize> = recorder.requests().iter().map(|r| r.connection).collect();
    assert_eq!(numbers, [0, 0, 1]);
    assert_eq!(recorder.connections(), 2);
}

#[test]
fn the_script_comes_first_then_the_standing_answer() {
    let recorder = Recorder::start();
    recorder
        .then(Answer::status(503).header("Retry-After", "1"))
        .always(Answer::ok("fine"));
    let first = exchange(&recorder, "GET / HTTP/1.1\r\n\r\n");
    assert!(
        first.starts_with("HTTP/1.1 503 ") && first.contains("Retry-After: 1\r\n"),
        "{first}"
    );
    for _ in 0..2 {
        let later = exchange(&recorder, "GET / HTTP/1.1\r\n\r\n");
        assert!(
            later.starts_with("HTTP/1.1 200 ") && later.contains("Content-Length: 4\r\n"),
            "{later}"
        );
    }
}

#[test]
fn bodies_can_end_early_come_in_chunks_or_be_anything() {
    let recorder = Recorder::start();
    recorder
        .then(Answer::ok("0123456789").truncated(4))
        .then(Answer::ok("abc").chunked())
        .then(Answer::raw("HTTP/1.1 200 OK\r\nnonsense"))
        .then(Answer::status(204));
    let get = || exchange(&recorder, "GET / HTTP/1.1\r\n\r\n");
    let truncated = get();
    assert!(
        truncated.contains("Content-Length: 10") && truncated.ends_with("\r\n\r\n0123"),
        "{truncated}"
    );
    assert!(get().ends_with("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
    assert!(get().ends_with("nonsense"));
    assert!(get().ends_with("No Content\r\n\r\n"));
}

#[test]
fn head_gets_the_length_without_the_body() {
    let recorder = Recorder::start();
    recorder.always(Answer::ok("body"));
    let answer = exchange(&recorder, "HEAD / HTTP/1.1\r\n\r\n");
    assert!(
        answer.contains("Content-Length: 4\r\n") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
}

#[test]
fn it_hangs_up_read_or_unread() {
    let recorder = Recorder::start();
    recorder
        .then(Answer::hang_up_unread())
        .then(Answer::hang_up());
    assert_eq!(exchange(&recorder, "GET /unread HTTP/1.1\r\n\r\n"), "");
    assert_eq!(exchange(&recorder, "GET /read HTTP/1.1\r\n\r\n"), "");
    assert_eq!(recorder.only().target, "/read");
}

#[test]
fn a_gate_holds_an_answer_back() {
    let recorder = Recorder::start();
    let gate = Gate::new();
    recorder.then(Answer::ok("late").after(&gate));
    let mut stream = connect(&recorder);
    send(&mut stream, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    recorder.wait_for(1, SOON);
    stream
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    assert!(
        stream.read(&mut [0; 1]).is_err(),
        "nothing comes before the gate is open"
    );
    gate.open();
    stream.set_read_timeout(Some(SOON)).unwrap();
    assert!(rest(&mut stream).ends_with("late"));
}

#[test]
fn silence_ends_with_the_recorder() {
    let _dog = Watchdog::start("dropping a silent recorder", SOON);
    let recorder = Recorder::start();
    recorder.always(Answer::silence());
    let mut stream = connect(&recorder);
    send(&mut stream, "GET / HTTP/1.1\r\n\r\n");
    recorder.wait_for(1, SOON);
    let address = recorder.address();
    drop(recorder);
    assert_eq!(rest(&mut stream), "");
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
}

#[test]
fn dropping_it_does_not_wait_for_idle_connections() {
    let _dog = Watchdog::start("dropping a recorder with an idle connection", SOON);
    let recorder = Recorder::start();
    let idle = connect(&recorder);
    testkit::wait_until(SOON, "the connection", || recorder.connections() == 1);
    drop(recorder);
    drop(idle);
}

#[test]
#[should_panic(expected = "not a request line")]
fn what_is_not_http_fails_the_test() {
    let recorder = Recorder::start();
    exchange(&recorder, "number=12|name=x\r\n\r\n");
}

#[test]
#[should_panic(expected = "left: \"GET\"")]
fn a_panic_in_the_answer_reaches_the_test() {
    let recorder = Recorder::start_with(|request| {
        assert_eq!(request.method, "POST");
        Answer::status(200)
    });
    exchange(&recorder, "GET / HTTP/1.1\r\n\r\n");
    recorder.wait_for(2, SOON);
}

#[test]
#[should_panic(expected = "there were [\"GET /only\"]")]
fn waiting_in_vain_lists_what_came() {
    let recorder = Recorder::start();
    exchange(&recorder, "GET /only HTTP/1.1\r\n\r\n");
    recorder.wait_for(2, Duration::from_millis(50));
}

#[test]
fn arrivals_can_be_awaited() {
    let recorder = Arc::new(Recorder::start());
    let sender = Arc::clone(&recorder);
    let client = std::thread::spawn(move || exchange(&sender, "GET /a HTTP/1.1\r\n\r\n"));
    let arrived = block_on(recorder.arrived(1, SOON));
    assert_eq!(arrived[0].target, "/a");
    client.join().unwrap();
}

#[test]
fn a_tunnel_carries_bytes_to_another_server() {
    let (proxy, origin) = (Recorder::start(), Recorder::start());
    proxy.always(Answer::tunnel(origin.address()));
    origin.always(Answer::ok("through").close());
    let mut stream = connect(&proxy);
    // The request may come right behind the CONNECT.
    send(
        &mut stream,
        "CONNECT far.example:443 HTTP/1.1\r\n\r\nGET /in HTTP/1.1\r\n\r\n",
    );
    assert!(rest(&mut stream).ends_with("through"));
    assert_eq!(proxy.only().target, "far.example:443");
    assert_eq!(origin.only().target, "/in");
}

#[test]
fn an_absolute_target_is_kept_as_a_proxy_sees_it() {
    let proxy = Recorder::start();
    exchange(&proxy, "GET http://far.example/x?y HTTP/1.1\r\n\r\n");
    assert_eq!(proxy.only().target, "http://far.example/x?y");
}

#[test]
fn tls_is_trusted_through_the_test_authority_alone() {
    let ca = TestCa::new();
    let recorder = Recorder::start_tls(&ca.server());
    recorder.always(Answer::ok("secret").close());
    assert!(
        tls_get(&recorder, &ca, "localhost")
            .unwrap()
            .ends_with("secret")
    );
    assert!(
        tls_get(&recorder, &ca, "127.0.0.1")
            .unwrap()
            .ends_with("secret")
    );
    assert!(
        tls_get(&recorder, &TestCa::new(), "localhost")
            .unwrap_err()
            .contains("UnknownIssuer")
    );
    assert_eq!(recorder.requests().len(), 2);
}

#[test]
fn certificates_can_be_wrong() {
    let ca = TestCa::new();
    let expired = Recorder::start_tls(&ca.expired());
    assert!(
        tls_get(&expired, &ca, "localhost")
            .unwrap_err()
            .contains("expired")
    );
    let other = Recorder::start_tls(&ca.server_for(&["other.example"]));
    assert!(
        tls_get(&other, &ca, "localhost")
            .unwrap_err()
            .contains("not valid for")
    );
}

#[test]
fn a_self_signed_certificate_is_its_own_authority() {
    let certificate = ServerCertificate::self_signed();
    let recorder = Recorder::start_tls(&certificate);
    recorder.always(Answer::ok("secret").close());
    assert!(
        tls_get_trusting(&recorder, certificate.pem(), "localhost")
            .unwrap()
            .ends_with("secret")
    );
    assert!(tls_get(&recorder, &TestCa::new(), "localhost").is_err());
}

fn tls_get(recorder: &Recorder, ca: &TestCa, name: &str) -> Result<String, String> {
    tls_get_trusting(recorder, &ca.pem(), name)
}

fn tls_get_trusting(recorder: &Recorder, pem: &str, name: &str) -> Result<String, String> {
    use rustls::pki_types::pem::PemObject;
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
        .unwrap();
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .unwrap()
    .with_root_certificates(roots)
    .with_no_client_auth();
    let name = rustls::pki_types::ServerName::try_from(name.to_owned()).unwrap();
    let session = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = rustls::StreamOwned::new(session, connect(recorder));
    stream
        .write_all(b"GET / HTTP/1.1\r\n\r\n")
        .map_err(|e| e.to_string())?;
    Ok(rest(&mut stream))
}

/// The smallest executor: parks the thread until woken.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut future = std::pin::pin!(future);
    loop {
        match future
            .as_mut()
            .poll(&mut std::task::Context::from_waker(&waker))
        {
            std::task::Poll::Ready(value) => return value,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
