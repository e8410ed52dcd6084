//! Thousands of workstations at one broker: 200 calls a second to random users for a minute, through the broker and pushed
//! over HTTP; what a connection costs; and the storm when the broker comes back.
//!
//!     apt-get install mosquitto
//!     cargo bench -p mc-agent --features broker --bench workstations [-- [tls] [grow] [docs/pictures/workstations.svg]]
//!
//! The workstations are real agents, all in one process, each with a folder, a journal and a subscription of its own; what a
//! call makes them do is a request to a CRM, which is here, too. `tls`: they come over TLS. `grow`: what connections cost, up
//! to 10,000, and nothing else; there each 2,000 have a process of their own, for each needs several open files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a measurement"
)]

mod crm;
mod curves;
mod mosquitto;

use std::fs;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crm::Crm;
use curves::{Curve, svg};
use mc_agent::mc_hooks::{EventKind, Hook, Rest};
use mc_agent::mc_template::Names;
use mc_agent::settings::{Listen, Subscribe};
use mc_agent::{Agent, AgentHandle, BrokerState, Settings};
use mc_curl::{CurlCommand, Reading, Sender, SenderOptions};
use mosquitto::{Disk, Mosquitto, cpu, memory};
use rumqttc_v5::{AsyncClient, MqttOptions, PublishOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const WORKSTATIONS: usize = 2_000;
const GROWTH: [usize; 6] = [1, 10, 100, 1_000, 2_000, 10_000];
const A_SECOND: usize = 200;
const SECONDS: usize = 60;
/// How long the storm is looked at after the broker is back.
const STORM: usize = 45;
const TOKEN: &str = "the-token-of-all-workstations";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let said = |word: &str| arguments.iter().any(|argument| argument == word);
    let picture = arguments.iter().find(|word| word.ends_with(".svg"));
    raise_limit();
    if arguments.first().is_some_and(|word| word == "hold") {
        return hold(&arguments[1..]);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        if said("grow") {
            grow(said("tls")).await;
            return;
        }
        println!(
            "| {A_SECOND} calls a second for {SECONDS} s to {WORKSTATIONS} workstations | once at their CRM | lost | twice | p50 | p99 | longest | the broker's processor |"
        );
        println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for disk in [Disk::None, Disk::Often, Disk::EachChange] {
            let mosquitto = Mosquitto::start(said("tls"), disk);
            let floor = Floor::new().await;
            floor.fill(WORKSTATIONS, Way::Broker(&mosquitto)).await;
            let before = cpu(mosquitto.id());
            floor.minute(&mosquitto.to_string(), Way::Broker(&mosquitto)).await;
            let spent = cpu(mosquitto.id()).saturating_sub(before);
            println!(" {:.0} % of a core |", 100.0 * spent.as_secs_f64() / SECONDS as f64);
            floor.clear().await;
        }
        let floor = Floor::new().await;
        floor.fill(WORKSTATIONS, Way::Push).await;
        floor.minute("pushed over HTTP", Way::Push).await;
        println!(" |");
        floor.clear().await;
        let curves = storms(said("tls")).await;
        if let Some(picture) = picture {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            let drawn = svg(&curves, "workstations that are let in, each second after the broker ended");
            fs::write(root.join(picture), drawn).unwrap();
        }
    });
}

/// Raises the number of files and connections that this process and the broker may have open, as far as it is let.
fn raise_limit() {
    let own = std::process::id().to_string();
    for limit in [65_536, most_files()] {
        let raised = Command::new("prlimit")
            .arg(format!("--nofile={limit}:{limit}"))
            .args(["--pid", &own])
            .stderr(Stdio::null())
            .status();
        if raised.is_ok_and(|status| status.success()) {
            return;
        }
    }
}

/// How many files and connections may be open when that is raised.
fn most_files() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .unwrap();
    let mut numbers = line.split_whitespace().filter_map(|word| word.parse().ok());
    numbers.next_back().unwrap()
}

/// How calls come.
#[derive(Clone, Copy)]
enum Way<'a> {
    Broker(&'a Mosquitto),
    /// A broker of another process, and the certificate that it shows.
    There(&'a str, Option<&'a Path>),
    Push,
}

/// Where all the workstations stand.
struct Floor {
    folder: tempfile::TempDir,
    crm: Crm,
    sender: Sender,
    /// The number of its first workstation.
    first: usize,
    handles: std::sync::Mutex<Vec<AgentHandle>>,
}

