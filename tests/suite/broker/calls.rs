//! A call's way from the publisher to the journal and the CRM, and what is no call.

use serde_json::json as value;
use testkit::wait_until;

use super::{Desk, PATIENCE, broker_line, call, open_broker};

const TOPIC: &str = "jtel/calls/agent.17";

#[test]
fn a_call_of_another_client_reaches_the_crm_once() {
    let Some(broker) = open_broker() else { return };
    for protocol in ["5", "3.1.1"] {
        let desk = Desk::new(&format!(
            "{}\nprotocol = '{protocol}'",
            broker_line(&broker)
        ));
        let _agent = desk.connected();
        broker.publish(TOPIC, &call("a1", "49199123456"), &[]);
        let dump = desk.crm.wait_for(1, PATIENCE).pop().unwrap();
        assert_eq!(dump.args, ["49199123456", "a1"]);
        // The same again: taken from the broker, and nothing runs. Without an id, too.
        broker.publish(TOPIC, &call("a1", "49199123456"), &[]);
        for _ in 0..2 {
            broker.publish(TOPIC, &call("", "49301"), &[]);
        }
        broker.publish(TOPIC, &call("a2", "49302"), &[]);
        desk.crm.wait_for(3, PATIENCE);
        let history = desk.wait_history(3);
        let told: Vec<_> = history
            .iter()
            .map(|entry| (&entry["via"], &entry["event"]["ANumber"]))
            .collect();
        let via = value!("broker");
        let numbers = ["49199123456", "49301", "49302"].map(|number| value!(number));
        let expected = [0, 1, 2].map(|n: usize| (&via, &numbers[n]));
        assert_eq!(told, expected, "MQTT {protocol}");
        desk.stop();
    }
}

/// What is no call is taken from the broker, too, or it would come again for ever, before everything that follows.
#[test]
fn what_is_refused_does_not_come_again_and_holds_nothing_up() {
    let Some(broker) = open_broker() else { return };
    for protocol in ["5", "3.1.1"] {
        let desk = Desk::new(&format!(
            "{}\nprotocol = '{protocol}'",
            broker_line(&broker)
        ));
        let agent = desk.connected();
        let large = call("large", &"1".repeat(70_000));
        let poison = [
            "",
            "no json",
            "[1]",
            "\u{1b}[2J{",
            r#"{"Event":"exploded"}"#,
            r#"{"ANumber":"1","UsersUID":"agent.18"}"#,
            &large,
        ];
        for payload in poison {
            broker.publish(TOPIC, payload, &[]);
        }
        broker.publish(TOPIC, &call("good", "49301"), &[]);
        assert_eq!(desk.crm.wait_for(1, PATIENCE)[0].args, ["49301", "good"]);
        assert_eq!(desk.broker_status()["refused"], poison.len());
        // What was not acknowledged would come again now.
        agent.kill();
        let _agent = desk.connected();
        broker.publish(TOPIC, &call("next", "49302"), &[]);
        desk.crm.wait_for(2, PATIENCE);
        assert_eq!(desk.broker_status()["refused"], 0, "MQTT {protocol}");
        assert_eq!(desk.history().len(), 2);
        desk.stop();
    }
}

/// A broker that forgets the limit of a packet, or never knew one, would send it for ever.
#[test]
fn a_monster_ends_no_more_than_its_connection() {
    let Some(broker) = open_broker() else { return };
    let desk = Desk::new(&format!("{}\nprotocol = '3.1.1'", broker_line(&broker)));
    let _agent = desk.connected();
    broker.publish(TOPIC, &"x".repeat(2_000_000), &[]);
    // It comes back with a clean session, in which nothing waits.
    wait_until(PATIENCE, "a clean session", || {
        broker.said().contains("(p2, c1")
    });
    desk.wait_state("connected");
    broker.publish(TOPIC, &call("next", "49302"), &[]);
    desk.crm.wait_for(1, PATIENCE);
}

