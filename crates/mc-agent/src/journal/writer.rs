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
/// How many records that nobody waits for are kept while the disk takes none.
const KEPT: usize = 1000;
/// How long the disk may take for what somebody waits for.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// A disk that takes longer is said to hang.
pub(super) const SLOW: Duration = Duration::from_secs(2);

type Busy = Arc<Mutex<Option<Instant>>>;
/// Why what came last could not be written, if it could not.
type Failed = Arc<Mutex<Option<String>>>;

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
    failed: Failed,
    /// Is closed when the thread ends.
    ended: Mutex<mpsc::Receiver<()>>,
}

impl Writer {
    pub(super) fn start(mut store: Store) -> io::Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let (alive, ended) = mpsc::channel();
        let (busy, failed) = (Busy::default(), Failed::default());
        let working = Arc::clone(&busy);
        let batch = Batch {
            failed: Arc::clone(&failed),
            ..Batch::default()
        };
        thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || {
                let _alive: mpsc::Sender<()> = alive;
                work(batch, &mut store, &inbox, &working);
            })?;
        Ok(Self {
            orders,
            busy,
            failed,
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

    /// Why what came last could not be written, if it could not.
    pub(super) fn failed(&self) -> Option<String> {
        lock(&self.failed).clone()
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
fn work(
    mut batch: Batch,
    store: &mut Store,
    inbox: &mpsc::Receiver<Order>,
    busy: &Mutex<Option<Instant>>,
) {
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
                    // What the disk did not take may be of who is erased.
                    batch.records.retain(|(record, _)| !matches(record));
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
    /// Each with whether somebody waits for it.
    records: Vec<(Record, bool)>,
    replies: Vec<oneshot::Sender<io::Result<()>>>,
    failed: Failed,
}

impl Batch {
    /// Adds a record, unless whoever waited for it has given up and said that it is not there.
    fn add(&mut self, record: Record, reply: Option<oneshot::Sender<io::Result<()>>>) {
        if reply.as_ref().is_some_and(oneshot::Sender::is_closed) {
            return;
        }
        self.records.push((record, reply.is_some()));
        self.replies.extend(reply);
    }

    /// Writes them. Those that the disk does not take are refused where somebody waits, and kept for the next time where
    /// nobody does: what a hook did cannot be asked again.
    fn write(&mut self, store: &mut Store) {
        let durable = !self.replies.is_empty();
        let records = self.records.iter().map(|(record, _)| record);
        let done = store.append(records, durable);
        if !self.records.is_empty() {
            let error = done.as_ref().err().map(ToString::to_string);
            let before = std::mem::replace(&mut *lock(&self.failed), error.clone());
            // Not for each call that is tried again.
            if let Some(error) = error.filter(|error| before.as_ref() != Some(error)) {
                let records = self.records.len();
                tracing::error!(error, records, "the journal could not be written");
            }
        }
        if done.is_err() {
            self.records.retain(|(_, waited)| !waited);
            let excess = self.records.len().saturating_sub(KEPT);
            self.records.drain(..excess);
        } else {
            self.records.clear();
        }
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
    fn what_a_disk_does_not_take_is_written_when_it_does_unless_it_was_refused() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        // A file stands where the folder is to be.
        std::fs::write(&journal, "").unwrap();
        let mut store = Store::new(journal.clone(), 7);
        let mut batch = Batch::default();
        let record = |id: &str| Record::dial(id, DialOrigin::Link, "0301".to_owned());
        let (reply, refused) = oneshot::channel();
        batch.add(record("kept"), None);
        batch.add(record("refused"), Some(reply));
        batch.write(&mut store);
        refused.blocking_recv().unwrap().unwrap_err();
        for _ in 0..2 * KEPT {
            batch.add(record("more"), None);
        }
        batch.write(&mut store);
        assert_eq!(batch.records.len(), KEPT, "not without end");
        batch.add(record("kept"), None);
        std::fs::remove_file(&journal).unwrap();
        batch.write(&mut store);
        batch.write(&mut store);
        let files = std::fs::read_dir(journal).unwrap();
        let text: String = files
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        let count = |id: &str| text.matches(&format!("\"{id}\"")).count();
        assert_eq!(
            (count("kept"), count("refused"), count("more")),
            (1, 0, KEPT)
        );
    }

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
