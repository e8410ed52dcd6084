//! A real broker: Debian's `mosquitto`, on an address of its own, and its command line clients. Under Wine, too: there they
//! are programs of the Linux below it.

#[cfg(feature = "servers")]
mod all_ways;

use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::linux::{here, linux, linux_path};
use crate::process::{Finished, Running, run};
use crate::sys::under_wine;
use crate::watch::wait_until;

#[cfg(feature = "servers")]
pub use all_ways::AllWays;

/// How long a broker may take to start, and a client for a message.
const PATIENCE: Duration = Duration::from_secs(30);

/// A broker with a configuration of its own; killed when dropped.
#[derive(Debug)]
pub struct Mosquitto {
    folder: tempfile::TempDir,
    address: SocketAddr,
    running: Option<Running>,
}

/// What a broker is started with.
#[derive(Debug, Default, Clone)]
pub struct MosquittoSettings {
    text: String,
    files: Vec<(String, String)>,
}

impl MosquittoSettings {
    /// Everybody may do everything.
    pub fn open() -> Self {
        Self {
            text: "allow_anonymous true\n".to_owned(),
            files: Vec::new(),
        }
    }

    /// Nothing but what is added.
    pub fn bare() -> Self {
        Self::default()
    }

    /// Adds lines to the configuration; `FOLDER` stands for the broker's folder.
    #[must_use]
    pub fn with(mut self, lines: &str) -> Self {
        let _ = writeln!(self.text, "{lines}");
        self
    }

    /// Adds a file to the broker's folder.
    #[must_use]
    pub fn file(mut self, name: &str, text: impl Into<String>) -> Self {
        self.files.push((name.to_owned(), text.into()));
        self
    }
}

impl Mosquitto {
    /// Whether the program is installed. In the gate it has to be. `MINICLIENT_TEST_MOSQUITTO` names another one than the
    /// system's.
    pub fn is_installed() -> bool {
        let there = program().is_some();
        let expected = std::env::var_os("CI").is_some() && (cfg!(unix) || under_wine());
        assert!(
            there || !expected,
            "mosquitto is not installed: apt-get install mosquitto mosquitto-clients"
        );
        there
    }

    /// An address that no other broker has: brokers are restarted, and meanwhile nobody may take their port. All of
    /// 127.0.0.0/8 is this computer, and what connects out of it is 127.0.0.1.
    pub fn free_address() -> SocketAddr {
        use std::collections::hash_map::RandomState;
        use std::hash::BuildHasher as _;
        let [a, b, c, ..] = RandomState::new().hash_one(0).to_le_bytes();
        SocketAddr::from(([127, a.max(1), b, c.clamp(1, 254)], 1883))
    }