#[test]
fn an_old_call_is_late_and_a_fresh_one_is_not() {
    let Some(broker) = open_broker() else { return };
    let desk = Desk::at(&broker);
    // Retained before anybody comes.
    broker.publish(TOPIC, &call("retained", "1"), &["-r"]);
    let _agent = desk.connected();
    let old = |id: &str| {
        value!({"CallID": id, "ANumber": "1", "Time": "2026-03-07T08:00:00Z"}).to_string()
    };
    let expiry = |seconds| ["-D", "publish", "message-expiry-interval", seconds];
    broker.publish(TOPIC, &old("by time"), &[]);
    // The broker vouches for it.
    broker.publish(TOPIC, &old("by expiry"), &expiry("30"));
    // Nothing can be told from this one.
    broker.publish(TOPIC, &old("long expiry"), &expiry("3600"));
    broker.publish(TOPIC, &call("without", "1"), &[]);
    let history = desk.wait_history(5);
    let told: Vec<_> = history
        .iter()
        .map(|entry| {
            (
                entry["event"]["CallID"].as_str().unwrap(),
                entry["late"] == true,
            )
        })
        .collect();
    let expected = [
        ("retained", true),
        ("by time", true),
        ("by expiry", false),
        ("long expiry", true),
        ("without", false),
    ];
    assert_eq!(told, expected);
    assert_eq!(desk.crm.wait_for(2, PATIENCE).len(), 2);
}

#[test]
fn a_call_that_expired_while_nobody_was_there_is_not_shown() {
    let Some(broker) = open_broker() else { return };
    let desk = Desk::at(&broker);
    desk.connected().kill();
    broker.publish(
        TOPIC,
        &call("gone", "1"),
        &["-D", "publish", "message-expiry-interval", "1"],
    );
    broker.publish(
        TOPIC,
        &call("kept", "2"),
        &["-D", "publish", "message-expiry-interval", "30"],
    );
    std::thread::sleep(std::time::Duration::from_millis(2100)); // what is tested: the message's time is over
    let _agent = desk.connected();
    assert_eq!(desk.crm.wait_for(1, PATIENCE)[0].args, ["2", "kept"]);
    assert_eq!(desk.history().len(), 1);
}

#[test]
fn two_agents_of_one_user_both_get_the_call() {
    let Some(broker) = open_broker() else { return };
    let desks = [Desk::at(&broker), Desk::at(&broker)];
    let _agents = [desks[0].connected(), desks[1].connected()];
    broker.publish(TOPIC, &call("a1", "49301"), &[]);
    for desk in &desks {
        assert_eq!(desk.crm.wait_for(1, PATIENCE)[0].args, ["49301", "a1"]);
        assert_eq!(desk.broker_status()["state"], "connected");
    }
}

#[test]
fn numbers_to_dial_are_taken_where_that_is_configured() {
    let Some(broker) = open_broker() else { return };
    let program = |desk: &Desk| desk.home.path().join("pop").display().to_string();
    let desk = Desk::at(&broker);
    let dial = format!(
        "dial = true\n[dial]\nexec = '{}'\nparameters = '/dial $DialNumber'\ndeny = ['0900*']\n[numbers]\nregion = 'DE'",
        program(&desk)
    );
    desk.config("", &format!("{}\n{dial}", broker_line(&broker)));
    let topic = "jtel/dial/agent.17";
    let order = |number: &str| value!({"DialNumber": number}).to_string();
    // Nobody dials what was left lying about.
    broker.publish(topic, &order("030 1"), &["-r"]);
    let _agent = desk.connected();
    for refused in ["0900 1", "*21#"] {
        broker.publish(topic, &order(refused), &[]);
    }
    for _ in 0..3 {
        broker.publish(topic, "no order", &[]);
    }
    let other = value!({"DialNumber": "030 2", "UsersUID": "agent.18"}).to_string();
    broker.publish(topic, &other, &[]);
    broker.publish(topic, &order("030 1234567"), &[]);
    let dump = desk.crm.wait_for(1, PATIENCE).pop().unwrap();
    assert_eq!(dump.args, ["/dial", "0301234567"]);
    // What is refused is there, of a kind once in a while.
    let history = desk.wait_history(6);
    let told: Vec<_> = history
        .iter()
        .map(|entry| {
            (
                entry["from"].as_str().unwrap(),
                entry["outcome"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    let refused = ("broker", "refused");
    let count = told.iter().filter(|one| **one == refused).count();
    assert_eq!(count, 5, "{history:?}");
    let text = |wanted: &str| {
        history
            .iter()
            .any(|entry| entry["text"].as_str().unwrap_or_default().contains(wanted))
    };
    for wanted in ["another user", "kept by the broker"] {
        assert!(text(wanted), "{wanted}: {history:?}");
    }
    assert_eq!(desk.broker_status()["refused"], 5);
}
