//! Entries as they come: a call at once, and each hook of it when it has ended.

use std::collections::{HashMap, HashSet};

use mc_agent::journal::{Entry, RunState};
use mc_cli::Output;

use super::lines;

pub(super) struct Follow {
    output: &'static Output,
    json: bool,
    shown: HashMap<String, Shown>,
    /// The entry to which the last line belongs.
    last: String,
}

/// What was shown of an entry.
enum Shown {
    /// All that there will be.
    Whole,
    /// The call, and of its hooks these.
    Hooks(HashSet<String>),
}

impl Follow {
    pub(super) fn new(output: &'static Output, json: bool) -> Self {
        Self {
            output,
            json,
            shown: HashMap::new(),
            last: String::new(),
        }
    }

    /// These are not wanted, whatever becomes of them.
    pub(super) fn pass_over(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.shown.insert(id(entry).to_owned(), Shown::Whole);
        }
    }

    /// Shows what is new in these, the newest last. What they no longer hold is forgotten.
    pub(super) fn show(&mut self, entries: &[Entry]) {
        let mut before = std::mem::take(&mut self.shown);
        for entry in entries {
            let shown = match before.remove(id(entry)) {
                Some(Shown::Whole) => Some(Shown::Whole),
                Some(Shown::Hooks(shown)) => Some(self.hooks(entry, shown)),
                // One line or one document, once nothing of it is under way.
                None if self.json || matches!(entry, Entry::Dial { .. }) => {
                    (!is_under_way(entry)).then(|| self.whole(entry))
                }
                None => {
                    self.head(entry);
                    Some(self.hooks(entry, HashSet::new()))
                }
            };
            if let Some(shown) = shown {
                self.shown.insert(id(entry).to_owned(), shown);
            }
        }
    }

    fn whole(&mut self, entry: &Entry) -> Shown {
        if self.json {
            self.output.json(entry);
        } else {
            self.head(entry);
        }
        Shown::Whole
    }

    fn head(&mut self, entry: &Entry) {
        lines::head(self.output, entry);
        id(entry).clone_into(&mut self.last);
    }

    /// Shows those of its hooks that have ended and were not shown.
    fn hooks(&self, entry: &Entry, mut shown: HashSet<String>) -> Shown {
        for run in lines::hooks(entry) {
            if run.outcome != RunState::Pending && shown.insert(run.hook.clone()) {
                let id = id(entry);
                // Something else stands between it and its call.
                let before = if self.last == id {
                    String::new()
                } else {
                    format!("({id}) ")
                };
                lines::hook(self.output, run, &before);
            }
        }
        Shown::Hooks(shown)
    }
}

fn id(entry: &Entry) -> &str {
    match entry {
        Entry::Call { id, .. } | Entry::Dial { id, .. } => id,
        _ => "",
    }
}

fn is_under_way(entry: &Entry) -> bool {
    match entry {
        Entry::Call { hooks, .. } => hooks.iter().any(|run| run.outcome == RunState::Pending),
        Entry::Dial { outcome, .. } => *outcome == RunState::Pending,
        _ => false,
    }
}
