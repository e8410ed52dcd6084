//! A desktop that takes notifications: a bus of its own, and the service on it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::Duration;

use dbus::arg::PropMap;
use dbus::blocking::Connection;
use dbus::channel::{Channel, MatchingReceiver as _, Sender as _};
use dbus::message::{MatchRule, Message};

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// How soon a click is passed on.
const SOON: Duration = Duration::from_millis(20);

/// One notification.
#[derive(Debug)]
pub(super) struct Notified {
    pub(super) program: String,
    /// The one whose place it takes; 0 for none.
    pub(super) replaces: u32,
    pub(super) summary: String,
    pub(super) body: String,
    pub(super) actions: Vec<String>,
    pub(super) category: Option<String>,
    /// The number that it got.
    pub(super) number: u32,
}

pub(super) struct Desktop {
    daemon: Child,
    address: String,
    notified: Receiver<Notified>,
    click: mpsc::Sender<u32>,
}

impl Desktop {
    /// Starts the bus and waits until the service is on it. It reads markup.
    pub(super) fn start() -> Self {
        Self::with(&["body", "body-markup"])
    }

    /// One that can do this.
    pub(super) fn with(features: &[&'static str]) -> Self {
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
        let (click, clicks) = mpsc::channel();
        let (ready, started) = mpsc::channel();
        let (at, features) = (address.clone(), features.to_vec());
        thread::spawn(move || {
            let mut channel = Channel::open_private(&at).unwrap();
            channel.register().unwrap();
            let bus = Connection::from(channel);
            bus.request_name(SERVICE, false, true, true).unwrap();
            let mut last = 0;
            bus.start_receive(
                MatchRule::new_method_call(),
                Box::new(move |message, bus| {
                    let _ = bus.send(answer(&message, &features, &mut last, &tell));
                    true
                }),
            );
            ready.send(()).unwrap();
            // Until the bus is gone.
            while bus.process(SOON).is_ok() {
                for number in clicks.try_iter() {
                    let signal =
                        |name: &str| Message::signal(&OBJECT.into(), &SERVICE.into(), &name.into());
                    let _ = bus.send(signal("ActionInvoked").append2(number, "default"));
                    let _ = bus.send(signal("NotificationClosed").append2(number, 2_u32));
                }
            }
        });
        started.recv_timeout(super::PATIENCE).unwrap();
        Self {
            daemon,
            address,
            notified,
            click,
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The next notification.
    #[track_caller]
    pub(super) fn next(&self) -> Notified {
        self.notified.recv_timeout(super::PATIENCE).unwrap()
    }

    /// Clicks a notification, which closes it.
    pub(super) fn click(&self, number: u32) {
        self.click.send(number).unwrap();
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

fn answer(
    message: &Message,
    features: &[&'static str],
    last: &mut u32,
    tell: &mpsc::Sender<Notified>,
) -> Message {
    let reply = message.method_return();
    if message.member().as_deref() == Some("GetCapabilities") {
        return reply.append1(features.to_vec());
    }
    let mut arguments = message.iter_init();
    let program = arguments.read().unwrap();
    let replaces = arguments.read().unwrap();
    let _icon: String = arguments.read().unwrap();
    let (summary, body) = (arguments.read().unwrap(), arguments.read().unwrap());
    let actions = arguments.read().unwrap();
    let hints: PropMap = arguments.read().unwrap();
    let category = hints.get("category").and_then(|hint| hint.0.as_str());
    let number = if replaces == 0 {
        *last += 1;
        *last
    } else {
        replaces
    };
    let _ = tell.send(Notified {
        program,
        replaces,
        summary,
        body,
        actions,
        category: category.map(ToOwned::to_owned),
        number,
    });
    reply.append1(number)
}
