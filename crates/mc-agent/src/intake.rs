//! Where calls enter, whichever way they come: written to the journal first, then their hooks start.

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mc_hooks::{Accepted, CallEvent, EventKind, Prepared, Report};
use tokio::sync::watch;

use crate::clock::ServerClock;
use crate::in_force::InForce;
use crate::journal::{Journal, JournalError, NewCall};
use crate::protocol::Receipt;
use crate::recent::{Fingerprint, LONGEST, RecentCalls, RecentFile};
use crate::station::KnownUser;

/// A call without an id that comes again within this time is the same.
const WITHOUT_CALL_ID: Duration = Duration::from_secs(2);

/// Where calls come from. The journal says so; nothing else depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSource {
    name: Cow<'static, str>,
    without_call_id: Duration,
}

impl CallSource {
    /// A source of this name: one word for the journal, such as `http`.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            without_call_id: WITHOUT_CALL_ID,
        }
    }

    /// Says within which time a call without `CallID` is the same as an equal one before, at most a minute: 2 s unless
    /// set, more where the source itself may repeat a call after a while.
    #[must_use]
    pub fn repeats_within(mut self, time: Duration) -> Self {
        self.without_call_id = time;
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// What a source itself knows of a call's age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Freshness {
    /// Nothing: the `Time` in the call decides.
    #[default]
    ByTime,
    /// It is to be shown, whatever `Time` says.
    Fresh,
    /// It is journalled as late, and nothing runs for it.
    Stale,
}

/// The way in for one source of calls. Clones are the same way in.
#[derive(Debug, Clone)]
pub struct Intake {
    source: CallSource,
    shared: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    rules: InForce,
    journal: Arc<Journal>,
    user: KnownUser,
    clock: ServerClock,
    recent: Mutex<RecentCalls>,
    file: Arc<Mutex<RecentFile>>,
}

/// A call that was taken in.
#[derive(Debug)]
#[non_exhaustive]
pub struct AcceptedCall {
    /// Under which id, and what runs.
    pub receipt: Receipt,
    runs: Option<Accepted>,
}

impl AcceptedCall {
    /// Waits for all hooks of this call; their reports, as they ended. A duplicate has none.
    pub async fn reports(self) -> Vec<Report> {
        match self.runs {
            Some(runs) => runs.reports().await,
            None => Vec::new(),
        }
    }
}

impl Intake {
    pub(crate) fn new(
        source: CallSource,
        rules: InForce,
        journal: Arc<Journal>,
        user: KnownUser,
        clock: ServerClock,
        state: &Path,
    ) -> Self {
        let (recent, file) = RecentCalls::open(state);
        Self {
            source,
            shared: Arc::new(Inner {
                rules,
                journal,
                user,
                clock,
                recent: Mutex::new(recent),
                file: Arc::new(Mutex::new(file)),
            }),
        }
    }

    /// The same for another source.
    #[must_use]
    pub fn from(&self, source: CallSource) -> Self {
        Self {
            source,
            shared: Arc::clone(&self.shared),
        }
    }

    /// The ACD user of this workstation, when one is known.
    pub fn user(&self) -> Option<String> {
        self.shared.user.get()
    }

    /// Whether a call is for another user than the one of this workstation.
    pub fn is_for_another(&self, event: &CallEvent) -> bool {
        let theirs = event.get("UsersUID").filter(|user| !user.is_empty());
        let user = self.user();
        theirs.is_some_and(|theirs| user.is_some_and(|user| user != theirs))
    }

    /// Accepts a call. When this returns, it is in the journal and its hooks are under way.
    ///
    /// Once polled, the call is taken in whatever becomes of this future: whoever rang may be gone before it is written down.
    ///
    /// # Errors
    /// When it cannot be written down; then nothing runs.
    pub async fn accept(&self, event: CallEvent) -> Result<AcceptedCall, JournalError> {
        self.accept_as(event, Freshness::ByTime).await
    }

    /// The same for a call whose age the source knows better.
    ///
    /// # Errors
    /// As [`accept`](Self::accept).
    pub async fn accept_as(
        &self,
        event: CallEvent,
        freshness: Freshness,
    ) -> Result<AcceptedCall, JournalError> {
        let intake = self.clone();
        let taken = tokio::spawn(async move { intake.take_in(event, freshness).await });
        taken
            .await
            .map_err(|error| self.shared.journal.given_up(error))?
    }

    async fn take_in(
        &self,
        mut event: CallEvent,
        freshness: Freshness,
    ) -> Result<AcceptedCall, JournalError> {
        // By what came: who sits here may be learnt before it comes again.
        let fingerprint = lock(&self.shared.recent).fingerprint(&event);
        if let Some(user) = self.user() {
            event.set_default("UsersUID", &user);
        }
        let late = match freshness {
            Freshness::ByTime => self.is_late(&event),
            Freshness::Fresh => false,
            Freshness::Stale => true,
        };
        let (prepared, entry, line) = loop {
            match self.admit(fingerprint, event, late) {
                Admission::New {
                    prepared,
                    entry,
                    line,
                } => break (*prepared, entry, line),
                Admission::Known(id, late) => return Ok(self.duplicate(id, late)),
                Admission::UnderWay {
                    id,
                    late,
                    mut written,
                    event: again,
                } => {
                    // A repetition is answered only when the first one is safe on disk.
                    let written = written.wait_for(Option::is_some).await;
                    if written.is_ok_and(|written| *written == Some(true)) {
                        return Ok(self.duplicate(id, late));
                    }
                    event = *again;
                }
            }
        };
        self.carry_out(prepared, entry, line, late).await
    }

