//! Brokers behind WebSocket and company proxies: real Mosquitto, with a proxy that knows `CONNECT` between.

use std::fs;
use std::process::Command;

use testkit::{AllWays, Answer, Mosquitto, Recorder, Running, TestCa, TlsFront, run, wait_until};

use super::{Desk, PATIENCE, call, certificate, open_broker};

const TOPIC: &str = "jtel/calls/agent.17";
/// No computer but the proxy knows where that is.
const NAME: &str = "broker.invalid";

/// A broker, and the `ca_file` for it.
fn broker() -> Option<(AllWays, String)> {
    if !Mosquitto::is_installed() {
        testkit::skipped("mosquitto is not installed");
        return None;
    }
    let (certificate, ca) = certificate(&["localhost", NAME]);
    Some((AllWays::start(&certificate), ca))
}

fn desk(ca: &str, subscribe: &str) -> Desk {
    let desk = Desk::new(&format!("{subscribe}\nca_file = 'ca.pem'"));
    desk.home.write("ca.pem", ca);
    desk
}

/// A proxy that leads everybody to this port of this computer.
fn proxy(port: u16) -> Recorder {
    let proxy = Recorder::start();
    proxy.always(Answer::tunnel(([127, 0, 0, 1], port).into()));
    proxy
}

/// A step that `doctor` found good.
#[track_caller]
fn good(said: &str, step: &str) {
    let found = said.lines().find(|line| line.contains(step));
    let found = found.unwrap_or_else(|| panic!("{step}: {said}"));
    assert!(found.trim_start().starts_with("ok"), "{said}");
}

#[test]
fn calls_come_over_websocket() {
    let Some((broker, ca)) = broker() else { return };
    let (wss, ws) = (broker.wss, broker.ws);
    for (number, address, protocol) in [
        (1, format!("wss://localhost:{wss}/mqtt"), "5"),
        (2, format!("ws://127.0.0.1:{ws}"), "5"),
        (3, format!("wss://localhost:{wss}/mqtt"), "3.1.1"),
    ] {
        let lines = format!("broker = '{address}'\nprotocol = '{protocol}'");
        let desk = desk(&ca, &lines);
        let agent = desk.connected();
        broker.publish(TOPIC, &call("a1", "49301"), &[]);
        assert_eq!(desk.crm.wait_for(1, PATIENCE)[0].args, ["49301", "a1"]);
        // In more than one read's worth.
        broker.publish(TOPIC, &"x".repeat(100 * 1024), &[]);
        broker.publish(TOPIC, &call("a2", "49302"), &[]);
        assert_eq!(desk.crm.wait_for(2, PATIENCE)[1].args, ["49302", "a2"]);

        let said = desk.say(&["doctor"]).stdout;
        let steps = ["name", "connection", "WebSocket", "login", "round trip"];
        for step in steps.iter().chain((number != 2).then_some(&"TLS")) {
            good(&said, &format!("{address}: {step}: "));
        }
        desk.stop();
        drop(agent);
    }
}

/// Larger than a packet may be, and larger than a message of a WebSocket may be.
#[test]
fn a_monster_over_websocket_ends_no_more_than_its_connection() {
    let Some((broker, _)) = broker() else { return };
    let address = format!("ws://127.0.0.1:{}", broker.ws);
    let desk = Desk::new(&format!("broker = '{address}'\nprotocol = '3.1.1'"));
    let _agent = desk.connected();
    for (number, size) in [(1, 2_000_000), (2, 20_000_000)] {
        broker.publish(TOPIC, &"x".repeat(size), &[]);
        // It comes back with a clean session, in which nothing waits.
        wait_until(PATIENCE, "a clean session", || {
            broker.said().matches("(p2, c1").count() == number
        });
        desk.wait_state("connected");
        broker.publish(TOPIC, &call(&format!("next{number}"), "49302"), &[]);
        desk.crm.wait_for(number, PATIENCE);
    }
}

/// The agent with what the system says of proxies.
fn agent_with(desk: &Desk, variables: &[(&str, &str)]) -> Running {
    let mut command = desk.home.command("miniclient");
    command.envs(variables.iter().copied());
    let mut agent = Running::start(&mut command);
    agent.wait_said("a word that it runs", PATIENCE, |said| {
        said.contains("miniclient: running").then_some(())
    });
    agent
}

fn doctor(desk: &Desk, variables: &[(&str, &str)]) -> String {
    let mut command: Command = desk.home.command("miniclient");
    command.arg("doctor").envs(variables.iter().copied());
    run(&mut command, PATIENCE).stdout
}

