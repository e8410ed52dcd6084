//! Word to the person (freedesktop.org, Desktop Notifications Specification).

use std::env;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use dbus::arg::PropMap;
use dbus::blocking::Connection;
use mc_process::{Launch, resolve};

use super::has_display;

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// For each of the two questions to the desktop.
const ANSWER: Duration = Duration::from_secs(1);

/// For all of it: a bus that takes a connection and says nothing is left alone.
const LONGEST: Duration = Duration::from_secs(3);

pub(crate) fn notify(title: &str, text: &str) {
    if !(has_bus() && by_desktop(title, text)) && has_display() {
        by_box(title, text);
    }
}

/// Where libdbus would look first; what it would do last, starting a bus of its own, helps nobody.
fn has_bus() -> bool {
    let address = env::var_os("DBUS_SESSION_BUS_ADDRESS");
    let runtime = env::var_os("XDG_RUNTIME_DIR");
    address.is_some() || runtime.is_some_and(|folder| Path::new(&folder).join("bus").exists())
}

fn by_desktop(title: &str, text: &str) -> bool {
    let (done, shown) = mpsc::channel();
    let (title, text) = (title.to_owned(), text.to_owned());
    let asking = thread::Builder::new().spawn(move || {
        let _ = done.send(ask(&title, &text).is_ok());
    });
    asking.is_ok() && shown.recv_timeout(LONGEST).unwrap_or(false)
}

fn ask(title: &str, text: &str) -> Result<(), dbus::Error> {
    let bus = Connection::new_session()?;
    let desktop = bus.with_proxy(SERVICE, OBJECT, ANSWER);
    let (features,): (Vec<String>,) = desktop.method_call(SERVICE, "GetCapabilities", ())?;
    let text = if features.iter().any(|feature| feature == "body-markup") {
        escaped(text)
    } else {
        text.to_owned()
    };
    let (replaces, actions, lasts) = (0_u32, Vec::<String>::new(), -1_i32);
    let shown = (
        title,
        replaces,
        "",
        title,
        text,
        actions,
        PropMap::new(),
        lasts,
    );
    let (_id,): (u32,) = desktop.method_call(SERVICE, "Notify", shown)?;
    Ok(())
}

/// Text where markup is read.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A box of whatever program is there, which lives on its own.
fn by_box(title: &str, text: &str) {
    let boxes: [(&str, &[&str]); 3] = [
        (
            "zenity",
            &[
                "--warning",
                "--no-markup",
                "--timeout=60",
                &format!("--title={title}"),
                &format!("--text={text}"),
            ],
        ),
        ("kdialog", &["--title", title, "--passivepopup", text, "60"]),
        ("xmessage", &["-timeout", "60", "-title", title, text]),
    ];
    for (name, arguments) in boxes {
        let Ok(program) = resolve(name, None) else {
            continue;
        };
        let started = Launch::new(program)
            .args(arguments.iter().copied())
            .env_remove("API_TOKEN")
            .detach();
        if started.is_ok() {
            return;
        }
    }
}
