//! The workstation is made known to the telephone system, and taken back.

use crate::telephone::{Agent, SOON, Telephone, login_name, write_token, written};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Answer, Gate, Home, Recorder, ServerCertificate, wait_until};

const REGISTER: &str = "[register]\napplication = 1235\nusers_uid_from = \"/usersuid\"\n";
const LISTEN: &str = "[listen]\naddress = \"127.0.0.1:0\"\n";

/// The section for a server that records, with the token `s3cret` in a file.
fn section(server: &Recorder, home: &Home) -> String {
    write_token(home, "s3cret");
    format!(
        "[jtel]\nbase_url = \"{}\"\ntoken_file = \"secret\"\n",
        server.url("/rest/v1.0/1")
    )
}

fn known() -> Answer {
    Answer::json(200, &json!({"result": "OK", "usersuid": "agent.17"}))
}

#[test]
fn the_telephone_system_knows_the_workstation_from_start_to_stop() {
    let telephone = Telephone::start(&[]);
    let home = Home::new();
    home.write("listen-token", "knock-knock-knock");
    let config = format!(
        "{}{REGISTER}{LISTEN}token_file = \"listen-token\"\n",
        telephone.section(&home)
    );
    let agent = Agent::start(home, &config);

    let registration = agent.registration("registered");
    assert_eq!(
        (&registration["user"], &registration["address"]),
        (&json!("agent.17"), &json!("127.0.0.1"))
    );
    let status = agent.status();
    assert_eq!(status["user"], "agent.17", "learnt from the answer");
    let port = status["listen"]["address"]
        .as_str()
        .unwrap()
        .rsplit_once(':')
        .unwrap()
        .1
        .to_owned();
    let workstations = telephone.workstations();
    assert_eq!(workstations.len(), 1, "{workstations:?}");
    let told = workstations[0].to_string();
    assert!(told.contains("agent.17") && told.contains(&port), "{told}");

    let _ = agent.stop().1.expect_code(0);
    assert_eq!(telephone.workstations(), Vec::<Value>::new(), "taken back");
}

/// Who logs in to the telephone after the computer is asked for again, without a restart.
#[test]
fn a_registration_without_a_user_is_tried_again() {
    let server = Recorder::start();
    server.always(Answer::json(200, &json!({"result": "OK"})));
    let home = Home::new();
    let config = format!("{}{REGISTER}", section(&server, &home));
    let agent = Agent::start(home, &config);
    let registration = agent.registration("registered");
    let note = registration["note"].as_str().unwrap();
    assert!(note.contains("no user at /usersuid"), "{note}");
    server.always(known());
    wait_until(SOON, "the user", || agent.status()["user"] == "agent.17");
}

#[test]
fn the_call_is_the_fields_in_their_order_as_text() {
    let server = Recorder::start();
    server.always(known());
    let home = Home::new();
    let config = format!(
        "{}[register]\napplication = 7\nfields = [\"IPAddress\", \"Action\", \"WindowsLoginName\", \"ClientName\", \
         \"ListenPort\", \"Version\"]\n",
        section(&server, &home)
    );
    let agent = Agent::start(home, &config);
    agent.registration("registered");
    let request = server.only();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/rest/v1.0/1/routingApplications/run/7")
    );
    assert_eq!(request.header("Authorization"), Some("Bearer s3cret"));
    assert_eq!(request.header("Content-Type"), Some("application/json"));
    let login = serde_json::to_string(&login_name()).unwrap();
    let body = |action: &str| {
        format!(
            r#"{{"IPAddress":"127.0.0.1","Action":"{action}","WindowsLoginName":{login},"ClientName":null,"ListenPort":null,"Version":"{}"}}"#,
            env!("CARGO_PKG_VERSION")
        )
    };
    assert_eq!(request.text(), body("register"));
    let (home, finished) = agent.stop();
    let _ = finished.expect_code(0);
    // A goodbye says whose it is, asked for or not.
    let goodbye = server.requests()[1].text();
    let (told, whose) = goodbye.rsplit_once(",\"ComputerName\":").unwrap();
    assert_eq!(format!("{told}}}"), body("unregister"));
    assert!(whose.len() > 3, "{goodbye}");
    assert!(
        !written(&home).contains("s3cret"),
        "the token is in no file but its own"
    );
}

