//! The thread that waits for the journal's disk.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::record::Record;
use super::store::Store;

/// How many records are flushed together at most.
const BATCH: usize = 512;
/// How long the disk may take for what somebody waits for.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// A disk that takes longer is said to hang.
pub(super) const SLOW: Duration = Duration::from_secs(2);

type Busy = Arc<Mutex<Option<Instant>>>;

/// What the thread is to do, and where it says that it did.
pub(super) enum Order {
    Write(Box<Record>, Option<oneshot::Sender<io::Result<()>>>),
    Flush(oneshot::Sender<()>),
    Days(u32),
    Erase(
        Box<dyn Fn(&Record) -> bool + Send>,
        oneshot::Sender<io::Result<usize>>,
    ),
}

/// The thread, from outside. When this is dropped, everything ordered is written, unless the disk hangs.
#[derive(Debug)]
pub(super) struct Writer {
    orders: mpsc::Sender<Order>,
    /// Since when the disk has had something to do.
    busy: Busy,
    /// Is closed when the thread ends.
    ended: Mutex<mpsc::Receiver<()>>,
}

impl Writer {
    pub(super) fn start(mut store: Store) -> io::Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let (alive, ended) = mpsc::channel();
        let busy = Busy::default();
        let working = Arc::clone(&busy);
        thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || {
                let _alive: mpsc::Sender<()> = alive;
                work(&mut store, &inbox, &working);
            })?;
        Ok(Self {
            orders,
            busy,
            ended: Mutex::new(ended),
        })
    }

    pub(super) fn order(&self, order: Order) {
        // Without the thread the order is dropped, and with it the reply, which is noticed.
        let _ = self.orders.send(order);
    }

    /// For how long the disk has not answered, when that is longer than disks take.
    pub(super) fn hangs(&self) -> Option<Duration> {
        let since = (*lock(&self.busy))?.elapsed();
        (since > SLOW).then_some(since)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let (orders, _) = mpsc::channel();
        drop(std::mem::replace(&mut self.orders, orders));
        if self.hangs().is_none() {
            let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
            // An error is the end of the thread, or of our patience.
            let _ = ended.recv_timeout(PATIENCE);
        }
    }
}

/// Carries the orders out in their order; writes that wait together are flushed together.
fn work(store: &mut Store, inbox: &mpsc::Receiver<Order>, busy: &Mutex<Option<Instant>>) {
    let mut batch = Batch::default();
    while let Ok(order) = inbox.recv() {
        *lock(busy) = Some(Instant::now());
        let mut next = Some(order);
        while let Some(order) = next {
            match order {
                Order::Write(record, reply) => batch.add(*record, reply),
                Order::Flush(reply) => {
                    batch.write(store);
                    // Nobody may be waiting any more, here and below.
                    let _ = reply.send(());
                }
                Order::Days(days) => store.keep_days(days),
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
        *lock(busy) = None;
    }
}

/// A lock that a panic elsewhere does not take away.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Records that are written together.
#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    replies: Vec<oneshot::Sender<io::Result<()>>>,
}

impl Batch {
    /// Adds a record, unless whoever waited for it has given up and said that it is not there.
    fn add(&mut self, record: Record, reply: Option<oneshot::Sender<io::Result<()>>>) {
        if reply.as_ref().is_some_and(oneshot::Sender::is_closed) {
            return;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::DialOrigin;

    #[test]
    fn what_nobody_waits_for_any_more_is_not_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::new(folder.path().to_owned(), 7);
        let mut batch = Batch::default();
        let (given_up, waits) = (oneshot::channel().0, oneshot::channel());
        for (id, reply) in [("a", given_up), ("b", waits.0)] {
            let record = Record::dial(id, DialOrigin::Link, "0301".to_owned());
            batch.add(record, Some(reply));
        }
        batch.write(&mut store);
        waits.1.blocking_recv().unwrap().unwrap();
        let files = std::fs::read_dir(folder.path()).unwrap();
        let text: String = files
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        assert!(text.contains("\"b\"") && !text.contains("\"a\""), "{text}");
    }
}
