//! Calls pushed over HTTP, under hostile conditions. The agent runs in a thread of its own; callers are plain sockets.
#![cfg(feature = "push")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use mc_agent::settings::Listen;
use mc_agent::{Agent, AgentHandle, Settings, Status};
use serde_json::Value;

const TOKEN: &str = "the-token-of-this-workstation";
const SOON: Duration = Duration::from_secs(20);

/// A running agent; it is stopped when dropped.
struct Workstation {
    home: tempfile::TempDir,
    handle: AgentHandle,
    thread: Option<thread::JoinHandle<()>>,
}

impl Workstation {
    fn start(change: impl FnOnce(&mut Listen)) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("token"), TOKEN).unwrap();
        let mut listen = Listen::new("127.0.0.1:0".parse().unwrap());
        listen.token_file = Some(home.path().join("token"));
        change(&mut listen);
        let settings = Settings::new("test", "1", home.path().join("state")).listen(listen);
        let (handle, thread) = run(settings);
        Self {
            home,
            handle,
            thread: Some(thread),
        }
    }

    fn status(&self) -> Status {
        self.handle.status()
    }

    fn address(&self) -> SocketAddr {
        self.status().listen.unwrap().address.parse().unwrap()
    }

    fn connect(&self) -> TcpStream {
        connect(self.address())
    }

    fn push(&self, body: &str) -> (u16, Value) {
        exchange(&mut self.connect(), body)
    }

    fn state(&self) -> &Path {
        self.home.path()
    }
}

impl Drop for Workstation {
    fn drop(&mut self) {
        self.handle.stop();
        self.thread.take().unwrap().join().unwrap();
    }
}

fn run(settings: Settings) -> (AgentHandle, thread::JoinHandle<()>) {
    let (tell, told) = std::sync::mpsc::channel();
    let thread = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let agent = Agent::open(settings).await.unwrap();
            tell.send(agent.handle()).unwrap();
            agent.run(None).await;
        });
    });
    (told.recv().unwrap(), thread)
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream
}

