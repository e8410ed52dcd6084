//! Who is the one instance, and that it answers.

use crate::support::{Helper, PATIENCE, World, call, no_answer_of};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[test]
fn f02_of_twenty_starts_at_once_one_owns_and_nineteen_find_it() {
    let world = World::new();
    let mut starts: Vec<_> = (0..20)
        .map(|_| world.start(json!({ "do": "own" })))
        .collect();
    let said: Vec<_> = starts.iter_mut().map(Helper::line).collect();
    let owners: Vec<_> = said
        .iter()
        .filter_map(|said| said["owner"].as_u64())
        .collect();
    assert_eq!(owners.len(), 1, "{said:?}");
    for other in said.iter().filter(|said| said["owner"].is_null()) {
        assert_eq!(other["running"].as_u64(), Some(owners[0]), "{other}");
    }
}

#[test]
fn f03_f07_an_owner_that_died_is_replaced_at_once_a_hundred_times() {
    let world = World::new();
    let mut owner = world.owner();
    for round in 0..100 {
        owner.kill();
        // Paired starts: exactly one of them takes over what the dead one left.
        let (mut one, mut two) = (
            world.start(json!({ "do": "own" })),
            world.start(json!({ "do": "own" })),
        );
        let (said_one, said_two) = (one.line(), two.line());
        owner = match (said_one["owner"].is_u64(), said_two["owner"].is_u64()) {
            (true, false) => {
                assert_eq!(said_two["running"], said_one["owner"], "round {round}");
                one
            }
            (false, true) => {
                assert_eq!(said_one["running"], said_two["owner"], "round {round}");
                two
            }
            _ => panic!("round {round}: {said_one} {said_two}"),
        };
    }
}

#[test]
fn f06_the_build_has_no_say_in_who_owns() {
    let world = World::new();
    let _owner = world.owner();
    let other = world
        .start(json!({ "do": "own", "build": "helper 2 of another folder" }))
        .line();
    assert_eq!(other["build"], "helper 1");
}

#[test]
fn another_home_is_another_instance() {
    let world = World::new();
    let _owner = world.owner();
    let other = world.dir.path().join("other");
    let mut second = world.start(json!({ "do": "own", "home": other }));
    assert!(second.line()["owner"].is_u64());
}

#[test]
fn without_an_instance_a_call_says_so_at_once() {
    let world = World::new();
    let since = Instant::now();
    let said = world.call("echo", 1);
    assert_eq!(said["error"], "NotRunning");
    assert!(since.elapsed() < Duration::from_secs(10));
    let (mut owner, _) = world.own();
    owner.kill();
    assert_eq!(
        world.call("echo", 1)["error"],
        "NotRunning",
        "and after one died"
    );
}

#[test]
fn f23_a_request_is_answered() {
    let world = World::new();
    let _owner = world.owner();
    let body = json!({ "text": "Müller | \"x\" \u{0} \n 😀", "list": [1, 2.5, null] });
    assert_eq!(world.call("echo", body.clone()), json!({ "ok": body }));
    assert_eq!(world.call("refuse", Value::Null)["refused"], "no_user");
    assert_eq!(
        world.call("panic", Value::Null)["refused"],
        "handler_failed"
    );
    assert_eq!(
        world.call("huge", Value::Null)["refused"],
        "reply_too_large"
    );
    assert_eq!(
        world.call("echo", 1),
        json!({ "ok": 1 }),
        "the owner goes on"
    );
}

#[test]
fn a_request_that_does_not_fit_is_not_sent() {
    let world = World::new();
    let _owner = world.owner();
    // The environment of a process on Windows holds less than a frame, so the helper makes the text.
    let mut task = call("effect", Value::Null, 20_000, 20_000);
    task["filler"] = json!(mc_ipc::MAX_FRAME);
    let said = world.start(task).line();
    assert!(
        said["error"].as_str().unwrap().starts_with("TooLarge"),
        "{said}"
    );
    assert_eq!(world.effects(), 0);
}

#[test]
fn f23_an_owner_that_is_not_ready_says_so_and_gets_no_request() {
    let world = World::new();
    let mut owner = world.start(json!({ "do": "own", "unready": true }));
    owner.line();
    let said = world.start(call("effect", 1, 500, 500)).line();
    assert_eq!(said["refused"], "not_ready");
    assert_eq!(world.effects(), 0);
    let said = world
        .start(json!({ "do": "hello", "accepted": 20_000 }))
        .line();
    assert!(said.as_str().unwrap().contains("ready: false"), "{said}");
}

#[test]
fn f28_an_owner_that_is_not_ready_may_be_ending_and_is_waited_for() {
    let world = World::new();
    let mut ending = world.start(json!({ "do": "own", "unready": true }));
    ending.line();
    let mut next = world.start(json!({ "do": "own" }));
    std::thread::sleep(Duration::from_millis(300));
    assert!(next.child.try_wait().unwrap().is_none(), "it waits");
    ending.kill();
    assert_eq!(next.line()["owner"], next.child.id());
}

#[test]
fn f21_one_slow_request_does_not_hold_up_another() {
    let world = World::new();
    let _owner = world.owner();
    let mut slow = world.start(call("slow", 20_000, 20_000, 60_000));
    let since = Instant::now();
    while world.effects() == 0 {
        assert!(since.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(5));
    }
    let since = Instant::now();
    assert_eq!(world.call("echo", 1), json!({ "ok": 1 }));
    assert!(since.elapsed() < Duration::from_secs(15));
    assert!(slow.child.try_wait().unwrap().is_none());
}

