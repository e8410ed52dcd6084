//! One heading of the settings: checked against the table when it is entered, then read by name.

use std::path::PathBuf;
use std::time::Duration;

use super::reader::Reader;
use super::tree::{Array, Entry, Place, Table, Text, Value};
use super::value::{Checked, check};

/// One table of the configuration, under one heading: what is given in it and good.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Section<'t> {
    table: &'t Table,
    checked: Vec<(&'static str, Checked<'t>)>,
    /// Where its heading stands.
    pub place: Place,
}

impl<'t> Section<'t> {
    /// The top of the file.
    pub fn top(reader: &mut Reader, root: &'t Table) -> Self {
        let place = reader.start();
        Self::enter(reader, "", root, place, "")
    }

    /// A heading, if it is there.
    pub fn under(reader: &mut Reader, root: &'t Table, name: &'static str) -> Option<Self> {
        let entry = root.entry(name)?;
        let advice = match &entry.node.value {
            Value::Table(table) => {
                let prefix = format!("{name}.");
                return Some(Self::enter(reader, name, table, entry.key_place, &prefix));
            }
            Value::Array(_) => format!("write [{name}], with single brackets"),
            _ => format!("write it as a heading, [{name}], with its settings below"),
        };
        reader.refuse(
            entry.key_place,
            format!("`{name}` is not a setting; {advice}"),
        )
    }

    /// Every one of the headings `[[name]]`. In [`Provenance`](super::Provenance) their settings have the text of
    /// `called` in their names.
    pub fn list(
        reader: &mut Reader,
        root: &'t Table,
        name: &'static str,
        called: &str,
    ) -> Vec<Self> {
        let Some(entry) = root.entry(name) else {
            return Vec::new();
        };
        let Value::Array(Array(items)) = &entry.node.value else {
            let advice = format!("write [[{name}]], with double brackets, for each {name}");
            reader.problem(
                entry.key_place,
                format!("`{name}` is not a setting; {advice}"),
            );
            return Vec::new();
        };
        let mut sections = Vec::with_capacity(items.len());
        for item in items {
            if let Value::Table(table) = &item.value {
                let own = table.entry(called).and_then(|entry| entry.node.text());
                let prefix = format!("{name}.{}.", own.map_or("", |text| text.value));
                sections.push(Self::enter(reader, name, table, item.place, &prefix));
            } else {
                let text = format!("a {name} is a heading, [[{name}]], with its settings below");
                reader.problem(item.place, text);
            }
        }
        sections
    }

    /// The names of the tables below a heading, good or not.
    pub fn names(root: &'t Table, name: &str) -> impl Iterator<Item = &'t str> {
        let tables = match root.get(name) {
            Some(Value::Table(tables)) => tables.entries.as_slice(),
            _ => &[],
        };
        tables.iter().map(|entry| entry.key.as_str())
    }

    /// Every table below a heading, with the name that the file gives it: `[name.x]`, or `x = { .. }` below `[name]`.
    /// `example` is what to write in place of what is no table.
    pub fn tables(
        reader: &mut Reader,
        root: &'t Table,
        name: &'static str,
        example: &str,
    ) -> Vec<(&'t str, Self)> {
        let Some(entry) = root.entry(name) else {
            return Vec::new();
        };
        let Value::Table(tables) = &entry.node.value else {
            let text = format!("`{name}` is not a setting; write it as a heading, [{name}]");
            reader.problem(entry.key_place, text);
            return Vec::new();
        };
        let mut sections = Vec::with_capacity(tables.entries.len());
        for entry in &tables.entries {
            let own = entry.key.as_str();
            if let Value::Table(table) = &entry.node.value {
                let prefix = format!("{name}.{own}.");
                let section = Self::enter(reader, name, table, entry.key_place, &prefix);
                sections.push((own, section));
            } else {
                // What stands there instead may be what nobody may see.
                let text = format!("`{own}` under [{name}] is a table; write {own} = {example}");
                reader.problem(entry.key_place, text);
            }
        }
        sections
    }

    fn enter(
        reader: &mut Reader,
        name: &'static str,
        table: &'t Table,
        place: Place,
        prefix: &str,
    ) -> Self {
        let schema = reader.schema();
        let heading = if name.is_empty() {
            "the file".to_owned()
        } else {
            schema.heading(name)
        };
        let mut checked = Vec::with_capacity(table.entries.len());
        for entry in &table.entries {
            let key = &entry.key;
            let Some(known) = schema.key(name, key) else {
                if !name.is_empty() || !schema.is_section(key) {
                    let under = if name.is_empty() {
                        String::new()
                    } else {
                        format!(" under {heading}")
                    };
                    // Files of other programs have a heading above everything.
                    let inner = match &entry.node.value {
                        Value::Table(table) if name.is_empty() => table
                            .entries
                            .iter()
                            .find(|entry| schema.key("", &entry.key).is_some()),
                        _ => None,
                    };
                    let text = if let Some(inner) = inner {
                        format!(
                            "[{key}] is no heading here: leave it out, for `{}` stands at the top of the file",
                            inner.key
                        )
                    } else {
                        let advice = schema.advice(name, key);
                        format!("`{key}` is not a setting{under}; {advice}")
                    };
                    reader.problem(entry.key_place, text);
                }
                continue;
            };
            reader.remember(format!("{prefix}{key}"), entry.key_place);
            if let Some(value) = check(reader, known, entry)
                && reader.trusts(entry.key_place)
            {
                checked.push((known.name, value));
            }
        }
        for key in schema.under(name) {
            if let Some(example) = key.required.filter(|_| table.entry(key.name).is_none()) {
                reader.problem(place, format!("{heading} needs {example}"));
            }
        }
        Self {
            table,
            checked,
            place,
        }
    }

    fn entry(&self, key: &str) -> Option<&'t Entry> {
        self.table.entry(key)
    }

