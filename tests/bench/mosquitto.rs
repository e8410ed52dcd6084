//! A Mosquitto that is measured: it says little, and writes down when clients came.

use std::fmt::{self, Write as _};
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// When it writes to its disk.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Disk {
    None,
    /// Every second, if something changed: `autosave_interval 1`.
    Often,
    /// After every change: `autosave_interval 1` and `autosave_on_changes true`.
    EachChange,
}

/// The broker; ended when dropped.
pub(crate) struct Mosquitto {
    folder: tempfile::TempDir,
    inside: SocketAddr,
    tls: Option<SocketAddr>,
    disk: Disk,
    child: Child,
}

impl Mosquitto {
    pub(crate) fn start(tls: bool, disk: Disk) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Both are taken until both are known.
        let free = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [inside, outside] = free.map(|listener| listener.local_addr().unwrap());
        let place = folder.path().display();
        let mut text = format!(
            "listener {} 127.0.0.1\nallow_anonymous true\nuser root\nlog_dest file {place}/log\nlog_type notice\nlog_type error\n\
             set_tcp_nodelay true\nmax_queued_messages 100\npersistence_location {place}/\n",
            inside.port()
        );
        text.push_str(match disk {
            Disk::None => "",
            Disk::Often => "persistence true\nautosave_interval 1\n",
            Disk::EachChange => "persistence true\nautosave_on_changes true\nautosave_interval 1\n",
        });
        if tls {
            let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
            let certificate = super::write(folder.path(), "server.pem", &made.cert.pem());
            let key = super::write(
                folder.path(),
                "server.key",
                &made.signing_key.serialize_pem(),
            );
            let _ = write!(
                text,
                "listener {} 127.0.0.1\ncertfile {}\nkeyfile {}\n",
                outside.port(),
                certificate.display(),
                key.display()
            );
        }
        super::write(folder.path(), "mosquitto.conf", &text);
        let child = spawn(&folder);
        let mosquitto = Self {
            folder,
            inside,
            tls: tls.then_some(outside),
            disk,
            child,
        };
        mosquitto.wait();
        mosquitto
    }

    /// Ends it, as a crash would; when that was.
    pub(crate) fn kill(&mut self) -> Duration {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let _ = fs::remove_file(self.folder.path().join("log"));
        since
    }

    pub(crate) fn restart(&mut self) {
        self.child = spawn(&self.folder);
        self.wait();
    }

    fn wait(&self) {
        while TcpStream::connect(self.inside).is_err() {
            sleep(Duration::from_millis(10));
        }
    }

    /// How many workstations were let in, by second since then.
    pub(crate) fn connections(&self, since: Duration, seconds: usize) -> Vec<u32> {
        let mut seen = vec![0; seconds];
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
        for line in log
            .lines()
            .filter(|line| line.contains("New client connected") && line.contains(" as mc"))
        {
            let at: u64 = line.split_once(':').unwrap().0.parse().unwrap();
            let second = usize::try_from(at.saturating_sub(since.as_secs())).unwrap();
            seen[second.min(seconds - 1)] += 1;
        }
        seen
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where the telephone system comes.
    pub(crate) fn inside(&self) -> SocketAddr {
        self.inside
    }

    /// Where workstations come.
    pub(crate) fn url(&self) -> String {
        match self.tls {
            Some(address) => format!("mqtts://{address}"),
            None => format!("mqtt://{}", self.inside),
        }
    }

    /// What they have to trust.
    pub(crate) fn certificate(&self) -> Option<PathBuf> {
        self.tls.map(|_| self.folder.path().join("server.pem"))
    }
}

impl fmt::Display for Mosquitto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tls = if self.tls.is_some() { ", TLS" } else { "" };
        let disk = match self.disk {
            Disk::None => "nothing on disk",
            Disk::Often => "on disk every second",
            Disk::EachChange => "on disk after every change",
        };
        write!(f, "Mosquitto{tls}, {disk}")
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &tempfile::TempDir) -> Child {
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new("mosquitto")
        .env("PATH", format!("{path}:/usr/sbin:/sbin"))
        .arg("-c")
        .arg(folder.path().join("mosquitto.conf"))
        .spawn()
        .expect("mosquitto is needed")
}

/// The memory of a process that is in use, in bytes.
pub(crate) fn memory(id: u32) -> u64 {
    let pages = fs::read_to_string(format!("/proc/{id}/statm")).unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

/// The time a process had the processor.
pub(crate) fn cpu(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split(' ').collect();
    let ticks: u64 = fields[12..14]
        .iter()
        .map(|field| field.parse::<u64>().unwrap())
        .sum();
    Duration::from_millis(ticks * 10)
}
