//! Owners and clients that die in the middle, and what was done by then.

use crate::support::{World, call, dial, listen, no_answer_of, receive, send};
use interprocess::local_socket::traits::Listener as _;
use serde_json::{Value, json};

#[test]
fn f24_an_owner_killed_before_the_effect_leaves_the_outcome_unknown() {
    let world = World::new();
    let mut owner = world.owner();
    assert_eq!(world.call("die", "at once"), json!({ "unknown": false }));
    owner.wait();
    assert_eq!(world.effects(), 0);
}

#[test]
fn f24_an_owner_killed_after_the_effect_did_it_once() {
    let world = World::new();
    for (round, (when, accepted)) in [("after the effect", false), ("after accepting", true)]
        .into_iter()
        .enumerate()
    {
        let mut owner = world.owner();
        assert_eq!(
            world.call("die", when),
            json!({ "unknown": accepted }),
            "{when}"
        );
        owner.wait();
        assert_eq!(world.effects(), round + 1, "{when}");
    }
}

#[test]
fn f24_an_owner_that_dies_during_hello_is_followed_by_its_successor() {
    let world = World::new();
    let address = world.address();
    // Takes the hello and is gone, like an owner killed at that moment. Then the real one starts.
    let dying = listen(&address);
    let mut caller = world.start(call("effect", 1, 30_000, 30_000));
    let mut stream = dying.accept().unwrap();
    assert_eq!(receive(&mut stream).unwrap()["protocol"], mc_ipc::PROTOCOL);
    // The successor is there before the caller can look again: it must never see a world without an owner.
    #[cfg(unix)]
    {
        drop(dying);
        let _owner = world.owner();
        drop(stream);
        assert_eq!(caller.line(), json!({ "ok": "done" }));
        assert_eq!(world.effects(), 1);
    }
    // A pipe's name lives as long as its last instance, so here the caller may find nobody for a moment.
    #[cfg(windows)]
    {
        drop(stream);
        drop(dying);
        let said = caller.line();
        assert_eq!(said["error"], "NotRunning", "{said}");
        assert_eq!(world.effects(), 0);
    }
}

#[test]
fn f24_a_request_is_never_sent_twice() {
    let world = World::new();
    let address = world.address();
    for last in ["request", "accepted"] {
        let dying = listen(&address);
        let mut caller = world.start(call("effect", 1, 20_000, 20_000));
        let mut stream = dying.accept().unwrap();
        receive(&mut stream).unwrap();
        send(
            &mut stream,
            &json!({ "protocol": mc_ipc::PROTOCOL, "build": "dying", "ready": true }),
        );
        let request = receive(&mut stream).unwrap();
        assert_eq!(request["kind"], "effect");
        if last == "accepted" {
            send(
                &mut stream,
                &json!({ "id": request["id"], "answer": "accepted" }),
            );
            // On Windows, closing throws away what was not read yet; the caller closes when it has an answer.
            #[cfg(windows)]
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        drop(stream);
        drop(dying);
        assert_eq!(caller.line(), json!({ "unknown": last == "accepted" }));
    }
}

#[test]
fn f24_an_answer_to_another_request_is_not_taken_for_ours() {
    let world = World::new();
    let address = world.address();
    let confused = listen(&address);
    let mut caller = world.start(call("effect", 1, 20_000, 20_000));
    let mut stream = confused.accept().unwrap();
    receive(&mut stream).unwrap();
    send(
        &mut stream,
        &json!({ "protocol": mc_ipc::PROTOCOL, "build": "confused" }),
    );
    receive(&mut stream).unwrap();
    send(
        &mut stream,
        &json!({ "id": "another", "answer": "result", "body": "done" }),
    );
    assert_eq!(caller.line(), json!({ "unknown": false }));
}

#[test]
fn f22_a_server_that_takes_everything_and_says_nothing_is_no_success() {
    let world = World::new();
    let address = world.address();
    let silent = listen(&address);
    let mut caller = world.start(call("effect", 1, 1_000, 1_000));
    let mut stream = silent.accept().unwrap();
    receive(&mut stream).unwrap();
    let said = caller.line();
    let no_answer = no_answer_of(std::process::id());
    assert_eq!(
        said["error"], no_answer,
        "not a byte of the request was sent"
    );
    drop(stream);
    let mut caller = world.start(call("effect", 1, 1_000, 1_000));
    let mut stream = silent.accept().unwrap();
    receive(&mut stream).unwrap();
    send(
        &mut stream,
        &json!({ "protocol": mc_ipc::PROTOCOL, "build": "silent" }),
    );
    assert_eq!(caller.line(), json!({ "unknown": false }));
}

#[test]
fn a_client_that_dies_after_sending_is_served_all_the_same() {
    let world = World::new();
    let (_owner, said) = world.own();
    let mut client = dial(said["address"].as_str().unwrap());
    send(
        &mut client,
        &json!({ "protocol": mc_ipc::PROTOCOL, "build": "dying client" }),
    );
    receive(&mut client).unwrap();
    send(
        &mut client,
        &json!({ "id": "gone", "kind": "effect", "body": 1 }),
    );
    drop(client);
    // Asking again with the same id gets the answer, without a second effect.
    let mut task = call("effect", 1, 20_000, 20_000);
    task["id"] = json!("gone");
    assert_eq!(world.start(task).line(), json!({ "ok": "done" }));
    assert_eq!(world.effects(), 1);
}

#[test]
fn f12_programs_that_the_owner_started_do_not_hold_its_lock() {
    let world = World::new();
    let mut owner = world.owner();
    let child = world.call("child", Value::Null);
    owner.kill();
    let mut next = world.owner();
    let second = world.call("child", Value::Null);
    next.kill();
    let _third = world.owner();
    for child in [child, second] {
        end(u32::try_from(child["ok"].as_u64().unwrap()).unwrap());
    }
}

#[cfg(unix)]
fn end(pid: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL).unwrap();
}

#[cfg(windows)]
fn end(pid: u32) {
    // It pings for a minute and ends.
    let _ = pid;
}
