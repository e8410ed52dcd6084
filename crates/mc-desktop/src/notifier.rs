//! Notices of a program that stays.

use std::sync::OnceLock;
use std::thread;

use tokio::sync::mpsc;

use crate::notice::Notice;
use crate::sys;

/// More than that wait for nobody: a desktop that does not answer is left alone.
const WAITING: usize = 32;

/// Shows notices for a program that stays: by the desktop's own notifications on Linux, else a box for what does not work; by
/// balloons of the notification area on Windows, which its newer versions show as toasts. None takes the focus, and of
/// those about the same thing there is one at a time.
///
/// Everything happens on a thread that begins with the first notice; showing waits for nobody.
#[derive(Debug)]
pub struct Notifier {
    name: String,
    id: String,
    notices: OnceLock<mpsc::Sender<Notice>>,
}

impl Notifier {
    /// For a program that people call so, and that the desktop knows by this id
    /// ([`Application::id`](crate::Application::id)).
    pub fn new(name: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            id: id.into(),
            notices: OnceLock::new(),
        }
    }

    /// Shows it soon. It is dropped where too many wait already.
    pub fn show(&self, notice: Notice) {
        let notices = self.notices.get_or_init(|| {
            let (notices, waiting) = mpsc::channel(WAITING);
            let (name, id) = (self.name.clone(), self.id.clone());
            // Without a thread, nobody waits at the other end.
            let _ = thread::Builder::new()
                .name("notices".to_owned())
                .spawn(move || sys::show_notices(&name, &id, waiting));
            notices
        });
        let _ = notices.try_send(notice);
    }
}
