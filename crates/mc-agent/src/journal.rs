//! The journal: what was accepted, what was done for it, and how it ended.
//!
//! One file per day (UTC) with one JSON document per line, for this user alone. What is accepted is on disk before
//! anyone is told so; a call whose record cannot be written is refused, as after a crash nobody could tell any more
//! what became of it. Reports are written as they come, without waiting for the disk.
//!
//! [`Journal`] writes; [`History`] reads, whether an agent runs or not.

mod history;
mod known;
mod lines;
mod mask;
mod record;
mod store;
mod writer;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mc_hooks::{CallEvent, Report};
use mc_template::Numbers;
use tokio::sync::oneshot;
use tokio::task::JoinError;

pub use self::history::{Entries, Entry, History, HookRun, RunState};
use self::known::KnownCalls;
use self::record::Record;
use self::store::Store;
use self::writer::{Order, PATIENCE, SLOW, Writer};
use crate::feed::{Happening, Teller};
use crate::protocol::{DialOrigin, DialOutcome, Dialled};
use crate::random;
use crate::settings::{Keep, Retention};

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
    settings: Mutex<(Retention, Numbers)>,
    known: Mutex<KnownCalls>,
    writer: Writer,
    teller: Teller,
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
        let writer = Writer::start(store).map_err(failed)?;
        Ok(Self {
            folder,
            settings: Mutex::new((retention, numbers)),
            known: Mutex::default(),
            writer,
            teller: Teller::default(),
        })
    }

    /// Where it is told what is taken down, and whatever else happens.
    pub(crate) fn teller(&self) -> &Teller {
        &self.teller
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Which numbers are the same.
    pub fn numbers(&self) -> Numbers {
        self.settings().1.clone()
    }

    /// What is kept, and for how long.
    pub fn retention(&self) -> Retention {
        self.settings().0
    }

    /// Sets what is kept from here on, for how long, and which numbers are the same. What was written stays as it is.
    pub(crate) fn set(&self, retention: Retention, numbers: Numbers) {
        *self.settings() = (retention, numbers);
        self.writer.order(Order::Days(retention.days));
    }

    fn settings(&self) -> MutexGuard<'_, (Retention, Numbers)> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For how long the disk has not answered, when that is longer than disks take.
    pub fn hangs(&self) -> Option<Duration> {
        self.writer.hangs()
    }

    /// Why what came last could not be written, while nothing was written since.
    pub fn write_error(&self) -> Option<String> {
        self.writer.failed()
    }

    /// Writes down a call that is about to be accepted; on disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written: nothing of it stays. A disk that has not answered within 10 s is an error too; then it may
    /// be written later.
    pub async fn call(&self, call: NewCall<'_>) -> Result<(), JournalError> {
        let NewCall {
            id,
            via,
            event,
            hooks,
            late,
        } = call;
        let kept = match self.retention().keep {
            Keep::None => None,
            Keep::Full => Some(event.to_json()),
            Keep::Masked => Some(mask::event(event)),
        };
        if let Some(kept) = kept {
            let record = Record::call(id, via, kept, hooks.clone(), late);
            self.write(record).await.inspect_err(|error| {
                self.teller
                    .tell(|| Happening::NotWritten(error.to_string()));
            })?;
        }
        let whole = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.complete(event)
        };
        self.teller.tell(|| Happening::Call {
            id: id.to_owned(),
            via: via.to_owned(),
            event: event.clone(),
            whole,
            hooks,
            late,
        });
        Ok(())
    }

    /// Writes down a number that is about to be dialled; on disk when this returns.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn dial(&self, id: &str, from: DialOrigin, number: &str) -> Result<(), JournalError> {
        let kept = match self.retention().keep {
            Keep::None => None,
            Keep::Full => Some(number.to_owned()),
            Keep::Masked => Some(mask::number(number)),
        };
        if let Some(kept) = kept {
            self.write(Record::dial(id, from, kept)).await?;
        }
        self.teller.tell(|| Happening::Dialling {
            id: id.to_owned(),
            from,
            number: number.to_owned(),
        });
        Ok(())
    }

    /// Notes a number, or what should have been one, that is not dialled, and why. It is there when this returns, unless the
    /// disk takes long: who is refused is not kept waiting by that.
    pub async fn refused(&self, from: DialOrigin, given: &str, text: &str) {
        let refused = refused(given, text);
        for record in refusal(self.retention().keep, from, &refused) {
            self.note(record);
        }
        let _ = tokio::time::timeout(SLOW, self.flush()).await;
        self.teller.tell(|| Happening::Dialled {
            from,
            dialled: refused,
        });
    }

    /// The same where no agent runs: on disk when this returns. Blocks.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn refused_without_agent(
        folder: &Path,
        retention: Retention,
        from: DialOrigin,
        given: &str,
        text: &str,
    ) -> Result<(), JournalError> {
        let records: Vec<_> = refusal(retention.keep, from, &refused(given, text)).collect();
        Store::new(folder.to_owned(), retention.days)
            .append(&records, true)
            .map_err(|source| JournalError {
                folder: folder.to_owned(),
                doing: "written",
                source,
            })
    }

    /// Notes how dialling ended.
    pub fn dialled(&self, from: DialOrigin, dialled: &Dialled) {
        let mut kept = dialled.clone();
        if self.retention().keep == Keep::Masked {
            kept.text = mask::text(&kept.text);
        }
        self.note(Record::dialled(kept));
        self.teller.tell(|| Happening::Dialled {
            from,
            dialled: dialled.clone(),
        });
    }

    /// Notes how a hook ended.
    pub fn report(&self, report: &Report) {
        let mut kept = report.clone();
        if self.retention().keep == Keep::Masked {
            kept.done = mask::text(&kept.done);
            kept.error = kept.error.as_deref().map(mask::text);
        }
        self.note(Record::report(kept));
        self.teller.tell(|| Happening::Hook(report.clone()));
    }

    /// Removes every call from or to a number, and every dialling of it, whatever way it is written. Gives how many.
    ///
    /// # Errors
    /// When a file cannot be read or replaced; each is replaced as a whole or not at all.
    pub async fn erase(&self, number: &str) -> Result<usize, JournalError> {
        let (numbers, wanted) = (self.settings().1.clone(), number.to_owned());
        let matches = move |record: &Record| {
            record
                .values()
                .any(|value| mask::holds_number(&numbers, value, &wanted))
        };
        let (reply, answer) = oneshot::channel();
        self.writer.order(Order::Erase(Box::new(matches), reply));
        self.settle(answer.await, "changed")
    }

    /// Waits until everything noted so far is written, or the disk has not answered for 10 s.
    pub async fn flush(&self) {
        let (reply, answer) = oneshot::channel();
        self.writer.order(Order::Flush(reply));
        // An error inside means that the thread is gone, and nothing is left to wait for.
        if tokio::time::timeout(PATIENCE, answer).await.is_err() {
            tracing::error!(folder = %self.folder.display(), "the journal's disk does not answer: what was noted last may be missing");
        }
    }

    async fn write(&self, record: Record) -> Result<(), JournalError> {
        let (reply, answer) = oneshot::channel();
        self.writer
            .order(Order::Write(Box::new(record), Some(reply)));
        let answer = tokio::time::timeout(PATIENCE, answer);
        let answer = answer.await.unwrap_or_else(|_| {
            let text = "the disk does not answer";
            Ok(Err(io::Error::new(io::ErrorKind::TimedOut, text)))
        });
        self.settle(answer, "written")
    }

    fn note(&self, record: Record) {
        if self.retention().keep != Keep::None {
            self.writer.order(Order::Write(Box::new(record), None));
        }
    }

    fn settle<T>(
        &self,
        answer: Result<io::Result<T>, oneshot::error::RecvError>,
        doing: &'static str,
    ) -> Result<T, JournalError> {
        answer
            .unwrap_or_else(|_| Err(io::Error::other("its thread ended")))
            .map_err(|source| self.failed(doing, source))
    }

    /// What whoever waited for a call or an order to dial is told, if its task ended before it did: with its runtime, or
    /// by a panic.
    pub(crate) fn given_up(&self, error: JoinError) -> JournalError {
        self.failed("written", io::Error::other(error))
    }

    fn failed(&self, doing: &'static str, source: io::Error) -> JournalError {
        JournalError {
            folder: self.folder.clone(),
            doing,
            source,
        }
    }
}

/// Something that was not dialled.
fn refused(given: &str, text: &str) -> Dialled {
    Dialled {
        id: random::id(),
        number: given.to_owned(),
        outcome: DialOutcome::Refused,
        text: text.to_owned(),
        millis: 0,
        repeated: false,
    }
}

/// Its records.
fn refusal(
    keep: Keep,
    from: DialOrigin,
    refused: &Dialled,
) -> impl Iterator<Item = Record> + use<> {
    let mut kept = refused.clone();
    if keep == Keep::Masked {
        kept.number = mask::number(&kept.number);
        kept.text = mask::text(&kept.text);
    }
    let records = [
        Record::dial(&kept.id, from, kept.number.clone()),
        Record::dialled(kept),
    ];
    records.into_iter().filter(move |_| keep != Keep::None)
}
