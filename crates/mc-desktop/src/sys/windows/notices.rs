//! Notices of a program that stays: balloons of the notification area, on a thread with a window of its own. Newer versions of
//! Windows show them as toasts.

use std::collections::HashMap;
use std::sync::mpsc as std_mpsc;
use std::thread;

use tokio::sync::mpsc;
use windows_sys::Win32::UI::Shell::{NIN_BALLOONHIDE, NIN_BALLOONTIMEOUT, NIN_BALLOONUSERCLICK};
use windows_sys::Win32::UI::WindowsAndMessaging::WM_LBUTTONUP;

use crate::boxes::Boxes;
use crate::notice::{Clicked, Notice, NoticeKind};
use crate::sys::windows::notify::notify;
use crate::sys::windows::window::HiddenWindow;

pub(crate) fn show_notices(name: &str, _id: &str, mut waiting: mpsc::Receiver<Notice>) {
    let Ok(window) = HiddenWindow::of_balloons() else {
        return;
    };
    let (hand_on, notices) = std_mpsc::channel();
    let wake = window.waker();
    let carried = thread::Builder::new().spawn(move || {
        while let Some(notice) = waiting.blocking_recv() {
            if hand_on.send(notice).is_err() {
                return;
            }
            wake();
        }
        drop(hand_on);
        wake();
    });
    if carried.is_err() {
        return;
    }
    let mut area = Area::default();
    window.serve(|window, done| {
        for (number, what) in done {
            area.done(window, number, what);
        }
        loop {
            match notices.try_recv() {
                Ok(notice) => area.show(window, name, notice),
                Err(error) => return error == std_mpsc::TryRecvError::Empty,
            }
        }
    });
}

/// The program's part of the notification area.
#[derive(Default)]
struct Area {
    /// By what it is about.
    shown: HashMap<String, Open>,
    last: u32,
    boxes: Boxes,
}

/// A balloon on the screen.
struct Open {
    number: u32,
    clicked: Option<Clicked>,
}

impl Area {
    fn show(&mut self, window: &HiddenWindow, name: &str, notice: Notice) {
        let open = self.shown.get(&notice.about).map(|open| open.number);
        let number = open.unwrap_or_else(|| {
            self.last = self.last.wrapping_add(1);
            self.last
        });
        let warns = notice.kind == NoticeKind::Failure;
        if window.balloon(number, name, &notice.title, &notice.text, warns) {
            let clicked = notice.clicked;
            self.shown.insert(notice.about, Open { number, clicked });
            return;
        }
        if warns && self.boxes.may_show(&notice.about) {
            // It may wait until the person closes it.
            let _ = thread::Builder::new().spawn(move || notify(&notice.title, &notice.text));
        }
    }

    fn done(&mut self, window: &HiddenWindow, number: u32, what: u32) {
        let clicks = matches!(what, NIN_BALLOONUSERCLICK | WM_LBUTTONUP);
        if !clicks && !matches!(what, NIN_BALLOONHIDE | NIN_BALLOONTIMEOUT) {
            return;
        }
        let about = self
            .shown
            .iter()
            .find(|(_, open)| open.number == number)
            .map(|(about, _)| about.clone());
        let Some(open) = about.and_then(|about| self.shown.remove(&about)) else {
            return;
        };
        window.remove_balloon(number);
        if let Some(clicked) = open.clicked.filter(|_| clicks) {
            clicked();
        }
    }
}