    /// Starts one.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start(settings: &MosquittoSettings) -> Self {
        Self::start_at(Self::free_address(), settings)
    }

    /// Starts one at this address.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start_at(address: SocketAddr, settings: &MosquittoSettings) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in &settings.files {
            fs::write(folder.path().join(name), text).expect("a file of the broker");
        }
        let place = linux_path(folder.path());
        let mut text = format!("listener {} {}\n", address.port(), address.ip());
        text.push_str(&settings.text.replace("FOLDER", &place));
        // As root it would become another user, who may not read this folder.
        text.push_str("\nuser root\nlog_type all\nlog_dest stderr\n");
        fs::write(folder.path().join("mosquitto.conf"), text).expect("its configuration");
        let mut broker = Self {
            folder,
            address,
            running: None,
        };
        broker.restart();
        broker
    }

    /// Starts it again, at the same address and with what it kept.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn restart(&mut self) {
        self.kill();
        let mut command = linux(&program().expect("mosquitto is installed"));
        command
            .arg("-c")
            .arg(self.folder.path().join("mosquitto.conf"));
        let mut running = Running::start(&mut command);
        let address = self.address;
        wait_until(PATIENCE, "the broker takes connections", || {
            assert!(
                running.ended().is_none(),
                "mosquitto ended: {}",
                running.stderr()
            );
            TcpStream::connect(address).is_ok()
        });
        self.running = Some(running);
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.kill();
            // Under Wine it ends a moment after the program that stands for it.
            let address = self.address;
            wait_until(PATIENCE, "the broker's end", || {
                TcpStream::connect(address).is_err()
            });
        }
    }

    /// Whether a message is among what it has written to its disk.
    pub fn keeps(&self, payload: &str) -> bool {
        let kept = fs::read(self.folder.path().join("mosquitto.db")).unwrap_or_default();
        let mut windows = kept.windows(payload.len());
        windows.any(|window| window == payload.as_bytes())
    }

    /// Its process id.
    ///
    /// # Panics
    ///
    /// When it does not run.
    pub fn id(&self) -> u32 {
        self.running.as_ref().expect("it runs").id()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it said.
    pub fn said(&self) -> String {
        self.running
            .as_ref()
            .map(Running::stderr)
            .unwrap_or_default()
    }

    /// `mosquitto_pub` or `mosquitto_sub` for this broker.
    pub fn client(&self, name: &str) -> Command {
        self.led_here(linux(name))
    }

    fn led_here(&self, mut command: Command) -> Command {
        let (ip, port) = (self.address.ip().to_string(), self.address.port());
        command.args(["-h", &ip, "-p", &port.to_string()]);
        command
    }

    /// Publishes a message at least once, with further options of `mosquitto_pub`, and waits until the broker has taken it.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn publish(&self, topic: &str, payload: &str, options: &[&str]) {
        let _ = self.try_publish(topic, payload, options).expect_code(0);
    }

    /// The same, however it ends.
    pub fn try_publish(&self, topic: &str, payload: &str, options: &[&str]) -> Finished {
        let mut command = self.client("mosquitto_pub");
        command
            .args(["-V", "mqttv5", "-q", "1", "-t", topic])
            .arg(if payload.is_empty() { "-n" } else { "-s" })
            .args(options);
        crate::process::run_with_input(&mut command, payload.as_bytes(), PATIENCE)
    }

    /// Begins to publish a message at least once.
    pub fn publisher(&self, topic: &str, payload: &str) -> Running {
        let mut command = self.client("mosquitto_pub");
        command.args(["-V", "mqttv5", "-q", "1", "-t", topic, "-m", payload]);
        Running::start(&mut command)
    }

    /// The retained message of a topic; empty where there is none.
    pub fn retained(&self, topic: &str) -> String {
        let mut command = self.client("mosquitto_sub");
        command.args(["-t", topic, "-C", "1", "-W", "1", "--retained-only"]);
        run(&mut command, PATIENCE).stdout.trim_end().to_owned()
    }

    /// Everything that comes under a topic, a line each: whether it is retained, the topic, the text.
    pub fn listen(&self, topic: &str) -> Running {
        // Into a pipe it says nothing until its buffer is full.
        let mut command = linux("stdbuf");
        command.args(["-oL", "mosquitto_sub"]);
        let mut command = self.led_here(command);
        command.args([
            "-V", "mqttv5", "-q", "1", "-t", topic, "-F", "%r %t %p", "-d",
        ]);
        let mut running = Running::start(&mut command);
        running.wait_said("a subscription", PATIENCE, |said| {
            said.contains("Subscribed").then_some(())
        });
        running
    }
}

/// Where the program is, as Linux says it.
fn program() -> Option<String> {
    if let Some(named) = std::env::var_os("MINICLIENT_TEST_MOSQUITTO") {
        return Some(PathBuf::from(named))
            .filter(|program| program.is_file())
            .map(|program| linux_path(&program));
    }
    let path = std::env::var_os("PATH").filter(|_| cfg!(unix));
    // Debian keeps it where only root's PATH leads.
    std::env::split_paths(&path.unwrap_or_default())
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
        .map(|folder| format!("{}/mosquitto", folder.display()))
        .find(|program| here(program).is_file())
}
