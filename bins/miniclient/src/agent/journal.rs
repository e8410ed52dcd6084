//! The journal: what was accepted, what was done for it, and how it ended.
//!
//! One file per day (UTC) with one JSON document per line, in the state folder, for this user alone. What is accepted
//! is on disk before anyone is told so; a call whose record cannot be written is refused, as after a crash nobody
//! could tell any more what became of it. Reports are written as they come, without waiting for the disk.

mod mask;
mod record;
mod store;
mod view;

pub(crate) use record::{DialFrom, DialOutcome, Via};
pub(crate) use view::{Cursor, Page};

use self::record::Record;
use self::store::Store;
use crate::config::{self, Keep};
use mc_hooks::{CallEvent, Report};
use mc_template::Numbers;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

/// Why the journal did not do it.
#[derive(Debug, thiserror::Error)]
#[error("the journal in {} cannot be {doing}: {source}", folder.display())]
pub(crate) struct JournalError {
    folder: PathBuf,
    doing: &'static str,
    source: io::Error,
}

/// The journal. A thread of its own does what waits for the disk.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    keep: Keep,
    numbers: Numbers,
    orders: mpsc::Sender<Order>,
    writer: Option<thread::JoinHandle<()>>,
}

enum Order {
    Write(Record, Option<oneshot::Sender<io::Result<()>>>),
    Read(oneshot::Sender<io::Result<Vec<Record>>>),
    Flush(oneshot::Sender<()>),
    Erase(
        Box<dyn Fn(&Record) -> bool + Send>,
        oneshot::Sender<io::Result<usize>>,
    ),
}

impl Journal {
    /// Opens the journal in the state folder, removes what is too old, and notes that a new run begins: what an
    /// earlier run left unfinished is unknown from here on.
    pub(crate) fn open(
        state: &Path,
        settings: &config::Journal,
        numbers: &Numbers,
    ) -> Result<Self, JournalError> {
        let folder = state.join("journal");
        let failed = |source| JournalError {
            folder: folder.clone(),
            doing: "written",
            source,
        };
        let mut store = Store::new(folder.clone(), settings.days);
        if settings.keep != Keep::None {
            store.create().map_err(failed)?;
            store.append(&Record::start(), true).map_err(failed)?;
        }
        store.prune();
        let (orders, inbox) = mpsc::channel();
        let writer = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || work(&mut store, &inbox));
        Ok(Self {
            keep: settings.keep,
            numbers: numbers.clone(),
            orders,
            writer: Some(writer.map_err(failed)?),
            folder,
        })
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is kept.
    pub(crate) fn keep(&self) -> Keep {
        self.keep
    }

    /// Writes down a call that is about to be accepted; on disk when this returns.
    pub(crate) async fn call(
        &self,
        id: &str,
        via: Via,
        event: &CallEvent,
        hooks: Vec<String>,
    ) -> Result<(), JournalError> {
        match self.keep {
            Keep::None => Ok(()),
            keep => {
                let event = if keep == Keep::Full {
                    event.to_json()
                } else {
                    mask::event(event)
                };
                self.write(Record::call(id, via, event, hooks)).await
            }
        }
    }

    /// Writes down a number that is about to be dialled; on disk when this returns.
    pub(crate) async fn dial(
        &self,
        id: &str,
        from: DialFrom,
        number: &str,
    ) -> Result<(), JournalError> {
        match self.keep {
            Keep::None => Ok(()),
            Keep::Full => self.write(Record::dial(id, from, number.to_owned())).await,
            Keep::Masked => {
                self.write(Record::dial(id, from, mask::number(number)))
                    .await
            }
        }
    }

    /// Notes how dialling ended.
    pub(crate) fn dialled(&self, id: &str, outcome: DialOutcome, text: &str, millis: u64) {
        let text = if self.keep == Keep::Full {
            text.to_owned()
        } else {
            mask::text(text)
        };
        self.note(Record::dialled(id, outcome, text, millis));
    }

    /// Notes how a hook ended.
    pub(crate) fn report(&self, report: &Report) {
        let mut report = report.clone();
        if self.keep == Keep::Masked {
            report.done = mask::text(&report.done);
            report.error = report.error.as_deref().map(mask::text);
        }
        self.note(Record::report(report));
    }

    /// A page of calls, the newest first.
    pub(crate) async fn page(&self, from: &Cursor, most: usize) -> Result<Page, JournalError> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Read(reply));
        let records = self.settle(answer.await, "read")?;
        Ok(view::page(view::entries(records), from, most))
    }

    /// Removes every call from or to a number, and every dialling of it, whatever way it is written. Gives how many.
    pub(crate) async fn erase(&self, number: &str) -> Result<usize, JournalError> {
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

    async fn write(&self, record: Record) -> Result<(), JournalError> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Write(record, Some(reply)));
        self.settle(answer.await, "written")
    }

    /// Waits until everything noted so far is written.
    pub(crate) async fn flush(&self) {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Flush(reply));
        // An error means that the thread is gone, and nothing is left to wait for.
        let _ = answer.await;
    }

    fn note(&self, record: Record) {
        if self.keep != Keep::None {
            self.order(Order::Write(record, None));
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

fn work(store: &mut Store, inbox: &mpsc::Receiver<Order>) {
    while let Ok(order) = inbox.recv() {
        match order {
            Order::Write(record, reply) => {
                let done = store.append(&record, reply.is_some());
                match (reply, done) {
                    (Some(reply), done) => drop(reply.send(done)),
                    (None, Ok(())) => {}
                    (None, Err(error)) => {
                        tracing::error!(%error, "a report could not be written to the journal");
                    }
                }
            }
            Order::Flush(reply) => drop(reply.send(())),
            Order::Read(reply) => drop(reply.send(store.records())),
            Order::Erase(matches, reply) => drop(reply.send(store.erase(&matches))),
        }
    }
}

#[cfg(test)]
mod tests;
