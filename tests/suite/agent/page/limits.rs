//! What a page bears from others on this computer.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use super::super::PATIENCE;
use super::{Browser, desk};

#[test]
fn many_connections_and_slow_ones_shut_nobody_out() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    let address = browser.way.address;
    let silent: Vec<_> = (0..200)
        .map(|n| {
            let mut stream = TcpStream::connect(address).unwrap();
            // Every other one a byte at a time, and never to the end.
            if n % 2 == 0 {
                let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX");
            }
            stream
        })
        .collect();
    let began = Instant::now();
    assert!(browser.page().contains("MiniClient"));
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    drop(silent);
}

#[test]
fn a_form_that_is_too_large_or_never_comes_dials_nothing() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    let origin = browser.origin();
    let large = format!("number={}", "1".repeat(70_000));
    assert_eq!(browser.dial(&large, &[("Origin", &origin)]).status, 400);
    let slow = [("Origin", origin.as_str()), ("Content-Length", "20")];
    assert_eq!(browser.dial("number=0", &slow).status, 408);
    assert_eq!(desk.history().len(), 0);
}

#[test]
fn a_live_page_stays_and_ends_with_the_agent() {
    let desk = desk();
    let agent = desk.agent();
    let browser = Browser::of(&desk);
    let mut live: Vec<_> = (0..16).map(|_| browser.events()).collect();
    assert_eq!(browser.get("events", &[]).status, 503, "one too many");
    for events in &mut live {
        let _ = events.next();
    }
    // Closed ones make room.
    live.truncate(3);
    testkit::wait_until(PATIENCE, "room for one more", || {
        let mut stream = TcpStream::connect(browser.way.address).unwrap();
        let (folder, address, cookie) = (&browser.way.folder, browser.way.address, &browser.cookie);
        write!(
            stream,
            "GET {folder}events HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n"
        )
        .unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        status.ends_with(b"200")
    });
    let began = Instant::now();
    desk.must(&["stop"], 0);
    assert!(began.elapsed().as_secs() < 5, "nothing holds the end up");
    for events in &mut live {
        let mut rest = String::new();
        let _ = events.0.read_to_string(&mut rest);
    }
    drop(agent);
    let folder = desk.home.path().join("state").join("page");
    let left = std::fs::read_dir(folder).map_or(0, Iterator::count);
    assert_eq!(left, 0, "no token stays behind");
}
