//! The Mosquitto of the documentation, as it stands there: TLS, passwords, and who may do what.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use testkit::{Mosquitto, MosquittoSettings, TestCa, linux, run, under_wine, wait_until};

use super::{Desk, PATIENCE, call, certificate};

const TOPIC: &str = "jtel/calls/agent.17";

/// The block of this language that follows the mark in `docs/broker.md`.
fn block(mark: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/broker.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once(&format!("<!-- {mark} -->\n```")).unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

/// The broker, with a password for `jtel` and one for `agent.17`; and the `ca_file` for it.
fn broker() -> Option<(Mosquitto, String)> {
    if !Mosquitto::is_installed() {
        testkit::skipped("mosquitto is not installed");
        return None;
    }
    let address = free_address();
    let (certificate, ca) = certificate(&[&address.ip().to_string(), "localhost"]);
    let folder = tempfile::tempdir().unwrap();
    let passwords = folder.path().join("passwords");
    fs::write(&passwords, "").unwrap();
    for user in ["jtel", "agent.17"] {
        let mut command = linux("mosquitto_passwd");
        command
            .arg("-b")
            .arg(&passwords)
            .args([user, &format!("secret of {user}")]);
        let _ = run(&mut command, PATIENCE).expect_code(0);
    }
    // Where this test's broker listens is its own affair.
    let text = block("mosquitto.conf").replace("listener 8883\n", "");
    let settings = MosquittoSettings::bare()
        .with(
            &text
                .replace("/etc/mosquitto/", "FOLDER/")
                .replace("/var/lib/mosquitto/", "FOLDER/"),
        )
        .file("server.pem", certificate.pem())
        .file("server.key", certificate.key_pem())
        .file("passwords", fs::read_to_string(&passwords).unwrap())
        .file("acl", block("acl"));
    Some((Mosquitto::start_at(address, &settings), ca))
}

/// Publishes as this user, over TLS; whether the broker took it is in its log.
fn publish(broker: &Mosquitto, ca: &Path, user: &str, topic: &str, payload: &str) {
    let mut command = broker.client("mosquitto_pub");
    command
        .args([
            "-V", "mqttv5", "-q", "1", "-t", topic, "-m", payload, "-u", user,
        ])
        .args(["-P", &format!("secret of {user}")])
        .arg("--cafile")
        .arg(ca);
    let _ = run(&mut command, PATIENCE).expect_code(0);
}

/// Wine 8 finds no address in a certificate: there, one that has a name.
fn free_address() -> SocketAddr {
    if under_wine() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        return listener.local_addr().unwrap();
    }
    Mosquitto::free_address()
}

fn url(address: SocketAddr) -> String {
    if under_wine() {
        return format!("mqtts://localhost:{}", address.port());
    }
    format!("mqtts://{address}")
}

fn desk(broker: &Mosquitto, ca: &str) -> Desk {
    let desk = Desk::new(&format!(
        "broker = '{}'\nuser = 'agent.17'\npassword = '${{secret.broker}}'\nca_file = 'ca.pem'\n\
         [secrets]\nbroker = {{ file = 'broker-password' }}",
        url(broker.address())
    ));
    desk.home.write("ca.pem", ca);
    desk.home.write("broker-password", "secret of agent.17");
    desk
}

#[test]
fn the_documented_broker_lets_each_do_what_is_theirs() {
    let Some((broker, ca)) = broker() else { return };
    let desk = desk(&broker, &ca);
    let ca_file = desk.home.path().join("ca.pem");
    let _agent = desk.connected();
    publish(&broker, &ca_file, "jtel", TOPIC, &call("a1", "49301"));
    assert_eq!(desk.crm.wait_for(1, PATIENCE)[0].args, ["49301", "a1"]);
    // A workstation publishes no calls, neither to itself nor to others.
    publish(&broker, &ca_file, "agent.17", TOPIC, &call("forged", "1"));
    publish(&broker, &ca_file, "jtel", TOPIC, &call("a2", "49302"));
    assert_eq!(desk.crm.wait_for(2, PATIENCE)[1].args, ["49302", "a2"]);
    assert_eq!(desk.history().len(), 2);

    // Nor does one read the calls of others.
    let other = desk_with_topic(&broker, &ca, "jtel/calls/agent.18");
    let _other = other.connected();
    publish(
        &broker,
        &ca_file,
        "jtel",
        "jtel/calls/agent.18",
        &call("not yours", "1"),
    );
    publish(&broker, &ca_file, "jtel", TOPIC, &call("a3", "49303"));
    desk.crm.wait_for(3, PATIENCE);
    assert_eq!(other.history().len(), 0);

    let said = desk.say(&["doctor"]).stdout;
    for step in [
        "name",
        "connection",
        "TLS",
        "login",
        "subscription",
        "round trip",
    ] {
        let line = format!("{}: {step}: ", url(broker.address()));
        let found = said.lines().find(|found| found.contains(&line));
        assert!(
            found.is_some_and(|found| found.trim_start().starts_with("ok")),
            "{step}: {said}"
        );
    }
    let secrets = [said, desk.say(&["status", "--json"]).stdout, log(&desk)];
    assert!(testkit::nowhere("secret of agent.17", &secrets));
}