    fn checked(&self, key: &str) -> Option<&Checked<'t>> {
        let found = self.checked.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| value)
    }

    /// Whether the key is given, whatever it holds.
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// What is given for a key, good or not.
    pub fn value(&self, key: &str) -> Option<&'t Value> {
        self.table.get(key)
    }

    /// Where a key stands, for a sentence about it; where the heading does, if it is not given.
    pub fn key_place(&self, key: &str) -> Place {
        self.entry(key).map_or(self.place, |entry| entry.key_place)
    }

    /// A text that is given and good.
    pub fn text(&self, key: &str) -> Option<Text<'t>> {
        match self.checked(key)? {
            Checked::Text(text) => Some(*text),
            _ => None,
        }
    }

    /// A switch that is given and good.
    pub fn switch(&self, key: &str) -> Option<bool> {
        match self.checked(key)? {
            Checked::Switch(value) => Some(*value),
            _ => None,
        }
    }

    /// A number that is given and good.
    pub fn number(&self, key: &str) -> Option<u64> {
        match self.checked(key)? {
            Checked::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A length of time that is given and good.
    pub fn duration(&self, key: &str) -> Option<Duration> {
        match self.checked(key)? {
            Checked::Duration(duration) => Some(*duration),
            _ => None,
        }
    }

    /// The good ones of a list that is given.
    pub fn texts(&self, key: &str) -> Option<&[Text<'t>]> {
        match self.checked(key)? {
            Checked::Texts(texts) => Some(texts),
            _ => None,
        }
    }

    /// The good ones of a table of texts; none if it is not given.
    pub fn pairs(&self, key: &str) -> &[(&'t str, Text<'t>)] {
        match self.checked(key) {
            Some(Checked::Pairs(pairs)) => pairs,
            _ => &[],
        }
    }

    /// The good ones of a table of values, each with the place of its key; none if it is not given.
    pub fn values(&self, key: &str) -> impl Iterator<Item = (&'t str, &'t Value, Place)> {
        let values = match self.checked(key) {
            Some(Checked::Values(values)) => values.as_slice(),
            _ => &[],
        };
        values
            .iter()
            .map(|(entry, value)| (entry.key.as_str(), *value, entry.key_place))
    }

    /// A file that is given and good, absolute if its configuration is.
    pub fn file(&self, key: &str) -> Option<PathBuf> {
        match self.checked(key)? {
            Checked::File(path) => Some(path.clone()),
            _ => None,
        }
    }

    /// A program that is given and good, as it is written but for `%NAME%`.
    pub fn program(&self, key: &str) -> Option<&str> {
        match self.checked(key)? {
            Checked::Program(program) => Some(program),
            _ => None,
        }
    }
}
