//! What a script holds at a point of its run, and what stood there before.

use std::collections::{HashMap, HashSet};

use crate::value::{Entry, Unknown, Value};

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
    /// A `[pscustomobject]`, which takes no further entries.
    pub(crate) fixed: bool,
    /// Where something happens to it that cannot be followed.
    pub(crate) doubt: Option<usize>,
}

impl Table {
    pub(crate) fn find(&mut self, name: &str) -> Option<&mut Entry> {
        let mut entries = self.entries.iter_mut();
        entries.find(|entry| entry.name.eq_ignore_ascii_case(name))
    }
}

/// Where a value stands.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Variable(String),
    Outside(String),
    Entry(usize, String),
}

impl Place {
    /// A text that no other place has.
    pub(crate) fn key(&self) -> String {
        let (map, name) = match self {
            Self::Variable(name) => (0, name),
            Self::Outside(name) => (1, name),
            Self::Entry(table, name) => (table + 2, name),
        };
        format!("{map} {name}")
    }
}

/// A point of the run, to which everything can be compared that changes afterwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) changes: usize,
    /// How many tables there were.
    pub(crate) tables: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) variables: HashMap<String, Value>,
    /// What the functions that are followed set for the script.
    pub(crate) outside: HashMap<String, Value>,
    pub(crate) tables: Vec<Table>,
    /// What every variable is that was not set since.
    pub(crate) forgotten: Option<Unknown>,
    /// What stood where before it was changed: a copy of everything at each condition would be work without end.
    pub(crate) changes: Vec<(Place, Option<Value>)>,
    /// What every variable of the environment is that was not set since.
    pub(crate) environment: Option<Unknown>,
    /// How often what can be changed in place was put in doubt.
    pub(crate) doubts: usize,
    /// So many of the first tables are in doubt.
    doubted: usize,
    /// Variables that may hold what can be changed in place, besides tables.
    changeable: HashSet<String>,
}

impl State {
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            changes: self.changes.len(),
            tables: self.tables.len(),
        }
    }

    /// Sets a variable, or takes it away.
    pub(crate) fn put(&mut self, name: &str, value: Option<Value>) {
        if value.as_ref().is_some_and(Value::is_changeable) {
            self.changeable.insert(name.to_owned());
        }
        let before = match value {
            Some(value) => self.variables.insert(name.to_owned(), value),
            None => self.variables.remove(name),
        };
        let place = Place::Variable(name.to_owned());
        self.changes.push((place, before));
    }

    pub(crate) fn put_outside(&mut self, name: &str, value: Value) {
        if value.is_changeable() {
            self.changeable.insert(name.to_owned());
        }
        let before = self.outside.insert(name.to_owned(), value);
        let place = Place::Outside(name.to_owned());
        self.changes.push((place, before));
    }

    /// Sets an entry of a table.
    pub(crate) fn put_entry(&mut self, number: usize, entry: Entry) {
        let table = &mut self.tables[number];
        let (name, before) = if let Some(held) = table.find(&entry.name) {
            held.line = entry.line;
            let before = std::mem::replace(&mut held.value, entry.value);
            (held.name.clone(), Some(before))
        } else {
            let name = entry.name.clone();
            table.entries.push(entry);
            (name, None)
        };
        self.changes.push((Place::Entry(number, name), before));
    }

    /// What stands there now.
    pub(crate) fn at(&mut self, place: &Place) -> Option<&mut Value> {
        match place {
            Place::Variable(name) => self.variables.get_mut(name),
            Place::Outside(name) => self.outside.get_mut(name),
            Place::Entry(number, name) => self.tables[*number]
                .find(name)
                .map(|entry| &mut entry.value),
        }
    }

    /// Whatever can be changed in place may have changed.
    pub(crate) fn doubt(&mut self, why: &Unknown) {
        for table in &mut self.tables[self.doubted..] {
            table.doubt.get_or_insert(why.line);
        }
        self.doubted = self.tables.len();
        self.doubts += 1;
        for name in std::mem::take(&mut self.changeable) {
            let changed = || Value::Unknown(why.clone());
            if self.variables.get(&name).is_some_and(Value::is_changeable) {
                self.put(&name, Some(changed()));
            }
            if self.outside.get(&name).is_some_and(Value::is_changeable) {
                self.put_outside(&name, changed());
            }
        }
    }

    /// Whatever it holds may have changed.
    pub(crate) fn forget(&mut self, why: Unknown) {
        self.doubt(&why);
        self.forgotten = Some(why);
        self.variables.clear();
        self.outside.clear();
    }
}
