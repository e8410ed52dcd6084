//! A network that is cut between agent and broker: two networks of the test's own, and a cable between them.

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use testkit::{Mosquitto, MosquittoSettings, Running, wait_until};

use super::{Desk, PATIENCE, call};

const TOPIC: &str = "jtel/calls/agent.17";
const BROKER: &str = "10.77.0.1";

/// How long the network is cut, in seconds, unless the environment says otherwise: `5,40,120`.
fn cuts() -> Vec<u64> {
    let cuts = std::env::var("MINICLIENT_TEST_CUTS").unwrap_or_else(|_| "5".to_owned());
    cuts.split(',').map(|cut| cut.parse().unwrap()).collect()
}

#[test]
fn what_came_while_the_network_was_cut_is_shown_once_or_late() {
    if !Mosquitto::is_installed() {
        testkit::skipped("mosquitto is not installed");
        return;
    }
    // Built where Cargo reaches the network.
    let _ = ["miniclient", "argdump"].map(testkit::program);
    let inside = "broker::cuts::inside_a_network_of_its_own";
    testkit::run_in_namespace("--net", inside, Duration::from_mins(8), |command| {
        command.env(testkit::PREBUILT, "1")
    });
}

fn ip(words: &str) {
    let done = Command::new("ip").args(words.split(' ')).status();
    assert!(done.unwrap().success(), "{words}");
}

#[test]
#[ignore = "changes the network it runs in; the test above runs it in one of its own"]
fn inside_a_network_of_its_own() {
    ip("link set lo up");
    // Where the agent is: a network that lives as long as this process.
    let there = Running::start(Command::new("unshare").args(["--net", "sleep", "infinity"]));
    let pid = there.id().to_string();
    let elsewhere = || std::fs::read_link(format!("/proc/{pid}/ns/net")).ok();
    let here = std::fs::read_link("/proc/self/ns/net").unwrap();
    wait_until(PATIENCE, "another network", || {
        elsewhere().is_some_and(|net| net != here)
    });
    ip("link add here type veth peer name there");
    ip(&format!("link set there netns {pid}"));
    ip(&format!("addr add {BROKER}/24 dev here"));
    ip("link set here up");
    let at = |words: &str| {
        let mut command = Command::new("nsenter");
        command
            .args(["-t", &pid, "-n", "ip"])
            .args(words.split(' '));
        assert!(command.status().unwrap().success(), "{words}");
    };
    at("link set lo up");
    at("addr add 10.77.0.2/24 dev there");
    at("link set there up");

    let broker = Mosquitto::start_at(
        format!("{BROKER}:1883").parse().unwrap(),
        &MosquittoSettings::open(),
    );
    let desk = Desk::new(&format!("broker = 'mqtt://{BROKER}'\ninsecure = true"));
    let plain = desk.home.command("miniclient");
    let mut command = Command::new("nsenter");
    command.args(["-t", &pid, "-n"]).arg(plain.get_program());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = plain.get_current_dir() {
        command.current_dir(folder);
    }
    let _agent = Running::start(&mut command);
    wait_until(PATIENCE, "the agent", || desk.say(&["status"]).code == 0);
    desk.wait_state("connected");
    for (n, seconds) in (1..).zip(cuts()) {
        let ids = ["expires", "stays"].map(|word| format!("{word} {n}"));
        ip("link set here down");
        // What the broker holds, and what it throws away after a second.
        broker.publish(
            TOPIC,
            &call(&ids[0], "1"),
            &["-D", "publish", "message-expiry-interval", "1"],
        );
        broker.publish(TOPIC, &call(&ids[1], "2"), &[]);
        sleep(Duration::from_secs(seconds)); // what is tested: a network that is cut for so long
        ip("link set here up");
        // Calls that come afterwards come through, however long it took to notice.
        wait_until(Duration::from_mins(3), "a call after the cut", || {
            broker.publish(TOPIC, &call(&format!("after {n}"), "3"), &[]);
            sleep(Duration::from_secs(1));
            desk.history()
                .iter()
                .any(|entry| entry["event"]["CallID"] == format!("after {n}"))
        });
        let history = desk.history();
        let of = |id: &str| {
            history
                .iter()
                .filter(|entry| entry["event"]["CallID"] == id)
                .count()
        };
        // Within the minute of the session it is not lost.
        if seconds < 60 {
            assert_eq!(of(&ids[1]), 1, "{history:?}");
        }
        assert!(of(&ids[0]) <= 1 && of(&ids[1]) <= 1, "{history:?}");
        println!(
            "cut for {seconds} s: expired {}, kept {}",
            of(&ids[0]),
            of(&ids[1])
        );
    }
    let mut ran: Vec<_> = desk
        .crm
        .dumps()
        .into_iter()
        .map(|dump| dump.args[1].clone())
        .collect();
    ran.sort();
    let before = ran.len();
    ran.dedup();
    assert_eq!(ran.len(), before, "a call ran twice");
}
