//! The journal as people and programs see it: calls with what was done for them, the newest first.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::PathBuf;

use mc_hooks::{ActionKind, Outcome, Report};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::journal::lines::LinesFromEnd;
use crate::journal::record::Record;
use crate::journal::store::names;
use crate::protocol::{DialOrigin, DialOutcome, is_false};

/// The beginning of a call stands no further back than so many entries.
const FAR: usize = 1000;

/// A call, or a dialling.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Entry {
    /// A call that came in.
    #[non_exhaustive]
    Call {
        /// The id that its sender was told.
        id: String,
        /// When (RFC 3339).
        at: String,
        /// From which source.
        via: String,
        /// The call event, as far as it is kept.
        event: Value,
        /// What was done for it.
        hooks: Vec<HookRun>,
        /// Whether it rang so long ago that nothing was.
        #[serde(skip_serializing_if = "is_false")]
        late: bool,
    },
    /// A number that was to be dialled.
    #[non_exhaustive]
    Dial {
        /// The id that its sender was told.
        id: String,
        /// When (RFC 3339).
        at: String,
        /// Where the number came from.
        from: DialOrigin,
        /// The number, as far as it is kept.
        number: String,
        /// How it ended.
        outcome: RunState<DialOutcome>,
        /// What was said about it.
        text: Option<String>,
        /// How long it took.
        millis: Option<u64>,
    },
}

/// One hook of a call. The keys are those of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HookRun {
    /// Its name.
    pub hook: String,
    /// What kind of action it was.
    pub action: Option<ActionKind>,
    /// What was done.
    pub done: Option<String>,
    /// How it ended.
    pub outcome: RunState<Outcome>,
    /// A program's exit code.
    pub exit_code: Option<i32>,
    /// A server's status.
    pub status: Option<u16>,
    /// How long it took.
    pub millis: Option<u64>,
    /// What went wrong.
    pub error: Option<String>,
    /// The names of the values that were taken from its answer, each with whether there was one.
    pub answer: Option<BTreeMap<String, bool>>,
}

/// How it ended, or why that cannot be said. As JSON, one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState<T> {
    /// It ended so.
    Ended(T),
    /// It is under way.
    Pending,
    /// It was under way when the agent ended without a word. It was not, and will not be, run again.
    Unknown,
}

impl<T: Serialize> Serialize for RunState<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ended(outcome) => outcome.serialize(serializer),
            Self::Pending => serializer.serialize_str("pending"),
            Self::Unknown => serializer.serialize_str("unknown"),
        }
    }
}

/// Reads a journal, while an agent writes it or without one.
#[derive(Debug, Clone)]
pub struct History {
    folder: PathBuf,
    agent_runs: bool,
}