fn desk_with_topic(broker: &Mosquitto, ca: &str, topic: &str) -> Desk {
    let desk = desk(broker, ca);
    let text = fs::read_to_string(desk.home.path().join("miniclient.toml")).unwrap();
    desk.home
        .config(&text.replace("[subscribe]", &format!("[subscribe]\ntopic = '{topic}'")));
    desk
}

fn log(desk: &Desk) -> String {
    let files = fs::read_dir(desk.home.path().join("state/logs")).unwrap();
    files
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn a_wrong_password_is_told_and_a_mended_one_counts_at_the_next_try() {
    let Some((broker, ca)) = broker() else { return };
    let desk = desk(&broker, &ca);
    desk.home.write("broker-password", "guessed");
    let _agent = desk.agent();
    let status = desk.wait_status("a refusal", |status| !status["error"].is_null());
    let error = status["error"].as_str().unwrap();
    assert!(
        error.contains("refuses the login") && error.contains("`password`"),
        "{error}"
    );
    let said = desk.say(&["doctor"]).expect_code(1).stdout;
    assert!(
        said.contains("login: the broker refuses the login"),
        "{said}"
    );
    desk.home.write("broker-password", "secret of agent.17");
    desk.wait_state("connected");
}

#[test]
fn a_broker_that_is_not_trusted_gets_no_password() {
    let Some((broker, _)) = broker() else { return };
    let desk = desk(&broker, &TestCa::new().pem());
    let _agent = desk.agent();
    let status = desk.wait_status("a failure", |status| !status["error"].is_null());
    let error = status["error"].as_str().unwrap();
    assert!(
        error.contains("TLS with") && error.contains("ca_file"),
        "{error}"
    );
    wait_until(PATIENCE, "a failed handshake", || {
        broker.said().contains("OpenSSL")
    });
    assert!(
        !broker.said().contains("New client connected"),
        "{}",
        broker.said()
    );
}

#[test]
fn a_certificate_of_the_workstation_opens_a_broker_that_asks_for_one() {
    if !Mosquitto::is_installed() {
        return testkit::skipped("mosquitto is not installed");
    }
    if testkit::skipped_under_wine(
        "Wine 8 comes to no handshake with a certificate of the workstation",
    ) {
        return;
    }
    let address = free_address();
    let ca = TestCa::new();
    let (server, trusted) = certificate(&[&address.ip().to_string(), "localhost"]);
    let settings = MosquittoSettings::bare()
        .with("cafile FOLDER/ca.pem\ncertfile FOLDER/server.pem\nkeyfile FOLDER/server.key")
        .with("require_certificate true\nuse_identity_as_username true\nallow_anonymous true")
        .file("ca.pem", ca.pem())
        .file("server.pem", server.pem())
        .file("server.key", server.key_pem());
    let broker = Mosquitto::start_at(address, &settings);
    let lines = format!("broker = '{}'\nca_file = 'ca.pem'\n", url(address));
    let desk = Desk::new(&lines);
    let (certificate, key) = ca.client();
    desk.home.write("ca.pem", &trusted);
    desk.home.write("own.pem", &certificate);
    desk.home.write("own.key", &key);
    let _agent = desk.agent();
    desk.wait_status("a refusal", |status| !status["error"].is_null());
    desk.config(
        "",
        &format!("{lines}certificate = 'own.pem'\nkey = 'own.key'"),
    );
    let _ = desk.say(&["reload"]).expect_code(0);
    desk.wait_state("connected");
    drop(broker);
}
