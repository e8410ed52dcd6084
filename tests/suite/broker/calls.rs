//! A call's way from the publisher to the journal and the CRM.

use serde_json::json as value;

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
        let published = broker.publish(TOPIC, &call("a1", "49199123456"), &[]);
        let _ = published.expect_code(0);
        let dump = desk.crm.wait_for(1, PATIENCE).pop().unwrap();
        assert_eq!(dump.args, ["49199123456", "a1"]);
        // The same again, and what is no call: taken from the broker, and nothing runs.
        let _ = broker
            .publish(TOPIC, &call("a1", "49199123456"), &[])
            .expect_code(0);
        let _ = broker
            .publish(TOPIC, &call("a2", "49301"), &[])
            .expect_code(0);
        desk.crm.wait_for(2, PATIENCE);
        let history = desk.wait_history(2);
        let told: Vec<_> = history
            .iter()
            .map(|entry| (&entry["via"], &entry["event"]["CallID"]))
            .collect();
        let broker = value!("broker");
        assert_eq!(
            told,
            [(&broker, &value!("a1")), (&broker, &value!("a2"))],
            "MQTT {protocol}"
        );
        let _ = desk.say(&["stop"]).expect_code(0);
    }
}
