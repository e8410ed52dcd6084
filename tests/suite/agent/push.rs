//! Calls pushed over HTTP.

use super::page::Browser;
use super::{Desk, PATIENCE, Push, TOKEN, answer};
use serde_json::{Value, json as value};
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use testkit::{Running, wait_until};

#[test]
fn a_pushed_call_is_accepted_journalled_and_runs_the_hooks() {
    let desk = Desk::new();
    desk.listening("UsersUID = \"agent.17\"", "");
    let _agent = desk.agent();
    let (status, accepted) =
        Push::call(r#"{"ANumber":"49199123456","UsersUID":"agent.17"}"#).to(&desk.address());
    assert_eq!(status, 202, "{accepted}");
    assert_eq!(accepted["duplicate"], false);
    // On disk before the answer: the id stands in the file already.
    assert!(
        desk.journal_text()
            .contains(accepted["id"].as_str().unwrap())
    );
    assert_eq!(desk.crm.only().args, ["49199123456", "agent.17"]);
    let entry = desk.history().pop().unwrap();
    assert_eq!(
        (&entry["id"], &entry["via"]),
        (&accepted["id"], &value!("http"))
    );
}

#[test]
fn a_form_is_a_call_too() {
    let desk = Desk::new();
    desk.listening("", "");
    let _agent = desk.agent();
    let form = Push::call("caller=%2B49+199&useruid=M%C3%BCller")
        .header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(form.to(&desk.address()).0, 202);
    assert_eq!(desk.crm.only().args, ["+49 199", "Müller"]);
}

#[test]
fn a_repetition_names_the_first_one() {
    let desk = Desk::new();
    desk.listening("", "");
    let _agent = desk.agent();
    let (address, call) = (desk.address(), r#"{"CallID":"a1","ANumber":"1"}"#);
    let (_, first) = Push::call(call).to(&address);
    let (status, again) = Push::call(call).to(&address);
    assert_eq!(
        (status, &again["duplicate"], &again["id"]),
        (202, &value!(true), &first["id"])
    );
}

/// Who pushes reads no answers, as a rule; who looks for missing calls reads this.
#[test]
fn what_was_refused_is_seen_here_too() {
    let desk = Desk::new();
    desk.listening("UsersUID = \"agent.17\"", "");
    let _agent = desk.agent();
    let said = desk.say(&["status"]).expect_code(0).stdout;
    assert!(!said.contains("refused"), "{said}");
    let call = || Push::call(r#"{"ANumber":"1"}"#);
    let address = desk.address();
    assert_eq!(call().header("Authorization", "").to(&address).0, 401);
    let other = call().header("Host", "pc18.example");
    assert_eq!(other.to(&address).0, 403);
    let listen = desk.status()["listen"].clone();
    assert_eq!(listen["refused"], 2);
    let last = &listen["last_refused"];
    assert_eq!(last["code"], "host", "{listen}");
    assert!(
        last["error"].as_str().unwrap().contains("listen.hosts"),
        "{listen}"
    );
    assert!(last["at"].is_string(), "{listen}");
    let said = desk.say(&["status"]).expect_code(0).stdout;
    assert!(said.contains("; 2 requests refused, the last "), "{said}");
    let said = desk.say(&["doctor"]).stdout;
    let found = said.lines().find(|line| line.contains("2 requests"));
    assert!(
        found.is_some_and(|line| line.starts_with("note") && line.contains("listen.hosts")),
        "{said}"
    );
    let page = Browser::of(&desk).page();
    assert!(
        page.contains(">2</bdi> requests from outside were refused"),
        "{page}"
    );
    let log = std::fs::read_to_string(desk.home.path().join("state/logs/miniclient.log")).unwrap();
    assert!(log.contains("see listen.hosts"), "{log}");
}

#[test]
fn what_is_wrong_with_a_request_is_said_and_nothing_runs() {
    let desk = Desk::new();
    desk.listening("UsersUID = \"agent.17\"", "");
    let _agent = desk.agent();
    let address = desk.address();
    let call = || Push::call(r#"{"ANumber":"1"}"#);
    let large = format!("{{\"ANumber\":\"{}\"}}", "1".repeat(70_000));
    let chunked = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    let cases: Vec<(Push, u16, &str)> = vec![
        (call().header("Authorization", ""), 401, "token"),
        (call().header("Authorization", "Bearer wrong"), 401, "token"),
        (
            call().header("Origin", "https://evil.example"),
            403,
            "origin",
        ),
        (call().header("Host", "evil.example"), 403, "host"),
        (call().line("POST /"), 404, "path"),
        (call().line("GET /v1/calls"), 405, "method"),
        (call().line("PUT /v1/calls"), 405, "method"),
        (call().header("Content-Type", "text/plain"), 415, "type"),
        (call().header("Content-Type", ""), 415, "type"),
        (Push::call(large.clone()), 413, "size"),
        (
            Push::call(chunked).header("Transfer-Encoding", "chunked"),
            413,
            "size",
        ),
        (Push::call("no json"), 400, "event"),
        (Push::call("[]"), 400, "event"),
        (Push::call(r#"{"Event":"exploded"}"#), 400, "event"),
        (
            Push::call(r#"{"ANumber":"1","UsersUID":"agent.18"}"#),
            409,
            "user",
        ),
    ];
    for (push, status, code) in cases {
        let what = format!("{} {:?}", push.line, push.headers);
        let (got, body) = push.to(&address);
        assert_eq!(
            (got, &body["code"]),
            (status, &value!(code)),
            "{what}: {body}"
        );
        assert_eq!(body["status"], status);
        assert!(
            body["error"].as_str().is_some_and(|text| text.len() > 10),
            "{body}"
        );
        assert!(!body.to_string().contains(TOKEN));
    }
    assert_eq!(desk.history(), Vec::<Value>::new());
    assert_eq!(desk.crm.dumps().len(), 0);
    assert_eq!(call().to(&address).0, 202, "and a good one is still taken");
}

#[test]
fn a_peer_that_is_not_in_allow_from_is_refused_with_the_right_token_too() {
    let desk = Desk::new();
    desk.listening("", "allow_from = [\"10.1.0.0/16\"]\n");
    let _agent = desk.agent();
    let (status, body) = Push::call(r#"{"ANumber":"1"}"#).to(&desk.address());
    assert_eq!((status, &body["code"]), (403, &value!("peer")));
}

#[test]
fn names_under_hosts_are_ours() {
    let desk = Desk::new();
    desk.listening("", "hosts = [\"pc17.example.com\"]\n");
    let _agent = desk.agent();
    let push = Push::call(r#"{"ANumber":"1"}"#).header("Host", "PC17.example.com:7431");
    assert_eq!(push.to(&desk.address()).0, 202);
}

#[test]
fn a_flood_is_slowed_down_and_those_without_the_token_do_not_use_up_the_callers_share() {
    let desk = Desk::new();
    desk.listening("", "");
    let _agent = desk.agent();
    let address = desk.address();
    let mut flood = (0..200).map(|_| {
        Push::call("{}")
            .header("Authorization", "Bearer wrong")
            .to(&address)
            .0
    });
    assert!(flood.any(|status| status == 429));
    assert_eq!(Push::call(r#"{"ANumber":"1"}"#).to(&address).0, 202);
    let mut calls = (0..200).map(|i| {
        Push::call(format!(r#"{{"Event":"missed","CallID":"{i}"}}"#))
            .to(&address)
            .0
    });
    assert!(calls.any(|status| status == 429));
}

#[test]
fn connections_that_say_nothing_hold_up_nobody() {
    let desk = Desk::new();
    desk.listening("", "");
    let _agent = desk.agent();
    let address = desk.address();
    let mut silent: Vec<_> = (0..30)
        .map(|_| TcpStream::connect(&address).unwrap())
        .collect();
    let mut half: Vec<_> = (0..20)
        .map(|_| TcpStream::connect(&address).unwrap())
        .collect();
    for stream in &mut half {
        stream
            .write_all(b"POST /v1/calls HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            .unwrap();
    }
    assert_eq!(Push::call(r#"{"ANumber":"1"}"#).to(&address).0, 202);
    // And a body that never comes is given up.
    let mut waiting = TcpStream::connect(&address).unwrap();
    waiting.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "POST /v1/calls HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{{"
    );
    let head = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    waiting.write_all(head.as_bytes()).unwrap();
    assert_eq!(answer(&mut waiting).0, 408);
    drop(silent.drain(..));
}

#[test]
fn f61_a_taken_port_is_said_and_everything_else_works() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let desk = Desk::new();
    let address = taken.local_addr().unwrap();
    desk.config(
        "",
        &format!("[listen]\naddress = \"{address}\"\ntoken_file = \"listen-token\"\n"),
    );
    let agent = desk.agent();
    let text = format!("cannot listen on {address}");
    assert!(agent.stderr().contains(&text), "{}", agent.stderr());
    let status = desk.status();
    assert!(
        status["listen"]["error"].as_str().unwrap().contains(&text),
        "{status}"
    );
    assert!(desk.say(&["status"]).expect_code(0).stdout.contains(&text));
    assert!(desk.say(&["doctor"]).stdout.contains(&text));
    desk.must(&["ring", "--a-number", "1", "--wait"], 0);
    drop(taken);
    wait_until(PATIENCE, "the port is opened", || {
        desk.status()["listen"]["error"].is_null()
    });
    assert_eq!(Push::call(r#"{"ANumber":"2"}"#).to(&desk.address()).0, 202);
}

#[test]
fn without_a_token_file_the_token_is_made_anew_and_told_nobody() {
    let desk = Desk::new();
    desk.config("", "[listen]\naddress = \"127.0.0.1:0\"\n");
    let agent: Running = desk.agent();
    assert_eq!(desk.status()["listen"]["token"], "random");
    assert_eq!(Push::call(r#"{"ANumber":"1"}"#).to(&desk.address()).0, 401);
    let said = agent.stderr();
    let words = said.split(|c: char| !c.is_ascii_hexdigit());
    assert!(words.map(str::len).all(|length| length < 32), "{said}");
}

#[test]
fn the_token_is_in_no_file_and_no_output() {
    let desk = Desk::new();
    desk.listening("", "");
    let agent = desk.agent();
    let address = desk.address();
    Push::call(r#"{"ANumber":"1"}"#).to(&address);
    Push::call(r#"{"ANumber":"1"}"#)
        .header("Authorization", "Bearer also-secret")
        .to(&address);
    desk.must(&["stop"], 0);
    let said = agent.finish(PATIENCE);
    let mut texts = vec![said.stdout, said.stderr, desk.journal_text()];
    for file in std::fs::read_dir(desk.home.path().join("state").join("logs")).unwrap() {
        texts.push(std::fs::read_to_string(file.unwrap().path()).unwrap());
    }
    assert!(
        texts.iter().any(|text| text.contains("the agent starts")),
        "there is a log"
    );
    for text in &texts {
        assert!(
            !text.contains(TOKEN) && !text.contains("also-secret"),
            "{text}"
        );
    }
}
