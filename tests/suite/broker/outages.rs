//! Brokers that are away, come back, refuse, and agents whose settings change.

use testkit::{Mosquitto, MosquittoSettings};

use super::{Desk, PATIENCE, broker_line, call, open_broker};

const TOPIC: &str = "jtel/calls/agent.17";

#[test]
fn a_broker_that_comes_later_and_goes_and_comes_again() {
    if open_broker().is_none() {
        return;
    }
    let address = Mosquitto::free_address();
    let desk = Desk::new(&format!("broker = 'mqtt://{address}'"));
    let _agent = desk.agent();
    let status = desk.wait_status("a failure", |status| status["failures"].as_u64() > Some(1));
    assert_eq!(status["state"], "away", "{status}");
    let error = status["error"].as_str().unwrap();
    assert!(
        error.contains(&address.to_string()) && error.contains("check that the broker runs"),
        "{error}"
    );

    let mut broker = Mosquitto::start_at(address, &MosquittoSettings::open());
    let status = desk.wait_state("connected");
    assert_eq!(
        (&status["error"], &status["failures"]),
        (&serde_json::Value::Null, &0.into())
    );
    broker.publish(TOPIC, &call("a1", "49301"), &[]);
    desk.crm.wait_for(1, PATIENCE);

    broker.kill();
    desk.wait_state("away");
    broker.restart();
    desk.wait_state("connected");
    broker.publish(TOPIC, &call("a2", "49302"), &[]);
    assert_eq!(desk.crm.wait_for(2, PATIENCE)[1].args, ["49302", "a2"]);
}

#[test]
fn of_two_brokers_the_other_one_takes_over() {
    let Some(mut first) = open_broker() else {
        return;
    };
    let second = Mosquitto::start(&MosquittoSettings::open());
    let desk = Desk::new(&format!(
        "broker = ['mqtt://{}', 'mqtt://{}']",
        first.address(),
        second.address()
    ));
    let _agent = desk.connected();
    assert_eq!(
        desk.broker_status()["broker"],
        format!("mqtt://{}", first.address())
    );
    first.kill();
    let there = format!("mqtt://{}", second.address());
    desk.wait_status("the second", |status| {
        status["broker"] == there && status["state"] == "connected"
    });
    second.publish(TOPIC, &call("a1", "49301"), &[]);
    desk.crm.wait_for(1, PATIENCE);
}

#[test]
fn calls_of_the_minute_in_which_the_agent_was_away_come_when_it_is_back() {
    let Some(broker) = open_broker() else { return };
    let desk = Desk::at(&broker);
    let _agent = desk.connected();
    desk.stop();
    broker.publish(TOPIC, &call("a1", "49301"), &[]);
    let _agent = desk.connected();
    assert_eq!(desk.crm.wait_for(1, PATIENCE)[0].args, ["49301", "a1"]);
}

#[test]
fn a_changed_topic_is_taken_over_and_other_changes_leave_the_connection_alone() {
    let Some(broker) = open_broker() else { return };
    let desk = Desk::at(&broker);
    let _agent = desk.connected();
    let since = desk.broker_status()["since"].clone();
    desk.config("Variables = ['CustomerNumber']", &broker_line(&broker));
    let _ = desk.say(&["reload"]).expect_code(0);
    assert_eq!(broker.said().matches("New client connected").count(), 1);
    assert_eq!(desk.broker_status()["since"], since);

    desk.config(
        "",
        &format!("{}\ntopic = 'acd/$UsersUID'", broker_line(&broker)),
    );
    let _ = desk.say(&["reload"]).expect_code(0);
    desk.wait_status("the other topic", |status| {
        status["topic"] == "acd/agent.17" && status["state"] == "connected"
    });
    broker.publish(TOPIC, &call("old topic", "1"), &[]);
    broker.publish("acd/agent.17", &call("new topic", "2"), &[]);
    assert_eq!(desk.crm.wait_for(1, PATIENCE)[0].args, ["2", "new topic"]);

    desk.config("", "broker = 'mqtt://127.0.0.1:9'");
    let _ = desk.say(&["reload"]).expect_code(0);
    desk.wait_state("away");
    // It is tried again now and then.
    testkit::wait_until(PATIENCE, "the broker that is away", || {
        let text = desk.say(&["status"]).expect_code(0).stdout;
        text.contains("mqtt://127.0.0.1:9 (away since")
    });
}

/// Whose user is learnt at registration connects when it is.
#[test]
fn the_topic_waits_for_the_user() {
    let Some(broker) = open_broker() else { return };
    let desk = Desk::at(&broker);
    desk.home
        .config(&format!("[subscribe]\n{}", broker_line(&broker)));
    let _agent = desk.agent();
    let status = desk.wait_state("waiting");
    assert!(
        status["error"].as_str().unwrap().contains("no ACD user"),
        "{status}"
    );
    assert!(!broker.said().contains("New client connected"));
    desk.config("", &broker_line(&broker));
    let _ = desk.say(&["reload"]).expect_code(0);
    desk.wait_state("connected");
}
