//! The journal: what was accepted, what was done for it, and how it ended.
//!
//! One file per day (UTC) with one JSON document per line, for this user alone. What is accepted is on disk before
//! anyone is told so; a call whose record cannot be written is refused, as after a crash nobody could tell any more
//! what became of it. Reports are written as they come, without waiting for the disk.
//!
//! [`Journal`] writes; [`History`] reads, whether an agent runs or not.

mod history;
mod lines;
mod mask;
mod record;
mod store;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use mc_hooks::{CallEvent, Report};
use mc_template::Numbers;
use tokio::sync::oneshot;

pub use self::history::{Entries, Entry, History, HookRun, RunState};
use self::record::Record;
use self::store::Store;
use crate::protocol::{DialOrigin, Dialled};
use crate::settings::{Keep, Retention};

/// How many records are flushed together at most.
const BATCH: usize = 512;

/// Why the journal did not do it.
#[derive(Debug, thiserror::Error)]
#[error("the journal in {} cannot be {doing}: {source}", folder.display())]
#[non_exhaustive]
pub struct JournalError {
    /// Where it is.
    pub folder: PathBuf,
    /// What was being done, as a participle.
    pub doing: &'static str,
    /// What the system says.
    pub source: io::Error,
}

/// A call that is about to be accepted.
#[derive(Debug)]
#[non_exhaustive]
pub struct NewCall<'a> {
    /// Its id.
    pub id: &'a str,
    /// From which source.
    pub via: &'a str,
    /// The call.
    pub event: &'a CallEvent,
    /// The hooks that will run for it.
    pub hooks: Vec<String>,
    /// Whether it rang too long ago for that.
    pub late: bool,
}

impl<'a> NewCall<'a> {
    /// A call from this source.
    pub fn new(id: &'a str, via: &'a str, event: &'a CallEvent) -> Self {
        Self {
            id,
            via,
            event,
            hooks: Vec::new(),
            late: false,
        }
    }
}

/// Writes the journal. A thread of its own does what waits for the disk.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    retention: Retention,
    numbers: Numbers,
    orders: mpsc::Sender<Order>,
    writer: Option<thread::JoinHandle<()>>,
}

enum Order {
    Write(Box<Record>, Option<oneshot::Sender<io::Result<()>>>),
    Flush(oneshot::Sender<()>),
    Erase(
        Box<dyn Fn(&Record) -> bool + Send>,
        oneshot::Sender<io::Result<usize>>,
    ),
}

impl Journal {
    /// The journal's folder in an agent's state folder.
    pub fn folder_in(state: &Path) -> PathBuf {
        state.join("journal")
    }

    /// Opens the journal in the folder, removes what is too old, and notes that a new run begins: what an earlier run
    /// left unfinished is unknown from here on. `numbers` says which numbers are the same.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be written.
    pub fn open(
        folder: impl Into<PathBuf>,
        retention: Retention,
        numbers: Numbers,
    ) -> Result<Self, JournalError> {
        let folder = folder.into();
        let failed = |source| JournalError {
            folder: folder.clone(),
            doing: "written",
            source,
        };
        let mut store = Store::new(folder.clone(), retention.days);
        if retention.keep != Keep::None {
            store.append(&[Record::start()], true).map_err(failed)?;
        }
        store.prune();
        let (orders, inbox) = mpsc::channel();
        let writer = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || work(&mut store, &inbox))
            .map_err(failed)?;
        Ok(Self {
            folder,
            retention,
            numbers,
            orders,
            writer: Some(writer),
        })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is kept, and for how long.
    pub fn retention(&self) -> Retention {
        self.retention
    }

    /// Writes down a call that is about to be accepted; on disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written: nothing of it stays.
    pub async fn call(&self, call: NewCall<'_>) -> Result<(), JournalError> {
        let event = match self.retention.keep {
            Keep::None => return Ok(()),
            Keep::Full => call.event.to_json(),
            Keep::Masked => mask::event(call.event),
        };
        let NewCall {
            id,
            via,
            hooks,
            late,
            ..
        } = call;
        self.write(Record::call(id, via, event, hooks, late)).await
    }

