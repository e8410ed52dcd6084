//! F51: a firewall that has forgotten a connection drops its packets without a word. By real means: a network of the
//! test's own, in which what comes from the old connection goes nowhere.

use std::process::Command;
use std::time::{Duration, Instant};

use mc_curl::{CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::{Wire, WireServer};

#[test]
fn f51_calls_on_a_connection_that_a_firewall_has_forgotten_are_not_lost() {
    let inside = "firewall::inside_a_network_of_its_own";
    testkit::run_in_namespace("--net", inside, Duration::from_mins(2), |command| command);
}

fn ip(words: &str) {
    let done = Command::new("ip").args(words.split(' ')).status();
    assert!(done.unwrap().success(), "{words}");
}

#[tokio::test]
#[ignore = "changes the network it runs in; the test above runs it in one of its own"]
async fn inside_a_network_of_its_own() {
    ip("link set lo up");
    // Rules before the one for local addresses, which is the first of all.
    ip("rule add pref 100 lookup local");
    ip("rule del pref 0");
    // The first, by which it is left to the default of 10 seconds when to give up.
    let mut calls = tokio::task::JoinSet::new();
    for options in ["", "-I", "-X PUT -d a=b", "-X DELETE", "-m 4", "-d a=b"] {
        calls.spawn(call(options));
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap();
    }
}

async fn call(options: &'static str) {
    let server =
        WireServer::start(|_, _| Wire::keep("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let line = format!("curl {options} {}", server.url("/p"));
    let send = async || {
        let command = CurlCommand::read(&line, &Reading::literal()).unwrap();
        let (values, numbers) = (Values::new(), Numbers::default());
        let scope = Scope::new(&values, &numbers);
        sender.send(&command, &scope, None).await.unwrap()
    };
    assert_eq!(send().await.exit_code(), 0, "{options}");
    for peer in server.peers() {
        // Connections to different servers may come from one port.
        ip(&format!(
            "rule add pref 10 ipproto tcp sport {} dport {} blackhole",
            peer.port(),
            server.address().port()
        ));
    }
    let start = Instant::now();
    let answer = send().await;
    assert_eq!(answer.exit_code(), 0, "{options}: {answer:?}");
    assert!(start.elapsed() < Duration::from_secs(9), "{options}");
    // Nothing came twice: what was sent first went nowhere.
    assert_eq!(server.requests().len(), 2, "{options}");
    let connections: Vec<_> = server.requests().iter().map(|(one, _)| *one).collect();
    assert_eq!(connections, [0, 1], "{options}");
}
