//! The journal as people and programs see it: calls with what was done for them.

use super::record::{DialFrom, DialOutcome, Record, Via};
use mc_hooks::{ActionKind, Report};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// How much JSON goes into one page: with everything around it, and its quotes escaped, less than a frame.
const PAGE: usize = 24 * 1024;

/// A call, or a dialling.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Entry {
    /// A call that came in.
    Call {
        id: String,
        at: String,
        via: Via,
        event: Value,
        hooks: Vec<Run>,
    },
    /// A number that was to be dialled.
    Dial {
        id: String,
        at: String,
        from: DialFrom,
        number: String,
        outcome: State,
        text: Option<String>,
        millis: Option<u64>,
    },
}

/// One hook of a call. The keys are those of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Run {
    pub(crate) hook: String,
    pub(crate) action: Option<ActionKind>,
    pub(crate) done: Option<String>,
    pub(crate) outcome: State,
    pub(crate) exit_code: Option<i32>,
    pub(crate) status: Option<u16>,
    pub(crate) millis: Option<u64>,
    pub(crate) error: Option<String>,
}

/// How it ended, or why that cannot be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum State {
    Hook(mc_hooks::Outcome),
    Dial(DialOutcome),
    Open(Open),
}

/// What has no end in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Open {
    /// It is under way.
    Pending,
    /// It was under way when the agent ended without a word. It was not, and will not be, run again.
    Unknown,
}

const UNKNOWN: State = State::Open(Open::Unknown);
const PENDING: State = State::Open(Open::Pending);

impl Entry {
    fn id(&self) -> &str {
        match self {
            Self::Call { id, .. } | Self::Dial { id, .. } => id,
        }
    }

    /// A new run of the agent begins: what is open now stays open for ever.
    fn give_up(&mut self) {
        match self {
            Self::Dial { outcome, .. } if *outcome == PENDING => *outcome = UNKNOWN,
            Self::Dial { .. } => {}
            Self::Call { hooks, .. } => {
                for run in hooks.iter_mut().filter(|run| run.outcome == PENDING) {
                    run.outcome = UNKNOWN;
                }
            }
        }
    }

    fn note(&mut self, report: Report) {
        let Self::Call { hooks, .. } = self else {
            return;
        };
        if let Some(run) = hooks.iter_mut().find(|run| run.hook == report.hook) {
            *run = Run {
                hook: report.hook,
                action: Some(report.action),
                done: Some(report.done),
                outcome: State::Hook(report.outcome),
                exit_code: report.exit_code,
                status: report.status,
                millis: Some(report.millis),
                error: report.error,
            };
        }
    }
}

/// Puts the lines together, the oldest first.
pub(super) fn entries(records: Vec<Record>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for record in records {
        match record {
            Record::Start { .. } => entries.iter_mut().for_each(Entry::give_up),
            Record::Call {
                at,
                id,
                via,
                event,
                hooks,
            } => {
                places.insert(id.clone(), entries.len());
                let hooks = hooks.into_iter().map(pending).collect();
                entries.push(Entry::Call {
                    id,
                    at,
                    via,
                    event,
                    hooks,
                });
            }
            Record::Dial {
                at,
                id,
                from,
                number,
            } => {
                places.insert(id.clone(), entries.len());
                entries.push(Entry::Dial {
                    id,
                    at,
                    from,
                    number,
                    outcome: PENDING,
                    text: None,
                    millis: None,
                });
            }
            Record::Report { report, .. } => {
                if let Some(&place) = places.get(&report.id) {
                    entries[place].note(report);
                }
            }
            Record::Dialled {
                id,
                outcome: ended,
                text: said,
                millis: took,
                ..
            } => {
                if let Some(Entry::Dial {
                    outcome,
                    text,
                    millis,
                    ..
                }) = places.get(&id).map(|&place| &mut entries[place])
                {
                    (*outcome, *text, *millis) = (State::Dial(ended), Some(said), Some(took));
                }
            }
        }
    }
    entries
}

fn pending(hook: String) -> Run {
    Run {
        hook,
        action: None,
        done: None,
        outcome: PENDING,
        exit_code: None,
        status: None,
        millis: None,
        error: None,
    }
}

/// Where a page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Cursor {
    /// The entry whose successor (the next older one) comes first; from the newest when empty.
    pub(crate) after: String,
    /// Bytes of that successor's JSON that were sent already.
    pub(crate) sent: usize,
}

/// A page, the newest first. Entries as JSON text, each in as many parts as it needs.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    /// Texts; the first goes on where the page before ended, and the last goes on in the next page where that says
    /// so.
    pub(crate) texts: Vec<String>,
    /// Where the next page begins; none when that was all.
    pub(crate) next: Option<Cursor>,
}

/// The page that begins there, of the newest `most` entries after the cursor.
pub(super) fn page(entries: Vec<Entry>, from: &Cursor, most: usize) -> Page {
    let mut page = Page::default();
    let mut room = PAGE;
    let mut newest_first = entries.into_iter().rev();
    let mut after = from.after.clone();
    if !after.is_empty() && !newest_first.any(|entry| entry.id() == after) {
        // Erased meanwhile, or too old by now: there is nothing older either.
        return page;
    }
    let mut sent = from.sent;
    for entry in newest_first.take(most) {
        let Ok(text) = serde_json::to_string(&entry) else {
            continue;
        };
        let rest = text.get(sent..).unwrap_or_default();
        if rest.len() > room && !page.texts.is_empty() {
            page.next = Some(Cursor { after, sent });
            return page;
        }
        if rest.len() > room {
            let part = &rest[..rest.floor_char_boundary(room)];
            page.next = Some(Cursor {
                after,
                sent: sent + part.len(),
            });
            page.texts.push(part.to_owned());
            return page;
        }
        room -= rest.len();
        page.texts.push(rest.to_owned());
        (after, sent) = (entry.id().to_owned(), 0);
    }
    page
}