    /// Writes down a number that is about to be dialled; on disk when this returns.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn dial(&self, id: &str, from: DialOrigin, number: &str) -> Result<(), JournalError> {
        let number = match self.retention.keep {
            Keep::None => return Ok(()),
            Keep::Full => number.to_owned(),
            Keep::Masked => mask::number(number),
        };
        self.write(Record::dial(id, from, number)).await
    }

    /// Notes how dialling ended.
    pub fn dialled(&self, dialled: &Dialled) {
        let mut dialled = dialled.clone();
        if self.retention.keep == Keep::Masked {
            dialled.text = mask::text(&dialled.text);
        }
        self.note(Record::dialled(dialled));
    }

    /// Notes how a hook ended.
    pub fn report(&self, report: &Report) {
        let mut report = report.clone();
        if self.retention.keep == Keep::Masked {
            report.done = mask::text(&report.done);
            report.error = report.error.as_deref().map(mask::text);
        }
        self.note(Record::report(report));
    }

    /// Removes every call from or to a number, and every dialling of it, whatever way it is written. Gives how many.
    ///
    /// # Errors
    /// When a file cannot be read or replaced; each is replaced as a whole or not at all.
    pub async fn erase(&self, number: &str) -> Result<usize, JournalError> {
        let (numbers, wanted) = (self.numbers.clone(), number.to_owned());
        let matches = move |record: &Record| {
            record
                .numbers()
                .any(|number| mask::same_number(&numbers, number, &wanted))
        };
        let (reply, answer) = oneshot::channel();
        self.order(Order::Erase(Box::new(matches), reply));
        self.settle(answer.await, "changed")
    }

    /// Waits until everything noted so far is written.
    pub async fn flush(&self) {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Flush(reply));
        // An error means that the thread is gone, and nothing is left to wait for.
        let _ = answer.await;
    }

    async fn write(&self, record: Record) -> Result<(), JournalError> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Write(Box::new(record), Some(reply)));
        self.settle(answer.await, "written")
    }

    fn note(&self, record: Record) {
        if self.retention.keep != Keep::None {
            self.order(Order::Write(Box::new(record), None));
        }
    }

    fn order(&self, order: Order) {
        // Without the thread the order is dropped, and with it the reply, which is noticed.
        let _ = self.orders.send(order);
    }

    fn settle<T>(
        &self,
        answer: Result<io::Result<T>, oneshot::error::RecvError>,
        doing: &'static str,
    ) -> Result<T, JournalError> {
        let failed = |source| JournalError {
            folder: self.folder.clone(),
            doing,
            source,
        };
        answer
            .map_err(|_| failed(io::Error::other("its thread ended")))?
            .map_err(failed)
    }
}

impl Drop for Journal {
    /// Waits until everything noted is written.
    fn drop(&mut self) {
        let (orders, _) = mpsc::channel();
        drop(std::mem::replace(&mut self.orders, orders));
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// Carries the orders out in their order; writes that wait together are flushed together.
fn work(store: &mut Store, inbox: &mpsc::Receiver<Order>) {
    let mut batch = Batch::default();
    while let Ok(order) = inbox.recv() {
        let mut next = Some(order);
        while let Some(order) = next {
            match order {
                Order::Write(record, reply) => batch.add(*record, reply),
                Order::Flush(reply) => {
                    batch.write(store);
                    // Nobody may be waiting any more, here and below.
                    let _ = reply.send(());
                }
                Order::Erase(matches, reply) => {
                    batch.write(store);
                    let _ = reply.send(store.erase(&matches));
                }
            }
            next = (batch.records.len() < BATCH)
                .then(|| inbox.try_recv().ok())
                .flatten();
        }
        batch.write(store);
    }
}

/// Records that are written together.
#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    replies: Vec<oneshot::Sender<io::Result<()>>>,
}

impl Batch {
    fn add(&mut self, record: Record, reply: Option<oneshot::Sender<io::Result<()>>>) {
        self.records.push(record);
        self.replies.extend(reply);
    }

    fn write(&mut self, store: &mut Store) {
        let durable = !self.replies.is_empty();
        let done = store.append(&self.records, durable);
        if let Err(error) = &done {
            tracing::error!(%error, records = self.records.len(), "the journal could not be written");
        }
        self.records.clear();
        for reply in self.replies.drain(..) {
            let _ = reply.send(match &done {
                Ok(()) => Ok(()),
                Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
            });
        }
    }
}
