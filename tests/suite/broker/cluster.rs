//! A cluster of `RabbitMQ`, whose nodes die while calls come in.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json as value;
use testkit::{RabbitCluster, Running, Watchdog, wait_until};

use super::{Desk, PATIENCE, call};

const CALLS: usize = 40;
/// After which of them the node of the workstation dies.
const KILL: usize = 15;
/// A publisher that has no confirmation by then says it again.
const CONFIRMED: Duration = Duration::from_secs(10);

/// Publishes at this node until it is confirmed; how often it had to be said, none if it never was.
fn publish(cluster: &RabbitCluster, node: usize, topic: &str, payload: &str) -> u32 {
    let (address, began) = (cluster.address(node), Instant::now());
    for times in 1.. {
        let mut command = Command::new("mosquitto_pub");
        command
            .args(["-h", &address.ip().to_string()])
            .args(["-p", &address.port().to_string()])
            .args(["-V", "mqttv311", "-q", "1", "-t", topic, "-m", payload]);
        let ended = Running::start(&mut command).try_finish(CONFIRMED);
        if ended.is_ok_and(|ended| ended.code == 0) {
            return times;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "{payload} is not confirmed: {}",
            cluster.said(node)
        );
    }
    0
}

#[test]
fn the_node_of_a_workstation_dies_and_another_one_takes_over() {
    if !RabbitCluster::is_installed() {
        testkit::skipped("rabbitmq-server is not installed");
        return;
    }
    let _dog = Watchdog::start("a cluster of RabbitMQ", Duration::from_mins(8));
    let began = Instant::now();
    let mut cluster = RabbitCluster::start(3);
    let started = began.elapsed();
    let list = [0, 1, 2].map(|node| format!("'mqtt://{}'", cluster.address(node)));
    let desk = Desk::new("");
    let dial = format!(
        "[dial]\nexec = '{}'\nparameters = '/dial $DialNumber'\n[numbers]\nregion = 'DE'",
        desk.home.path().join("pop").display()
    );
    desk.config(
        "",
        &format!(
            "protocol = '3.1.1'\nbroker = [{}]\ndial = true\n{dial}",
            list.join(", ")
        ),
    );
    let _agent = desk.connected();
    let status = desk.broker_status();
    let hangs_on = cluster.at(status["broker"].as_str().unwrap()).unwrap();
    let publisher = (hangs_on + 1) % 3;
    let topic = "jtel/calls/agent.17";
    let (mut again, mut away) = (0, None);
    for number in 1..=CALLS {
        let payload = call(&number.to_string(), &format!("4930{number}"));
        if number == KILL {
            cluster.kill(hangs_on);
            away = Some(Instant::now());
        }
        again += publish(&cluster, publisher, topic, &payload) - 1;
    }
    let status = desk.wait_status("another node", |status| {
        status["state"] == "connected"
            && cluster.at(status["broker"].as_str().unwrap_or_default()) != Some(hangs_on)
    });
    let over = away.unwrap().elapsed();
    let history = desk.wait_history(CALLS);
    let ids: Vec<&str> = history
        .iter()
        .filter_map(|entry| entry["event"]["CallID"].as_str())
        .collect();
    for number in (1..=CALLS).map(|number| number.to_string()) {
        let times = ids.iter().filter(|id| **id == number).count();
        assert_eq!(times, 1, "call {number}: {ids:?}");
    }
    let late = history.iter().filter(|entry| entry["late"] == true).count();
    let shown = desk.crm.wait_for(CALLS - late, PATIENCE);
    assert_eq!(shown.len(), CALLS - late, "none runs twice");

    // RabbitMQ makes slashes of dots: this is an order to dial all the same, and no call.
    let order = value!({"DialNumber": "030 1234567"}).to_string();
    publish(&cluster, publisher, "jtel/dial/agent.17", &order);
    wait_until(PATIENCE, "the number is dialled", || {
        let dumps = desk.crm.dumps();
        dumps.iter().any(|dump| dump.args[0] == "/dial")
    });
    desk.stop();
    println!(
        "three nodes after {started:?}; {CALLS} calls, {again} said again, {late} late, none lost, none twice; over at {} within {over:?}",
        status["broker"]
    );
}
