//! The telephone system's stand-in publishes: each call that comes in, and what a workflow says.

use serde_json::json as value;
use testkit::request;

use super::{Desk, PATIENCE, open_broker};
use crate::telephone::Telephone;

/// A routing application that tells a workstation of a call, as one of the telephone system's would.
const WORKFLOW: &str = r#"{
  "ID": 4321, "Name": "Tell by broker", "start": "Publish",
  "objects": {
    "Publish": {
      "object": "Publish",
      "topic": "jtel/calls/$workData.UsersUID",
      "message": { "CallID": "$workData.CallID", "ANumber": "$workData.ANumber" },
      "ok": "Done", "failed": "Failed"
    },
    "Done": { "object": "Return", "result": { "result": "OK" } },
    "Failed": { "object": "Return", "result": { "result": "ERROR", "error": "$error.text" } }
  }
}"#;

#[test]
fn the_telephone_systems_calls_come_through_the_broker() {
    let Some(mut broker) = open_broker() else {
        return;
    };
    let desk = Desk::at(&broker);
    let workflows = tempfile::tempdir().unwrap();
    std::fs::write(workflows.path().join("4321.json"), WORKFLOW).unwrap();
    let address = format!("mqtt://{}", broker.address());
    let telephone = Telephone::start(&[
        "--broker",
        &address,
        "--workflows",
        &workflows.path().display().to_string(),
    ]);
    let _agent = desk.connected();

    let called = request(
        telephone.address(),
        "POST",
        "/sandbox/calls",
        &[("Content-Type", "application/json")],
        value!({"UsersUID": "agent.17", "ANumber": "49199123456", "CallID": "a1"})
            .to_string()
            .as_bytes(),
    );
    assert_eq!(called.status, 200, "{called:?}");
    assert_eq!(
        desk.crm.wait_for(1, PATIENCE)[0].args,
        ["49199123456", "a1"]
    );

    let token = format!("Bearer {}", telephone.about("token"));
    let tell = |user: &str, id: &str| {
        let body = value!({"UsersUID": user, "ANumber": "49301", "CallID": id}).to_string();
        let headers = [
            ("Content-Type", "application/json"),
            ("Authorization", token.as_str()),
        ];
        let path = "/rest/v1.0/1/routingApplications/run/4321";
        request(telephone.address(), "POST", path, &headers, body.as_bytes()).json()
    };
    assert_eq!(tell("agent.17", "a2")["result"], "OK");
    assert_eq!(desk.crm.wait_for(2, PATIENCE)[1].args, ["49301", "a2"]);
    // A value does not leave its level of the topic: this one reaches nobody.
    assert_eq!(tell("x/../agent.17", "a3")["result"], "OK");
    assert_eq!(tell("#", "a3")["result"], "OK");
    broker.kill();
    let failed = tell("agent.17", "a4");
    assert_eq!(failed["result"], "ERROR", "{failed}");
    assert_eq!(desk.history().len(), 2);
}

/// What the telephone system's stand-in says, any client can say: heard by one and said again, it comes to the same.
#[test]
fn another_client_says_all_that_the_telephone_system_says() {
    let Some(broker) = open_broker() else { return };
    let mut heard = broker.listen("jtel/#");
    let address = format!("mqtt://{}", broker.address());
    let telephone = Telephone::start(&["--broker", &address]);
    let first = Desk::at(&broker);
    let agent = first.connected();
    let call = value!({"UsersUID": "agent.17", "ANumber": "49199123456", "GroupName": "Sales EU", "CallID": "a1"});
    let headers = [("Content-Type", "application/json")];
    let body = call.to_string();
    request(
        telephone.address(),
        "POST",
        "/sandbox/calls",
        &headers,
        body.as_bytes(),
    );
    let by_telephone = first.wait_history(1).remove(0);
    first.stop();
    let _ = agent.finish(PATIENCE).expect_code(0);
    let (topic, payload) = heard.wait_said("the call", PATIENCE, |said| {
        let line = said
            .lines()
            .find(|line| line.starts_with("0 jtel/calls/"))?;
        let (topic, payload) = line[2..].split_once(' ')?;
        payload
            .ends_with('}')
            .then(|| (topic.to_owned(), payload.to_owned()))
    });

    // Where nobody knows the call yet.
    let second = Desk::at(&broker);
    let _agent = second.connected();
    let expiry = ["-D", "publish", "message-expiry-interval", "30"];
    broker.publish(&topic, &payload, &expiry);
    let by_client = second.wait_history(1).remove(0);
    for name in ["via", "event", "late"] {
        assert_eq!(by_telephone[name], by_client[name], "{name}");
    }
    assert_eq!(by_client["event"]["GroupName"], "Sales EU");
    assert_eq!(
        second.crm.wait_for(1, PATIENCE)[0].args,
        first.crm.wait_for(1, PATIENCE)[0].args
    );
}
