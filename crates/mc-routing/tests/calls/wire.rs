//! The bytes on the wire: the same whatever other crates of the program turn on in reqwest. The tests of this crate are
//! built with every such feature (see `dev-dependencies`); `examples/embed-routing` is built without them and compares
//! with the same bytes.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use mc_routing::{BaseUrl, Body, RetryPolicy};

use crate::{body, client, options};

/// What goes out.
const REQUEST: &str = "POST /rest/v1.0/1/routingApplications/run/1234 HTTP/1.1\r\n\
    accept: application/json, */*\r\n\
    authorization: Bearer s3cret-t0ken\r\n\
    content-type: application/json\r\n\
    user-agent: wire-test\r\n\
    host: 127.0.0.1:{port}\r\n\
    content-length: 17\r\n\
    \r\n\
    {\"Action\":\"dial\"}";

/// Answers one connection with what `serve` does; gives the port and what `serve` gave.
fn once<T: Send + 'static>(
    serve: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (u16, JoinHandle<T>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || serve(listener.accept().unwrap().0));
    (port, serving)
}

#[tokio::test]
async fn f80_a_request_is_these_bytes() {
    let (port, serving) = once(|mut stream| {
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            let mut chunk = [0; 4096];
            let count = stream.read(&mut chunk).unwrap();
            assert_ne!(count, 0, "the request ends early");
            request.extend_from_slice(&chunk[..count]);
        }
        // A cookie and an encoding that are not asked for change nothing either.
        let answer = "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\ndone";
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(request).unwrap()
    });
    let url = BaseUrl::parse(&format!("http://127.0.0.1:{port}/rest/v1.0/1")).unwrap();
    let client = client(options().user_agent("wire-test"));
    let answer = client
        .run(&url.run(1234), &body(&[("Action", "dial")]))
        .await
        .unwrap();
    assert_eq!(answer.text, "done");
    let request = serving.join().unwrap();
    assert_eq!(request, REQUEST.replace("{port}", &port.to_string()));
}

#[tokio::test]
async fn no_http_2_is_offered() {
    let (port, serving) = once(|mut stream| {
        let mut hello = vec![0; 4096];
        let count = stream.read(&mut hello).unwrap();
        hello.truncate(count);
        hello
    });
    let url = BaseUrl::parse(&format!("https://127.0.0.1:{port}")).unwrap();
    let client = client(options().retry(RetryPolicy::never()));
    client.run(&url.run(1), &Body::new()).await.unwrap_err();
    let hello = serving.join().unwrap();
    assert_eq!(hello.first(), Some(&0x16), "a TLS handshake record");
    // A protocol's name in ALPN has its length before it (RFC 7301, 3.1).
    let offers_h2 = hello.windows(5).any(|bytes| bytes == b"\0\x03\x02h2")
        || hello
            .windows(12)
            .any(|bytes| bytes == b"\x02h2\x08http/1.1");
    assert!(!offers_h2, "{hello:x?}");
}

#[tokio::test]
async fn the_body_of_a_refusal_that_does_not_come_is_not_waited_for() {
    for status in ["302 Found\r\nLocation: /login", "500 Oops"] {
        let (port, serving) = once(move |mut stream| {
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: 100\r\n\r\nbegun");
            stream.write_all(head.as_bytes()).unwrap();
            // Kept, so it stays open.
            stream
        });
        let url = BaseUrl::parse(&format!("http://127.0.0.1:{port}")).unwrap();
        let begun = Instant::now();
        let client = client(options().timeout(Duration::from_mins(1)));
        let error = client.run(&url.run(1), &Body::new()).await.unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(30), "{status}");
        assert!(error.to_string().contains(&status[..3]), "{error}");
        drop(serving.join().unwrap());
    }
}
