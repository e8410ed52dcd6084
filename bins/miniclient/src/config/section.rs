//! One heading of the configuration: its settings by name and by what they take.

use std::path::PathBuf;
use std::time::Duration;

use super::reader::{Reader, Text};
use super::tree::{Entry, Node, Place, Table, Value};
use super::{duration, keys};

/// What it means that a file is not there.
#[derive(Debug, Clone, Copy)]
enum Absent<'a> {
    Problem,
    /// What happens instead.
    Warning(&'a str),
}

/// One table of the configuration, under one heading.
#[derive(Debug, Clone)]
pub(super) struct Section<'t> {
    table: &'t Table,
    /// The heading it stands under; empty for the top of the file.
    name: &'static str,
    /// What settings in it are called: `jtel.`, `hook.zammad.`.
    prefix: String,
    /// Where its heading stands.
    pub(super) place: Place,
}

impl<'t> Section<'t> {
    /// Enters a table; keys that are not known are problems.
    pub(super) fn enter(
        reader: &mut Reader,
        name: &'static str,
        table: &'t Table,
        place: Place,
    ) -> Self {
        for entry in &table.entries {
            let heading = name.is_empty() && keys::SECTIONS.contains(&entry.key.as_str());
            if !heading && !keys::known(name, &entry.key) {
                let under = if name.is_empty() {
                    String::new()
                } else {
                    format!(" under {}", keys::heading(name))
                };
                reader.problem(
                    entry.key_place,
                    format!(
                        "`{}` is not a setting{under}; {}",
                        entry.key,
                        keys::advice(name, &entry.key)
                    ),
                );
            }
        }
        let prefix = if name.is_empty() {
            String::new()
        } else {
            format!("{name}.")
        };
        Self {
            table,
            name,
            prefix,
            place,
        }
    }

    /// Names the section in what is remembered: the name of a hook.
    pub(super) fn called(mut self, name: &str) -> Self {
        self.prefix = format!("{}.{name}.", self.name);
        self
    }

    /// Whether the key is given, whatever it holds.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Where a key stands, for a sentence about it.
    pub(super) fn key_place(&self, key: &str) -> Place {
        self.table
            .get(key)
            .map_or(self.place, |entry| entry.key_place)
    }

