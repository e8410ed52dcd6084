//! The configuration as a tree of values that know where they stand.
//!
//! Two files can make one configuration (the policy replaces keys of the other), so a place names its file too.

use toml::de::{DeTable, DeValue};

use super::text::SourceFile;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Which of the files.
    pub(super) file: usize,
    /// The first byte.
    pub(super) start: usize,
    /// The byte after the last.
    pub(super) end: usize,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    /// `None` where it does not fit 64 bits.
    Integer(Option<i64>),
    Boolean(bool),
    Array(Vec<Node>),
    Table(Table),
    /// What no setting takes: a fraction, a date.
    Other(&'static str),
}

impl Value {
    /// What it is called in a sentence.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

/// Keys and their values, in the order of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) entries: Vec<Entry>,
}

/// One key and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_place: Place,
    pub(super) node: Node,
}

impl Table {
    /// From what the parser made of a file.
    pub(super) fn of(parsed: &DeTable<'_>, file: usize) -> Self {
        let entries = parsed
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                key_place: Place::new(file, key.span()),
                node: node(value, file),
            })
            .collect();
        Self { entries }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Lays a policy over this table: its keys replace ours; tables are entered, lists are replaced as a whole.
    pub(super) fn replace_with(&mut self, policy: Self) {
        for entry in policy.entries {
            match self.entries.iter_mut().find(|ours| ours.key == entry.key) {
                None => self.entries.push(entry),
                Some(ours) => match (&mut ours.node.value, entry.node.value) {
                    (Value::Table(table), Value::Table(over)) => table.replace_with(over),
                    (value, over) => {
                        *value = over;
                        ours.node.place = entry.node.place;
                        ours.key_place = entry.key_place;
                    }
                },
            }
        }
    }
}

impl Place {
    fn new(file: usize, span: std::ops::Range<usize>) -> Self {
        Self {
            file,
            start: span.start,
            end: span.end,
        }
    }
}

fn node(parsed: &toml::Spanned<DeValue<'_>>, file: usize) -> Node {
    let value = match parsed.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => {
            Value::Integer(i64::from_str_radix(integer.as_str(), integer.radix()).ok())
        }
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Array(values) => {
            Value::Array(values.iter().map(|value| node(value, file)).collect())
        }
        DeValue::Table(table) => Value::Table(Table::of(table, file)),
        DeValue::Float(_) => Value::Other("a fraction"),
        DeValue::Datetime(_) => Value::Other("a date"),
    };
    Node {
        value,
        place: Place::new(file, parsed.span()),
    }
}

/// Where byte `offset` of a text value stands in its file: behind the quote, and behind the escapes before it.
pub(super) fn offset_in_file(
    source: &SourceFile,
    place: Place,
    value: &str,
    offset: usize,
) -> usize {
    let raw = source.text.get(place.start..place.end).unwrap_or_default();
    let Some(quote) = raw
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))
    else {
        return place.start;
    };
    let long = raw.starts_with("\"\"\"") || raw.starts_with("'''");
    let mut at = if long { 3 } else { 1 };
    if long {
        // A line end right behind the opening quotes is not part of the value.
        let rest = raw.get(at..).unwrap_or_default();
        at += if rest.starts_with("\r\n") {
            2
        } else {
            usize::from(rest.starts_with('\n'))
        };
    }
    let mut done = 0;
    // In a text that is wrong an escape can be shorter than it should be, and end inside a character.
    while let Some(rest) = raw
        .get(at..)
        .filter(|rest| done < offset && !rest.is_empty())
    {
        let wanted = value.get(done..).and_then(|rest| rest.chars().next());
        let (raw_length, value_length) = if quote == '"' && rest.starts_with('\\') {
            escape(rest, wanted)
        } else if rest.starts_with("\r\n") && wanted == Some('\n') {
            (2, 1)
        } else {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            (length, length)
        };
        at += raw_length;
        done += value_length;
    }
    place.start + at.min(raw.len().saturating_sub(1))
}

/// How long the escape at the beginning of `rest` is, and what it stands for.
fn escape(rest: &str, wanted: Option<char>) -> (usize, usize) {
    let wanted = wanted.map_or(1, char::len_utf8);
    match rest.as_bytes().get(1) {
        Some(b'x') => (4, wanted),
        Some(b'u') => (6, wanted),
        Some(b'U') => (10, wanted),
        // A backslash at the end of a line swallows the white space up to the next word.
        Some(b' ' | b'\t' | b'\r' | b'\n') => {
            let skipped = rest.len() - rest[1..].trim_start_matches([' ', '\t', '\r', '\n']).len();
            (skipped, 0)
        }
        _ => (2, wanted),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn tree(text: &str) -> (SourceFile, Table) {
        let source = SourceFile::new(PathBuf::from("x"), text.to_owned());
        let (parsed, errors) = DeTable::parse_recoverable(&source.text);
        assert!(errors.is_empty(), "{errors:?}");
        let table = Table::of(parsed.get_ref(), 0);
        (source, table)
    }

    #[test]
    fn positions_in_a_value_are_positions_in_the_file() {
        for text in [
            "a = 'xx $'",
            "a = \"x\\tx\\\\ $\"",
            "a = \"\\u00fc\\xe4 $\"",
            "a = '''\nfirst\nüü $'''",
            "a = '''\r\nfirst\r\nüü $'''",
            "a = \"\"\"\nfirst \\\n     second $\"\"\"",
        ] {
            let (source, table) = tree(text);
            let node = &table.get("a").unwrap().node;
            let Value::Text(value) = &node.value else {
                panic!()
            };
            let offset = value.find('$').unwrap();
            let found = offset_in_file(&source, node.place, value, offset);
            assert_eq!(text.find('$'), Some(found), "{text:?}");
        }
    }

    #[test]
    fn a_policy_replaces_key_by_key_and_lists_whole() {
        let (_, mut ours) =
            tree("x = 1\ny = [1, 2]\n[t]\na = 1\nb = 1\n[[h]]\nn = 1\n[[h]]\nn = 2\n");
        let (_, policy) = tree("y = [3]\nz = 1\n[t]\nb = 2\n[[h]]\nn = 3\n");
        ours.replace_with(policy);
        let keys: Vec<_> = ours
            .entries
            .iter()
            .map(|entry| entry.key.as_str())
            .collect();
        assert_eq!(keys, ["x", "y", "t", "h", "z"]);
        let Value::Table(table) = &ours.get("t").unwrap().node.value else {
            panic!()
        };
        assert!(matches!(
            table.get("a").unwrap().node.value,
            Value::Integer(Some(1))
        ));
        assert!(matches!(
            table.get("b").unwrap().node.value,
            Value::Integer(Some(2))
        ));
        for list in ["y", "h"] {
            assert!(
                matches!(&ours.get(list).unwrap().node.value, Value::Array(items) if items.len() == 1)
            );
        }
    }
}