#[test]
fn the_token_for_pushed_calls_travels_encrypted_or_not_at_all() {
    // Made for this start, so only registration can tell it; not even asked for in `fields`.
    let certificate = ServerCertificate::self_signed();
    let (encrypted, plain) = (Recorder::start_tls(&certificate), Recorder::start());
    for server in [&encrypted, &plain] {
        server.always(known());
        let home = Home::new();
        let section = section(server, &home).replace("127.0.0.1", "localhost");
        let ca_file = certificate.write_pem(home.path());
        let ca_file = ca_file.file_name().unwrap().to_str().unwrap();
        let agent = Agent::start(
            home,
            &format!("{section}ca_file = \"{ca_file}\"\n{REGISTER}{LISTEN}"),
        );
        agent.registration("registered");
        let _ = agent.stop().1.expect_code(0);
    }
    let body = encrypted.requests()[0].json();
    assert!(
        body["ListenToken"]
            .as_str()
            .is_some_and(|token| token.len() >= 16),
        "{body}"
    );
    assert!(
        body["ListenPort"]
            .as_str()
            .is_some_and(|port| port.parse::<u16>().is_ok()),
        "{body}"
    );
    assert!(
        encrypted.requests()[1].json().get("ListenToken").is_none(),
        "not along with a goodbye"
    );
    assert!(
        plain
            .requests()
            .iter()
            .all(|request| request.json().get("ListenToken").is_none())
    );
}

#[test]
fn a_telephone_system_that_fails_delays_no_call_and_is_told_later() {
    let server = Recorder::start();
    let gate = Gate::new();
    server
        .then(Answer::status(500).after(&gate))
        .always(known());
    let crm = Recorder::start();
    let home = Home::new();
    let config = format!(
        "CurlRESTCommand = 'curl -sS \"$crmurl\"'\nAutomaticRESTCRMUrl = true\n{}{REGISTER}",
        section(&server, &home)
    );
    let agent = Agent::start(home, &config);
    server.wait_for(1, SOON);
    assert_eq!(agent.status()["registration"]["state"], "pending");
    let ring = agent.run(&["ring", "--crm-link", &crm.url("/c?id=1"), "--wait"]);
    let _ = ring.expect_code(0);
    assert_eq!(
        crm.only().target,
        "/c?id=1",
        "while the registration is not answered"
    );
    gate.open();
    agent.registration("registered");
}

#[test]
fn what_the_application_refuses_is_shown_and_tried_again() {
    let server = Recorder::start();
    // The next try waits until the refusal was seen.
    let gate = Gate::new();
    let refused = json!({"result": "ERROR", "error": "no such user"});
    server
        .then(Answer::json(200, &refused))
        .always(known().after(&gate));
    let home = Home::new();
    let config = format!("{}{REGISTER}", section(&server, &home));
    let agent = Agent::start(home, &config);
    let failed = agent.registration("failed");
    assert!(
        failed["error"].as_str().unwrap().contains("no such user"),
        "{failed}"
    );
    gate.open();
    agent.registration("registered");
}

#[test]
fn a_goodbye_that_is_refused_is_none() {
    let server = Recorder::start();
    let refused = json!({"result": "ERROR", "error": "no such workstation"});
    server.then(known()).always(Answer::json(200, &refused));
    let home = Home::new();
    let config = format!("{}{REGISTER}", section(&server, &home));
    let agent = Agent::start(home, &config);
    agent.registration("registered");
    let (home, finished) = agent.stop();
    let finished = finished.expect_code(0);
    let said = format!("{}{}", finished.stderr, written(&home));
    assert!(
        said.contains("unregistering: ") && said.contains("no such workstation"),
        "{said}"
    );
    assert!(!said.contains("unregistered"), "{said}");
}