#[test]
fn the_systems_proxy_leads_to_the_broker_with_its_user_and_password() {
    let Some((broker, ca)) = broker() else { return };
    for (address, port, target) in [
        (
            "wss://broker.invalid/mqtt",
            broker.wss,
            "broker.invalid:443",
        ),
        (
            "mqtts://broker.invalid",
            broker.mqtts,
            "broker.invalid:8883",
        ),
    ] {
        let proxy = proxy(port);
        let url = proxy.url("").replace("//", "//pc17:ge%40heim@");
        let system = [("https_proxy", url.as_str())];
        let desk = desk(&ca, &format!("broker = '{address}'"));
        let _agent = agent_with(&desk, &system);
        desk.wait_state("connected");
        broker.publish(TOPIC, &call("a1", "49301"), &[]);
        assert_eq!(desk.crm.wait_for(1, PATIENCE)[0].args, ["49301", "a1"]);
        for asked in proxy.requests() {
            assert_eq!((&*asked.method, &*asked.target), ("CONNECT", target));
            assert_eq!(asked.header("host"), Some(target));
            // pc17:ge@heim
            let login = asked.header("proxy-authorization");
            assert_eq!(login, Some("Basic cGMxNzpnZUBoZWlt"));
        }

        let said = doctor(&desk, &system);
        let leads = format!("proxy: {} leads to {target}", proxy.url(""));
        for step in [&leads, "TLS", "login", "subscription", "round trip"] {
            good(&said, step);
        }
        assert!(!said.contains("name: broker.invalid"), "{said}");
        let log = fs::read_dir(desk.home.path().join("state/logs")).unwrap();
        let log = log.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        let status = desk.say(&["status", "--json"]).stdout;
        let all: Vec<_> = log.chain([said, status]).collect();
        assert!(testkit::nowhere("ge%40heim", &all) && testkit::nowhere("ge@heim", &all));
    }
}

/// TLS to the proxy, and in it TLS to the broker.
#[test]
fn a_proxy_with_tls_of_its_own_leads_to_the_broker() {
    let Some((broker, ca)) = broker() else { return };
    for (address, port, target) in [
        (
            format!("wss://{NAME}/mqtt"),
            broker.wss,
            "broker.invalid:443",
        ),
        (
            format!("mqtts://{NAME}"),
            broker.mqtts,
            "broker.invalid:8883",
        ),
    ] {
        let proxy = proxy(port);
        let (own, own_ca) = certificate(&["localhost"]);
        let front = TlsFront::start(&own, proxy.address());
        let url = format!("https://pc17:x@localhost:{}", front.address().port());
        let lines = format!("broker = '{address}'\nproxy = '{url}'");
        let desk = desk(&format!("{ca}{own_ca}"), &lines);
        let agent = desk.connected();
        broker.publish(TOPIC, &call("a1", "49301"), &[]);
        assert_eq!(desk.crm.wait_for(1, PATIENCE)[0].args, ["49301", "a1"]);
        let asked = proxy.only();
        assert_eq!((&*asked.method, &*asked.target), ("CONNECT", target));
        assert!(asked.header("proxy-authorization").is_some());
        let leads = format!("{} leads to {target}", url.replace("pc17:x@", ""));
        good(&doctor(&desk, &[]), &leads);
        desk.stop();
        drop(agent);
    }

    // Nobody vouches for this one: it is told neither the way nor the password.
    let proxy = proxy(broker.mqtts);
    let front = TlsFront::start(&certificate(&["localhost"]).0, proxy.address());
    let url = format!("https://pc17:x@localhost:{}", front.address().port());
    let desk = desk(&ca, &format!("broker = 'mqtts://{NAME}'\nproxy = '{url}'"));
    let said = doctor(&desk, &[]);
    let line = said.lines().find(|line| line.contains("cannot be reached"));
    let line = line.unwrap_or_else(|| panic!("{said}"));
    assert!(line.contains("TLS with localhost: "), "{line}");
    assert_eq!(proxy.requests().len(), 0);
}

#[test]
fn the_settings_name_a_proxy_or_none() {
    let Some((broker, ca)) = broker() else { return };
    let (proxy, other) = (proxy(broker.wss), Recorder::start());
    let lines = format!("broker = 'wss://{NAME}/mqtt'\nproxy = '{}'", proxy.url(""));
    let system = other.url("");
    let system = [("https_proxy", system.as_str())];
    let desk = desk(&ca, &lines);
    let agent = agent_with(&desk, &system);
    desk.wait_state("connected");
    assert_eq!(proxy.only().header("proxy-authorization"), None);

    // Without one the name is looked for here, and not found.
    desk.config(
        "",
        &format!("broker = 'wss://{NAME}/mqtt'\nproxy = 'none'\nca_file = 'ca.pem'"),
    );
    let said = doctor(&desk, &system);
    assert!(
        said.contains("name: broker.invalid has no address"),
        "{said}"
    );
    let exceptions = [("https_proxy", system[0].1), ("no_proxy", ".invalid")];
    desk.config(
        "",
        &format!("broker = 'wss://{NAME}/mqtt'\nca_file = 'ca.pem'"),
    );
    let said = doctor(&desk, &exceptions);
    assert!(
        said.contains("name: broker.invalid has no address"),
        "{said}"
    );
    assert_eq!(other.connections(), 0);
    // No proxy leads to this computer, nor is told what everybody may read.
    for address in [
        format!("wss://localhost:{}/mqtt", broker.wss),
        format!("ws://127.0.0.1:{}", broker.ws),
    ] {
        desk.config("", &format!("broker = '{address}'\nca_file = 'ca.pem'"));
        good(&doctor(&desk, &system), "round trip");
    }
    assert_eq!(other.connections(), 0);
    desk.stop();
    drop(agent);
}

