//! The agent killed at every step of a call's way.

use super::{Desk, PATIENCE, Push, json};
use serde_json::Value;
use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Instant;
use testkit::under_wine;

/// How often it is killed, unless the environment says otherwise.
const KILLS: u32 = 25;

/// The status of an answer; none when the other side went before it had given one.
fn status(stream: &mut TcpStream) -> Option<u16> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    // Cut short, it is no answer.
    text.contains("\r\n\r\n{").then_some(())?;
    text.split(' ').nth(1)?.parse().ok()
}

/// Whoever has pushed a call and was not answered pushes it again. Whatever is cut in between: what was answered with 202 is in the
/// journal, and no program starts twice for one call.
#[test]
fn f58_no_kill_loses_a_call_or_doubles_it() {
    let kills = std::env::var("MINICLIENT_TEST_KILLS").map_or(KILLS, |n| n.parse().unwrap());
    let kills = if under_wine() { kills.min(8) } else { kills };
    let desk = Desk::new();
    desk.listening("", "");
    let call = |n: u32| Push::call(format!(r#"{{"CallID":"{n}","ANumber":"{n}"}}"#));
    let mut agent = desk.agent();
    let address = desk.address();
    // As long as it takes when nobody kills anything, and a bit.
    let took = (0..5).map(|n: u32| {
        let since = Instant::now();
        assert_eq!(call(1_000_000 + n).to(&address).0, 202);
        since.elapsed()
    });
    let way = took.min().unwrap() * 3 / 2;
    let mut repeated = 0;
    for n in 1..=kills {
        let mut stream = TcpStream::connect(desk.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(&call(n).bytes("127.0.0.1")).unwrap();
        // Another step each time: this is what is tested, not waited for.
        sleep(way * n / kills);
        agent.kill();
        let answered = status(&mut stream);
        agent = desk.agent();
        if answered != Some(202) {
            assert_eq!(answered, None);
            repeated += 1;
            assert_eq!(call(n).to(&desk.address()).0, 202, "{n}");
        }
    }
    desk.must(&["stop"], 0);
    let _ = agent.finish(PATIENCE).expect_code(0);

    let mut journal = HashMap::<String, Vec<Value>>::new();
    let text = desk
        .say(&["history", "--json", "-n", "100000"])
        .expect_code(0)
        .stdout;
    for entry in text.lines().map(json) {
        let id = entry["event"]["CallID"].as_str().unwrap().to_owned();
        journal.entry(id).or_default().push(entry);
    }
    let mut starts = HashMap::<String, u32>::new();
    for start in desk.crm.dumps() {
        *starts.entry(start.args[0].clone()).or_default() += 1;
    }
    for n in (1..=kills).map(|n| n.to_string()) {
        assert!(journal.contains_key(&n), "call {n} is lost");
        let starts = starts.get(&n).copied().unwrap_or_default();
        assert!(starts <= 1, "call {n} ran {starts} times");
        // What ran nowhere is not said to have.
        let ended = journal[&n]
            .iter()
            .filter(|entry| entry["hooks"][0]["outcome"] != "unknown");
        assert!(ended.count() <= usize::try_from(starts).unwrap(), "{n}");
    }
    let ran = starts.len();
    println!(
        "{kills} kills within {} us each, {repeated} calls repeated, {} written down, {ran} ran, none twice",
        way.as_micros(),
        journal.len()
    );
}
