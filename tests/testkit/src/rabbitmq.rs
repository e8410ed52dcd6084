//! A real cluster: nodes of Debian's `rabbitmq-server` with its MQTT plugin, beside whatever else runs on this computer.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::mosquitto::Mosquitto;
use crate::process::Running;
use crate::watch::wait_until;

/// How long a node may take to start, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_mins(3);
/// Debian's own command becomes the user `rabbitmq` and writes where that user may.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/// Nodes that keep what they took on most of them; killed when dropped.
#[derive(Debug)]
pub struct RabbitCluster {
    nodes: Vec<Node>,
    // Where nodes find each other. After them, so that it ends after them.
    _names: Running,
    folder: tempfile::TempDir,
}

#[derive(Debug)]
struct Node {
    address: SocketAddr,
    running: Option<Running>,
}

impl RabbitCluster {
    /// Whether the programs are installed. In the gate they have to be.
    pub fn is_installed() -> bool {
        let there = Path::new(SERVER).is_file();
        assert!(
            there || std::env::var_os("CI").is_none(),
            "RabbitMQ is not installed: apt-get install rabbitmq-server"
        );
        there
    }

    /// Starts so many nodes, one after the other, and waits until each takes clients.
    ///
    /// # Panics
    ///
    /// When they do not start.
    pub fn start(count: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().join("home");
        fs::create_dir(&home).expect("a home");
        // All are taken until all are known.
        let free: Vec<_> = (0..=count)
            .map(|_| TcpListener::bind("127.0.0.1:0").expect("a port"))
            .collect();
        let ports: Vec<u16> = free
            .iter()
            .map(|listener| listener.local_addr().expect("its address").port())
            .collect();
        drop(free);
        let names = Running::start(Command::new("epmd").args([
            "-address",
            "127.0.0.1",
            "-port",
            &ports[0].to_string(),
        ]));
        wait_until(PATIENCE, "the names of nodes can be asked for", || {
            TcpStream::connect(("127.0.0.1", ports[0])).is_ok()
        });
        let all: Vec<String> = (1..=count)
            .map(|n| format!("cluster_formation.classic_config.nodes.{n} = node{n}@localhost\n"))
            .collect();
        let mut cluster = Self {
            nodes: Vec::new(),
            _names: names,
            folder,
        };
        for number in 1..=count {
            let address = Mosquitto::free_address();
            let node = cluster.folder.path().join(number.to_string());
            fs::create_dir(&node).expect("a folder of a node");
            let settings = format!(
                "listeners.tcp = none\nmqtt.listeners.tcp.1 = {address}\nmqtt.allow_anonymous = true\n\
                 mqtt.durable_queue_type = quorum\nlog.console = true\nlog.file = false\n\
                 cluster_formation.peer_discovery_backend = classic_config\n\
                 cluster_formation.randomized_startup_delay_range.min = 0\n\
                 cluster_formation.randomized_startup_delay_range.max = 1\n{}",
                all.concat()
            );
            let mut command = Command::new(SERVER);
            command
                .env("HOME", &home)
                .env("ERL_EPMD_PORT", ports[0].to_string())
                .env("RABBITMQ_NODENAME", format!("node{number}@localhost"))
                .env("RABBITMQ_DIST_PORT", ports[number].to_string())
                .env("RABBITMQ_MNESIA_BASE", node.join("data"))
                .env("RABBITMQ_LOG_BASE", node.join("log"))
                .env("RABBITMQ_PID_FILE", node.join("pid"))
                .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
                .env(
                    "RABBITMQ_CONFIG_FILE",
                    put(&node, "rabbitmq.conf", &settings),
                )
                .env(
                    "RABBITMQ_ENABLED_PLUGINS_FILE",
                    put(&node, "plugins", "[rabbitmq_mqtt]."),
                )
                .env(
                    "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                    "-kernel inet_dist_use_interface {127,0,0,1}",
                )
                // The script becomes the node then, in place of having one below it.
                .env("RUNNING_UNDER_SYSTEMD", "true")
                .env_remove("NOTIFY_SOCKET");
            cluster.nodes.push(Node {
                address,
                running: Some(Running::start(&mut command)),
            });
            // The first one founds the cluster, and makes the word by which nodes know each other. Two that join at once may
            // never agree who keeps the clients' names.
            cluster.wait(number - 1);
        }
        cluster
    }

    fn wait(&mut self, number: usize) {
        let node = &mut self.nodes[number];
        let running = node.running.as_mut().expect("it was started");
        wait_until(PATIENCE, "a node takes clients", || {
            let ended = running.ended();
            assert!(ended.is_none(), "a node ended: {}", running.stdout());
            takes_clients(node.address).unwrap_or(false)
        });
    }

    /// Where this node takes MQTT.
    pub fn address(&self, number: usize) -> SocketAddr {
        self.nodes[number].address
    }

    /// The node that listens there.
    pub fn at(&self, address: &str) -> Option<usize> {
        let mut nodes = self.nodes.iter();
        nodes.position(|node| address.ends_with(&node.address.to_string()))
    }

    /// Ends a node at once, as a crash would.
    pub fn kill(&mut self, number: usize) {
        if let Some(running) = self.nodes[number].running.take() {
            running.kill();
        }
    }

    /// What a node said.
    pub fn said(&self, number: usize) -> String {
        let running = self.nodes[number].running.as_ref();
        running.map(Running::stdout).unwrap_or_default()
    }
}

/// Whether a client is let in: the port is open earlier.
fn takes_clients(address: SocketAddr) -> io::Result<bool> {
    // A client without a name, by MQTT 3.1.1, and what it is told then.
    const CONNECT: &[u8] = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00";
    const ACCEPTED: [u8; 4] = [0x20, 2, 0, 0];
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(CONNECT)?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer)?;
    Ok(answer == ACCEPTED)
}

fn put(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).expect("a file of a node");
    path
}