impl Floor {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("token"), TOKEN).unwrap();
        Self {
            folder,
            crm: Crm::start().await,
            // One for all: in one process they would be in each other's way otherwise.
            sender: Sender::new(SenderOptions::default()).unwrap(),
            first: 0,
            handles: std::sync::Mutex::default(),
        }
    }

    fn handles(&self) -> Vec<AgentHandle> {
        self.handles.lock().unwrap().clone()
    }

    /// Starts workstations until there are so many, and waits until calls reach each.
    async fn fill(&self, count: usize, way: Way<'_>) {
        let there = self.handles().len();
        for number in there..count {
            let settings = self.settings(self.first + number, way);
            let agent = Agent::open(settings).await.unwrap();
            self.handles.lock().unwrap().push(agent.handle());
            tokio::spawn(agent.run(None));
            if number % 20 == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        for handle in self.handles() {
            while !reached(&handle) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    fn settings(&self, number: usize, way: Way<'_>) -> Settings {
        let line = format!("curl -sS http://{}/u{number}/$CallID", self.crm.address());
        let names = Names::call();
        let command = CurlCommand::read(&line, &Reading::template(&names)).unwrap();
        let hook =
            Hook::new("crm", Rest::new(command, self.sender.clone())).on([EventKind::Ringing]);
        let state = self.folder.path().join(number.to_string());
        let settings = Settings::new("workstations", "1", state)
            .users_uid(format!("u{number}"))
            .hooks([hook]);
        let there = |url: &str, certificate| {
            let mut subscribe = Subscribe::new([url.parse().unwrap()]);
            subscribe.ca_file = certificate;
            subscribe
        };
        match way {
            Way::Broker(mosquitto) => {
                settings.subscribe(there(&mosquitto.url(), mosquitto.certificate()))
            }
            Way::There(url, certificate) => {
                settings.subscribe(there(url, certificate.map(Path::to_owned)))
            }
            Way::Push => {
                let mut listen = Listen::new("127.0.0.1:0".parse().unwrap());
                listen.token_file = Some(self.folder.path().join("token"));
                settings.listen(listen)
            }
        }
    }

    /// Calls for a minute, and what became of them: a row of the table without its end.
    async fn minute(&self, name: &str, way: Way<'_>) {
        let handles = self.handles();
        let addresses: Vec<Option<SocketAddr>> = handles
            .iter()
            .map(|handle| {
                handle
                    .status()
                    .listen
                    .map(|listen| listen.address.parse().unwrap())
            })
            .collect();
        let publisher = match way {
            Way::Broker(mosquitto) => Some(publisher(mosquitto.inside()).await),
            Way::There(..) | Way::Push => None,
        };
        let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
        let mut calls = Vec::new();
        let mut beat = tokio::time::interval(Duration::from_secs(1) / A_SECOND as u32);
        for id in 0..A_SECOND * SECONDS {
            beat.tick().await;
            // xorshift: the same users each time.
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            let user = (chance % handles.len() as u64) as usize;
            let call =
                format!(r#"{{"CallID":"{id}","ANumber":"49199123456","UsersUID":"u{user}"}}"#);
            calls.push((user, Instant::now()));
            match (&publisher, addresses[user]) {
                (Some(publisher), _) => {
                    let options = PublishOptions::at_least_once();
                    let topic = format!("jtel/calls/u{user}");
                    publisher.publish(topic, call, options).await.unwrap();
                }
                (None, address) => drop(tokio::spawn(push(address.unwrap(), call))),
            }
        }
        let patience = Instant::now() + Duration::from_secs(20);
        while self.crm.count() < calls.len() && Instant::now() < patience {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // Whatever came twice had time to come.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let requests = self.crm.requests();
        let mut times = vec![0; calls.len()];
        let mut waits = Vec::new();
        for (user, id, at) in &requests {
            let (meant, since) = calls[*id];
            assert_eq!(*user, meant, "call {id} reached another workstation");
            times[*id] += 1;
            waits.push(at.duration_since(since));
        }
        waits.sort_unstable();
        let wait = |percent: usize| waits[(waits.len() - 1) * percent / 100].as_secs_f64() * 1e3;
        let count = |wanted: fn(i32) -> bool| times.iter().filter(|times| wanted(**times)).count();
        print!(
            "| {name} | {} | {} | {} | {:.1} ms | {:.1} ms | {:.0} ms |",
            count(|times| times == 1),
            count(|times| times == 0),
            count(|times| times > 1),
            wait(50),
            wait(99),
            wait(100)
        );
    }

    async fn clear(self) {
        let handles = self.handles();
        for handle in &handles {
            handle.stop();
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

/// Whether calls reach this workstation.
fn reached(handle: &AgentHandle) -> bool {
    let status = handle.status();
    match status.broker {
        Some(broker) => broker.state == BrokerState::Connected,
        None => status.listen.is_some(),
    }
}

/// The telephone system as a client of the broker, with one connection.
async fn publisher(inside: SocketAddr) -> AsyncClient {
    let mut options = MqttOptions::new("telephone", (inside.ip().to_string(), inside.port()));
    options.set_keep_alive(30);
    let (client, mut events) = AsyncClient::builder(options).capacity(1000).build();
    events.poll().await.unwrap();
    tokio::spawn(async move { while events.poll().await.is_ok() {} });
    client
}

/// The telephone system pushes: a connection for each call.
async fn push(address: SocketAddr, call: String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/calls HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n",
        call.len()
    );
    stream
        .write_all(format!("{head}{call}").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
}

/// What connections cost.
async fn grow(tls: bool) {
    let mosquitto = Mosquitto::start(tls, Disk::None);
    let floor = Floor::new().await;
    let mut others = Vec::<Other>::new();
    let own = std::process::id();
    let (broker, agents) = (memory(mosquitto.id()), memory(own));
    println!(
        "| workstations | the broker's memory | of it for each | the agents' | of it for each | all let in after |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: |");
    for count in GROWTH {
        let began = Instant::now();
        let begin = |first| Other::start(&mosquitto, first);
        let more = (WORKSTATIONS..count).step_by(WORKSTATIONS).map(begin);
        others.extend(more);
        floor
            .fill(count.min(WORKSTATIONS), Way::Broker(&mosquitto))
            .await;
        others.iter_mut().for_each(Other::wait);
        let took = began.elapsed();
        let each =
            |now: u64, before: u64| (now.saturating_sub(before)) as f64 / count as f64 / 1024.0;
        let broker_now = memory(mosquitto.id());
        let of_others: u64 = others.iter().map(|other| memory(other.0.id())).sum();
        let agents_now = memory(own) + of_others;
        println!(
            "| {count} | {} MiB | {:.1} KiB | {} MiB | {:.0} KiB | {:.1} s |",
            broker_now >> 20,
            each(broker_now, broker),
            agents_now >> 20,
            each(agents_now, agents),
            took.as_secs_f64()
        );
    }
}

/// As many workstations as one process has, in another one.
struct Other(Child);

impl Other {
    fn start(mosquitto: &Mosquitto, first: usize) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["hold", &first.to_string(), &mosquitto.url()]);
        command.args(mosquitto.certificate());
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        Self(piped.spawn().unwrap())
    }

    /// Until all its workstations are let in; at once when they were before.
    fn wait(&mut self) {
        let Some(mut said) = self.0.stdout.take() else {
            return;
        };
        let mut there = [0];
        said.read_exact(&mut there).unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What [`Other`] starts: the number of the first workstation, the broker and its certificate.
fn hold(arguments: &[String]) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _floor = runtime.block_on(async {
        let mut floor = Floor::new().await;
        floor.first = arguments[0].parse().unwrap();
        let way = Way::There(&arguments[1], arguments.get(2).map(Path::new));
        floor.fill(WORKSTATIONS, way).await;
        floor
    });
    println!("all are there");
    // Until the one that started this ends.
    let _ = std::io::stdin().read(&mut [0]);
}

/// The broker ends and comes back, at once and after a while.
async fn storms(tls: bool) -> Vec<Curve> {
    println!(
        "\n| the broker is away for | all there again after | most in a second | its processor meanwhile |"
    );
    println!("| ---: | ---: | ---: | ---: |");
    let mut curves = Vec::new();
    for away in [0, 40] {
        let mut mosquitto = Mosquitto::start(tls, Disk::Often);
        let floor = Floor::new().await;
        floor.fill(WORKSTATIONS, Way::Broker(&mosquitto)).await;
        let since = mosquitto.kill();
        tokio::time::sleep(Duration::from_secs(away)).await;
        mosquitto.restart();
        tokio::time::sleep(Duration::from_secs(STORM as u64)).await;
        let seconds = away as usize + STORM;
        let seen = mosquitto.connections(since, seconds);
        let all: u32 = seen.iter().sum();
        let there = floor
            .handles()
            .iter()
            .filter(|handle| reached(handle))
            .count();
        let last = seen
            .iter()
            .rposition(|count| *count > 0)
            .unwrap_or_default();
        println!(
            "| {away} s | {} | {} | {:.1} s |",
            if there == WORKSTATIONS {
                format!("{} s", last + 1)
            } else {
                format!("{there} of {WORKSTATIONS} ({all} came)")
            },
            seen.iter().max().unwrap(),
            cpu(mosquitto.id()).as_secs_f64()
        );
        curves.push(Curve {
            name: format!("{WORKSTATIONS} workstations, a broker that is away for {away} s"),
            seconds: seen.into_iter().map(|count| (count, count)).collect(),
        });
        floor.clear().await;
    }
    curves
}

/// A folder of a measurement.
fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}