    /// A text.
    pub(super) fn text(&self, reader: &mut Reader, key: &str) -> Option<Text<'t>> {
        let entry = self.entry(reader, key)?;
        let found = text(&entry.node);
        if found.is_none() {
            let shown = match &entry.node.value {
                Value::Integer(Some(number)) => format!("'{number}'"),
                Value::Boolean(value) => format!("'{value}'"),
                _ => "'...'".to_owned(),
            };
            wrong(reader, entry, "a text", &format!("write {key} = {shown}"));
        }
        found
    }

    /// A text under a key that not every section has.
    pub(super) fn optional_text(&self, reader: &mut Reader, key: &str) -> Option<Text<'t>> {
        if keys::known(self.name, key) {
            self.text(reader, key)
        } else {
            None
        }
    }

    /// A text that must not be empty.
    pub(super) fn filled(&self, reader: &mut Reader, key: &str) -> Option<Text<'t>> {
        let text = self.text(reader, key)?;
        if text.value.trim().is_empty() {
            reader.problem(
                text.place,
                format!("`{key}` is empty; fill it in or leave the line out"),
            );
            return None;
        }
        Some(text)
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, reader: &mut Reader, key: &str) -> Option<bool> {
        let entry = self.entry(reader, key)?;
        match &entry.node.value {
            Value::Boolean(value) => Some(*value),
            Value::Text(text)
                if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") =>
            {
                let right = text.to_ascii_lowercase();
                wrong(
                    reader,
                    entry,
                    "true or false",
                    &format!("write {key} = {right}, without quotes"),
                );
                None
            }
            _ => {
                wrong(
                    reader,
                    entry,
                    "true or false",
                    &format!("write {key} = true or {key} = false"),
                );
                None
            }
        }
    }

    /// A whole number within limits.
    pub(super) fn number(
        &self,
        reader: &mut Reader,
        key: &str,
        limits: std::ops::RangeInclusive<u64>,
    ) -> Option<u64> {
        let entry = self.entry(reader, key)?;
        match &entry.node.value {
            Value::Integer(number) => {
                let found = number
                    .and_then(|number| u64::try_from(number).ok())
                    .filter(|number| limits.contains(number));
                if found.is_none() {
                    reader.problem(
                        entry.node.place,
                        format!(
                            "`{key}` must be a number from {} to {}",
                            limits.start(),
                            limits.end()
                        ),
                    );
                }
                found
            }
            Value::Text(text) if text.trim().parse::<u64>().is_ok() => {
                wrong(
                    reader,
                    entry,
                    "a number",
                    &format!("write {key} = {}, without quotes", text.trim()),
                );
                None
            }
            _ => {
                wrong(
                    reader,
                    entry,
                    "a number",
                    &format!("write {key} = {}", limits.start()),
                );
                None
            }
        }
    }

    /// A length of time.
    pub(super) fn duration(&self, reader: &mut Reader, key: &str) -> Option<Duration> {
        let entry = self.entry(reader, key)?;
        match &entry.node.value {
            Value::Text(text) => duration::parse(text)
                .map_err(|error| reader.problem(entry.node.place, format!("`{key}` {error}")))
                .ok(),
            Value::Integer(Some(number)) => {
                wrong(
                    reader,
                    entry,
                    "a length of time",
                    &format!("write {key} = \"{number}s\" if seconds are meant"),
                );
                None
            }
            _ => {
                wrong(
                    reader,
                    entry,
                    "a length of time",
                    &format!("write {key} = \"10s\""),
                );
                None
            }
        }
    }

    /// A list of texts. A single text, where a list is wanted, is told how to become one.
    pub(super) fn texts(&self, reader: &mut Reader, key: &str) -> Option<Vec<Text<'t>>> {
        let entry = self.entry(reader, key)?;
        let Value::Array(items) = &entry.node.value else {
            let advice = match &entry.node.value {
                Value::Text(text) => format!("write {key} = [\"{}\"]", text.escape_debug()),
                _ => format!("write {key} = [\"...\", \"...\"]"),
            };
            wrong(reader, entry, "a list", &advice);
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match text(item) {
                Some(text) if text.value.trim().is_empty() => {
                    reader.problem(
                        item.place,
                        format!("`{key}` has an empty entry; take it out"),
                    );
                }
                Some(text) => texts.push(text),
                None => reader.problem(
                    item.place,
                    format!(
                        "`{key}` is a list of texts, and here is {}; put it in quotes",
                        item.value.kind()
                    ),
                ),
            }
        }
        Some(texts)
    }

    /// A table of texts, as `when` is one.
    pub(super) fn pairs(&self, reader: &mut Reader, key: &str) -> Vec<(&'t str, Text<'t>)> {
        let Some(entry) = self.entry(reader, key) else {
            return Vec::new();
        };
        let Value::Table(table) = &entry.node.value else {
            wrong(
                reader,
                entry,
                "a table",
                &format!("write {key} = {{ GroupName = 'Sales*' }}"),
            );
            return Vec::new();
        };
        let mut pairs = Vec::with_capacity(table.entries.len());
        for pair in &table.entries {
            match text(&pair.node) {
                Some(text) => pairs.push((pair.key.as_str(), text)),
                None => reader.problem(
                    pair.node.place,
                    format!(
                        "`{}` takes a pattern in quotes, not {}",
                        pair.key,
                        pair.node.value.kind()
                    ),
                ),
            }
        }
        pairs
    }

    /// A file that must be there: `%NAME%` replaced, relative to the file that names it.
    pub(super) fn file(&self, reader: &mut Reader, key: &str) -> Option<PathBuf> {
        self.path(reader, key, Absent::Problem)
    }

    /// A file that may be missing, because something else stands in for it then.
    pub(super) fn file_if_any(
        &self,
        reader: &mut Reader,
        key: &str,
        otherwise: &str,
    ) -> Option<PathBuf> {
        self.path(reader, key, Absent::Warning(otherwise))
    }

    fn path(&self, reader: &mut Reader, key: &str, absent: Absent<'_>) -> Option<PathBuf> {
        let text = self.filled(reader, key)?;
        let named = path_text(reader, key, text)?;
        let path = reader.folder(text.place).join(named);
        match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => Some(path),
            Err(error)
                if error.kind() == std::io::ErrorKind::NotFound
                    && let Absent::Warning(otherwise) = absent =>
            {
                reader.warning(
                    text.place,
                    format!("`{key}`: {} is not there; {otherwise}", path.display()),
                );
                Some(path)
            }
            Ok(_) => {
                reader.problem(
                    text.place,
                    format!("`{key}`: {} is not a file", path.display()),
                );
                None
            }
            Err(error) => {
                let why = super::text::cannot_read(&error);
                reader.problem(text.place, format!("`{key}`: {}: {why}", path.display()));
                None
            }
        }
    }

    fn entry(&self, reader: &mut Reader, key: &str) -> Option<&'t Entry> {
        debug_assert!(
            keys::known(self.name, key),
            "{key} is not in the table of settings"
        );
        let entry = self.table.get(key)?;
        reader.remember(format!("{}{key}", self.prefix), entry.key_place);
        Some(entry)
    }
}

/// A path as it is meant: `%NAME%` replaced. What cannot be meant is a problem.
pub(super) fn path_text(reader: &mut Reader, key: &str, text: Text<'_>) -> Option<String> {
    // "C:\temp\new" is good TOML with a tab and a line end in it, and never what was meant.
    if text.value.chars().any(char::is_control) {
        reader.problem(
            text.place,
            format!("in double quotes a backslash begins an escape; put the path in single quotes: {key} = '...'"),
        );
        return None;
    }
    match super::expand::expand(text.value, |name| std::env::var_os(name)) {
        Ok(path) => Some(path),
        Err(name) => {
            reader.problem(
                text.place,
                format!("`{key}`: the environment has no variable {name}, so %{name}% means nothing here"),
            );
            None
        }
    }
}

fn text(node: &Node) -> Option<Text<'_>> {
    match &node.value {
        Value::Text(value) => Some(Text {
            value,
            place: node.place,
        }),
        _ => None,
    }
}

fn wrong(reader: &mut Reader, entry: &Entry, wanted: &str, advice: &str) {
    let is = entry.node.value.kind();
    reader.problem(
        entry.node.place,
        format!("`{}` takes {wanted}, not {is}; {advice}", entry.key),
    );
}