    fn admit(&self, fingerprint: Fingerprint, event: CallEvent, late: bool) -> Admission<'_> {
        let mut recent = lock(&self.shared.recent);
        if let Some(known) = recent.find(&fingerprint) {
            if *known.written.borrow() == Some(true) {
                return Admission::Known(known.id, known.late);
            }
            return Admission::UnderWay {
                id: known.id,
                late: known.late,
                written: known.written,
                event: Box::new(event),
            };
        }
        let window = if event.get("CallID").is_none_or(str::is_empty) {
            self.source.without_call_id
        } else {
            LONGEST
        };
        let prepared = self.shared.rules.get().runner.prepare(event);
        if prepared.is_duplicate() {
            return Admission::Known(prepared.id().to_owned(), false);
        }
        let (written, seen) = watch::channel(None);
        let line = recent.remember(fingerprint, prepared.id(), late, window, seen);
        Admission::New {
            prepared: Box::new(prepared),
            entry: Entry {
                recent: &self.shared.recent,
                fingerprint,
                written,
            },
            line,
        }
    }

    async fn carry_out(
        &self,
        prepared: Prepared,
        entry: Entry<'_>,
        line: String,
        late: bool,
    ) -> Result<AcceptedCall, JournalError> {
        let (id, via) = (prepared.id().to_owned(), self.source.name());
        let hooks: Vec<String> = if late {
            Vec::new()
        } else {
            prepared.hooks().map(ToOwned::to_owned).collect()
        };
        let call = NewCall {
            id: &id,
            via,
            event: prepared.event(),
            hooks: hooks.clone(),
            late,
        };
        self.shared.journal.call(call).await?;
        // Not before: a repetition that finds it after a crash is told that the call was taken.
        let file = Arc::clone(&self.shared.file);
        let kept = tokio::task::spawn_blocking(move || lock(&file).add(&line)).await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(%error, "a call would be forgotten by a restart, and run again if it came again");
        }
        entry.keep();
        let runs = (!late).then(|| prepared.start());
        tracing::info!(id, via, late, hooks = hooks.len(), "a call");
        Ok(AcceptedCall {
            receipt: Receipt {
                id,
                duplicate: false,
                late,
                hooks,
            },
            runs,
        })
    }

    /// Whether it rang so long ago that showing it would be a mistake.
    fn is_late(&self, event: &CallEvent) -> bool {
        event.kind() == EventKind::Ringing
            && event
                .get("Time")
                .and_then(|time| time.parse::<jiff::Timestamp>().ok())
                .is_some_and(|time| self.shared.clock.is_late(time))
    }

    fn duplicate(&self, id: String, late: bool) -> AcceptedCall {
        tracing::info!(id, via = self.source.name(), "the same call again");
        AcceptedCall {
            receipt: Receipt {
                id,
                duplicate: true,
                late,
                hooks: Vec::new(),
            },
            runs: None,
        }
    }
}

/// What a call is.
enum Admission<'a> {
    New {
        prepared: Box<Prepared>,
        entry: Entry<'a>,
        line: String,
    },
    /// It came a moment ago, under this id, and was late or not.
    Known(String, bool),
    /// It came just now, and is being written.
    UnderWay {
        id: String,
        late: bool,
        written: watch::Receiver<Option<bool>>,
        event: Box<CallEvent>,
    },
}

/// A call among the recent ones, which goes again unless it is written.
struct Entry<'a> {
    recent: &'a Mutex<RecentCalls>,
    fingerprint: Fingerprint,
    written: watch::Sender<Option<bool>>,
}

impl Entry<'_> {
    fn keep(self) {
        self.written.send_replace(Some(true));
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        if self.written.borrow().is_none() {
            lock(self.recent).forget(&self.fingerprint);
            self.written.send_replace(Some(false));
        }
    }
}

/// Why a call that [says nothing](says_nothing) is none.
#[cfg(any(feature = "push", feature = "broker"))]
pub(crate) const NOTHING: &str = "there is no value of a call in it, as ANumber, CallID or CRMLink";

/// Whether an event brings no value at all: what was sent is something else, or was lost on the way. Which names count
/// is not known here, as configurations have names of their own.
#[cfg(any(feature = "push", feature = "broker"))]
pub(crate) fn says_nothing(event: &CallEvent) -> bool {
    event.iter().all(|(name, _)| name == "Event")
}

/// A lock that a panic elsewhere does not take away.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
