//! Agent and broker killed at every step of a call's way.

use std::collections::{HashMap, HashSet};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::{Mosquitto, MosquittoSettings, under_wine, wait_until};

use super::{Desk, PATIENCE, call, json, open_broker};

/// How often each is killed, unless the environment says otherwise.
const KILLS: u32 = 20;

const TOPIC: &str = "jtel/calls/agent.17";

fn kills() -> u32 {
    let kills = std::env::var("MINICLIENT_TEST_KILLS").map_or(KILLS, |n| n.parse().unwrap());
    // Each start of a program takes long there.
    if under_wine() { kills.min(8) } else { kills }
}

/// A broker that keeps what it took on its disk.
fn settings() -> MosquittoSettings {
    MosquittoSettings::open().with(
        "persistence true\npersistence_location FOLDER/\nautosave_on_changes true\nautosave_interval 1",
    )
}

/// How long a call takes from the publisher to the CRM when nobody kills anything, and a bit.
fn way(desk: &Desk, broker: &Mosquitto) -> Duration {
    let took = (1..=3).map(|n: usize| {
        let since = Instant::now();
        broker.publish(TOPIC, &call(&format!("way {n}"), "1"), &[]);
        desk.crm.wait_for(n, PATIENCE);
        since.elapsed()
    });
    took.min().unwrap() * 5 / 4
}

/// Every one of these calls is in the journal, and no program started twice for one.
fn judge(desk: &Desk, kills: u32, what: &str) -> String {
    let said = desk
        .say(&["history", "--json", "-n", "100000"])
        .expect_code(0);
    let mut journal = HashMap::<String, Vec<Value>>::new();
    for entry in said.stdout.lines().map(json) {
        let id = entry["event"]["CallID"].as_str().unwrap().to_owned();
        journal.entry(id).or_default().push(entry);
    }
    let mut starts = HashMap::<String, u32>::new();
    for start in desk.crm.dumps() {
        *starts.entry(start.args[1].clone()).or_default() += 1;
    }
    let (mut ran, mut late, mut unknown) = (0, 0, 0);
    for n in (1..=kills).map(|n| n.to_string()) {
        let entries = journal
            .get(&n)
            .unwrap_or_else(|| panic!("call {n} is lost"));
        let starts = starts.get(&n).copied().unwrap_or_default();
        assert!(starts <= 1, "call {n} ran {starts} times");
        ran += starts;
        late += u32::from(entries.iter().any(|entry| entry["late"] == true));
        unknown += u32::from(
            entries
                .iter()
                .any(|entry| entry["hooks"][0]["outcome"] == "unknown"),
        );
    }
    format!("{what}: {kills} kills, {ran} ran, none twice, {late} late, {unknown} unknown")
}

#[test]
fn no_kill_of_the_agent_loses_a_call_or_doubles_it() {
    if testkit::skipped_under_wine(
        "Wine 8 soon starts no program any more (error 1359) where agents and programs of Linux start and are killed in turn",
    ) {
        return;
    }
    let Some(broker) = open_broker() else { return };
    let kills = kills();
    let desk = Desk::at(&broker);
    let mut agent = desk.connected();
    let way = way(&desk, &broker);
    for n in 1..=kills {
        // The publisher goes at once, the kill comes at another step each time: this is what is tested, not waited for.
        std::thread::scope(|scope| {
            scope.spawn(|| broker.publish(TOPIC, &call(&n.to_string(), &n.to_string()), &[]));
            sleep(way * n / kills);
            agent.kill();
        });
        agent = desk.connected();
    }
    desk.stop();
    let _ = agent.finish(PATIENCE).expect_code(0);
    println!("{}", judge(&desk, kills, "agent"));
}

#[test]
fn no_kill_of_the_broker_loses_a_call_or_doubles_it() {
    if open_broker().is_none() {
        return;
    }
    let kills = kills();
    let mut broker = Mosquitto::start(&settings());
    let desk = Desk::at(&broker);
    let _agent = desk.connected();
    let way = way(&desk, &broker);
    let (mut confirmed, mut forgotten) = (0, 0);
    for n in 1..=kills {
        let payload = call(&n.to_string(), &n.to_string());
        let publisher = broker.publisher(TOPIC, &payload);
        sleep(way * n / kills);
        broker.kill();
        let ended = publisher.try_finish(Duration::from_secs(1));
        let good = ended.is_ok_and(|ended| ended.code == 0);
        // Mosquitto confirms a moment before it writes, which no client can help.
        let kept = broker.keeps(&payload);
        broker.restart();
        desk.wait_state("connected");
        let id = n.to_string();
        let arrived = || {
            desk.history()
                .iter()
                .any(|entry| entry["event"]["CallID"] == id)
        };
        // Who has no confirmation says it again, and so may who had one: the same call runs once.
        if good && (kept || arrived()) {
            confirmed += 1;
        } else {
            forgotten += u32::from(good);
            broker.publish(TOPIC, &payload, &[]);
            wait_until(PATIENCE, "a call said again", arrived);
        }
    }
    let all = |history: &[Value]| {
        let ids: HashSet<_> = history
            .iter()
            .filter_map(|entry| entry["event"]["CallID"].as_str())
            .collect();
        (1..=kills).all(|n| ids.contains(n.to_string().as_str()))
    };
    let what = format!(
        "all calls, of which {confirmed} were confirmed before a kill and {forgotten} confirmed and not kept"
    );
    wait_until(PATIENCE, &what, || all(&desk.history()));
    desk.stop();
    println!("{}", judge(&desk, kills, &format!("broker, {what}")));
}
