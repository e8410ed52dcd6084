//! The desktop's notifications (freedesktop.org, Desktop Notifications Specification).

use std::env;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use dbus::arg::{PropMap, Variant};
use dbus::blocking::Connection;
use dbus::channel::{BusType, Channel};
use dbus::message::MatchRule;

use crate::notice::NoticeKind;

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// The key of the action that is a click on the notification itself.
const CLICK: &str = "default";

/// For each question to the desktop.
const ANSWER: Duration = Duration::from_secs(1);

/// For the way onto the bus: one that takes a connection and says nothing is left alone.
const CONNECTING: Duration = Duration::from_secs(3);

/// What a notification says.
pub(super) struct Shown<'a> {
    /// The program's name and its id.
    pub(super) program: (&'a str, &'a str),
    pub(super) title: &'a str,
    pub(super) text: &'a str,
    pub(super) kind: NoticeKind,
    pub(super) can_be_clicked: bool,
    /// The notification whose place it takes, else 0.
    pub(super) replaces: u32,
}

/// What the person did.
pub(super) enum Done {
    Clicked(u32),
    Closed(u32),
}

/// Where libdbus would look first; what it would do last, starting a bus of its own, helps nobody.
fn has_bus() -> bool {
    let address = env::var_os("DBUS_SESSION_BUS_ADDRESS");
    let runtime = env::var_os("XDG_RUNTIME_DIR");
    address.is_some() || runtime.is_some_and(|folder| Path::new(&folder).join("bus").exists())
}

/// The person's bus, if there is one and it answers.
pub(super) fn connect() -> Option<Connection> {
    if !has_bus() {
        return None;
    }
    let (tell, connected) = mpsc::channel();
    thread::Builder::new()
        .spawn(move || {
            let channel = Channel::get_private(BusType::Session).map(|mut channel| {
                channel.set_watch_enabled(true);
                channel
            });
            // Nobody listens any more after the limit.
            let _ = tell.send(channel);
        })
        .ok()?;
    let channel = connected.recv_timeout(CONNECTING).ok()?.ok()?;
    Some(channel.into())
}

/// Has the desktop say what the person does with its notifications.
pub(super) fn watch(bus: &Connection, done: mpsc::Sender<Done>) -> Result<(), dbus::Error> {
    let of_desktop = |signal| MatchRule::new_signal(SERVICE, signal).with_sender(SERVICE);
    let clicked = done.clone();
    bus.add_match(
        of_desktop("ActionInvoked"),
        move |(id, action): (u32, String), _, _| {
            action != CLICK || clicked.send(Done::Clicked(id)).is_ok()
        },
    )?;
    bus.add_match(
        of_desktop("NotificationClosed"),
        move |(id, _why): (u32, u32), _, _| done.send(Done::Closed(id)).is_ok(),
    )?;
    Ok(())
}

/// Shows a notification and gives its number.
pub(super) fn show(bus: &Connection, shown: &Shown<'_>) -> Result<u32, dbus::Error> {
    let desktop = bus.with_proxy(SERVICE, OBJECT, ANSWER);
    let (features,): (Vec<String>,) = desktop.method_call(SERVICE, "GetCapabilities", ())?;
    let has = |name: &str| features.iter().any(|feature| feature == name);
    let (name, id) = shown.program;
    // Text is data: the title never is markup, what stands below it may be read as such.
    let (title, text) = match () {
        () if !has("body") => (format!("{}: {}", shown.title, shown.text), String::new()),
        () if has("body-markup") => (shown.title.to_owned(), escaped(shown.text)),
        () => (shown.title.to_owned(), shown.text.to_owned()),
    };
    let actions: &[&str] = if shown.can_be_clicked && has("actions") {
        &[CLICK, ""]
    } else {
        &[]
    };
    let lasts = -1_i32;
    let notification = (
        name,
        shown.replaces,
        "",
        title,
        text,
        actions,
        hints(id, shown.kind),
        lasts,
    );
    let (number,): (u32,) = desktop.method_call(SERVICE, "Notify", notification)?;
    Ok(number)
}

fn hints(id: &str, kind: NoticeKind) -> PropMap {
    let text = |text: &str| Variant(Box::new(text.to_owned()) as Box<_>);
    let mut hints = PropMap::new();
    hints.insert("desktop-entry".to_owned(), text(id));
    let category = match kind {
        NoticeKind::Failure => return hints,
        NoticeKind::Call => "call.incoming",
        NoticeKind::Missed => "call.unanswered",
    };
    hints.insert("category".to_owned(), text(category));
    hints
}

/// Text where markup is read.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
