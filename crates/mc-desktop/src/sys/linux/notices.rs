//! Notices of a program that stays: on a thread, with one connection to the desktop.

use std::collections::HashMap;
use std::io;
use std::sync::mpsc as std_mpsc;
use std::time::{Duration, Instant};

use dbus::blocking::Connection;
use tokio::io::Interest;
use tokio::net::UnixStream;
use tokio::sync::mpsc;

use super::bus::{self, Done, Shown};
use super::descriptor::descriptor;
use super::notify::by_box;
use crate::boxes::Boxes;
use crate::notice::{Clicked, Notice, NoticeKind};

/// How long a bus that did not answer is left alone.
const PAUSE: Duration = Duration::from_mins(1);

/// More are not remembered: their desktop has forgotten them as well.
const REMEMBERED: usize = 64;

pub(crate) fn show_notices(name: &str, id: &str, waiting: mpsc::Receiver<Notice>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build();
    if let Ok(runtime) = runtime {
        let screen = Screen {
            program: (name, id),
            desktop: None,
            left_alone: None,
            boxes: Boxes::default(),
        };
        runtime.block_on(screen.show_all(waiting));
    }
}

struct Screen<'a> {
    program: (&'a str, &'a str),
    desktop: Option<Desktop>,
    /// Since when there has been none.
    left_alone: Option<Instant>,
    boxes: Boxes,
}

impl Screen<'_> {
    async fn show_all(mut self, mut waiting: mpsc::Receiver<Notice>) {
        loop {
            let notice = match &mut self.desktop {
                None => waiting.recv().await,
                Some(desktop) => {
                    if desktop.take_in().is_err() {
                        self.desktop = None;
                        continue;
                    }
                    tokio::select! {
                        notice = waiting.recv() => notice,
                        () = desktop.said_something() => continue,
                    }
                }
            };
            match notice {
                Some(notice) => self.show(notice),
                None => return,
            }
        }
    }

    fn show(&mut self, notice: Notice) {
        // A connection that is there may be gone by now; a new one is worth a try.
        for _ in 0..2 {
            if self.desktop.is_none() && !self.is_left_alone() {
                self.desktop = Desktop::new();
                self.left_alone = self.desktop.is_none().then(Instant::now);
            }
            let Some(desktop) = &mut self.desktop else {
                break;
            };
            if desktop.show(self.program, &notice).is_ok() {
                return desktop.remember(notice);
            }
            self.desktop = None;
        }
        if notice.kind == NoticeKind::Failure && self.boxes.may_show(&notice.about) {
            by_box(&notice.title, &notice.text);
        }
    }

    fn is_left_alone(&self) -> bool {
        self.left_alone.is_some_and(|since| since.elapsed() < PAUSE)
    }
}

/// The desktop and what it shows.
struct Desktop {
    /// Readable when the connection is.
    ready: UnixStream,
    bus: Connection,
    done: std_mpsc::Receiver<Done>,
    /// By what it is about.
    shown: HashMap<String, Open>,
    /// The number of the one that is being shown.
    number: u32,
}

/// A notification on the screen.
struct Open {
    number: u32,
    clicked: Option<Clicked>,
    since: Instant,
}

impl Desktop {
    fn new() -> Option<Self> {
        let bus = bus::connect()?;
        let (tell, done) = std_mpsc::channel();
        bus::watch(&bus, tell).ok()?;
        let descriptor = descriptor(&bus).ok()?;
        let ready = UnixStream::from_std(descriptor.into()).ok()?;
        Some(Self {
            ready,
            bus,
            done,
            shown: HashMap::new(),
            number: 0,
        })
    }

    /// Waits until there is something to take in.
    async fn said_something(&self) {
        if self.ready.readable().await.is_ok() {
            // The connection reads it; here it is no longer waited for.
            let taken = || Err::<(), _>(io::ErrorKind::WouldBlock.into());
            let _ = self.ready.try_io(Interest::READABLE, taken);
        }
    }

    /// Takes in what came, and does what was clicked.
    fn take_in(&mut self) -> Result<(), dbus::Error> {
        while self.bus.process(Duration::ZERO)? {}
        while let Ok(done) = self.done.try_recv() {
            match done {
                Done::Clicked(number) => {
                    let open = self.shown.values_mut().find(|open| open.number == number);
                    if let Some(clicked) = open.and_then(|open| open.clicked.take()) {
                        clicked();
                    }
                }
                Done::Closed(number) => self.shown.retain(|_, open| open.number != number),
            }
        }
        Ok(())
    }

    fn show(&mut self, program: (&str, &str), notice: &Notice) -> Result<(), dbus::Error> {
        let replaces = self.shown.get(&notice.about).map_or(0, |open| open.number);
        let shown = Shown {
            program,
            title: &notice.title,
            text: &notice.text,
            kind: notice.kind,
            can_be_clicked: notice.clicked.is_some(),
            replaces,
        };
        self.number = bus::show(&self.bus, &shown)?;
        Ok(())
    }

    fn remember(&mut self, notice: Notice) {
        if self.shown.len() >= REMEMBERED {
            let oldest = self.shown.iter().min_by_key(|(_, open)| open.since);
            if let Some(about) = oldest.map(|(about, _)| about.clone()) {
                self.shown.remove(&about);
            }
        }
        let open = Open {
            number: self.number,
            clicked: notice.clicked,
            since: Instant::now(),
        };
        self.shown.insert(notice.about, open);
    }
}