#[test]
fn a_proxy_that_does_not_lead_there_is_told_with_what_to_do() {
    let ca = TestCa::new().pem();
    let desk = desk(&ca, &format!("broker = 'mqtts://{NAME}'"));
    let ntlm = Answer::status(407)
        .header("Proxy-Authenticate", "NTLM")
        .header("Proxy-Authenticate", "Negotiate");
    let basic = Answer::status(407).header("Proxy-Authenticate", "Basic realm=\"x\"");
    for (answer, user, wanted) in [
        (
            basic.clone(),
            "",
            "asks for a user name and password (407); write both into `proxy`",
        ),
        (
            basic,
            "pc17:x@",
            "refuses the user name and password of its address (407)",
        ),
        (
            ntlm,
            "pc17:x@",
            "only NTLM, Negotiate, which is not spoken here",
        ),
        (
            Answer::status(403),
            "",
            "forbids the way to broker.invalid:8883 (403)",
        ),
        (
            Answer::status(503),
            "",
            "does not reach broker.invalid:8883 (503)",
        ),
        (
            Answer::status(405),
            "",
            "answers CONNECT to broker.invalid:8883 with 405",
        ),
        (
            Answer::raw("SSH-2.0-OpenSSH_9.2\r\n"),
            "",
            "does not answer in HTTP",
        ),
        (Answer::hang_up(), "", "does not answer in HTTP"),
        (
            Answer::silence(),
            "",
            "does not answer in HTTP (no answer within 5 s)",
        ),
        (
            Answer::raw("HTTP/1.1 200 OK\r\n\r\nwelcome"),
            "",
            "it says more than it was asked",
        ),
    ] {
        let proxy = Recorder::start();
        proxy.always(answer);
        let url = proxy.url("").replace("//", &format!("//{user}"));
        let said = doctor(&desk, &[("https_proxy", &url)]);
        let line = said.lines().find(|line| line.contains(wanted));
        let line = line.unwrap_or_else(|| panic!("{wanted}: {said}"));
        assert!(line.trim_start().starts_with("FAIL"), "{said}");
        assert!(line.contains(&proxy.url("")), "{line}");
    }
    for (url, wanted) in [
        (
            "http://127.0.0.1:1",
            "the proxy http://127.0.0.1:1 cannot be reached: ",
        ),
        (
            "socks5://127.0.0.1:1",
            "socks5://127.0.0.1:1 is no proxy for HTTP; ",
        ),
    ] {
        let said = doctor(&desk, &[("https_proxy", url)]);
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn a_running_agent_tells_that_the_proxy_does_not_know_the_user() {
    let ca = TestCa::new().pem();
    let proxy = Recorder::start();
    proxy.always(Answer::status(407).header("Proxy-Authenticate", "Basic realm=\"x\""));
    let url = proxy.url("").replace("//", "//pc17:x@");
    let desk = desk(&ca, &format!("broker = 'mqtts://{NAME}'\nproxy = '{url}'"));
    let _agent = desk.agent();
    let status = desk.wait_status("a refusal", |status| !status["error"].is_null());
    let error = status["error"].as_str().unwrap();
    assert!(error.contains("(407)") && error.contains("%40"), "{error}");
}

#[test]
fn a_server_without_a_websocket_for_mqtt_is_told_with_what_to_do() {
    let ca = TestCa::new().pem();
    let desk = desk(&ca, "");
    for (answer, wanted) in [
        (Answer::status(404), "(404); check the path in `broker`"),
        (Answer::status(401), "refuses the WebSocket at"),
        (Answer::status(403), "refuses the WebSocket at"),
        (
            Answer::ok("<html>welcome"),
            "with 200; check that the broker listens",
        ),
        (Answer::silence(), "as a WebSocket (no answer within 5 s)"),
    ] {
        let server = Recorder::start();
        server.always(answer);
        let url = server.url("/mqtt").replace("http", "ws");
        desk.config("", &format!("broker = '{url}'"));
        let said = doctor(&desk, &[]);
        let line = said.lines().find(|line| line.contains(wanted));
        let line = line.unwrap_or_else(|| panic!("{wanted}: {said}"));
        assert!(
            line.contains(&format!("FAIL broker      {url}: WebSocket: ")),
            "{line}"
        );
        let asked = server.only();
        assert_eq!(asked.target, "/mqtt");
        assert_eq!(asked.header("sec-websocket-protocol"), Some("mqtt"));
    }
    let Some(broker) = open_broker() else { return };
    desk.config("", &format!("broker = 'ws://{}'", broker.address()));
    let said = doctor(&desk, &[]);
    assert!(said.contains("does not answer as a WebSocket ("), "{said}");
}
