//! A desktop that takes notifications: a bus of its own, and the service on it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;

use dbus::blocking::Connection;
use dbus::channel::{Channel, MatchingReceiver as _, Sender as _};
use dbus::message::{MatchRule, Message};

/// One notification.
#[derive(Debug)]
pub(super) struct Notified {
    pub(super) summary: String,
    pub(super) body: String,
}

pub(super) struct Desktop {
    daemon: Child,
    address: String,
    notified: Receiver<Notified>,
}

impl Desktop {
    /// Starts the bus and waits until the service is on it.
    pub(super) fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon: apt-get install dbus");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let address = address.trim().to_owned();
        let (tell, notified) = mpsc::channel();
        let (ready, started) = mpsc::channel();
        let at = address.clone();
        thread::spawn(move || {
            let mut channel = Channel::open_private(&at).unwrap();
            channel.register().unwrap();
            let bus = Connection::from(channel);
            bus.request_name("org.freedesktop.Notifications", false, true, true)
                .unwrap();
            bus.start_receive(
                MatchRule::new_method_call(),
                Box::new(move |message, bus| {
                    let _ = bus.send(answer(&message, &tell));
                    true
                }),
            );
            ready.send(()).unwrap();
            // Until the bus is gone.
            while bus.process(super::PATIENCE).is_ok() {}
        });
        started.recv_timeout(super::PATIENCE).unwrap();
        Self {
            daemon,
            address,
            notified,
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The next notification.
    pub(super) fn next(&self) -> Notified {
        self.notified.recv_timeout(super::PATIENCE).unwrap()
    }

    /// Whoever would have told something has ended.
    pub(super) fn nothing_more(&self) {
        assert!(matches!(self.notified.try_recv(), Err(TryRecvError::Empty)));
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn answer(message: &Message, tell: &mpsc::Sender<Notified>) -> Message {
    let reply = message.method_return();
    if message.member().as_deref() == Some("GetCapabilities") {
        return reply.append1(vec!["body", "body-markup"]);
    }
    let mut arguments = message.iter_init();
    let _application: String = arguments.read().unwrap();
    let _replaces: u32 = arguments.read().unwrap();
    let _icon: String = arguments.read().unwrap();
    let summary = arguments.read().unwrap();
    let body = arguments.read().unwrap();
    let _ = tell.send(Notified { summary, body });
    reply.append1(1_u32)
}