impl History {
    /// The journal in this folder, to which no agent writes.
    pub fn of(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            agent_runs: false,
        }
    }

    /// Says whether an agent runs: what has no end is under way then, and unknown otherwise.
    #[must_use]
    pub fn agent_runs(mut self, runs: bool) -> Self {
        self.agent_runs = runs;
        self
    }

    /// How many bytes the journal has: another number says that there is something new.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn size(&self) -> io::Result<u64> {
        let names = names(&self.folder)?.into_iter();
        let sizes = names.map(|name| match fs::metadata(self.folder.join(name)) {
            Ok(file) => Ok(file.len()),
            // Its days were over just now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        });
        sizes.sum()
    }

    /// Fills in what calls among these left out and earlier events of their `CallID` brought, such as who it was that rang where
    /// a missed call came with its id alone. Blocks.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn complete(&self, entries: &mut [Entry]) -> io::Result<()> {
        let mut open: HashMap<String, Vec<&mut Value>> = HashMap::new();
        for entry in entries {
            if let Entry::Call { event, .. } = entry
                && value(event, "ANumber").is_none()
                && let Some(call) = value(event, "CallID").map(ToOwned::to_owned)
            {
                open.entry(call).or_default().push(event);
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        for entry in self.entries()?.take(FAR) {
            if let Entry::Call { event: before, .. } = entry?
                && value(&before, "ANumber").is_some()
                && let Some(call) = value(&before, "CallID")
            {
                for event in open.remove(call).unwrap_or_default() {
                    for (name, known) in before.as_object().into_iter().flatten() {
                        if name != "Time" && value(event, name).is_none() {
                            event[name] = known.clone();
                        }
                    }
                }
            }
            if open.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// The entries, the newest first; only what is asked for is read. Blocks.
    ///
    /// # Errors
    /// When the folder cannot be read. One that is not there has no entries.
    pub fn entries(&self) -> io::Result<Entries> {
        Ok(Entries {
            names: names(&self.folder)?,
            folder: self.folder.clone(),
            lines: None,
            open: if self.agent_runs {
                Open::Pending
            } else {
                Open::Unknown
            },
            reports: HashMap::new(),
            dialled: HashMap::new(),
        })
    }
}

/// A value that an event brought.
fn value<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    event[name].as_str().filter(|value| !value.is_empty())
}

/// The entries of a journal, the newest first.
#[derive(Debug)]
pub struct Entries {
    folder: PathBuf,
    /// The files that were not read yet.
    names: Vec<String>,
    lines: Option<LinesFromEnd>,
    open: Open,
    /// The ends of what is still to come: they stand behind their beginnings.
    reports: HashMap<String, Vec<Report>>,
    dialled: HashMap<String, (DialOutcome, String, u64)>,
}

/// What becomes of what has no end.
#[derive(Debug, Clone, Copy)]
enum Open {
    Pending,
    Unknown,
}

impl Open {
    fn state<T>(self) -> RunState<T> {
        match self {
            Self::Pending => RunState::Pending,
            Self::Unknown => RunState::Unknown,
        }
    }
}

impl Entries {
    /// The line before.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(line) = self.lines.as_mut().and_then(Iterator::next) {
                return line.map(Some);
            }
            let Some(name) = self.names.pop() else {
                return Ok(None);
            };
            self.lines = match LinesFromEnd::open(&self.folder.join(name)) {
                Ok(lines) => Some(lines),
                // Its days were over just now.
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(error),
            };
        }
    }

    /// Takes a record in; an entry comes of the one with which it began.
    fn take(&mut self, record: Record) -> Option<Entry> {
        match record {
            // What an earlier run left open stays open for ever.
            Record::Start { .. } => self.open = Open::Unknown,
            Record::Report { report, .. } => {
                let id = report.id.clone();
                self.reports.entry(id).or_default().push(report);
            }
            Record::Dialled {
                id,
                outcome,
                text,
                millis,
                ..
            } => drop(self.dialled.insert(id, (outcome, text, millis))),
            Record::Call {
                at,
                id,
                via,
                event,
                hooks,
                late,
            } => {
                let mut reports = self.reports.remove(&id).unwrap_or_default();
                let run = |hook| match reports.iter().position(|report| report.hook == hook) {
                    Some(place) => HookRun::ended(reports.swap_remove(place)),
                    None => HookRun::open(hook, self.open.state()),
                };
                return Some(Entry::Call {
                    hooks: hooks.into_iter().map(run).collect(),
                    id,
                    at,
                    via,
                    event,
                    late,
                });
            }
            Record::Dial {
                at,
                id,
                from,
                number,
            } => {
                let (outcome, text, millis) = match self.dialled.remove(&id) {
                    Some((outcome, text, millis)) => {
                        (RunState::Ended(outcome), Some(text), Some(millis))
                    }
                    None => (self.open.state(), None, None),
                };
                return Some(Entry::Dial {
                    id,
                    at,
                    from,
                    number,
                    outcome,
                    text,
                    millis,
                });
            }
        }
        None
    }
}

impl Iterator for Entries {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.line() {
                Ok(None) => return None,
                Ok(Some(line)) => {
                    // Lines that cannot be read, or of newer versions, are passed over.
                    if let Ok(record) = serde_json::from_slice(&line)
                        && let Some(entry) = self.take(record)
                    {
                        return Some(Ok(entry));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl HookRun {
    fn ended(report: Report) -> Self {
        Self {
            hook: report.hook,
            action: Some(report.action),
            done: Some(report.done),
            outcome: RunState::Ended(report.outcome),
            exit_code: report.exit_code,
            status: report.status,
            millis: Some(report.millis),
            error: report.error,
            answer: report.answer,
        }
    }

    fn open(hook: String, outcome: RunState<Outcome>) -> Self {
        Self {
            hook,
            action: None,
            done: None,
            outcome,
            exit_code: None,
            status: None,
            millis: None,
            error: None,
            answer: None,
        }
    }
}
