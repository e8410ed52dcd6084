//! Peers that do not keep to the protocol: none may stop the owner, none may be taken for another.

use crate::support::{World, call, dial, frame, listen, receive, send};
use interprocess::local_socket::traits::Listener as _;
use serde_json::{Value, json};
use std::{
    io::Write as _,
    time::{Duration, Instant},
};

fn address(said: &Value) -> &str {
    said["address"].as_str().unwrap()
}

fn hello() -> Value {
    json!({ "protocol": mc_ipc::PROTOCOL, "build": "by hand" })
}

#[test]
fn f27_a_client_of_another_protocol_learns_whom_it_met() {
    let world = World::new();
    let (_owner, said) = world.own();
    for theirs in [0, 99] {
        let mut client = dial(address(&said));
        send(
            &mut client,
            &json!({ "protocol": theirs, "build": "other" }),
        );
        let answer = receive(&mut client).unwrap();
        assert_eq!(
            (&answer["protocol"], &answer["build"]),
            (&json!(mc_ipc::PROTOCOL), &json!("helper 1"))
        );
        // And nothing it sends is carried out.
        let _ = client.write_all(&frame(r#"{"id":"1","kind":"effect"}"#));
        assert_eq!(receive(&mut client), None);
    }
    assert_eq!(world.effects(), 0);
}

#[test]
fn f27_an_owner_of_another_protocol_is_refused_naming_both_builds() {
    let world = World::new();
    let address = world.address();
    for theirs in [
        r#"{"protocol":0,"build":"old 0.9"}"#,
        r#"{"protocol":99,"build":"new 9.0"}"#,
    ] {
        let other = listen(&address);
        let mut caller = world.start(call("effect", 1, 20_000, 20_000));
        let mut stream = other.accept().unwrap();
        receive(&mut stream).unwrap();
        stream.write_all(&frame(theirs)).unwrap();
        let said = caller.line();
        let text = said["text"].as_str().unwrap();
        assert!(
            said["error"].as_str().unwrap().starts_with("OtherProtocol"),
            "{said}"
        );
        assert!(text.contains("helper 1, protocol 1"), "{text}");
        assert!(
            text.contains("old 0.9, protocol 0") || text.contains("new 9.0, protocol 99"),
            "{text}"
        );
    }
}

#[test]
fn f27_an_owner_that_speaks_something_else_is_another_protocol_too() {
    let world = World::new();
    let address = world.address();
    for theirs in [
        &b"\xFF\xFF\xFF\xFF"[..],
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x02\0\0\0{}",
        b"\x02\0\0\0no",
    ] {
        let other = listen(&address);
        let mut caller = world.start(call("effect", 1, 20_000, 20_000));
        let mut stream = other.accept().unwrap();
        receive(&mut stream).unwrap();
        stream.write_all(theirs).unwrap();
        let said = caller.line();
        assert!(
            said["error"].as_str().unwrap().starts_with("OtherProtocol"),
            "{said}"
        );
    }
}

#[test]
fn f26_an_unbounded_length_is_answered_by_closing() {
    let world = World::new();
    let (_owner, said) = world.own();
    for at in ["hello", "request"] {
        let mut client = dial(address(&said));
        if at == "request" {
            send(&mut client, &hello());
            receive(&mut client).unwrap();
        }
        client.write_all(&[0xFF; 4]).unwrap();
        assert_eq!(receive(&mut client), None, "{at}");
    }
    assert_eq!(world.call("echo", 1), json!({ "ok": 1 }));
}

#[test]
fn f26_a_request_may_come_byte_by_byte() {
    let world = World::new();
    let (_owner, said) = world.own();
    let mut client = dial(address(&said));
    for byte in frame(&hello().to_string()) {
        client.write_all(&[byte]).unwrap();
    }
    receive(&mut client).unwrap();
    for byte in frame(r#"{"id":"bytes","kind":"echo","body":7,"unknown":"ignored"}"#) {
        client.write_all(&[byte]).unwrap();
    }
    assert_eq!(
        receive(&mut client).unwrap(),
        json!({ "id": "bytes", "answer": "accepted" })
    );
    assert_eq!(
        receive(&mut client).unwrap(),
        json!({ "id": "bytes", "answer": "result", "body": 7 })
    );
}

#[test]
fn f26_a_client_that_never_finishes_its_frame_is_dropped_and_holds_up_nobody() {
    let world = World::new();
    let (_owner, said) = world.own();
    let mut stuck = dial(address(&said));
    stuck.write_all(&[9, 0, 0, 0, b'{']).unwrap();
    assert_eq!(world.call("echo", 1), json!({ "ok": 1 }));
    assert_eq!(receive(&mut stuck), None);
}

#[test]
fn what_is_no_request_is_refused_by_name() {
    let world = World::new();
    let (_owner, said) = world.own();
    let long = json!({ "id": "x".repeat(65), "kind": "effect" }).to_string();
    for bad in [
        "[]",
        "{}",
        "null",
        r#"{"id":1,"kind":"effect"}"#,
        r#"{"id":"","kind":"effect"}"#,
        &long,
    ] {
        let mut client = dial(address(&said));
        send(&mut client, &hello());
        receive(&mut client).unwrap();
        client.write_all(&frame(bad)).unwrap();
        let answer = receive(&mut client).unwrap();
        assert_eq!(
            (&answer["answer"], &answer["code"]),
            (&json!("refused"), &json!("bad_request")),
            "{bad}"
        );
    }
    assert_eq!(world.effects(), 0);
}

#[test]
fn f18_more_connections_than_allowed_do_not_lock_anyone_out_for_good() {
    let world = World::new();
    let (_owner, said) = world.own();
    // Idle connections are dropped after their five seconds; a caller is patient for longer.
    let _idle: Vec<_> = (0..140).map(|_| dial(address(&said))).collect();
    assert_eq!(
        world.start(call("echo", 1, 40_000, 40_000)).line(),
        json!({ "ok": 1 })
    );
}

#[test]
fn f04_an_owner_with_other_privileges_is_told_apart_from_one_that_hangs() {
    let world = World::new();
    let other = listen(&world.address());
    let mut caller = world.start(call("effect", 1, 20_000, 20_000));
    let mut stream = other.accept().unwrap();
    receive(&mut stream).unwrap();
    let mut denied = hello();
    denied["other_privilege"] = json!(true);
    send(&mut stream, &denied);
    assert_eq!(caller.line()["error"], "OtherPrivilege");
}

#[test]
fn f19_an_owner_that_accepts_nobody_costs_each_caller_its_deadline() {
    let world = World::new();
    let _never_accepts = listen(&world.address());
    let since = Instant::now();
    let mut callers: Vec<_> = (0..3)
        .map(|_| world.start(call("effect", 1, 700, 700)))
        .collect();
    for caller in &mut callers {
        let said = caller.line();
        assert!(
            said["error"].as_str().unwrap().starts_with("NoAnswer"),
            "{said}"
        );
        caller.wait();
    }
    assert!(
        since.elapsed() < Duration::from_secs(10),
        "their runtimes end, too"
    );
}

#[test]
fn f26_a_body_may_be_as_long_as_the_limit_and_no_longer() {
    let world = World::new();
    let _owner = world.owner();
    // The environment of a process on Windows holds less, so the helper makes the text.
    let filled = |size: usize| {
        let mut task = call("length", Value::Null, 20_000, 20_000);
        // With its quotes.
        task["filler"] = json!(size - 2);
        world.start(task).line()
    };
    assert_eq!(filled(mc_ipc::MAX_BODY), json!({ "ok": mc_ipc::MAX_BODY }));
    let said = filled(mc_ipc::MAX_BODY + 1);
    let text = "the body is 131073 bytes long; at most 131072 are allowed";
    assert_eq!(said["text"], text);
    let said = world.call("huge", Value::Null);
    assert_eq!(said["refused"], "reply_too_large");
    let text = said["text"].as_str().unwrap();
    assert!(text.contains("132165 bytes long; at most 132096"), "{text}");
}