#[test]
fn a_new_token_counts_at_the_next_try() {
    let server = Recorder::start_with(|request| match request.header("Authorization") {
        Some("Bearer renewed") => known(),
        _ => Answer::json(401, &json!({"status": 401, "error": "not s3cret"})),
    });
    let home = Home::new();
    let config = format!("{}{REGISTER}", section(&server, &home));
    let agent = Agent::start(home, &config);
    let failed = agent.registration("failed");
    let error = failed["error"].as_str().unwrap();
    assert!(
        error.contains("401") && error.contains("secret"),
        "names where the token came from: {error}"
    );
    assert!(
        !error.contains("s3cret") && error.contains("***"),
        "{error}"
    );
    write_token(&agent.home, "renewed");
    agent.registration("registered");
    let (home, finished) = agent.stop();
    let said = format!("{}{}{}", finished.stdout, finished.stderr, written(&home));
    assert!(
        !said.contains("s3cret") && !said.contains("renewed"),
        "{said}"
    );
}

#[test]
fn an_answer_without_a_user_is_said_so() {
    let server = Recorder::start();
    server.always(Answer::json(200, &json!({"result": "OK"})));
    let home = Home::new();
    let config = format!("{}{REGISTER}", section(&server, &home));
    let agent = Agent::start(home, &config);
    let registration = agent.registration("registered");
    assert!(
        registration["note"].as_str().unwrap().contains("/usersuid"),
        "{registration}"
    );
    assert_eq!(agent.status()["user"], Value::Null);
}

#[test]
fn a_user_who_is_configured_stays() {
    let server = Recorder::start();
    server.always(known());
    let home = Home::new();
    let config = format!(
        "UsersUID = \"agent.4\"\n{}{REGISTER}",
        section(&server, &home)
    );
    let agent = Agent::start(home, &config);
    agent.registration("registered");
    assert_eq!(agent.status()["user"], "agent.4");
}

#[test]
fn a_silent_telephone_system_does_not_hold_up_the_stop() {
    let server = Recorder::start();
    server.then(known()).always(Answer::silence());
    let home = Home::new();
    let config = format!("{}{REGISTER}", section(&server, &home));
    let agent = Agent::start(home, &config);
    agent.registration("registered");
    let began = Instant::now();
    let _ = agent.stop().1.expect_code(0);
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
    wait_until(SOON, "the goodbye", || server.requests().len() == 2);
}

#[test]
fn an_application_that_is_not_told_the_action_is_not_called_at_the_stop() {
    let server = Recorder::start();
    server.always(known());
    let home = Home::new();
    let config = format!(
        "{}[register]\napplication = 1234\nfields = [\"WindowsLoginName\"]\n",
        section(&server, &home)
    );
    let agent = Agent::start(home, &config);
    agent.registration("registered");
    let _ = agent.stop().1.expect_code(0);
    assert_eq!(
        server.requests().len(),
        1,
        "it could not tell a goodbye from a registration"
    );
}

#[test]
fn f68_of_two_workstations_of_one_user_the_one_that_leaves_takes_only_itself_back() {
    let telephone = Telephone::start(&[]);
    let start = || {
        let home = Home::new();
        home.write("listen-token", "knock-knock-knock");
        let config = format!(
            "{}{REGISTER}{LISTEN}token_file = \"listen-token\"\n",
            telephone.section(&home)
        );
        let agent = Agent::start(home, &config);
        agent.registration("registered");
        agent
    };
    let (first, second) = (start(), start());
    let _ = first.stop().1.expect_code(0);
    let left = telephone.workstations();
    assert_eq!(left.len(), 1, "the other is still reachable");
    let address = second.status()["listen"]["address"].clone();
    let port = left[0]["listen_port"]
        .as_str()
        .or(left[0]["ListenPort"].as_str())
        .unwrap();
    assert!(address.as_str().unwrap().ends_with(port), "{left:?}");
    let _ = second.stop().1.expect_code(0);
    assert_eq!(telephone.workstations(), Vec::<Value>::new());
}
