//! Word to the person: a message box that waits for nobody.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::sys::windows::system::{errors_are_seen, show_error, show_in_session};

/// After this a box closes by itself.
const SHOWN: Duration = Duration::from_mins(1);

pub(crate) fn notify(title: &str, text: &str) {
    if errors_are_seen() || show_in_session(title, text, SHOWN) {
        return;
    }
    // The box goes with the process at the latest.
    let (closed, wait) = mpsc::channel::<()>();
    let (title, text) = (title.to_owned(), text.to_owned());
    let shown = thread::Builder::new().spawn(move || {
        show_error(&title, &text);
        drop(closed);
    });
    if shown.is_ok() {
        let _ = wait.recv_timeout(SHOWN);
    }
}