fn head(body: &str) -> String {
    format!(
        "POST /v1/calls HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    )
}

fn exchange(stream: &mut TcpStream, body: &str) -> (u16, Value) {
    stream
        .write_all(format!("{}{body}", head(body)).as_bytes())
        .unwrap();
    answer(stream)
}

/// Reads one answer, by its length.
fn answer(stream: &mut TcpStream) -> (u16, Value) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        let read = stream.read(&mut byte).unwrap_or(0);
        assert!(read == 1, "no answer: {}", String::from_utf8_lossy(&head));
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).unwrap();
    let body = serde_json::from_slice(&body)
        .unwrap_or_else(|e| panic!("{e}: {head}{}", String::from_utf8_lossy(&body)));
    (status, body)
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let since = Instant::now();
    while !done() {
        assert!(since.elapsed() < SOON, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn f54_silent_connections_shut_nobody_out() {
    let workstation = Workstation::start(|_| {});
    let mut hostile: Vec<_> = (0..1000).map(|_| workstation.connect()).collect();
    for stream in hostile.iter_mut().step_by(2) {
        let _ = stream.write_all(b"POST /v1/calls HTTP/1.1\r\nX-Slow: ");
    }
    let mut times: Vec<_> = (0..40)
        .map(|i| {
            let since = Instant::now();
            let (status, body) = workstation.push(&format!(r#"{{"CallID":"{i}"}}"#));
            assert_eq!(status, 202, "{body}");
            since.elapsed()
        })
        .collect();
    times.sort_unstable();
    assert!(times[20] < Duration::from_millis(100), "{times:?}");
}

#[test]
fn f54_addresses_that_are_refused_shut_nobody_out() {
    let workstation =
        Workstation::start(|listen| listen.allow_from = vec!["127.0.0.2/32".parse().unwrap()]);
    let refused: Vec<_> = (0..300).map(|_| workstation.connect()).collect();
    let (status, body) = answer(&mut workstation.connect());
    assert_eq!(
        (status, &body["code"]),
        (403, &Value::from("peer")),
        "before it says anything"
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        socket.connect(workstation.address()).await.unwrap()
    });
    let mut stream = stream.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    assert_eq!(exchange(&mut stream, r#"{"ANumber":"1"}"#).0, 202);
    drop(refused);
}

#[test]
fn f54_one_address_has_a_share_and_is_told_when_it_is_used_up() {
    let workstation = Workstation::start(|listen| listen.rate = 100);
    // Each is in the middle of a body.
    let busy: Vec<_> = (0..64)
        .map(|_| {
            let mut stream = workstation.connect();
            stream.write_all(head("{}").as_bytes()).unwrap();
            stream.write_all(b"{").unwrap();
            stream
        })
        .collect();
    thread::sleep(Duration::from_millis(200));
    let (status, body) = answer(&mut workstation.connect());
    assert_eq!((status, &body["code"]), (503, &Value::from("busy")));
    drop(busy);
    wait_until("there is room again", || {
        workstation.push(r#"{"ANumber":"1"}"#).0 == 202
    });
}

#[test]
fn what_is_no_http_is_answered_with_the_reason() {
    let workstation = Workstation::start(|_| {});
    let long = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
        "y".repeat(100_000)
    );
    for (sent, status) in [
        ("NONSENSE\r\n\r\n", 400),
        ("POST /v1/calls HTTP/1.1\r\nBad Header: x\r\n\r\n", 400),
        (
            "POST /v1/calls HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
            400,
        ),
        (&long, 431),
    ] {
        let mut stream = workstation.connect();
        let _ = stream.write_all(sent.as_bytes());
        let (got, body) = answer(&mut stream);
        assert_eq!(
            (got, &body["status"], &body["code"]),
            (status, &Value::from(status), &Value::from("http")),
            "{sent:.40}"
        );
    }
}

#[test]
fn a_connection_serves_many_calls() {
    let workstation = Workstation::start(|_| {});
    let mut stream = workstation.connect();
    for i in 0..5 {
        let (status, body) = exchange(&mut stream, &format!(r#"{{"CallID":"{i}"}}"#));
        assert_eq!(status, 202, "{body}");
    }
    assert_eq!(exchange(&mut stream, "no json").0, 400);
    assert_eq!(exchange(&mut stream, r#"{"CallID":"6"}"#).0, 202);
}

/// Some gateways, and `nc -N`, say with the request that nothing more comes.
#[test]
fn a_caller_that_says_no_more_is_answered() {
    let workstation = Workstation::start(|_| {});
    let mut stream = workstation.connect();
    let call = r#"{"CallID":"a"}"#;
    stream
        .write_all(format!("{}{call}", head(call)).as_bytes())
        .unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(answer(&mut stream).0, 202);
}

#[test]
fn the_rate_is_a_setting() {
    let workstation = Workstation::start(|listen| listen.rate = 1000);
    let mut stream = workstation.connect();
    for i in 0..300 {
        assert_eq!(
            exchange(&mut stream, &format!(r#"{{"CallID":"{i}"}}"#)).0,
            202
        );
    }
    let workstation = Workstation::start(|_| {});
    let mut stream = workstation.connect();
    let mut calls = (0..300).map(|i| exchange(&mut stream, &format!(r#"{{"CallID":"{i}"}}"#)).0);
    assert!(calls.any(|status| status == 429));
}

#[test]
fn f61_a_port_that_is_taken_is_opened_once_it_is_free() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let workstation = Workstation::start(|listen| listen.address = address);
    let listen = workstation.status().listen.unwrap();
    let error = listen.error.unwrap();
    assert!(
        error.contains(&format!("cannot listen on {address}")),
        "{error}"
    );
    assert!(workstation.state().exists());
    drop(taken);
    wait_until("the port is opened", || {
        workstation.status().listen.unwrap().error.is_none()
    });
    assert_eq!(workstation.push(r#"{"ANumber":"1"}"#).0, 202);
}

#[test]
fn f63_refusals_are_counted() {
    let workstation = Workstation::start(|_| {});
    for _ in 0..20 {
        let mut stream = workstation.connect();
        let text = head("{}").replace(TOKEN, "wrong");
        stream.write_all(format!("{text}{{}}").as_bytes()).unwrap();
        assert_eq!(answer(&mut stream).0, 401);
    }
    assert_eq!(workstation.status().listen.unwrap().refused, 20);
}

/// A call that is being sent when the agent is stopped is taken and answered.
#[test]
fn a_call_under_way_at_the_stop_is_answered() {
    let workstation = Workstation::start(|_| {});
    let (mut stream, call) = (workstation.connect(), r#"{"CallID":"a"}"#);
    let request = format!("{}{call}", head(call));
    let (first, last) = request.split_at(request.len() - 1);
    stream.write_all(first.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(200));
    workstation.handle.stop();
    thread::sleep(Duration::from_millis(200));
    // An error is seen below.
    let _ = stream.write_all(last.as_bytes());
    assert_eq!(answer(&mut stream).0, 202);
}