#[test]
fn f20_a_frozen_owner_costs_each_caller_its_deadline_and_no_more() {
    let world = World::new();
    let owner = world.owner();
    // On Windows a hung owner has one instance of the pipe to give, and then does not show who it is.
    let no_answer = [
        no_answer_of(owner.child.id()),
        "NoAnswer { pid: None }".to_owned(),
    ];
    let known = if cfg!(windows) { 2 } else { 1 };
    let _freezer = world.start(call("freeze", 20_000, 30_000, 30_000));
    // Until it is frozen, hellos come back.
    let since = Instant::now();
    loop {
        let said = world
            .start(json!({ "do": "hello", "accepted": 300 }))
            .line();
        if said.as_str().unwrap().contains("NoAnswer") {
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(15), "{said}");
    }
    for _ in 0..5 {
        let since = Instant::now();
        let said = world.start(call("effect", 1, 1_000, 1_000)).line();
        assert!(
            no_answer[..known]
                .iter()
                .any(|text| said["error"] == **text),
            "{said}"
        );
        let took = since.elapsed();
        assert!(
            took >= Duration::from_secs(1) && took < Duration::from_secs(8),
            "{took:?}"
        );
    }
    assert_eq!(world.effects(), 0, "nothing was sent");
}

#[test]
fn results_have_a_deadline_of_their_own() {
    let world = World::new();
    let _owner = world.owner();
    let said = world.start(call("slow", 1_500, 20_000, 60_000)).line();
    assert_eq!(said, json!({ "ok": "late" }));
    let since = Instant::now();
    let said = world.start(call("slow", 60_000, 20_000, 300)).line();
    assert_eq!(said, json!({ "unknown": true }));
    let said = world.start(call("silent", 1, 700, 60_000)).line();
    assert_eq!(
        said,
        json!({ "unknown": false }),
        "written, and not even accepted"
    );
    assert!(since.elapsed() < Duration::from_secs(20));
}

#[test]
fn f18_fifty_callers_at_once_are_all_answered_among_fifty_that_connect_and_die() {
    let world = World::new();
    let (_owner, said) = world.own();
    let address = said["address"].as_str().unwrap().to_owned();
    let dying = std::thread::spawn(move || {
        for _ in 0..50 {
            drop(crate::support::dial(&address));
        }
    });
    let mut callers: Vec<_> = (0..50)
        .map(|i| world.start(call("echo", i, 40_000, 40_000)))
        .collect();
    for (i, caller) in callers.iter_mut().enumerate() {
        assert_eq!(caller.line(), json!({ "ok": i }));
    }
    dying.join().unwrap();
    assert_eq!(
        world.call("echo", "and one more"),
        json!({ "ok": "and one more" })
    );
}

#[test]
fn f24_a_repeated_id_is_carried_out_once_and_answered_alike() {
    let world = World::new();
    let _owner = world.owner();
    let mut task = call("effect", 1, 20_000, 20_000);
    task["id"] = json!("the same");
    for _ in 0..3 {
        assert_eq!(world.start(task.clone()).line(), json!({ "ok": "done" }));
    }
    assert_eq!(world.effects(), 1);
    task["body"] = json!(2);
    assert_eq!(world.start(task).line()["refused"], "id_reused");
    assert_eq!(world.effects(), 1);
}

#[test]
fn f28_a_stopped_owner_answers_first_and_leaves_nothing_behind() {
    let world = World::new();
    let (mut owner, said) = world.own();
    assert_eq!(world.call("stop", Value::Null), json!({ "ok": "stopping" }));
    assert_eq!(
        world
            .start(json!({ "do": "gone", "accepted": 30_000 }))
            .line(),
        json!(true)
    );
    owner.wait();
    #[cfg(unix)]
    assert!(!std::path::Path::new(said["address"].as_str().unwrap()).exists());
    assert_eq!(world.call("echo", 1)["error"], "NotRunning", "{said}");
    let _next = world.owner();
}

#[test]
fn waiting_for_the_end_of_an_owner_that_stays_ends_too() {
    let world = World::new();
    let _owner = world.owner();
    assert_eq!(
        world.start(json!({ "do": "gone", "accepted": 300 })).line(),
        json!(false)
    );
}

/// Starts that have something to hand over, at once; what each came to. The first serves `serve` milliseconds.
fn hand_over(world: &World, starts: usize, serve: u64) -> (Vec<Helper>, Vec<Value>) {
    let mut starts: Vec<_> = (0..starts)
        .map(|_| world.start(json!({ "do": "hand over", "serve": serve })))
        .collect();
    let said = starts.iter_mut().map(Helper::line).collect();
    (starts, said)
}

#[test]
fn f79_of_many_starts_at_once_one_is_first_and_all_others_have_handed_over() {
    for starts in [12, 12, 12, 12, 50, 50] {
        let world = World::new();
        let (_running, said) = hand_over(&world, starts, 60_000);
        let first = said.iter().filter(|said| said["first"].is_u64()).count();
        let done = said.iter().filter(|said| said["done"] == "done").count();
        assert_eq!((first, done), (1, starts - 1), "{said:?}");
        assert_eq!(world.effects(), starts - 1);
    }
}

#[test]
fn f79_where_the_first_ends_another_is_first_and_nothing_is_lost() {
    let world = World::new();
    let (mut running, said) = hand_over(&world, 24, 20);
    let first = said.iter().filter(|said| said["first"].is_u64()).count();
    let done = said.iter().filter(|said| said["done"] == "done").count();
    assert_eq!(first + done, 24, "{said:?}");
    assert_eq!(world.effects(), done);
    for process in &mut running {
        process.wait();
    }
}
