//! How much memory a workstation at a broker holds: thousands of them are in one process where a terminal server or a
//! measurement has them. It was 16 MiB once, by a place for each message that might be under way. A program of its own, for it
//! counts all that the process has allocated.
#![cfg(all(feature = "broker", unix))]
#![expect(unsafe_code, reason = "so is every allocator")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use mc_agent::settings::{MqttVersion, Subscribe};
use mc_agent::{Agent, AgentHandle, BrokerState, BrokerStatus, Settings};
use testkit::{AllWays, Mosquitto, TestCa, Watchdog};
use tokio::task::JoinHandle;

/// The system's, which counts the bytes that are held.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does all of it; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps to the same contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const KIB: usize = 1024;
const WORKSTATIONS: usize = 4;

/// One more workstation, connected.
async fn workstation(
    state: &Path,
    number: usize,
    subscribe: Subscribe,
) -> (AgentHandle, JoinHandle<()>) {
    let settings = Settings::new("test", "1", state.join(number.to_string()))
        .users_uid(format!("agent.{number}"))
        .subscribe(subscribe);
    let agent = Agent::open(settings).await.unwrap();
    let handle = agent.handle();
    let running = tokio::spawn(agent.run(None));
    let connected = |status: BrokerStatus| status.state == BrokerState::Connected;
    while !handle.status().broker.is_some_and(connected) {
        tokio::task::yield_now().await;
    }
    (handle, running)
}

#[tokio::test]
async fn a_workstation_holds_little_memory_whatever_its_way_to_the_broker() {
    if !Mosquitto::is_installed() {
        return testkit::skipped("mosquitto is not installed");
    }
    let _dog = Watchdog::start("workstations", std::time::Duration::from_mins(2));
    let ca = TestCa::new();
    let broker = AllWays::start(&ca.server());
    // In KiB: a quarter more than it was.
    for (url, most) in [
        (format!("mqtt://{}", broker.address()), 320),
        (format!("ws://127.0.0.1:{}", broker.ws), 320),
        (format!("mqtts://127.0.0.1:{}", broker.mqtts), 448),
        (format!("wss://127.0.0.1:{}", broker.wss), 448),
    ] {
        for version in [MqttVersion::V5, MqttVersion::V311] {
            let state = tempfile::tempdir().unwrap();
            let mut subscribe = Subscribe::new([url.parse().unwrap()]);
            subscribe.ca_file = Some(ca.write_pem(state.path()));
            subscribe.version = version;
            // The first one brings what all have in common.
            let mut workstations = vec![workstation(state.path(), 0, subscribe.clone()).await];
            let before = HELD.load(Ordering::Relaxed);
            for number in 1..=WORKSTATIONS {
                workstations.push(workstation(state.path(), number, subscribe.clone()).await);
                let each = (HELD.load(Ordering::Relaxed) - before) / number / KIB;
                println!("{url}, MQTT {version:?}, {number}: {each} KiB each");
                assert!(each <= most, "{url}, MQTT {version:?}: {each} KiB");
            }
            // Nothing of these is given back while the next ones are counted.
            for (handle, running) in workstations {
                handle.stop();
                running.await.unwrap();
            }
        }
    }
}
