//! Settings as a tree of values that know where they stand.

use toml::de::{DeTable, DeValue};

/// Where something stands: which of the layers, and where in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub(super) layer: usize,
    /// The first byte.
    pub(super) start: usize,
    /// The byte after the last.
    pub(super) end: usize,
}

impl Place {
    pub(super) fn new(layer: usize, span: std::ops::Range<usize>) -> Self {
        Self {
            layer,
            start: span.start,
            end: span.end,
        }
    }
}

/// A text and where it stands.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Text<'t> {
    /// What it says.
    pub value: &'t str,
    /// Where it says so.
    pub place: Place,
}

impl<'t> Text<'t> {
    /// A text at a place; what is said of it is said of that place.
    pub const fn new(value: &'t str, place: Place) -> Self {
        Self { value, place }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) place: Place,
}

impl Node {
    pub(super) fn text(&self) -> Option<Text<'_>> {
        match &self.value {
            Value::Text(value) => Some(Text::new(value, self.place)),
            _ => None,
        }
    }
}

/// A value.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number; `None` where it does not fit 64 bits.
    Integer(Option<i64>),
    /// `true` or `false`.
    Boolean(bool),
    /// A list.
    Array(Array),
    /// A table.
    Table(Table),
    /// What no setting takes, and what it is called: a fraction, a date.
    Other(&'static str),
    /// What was given is none of these, and that has been told.
    Refused,
}

impl Value {
    /// A list of texts.
    pub fn texts(texts: impl IntoIterator<Item = String>) -> Self {
        let place = Place::new(0, 0..0);
        let node = |text| Node {
            value: Self::Text(text),
            place,
        };
        Self::Array(Array(texts.into_iter().map(node).collect()))
    }

    /// What it is called in a sentence.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
            Self::Refused => "of another type",
        }
    }

    /// Says of everything in it that it stands in this layer.
    pub(super) fn in_layer(&mut self, layer: usize) {
        match self {
            Self::Array(Array(items)) => {
                for item in items {
                    item.place.layer = layer;
                    item.value.in_layer(layer);
                }
            }
            Self::Table(table) => table.in_layer(layer),
            _ => {}
        }
    }

    /// Says of everything in a list that it stands there.
    pub(super) fn place_at(&mut self, place: Place) {
        if let Self::Array(Array(items)) = self {
            for item in items {
                item.place = place;
            }
        }
    }
}

/// The values of a list.
#[derive(Debug, Clone)]
pub struct Array(pub(super) Vec<Node>);

impl Array {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Keys and their values, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Table {
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
    pub(super) fn of(parsed: &DeTable<'_>, layer: usize) -> Self {
        let entries = parsed
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                key_place: Place::new(layer, key.span()),
                node: node(value, layer),
            })
            .collect();
        Self { entries }
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key, whatever it holds.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.node.value)
    }

    /// Every text in it, however deep, with the key that it belongs to.
    pub fn all_texts(&self) -> Vec<(&str, Text<'_>)> {
        fn collect<'t>(key: &'t str, node: &'t Node, into: &mut Vec<(&'t str, Text<'t>)>) {
            match &node.value {
                Value::Text(text) => into.push((key, Text::new(text, node.place))),
                Value::Array(Array(items)) => {
                    for item in items {
                        collect(key, item, into);
                    }
                }
                Value::Table(table) => {
                    for entry in &table.entries {
                        collect(&entry.key, &entry.node, into);
                    }
                }
                _ => {}
            }
        }
        let mut texts = Vec::new();
        for entry in &self.entries {
            collect(&entry.key, &entry.node, &mut texts);
        }
        texts
    }

    /// Puts a value where the names lead; what is not there yet is made.
    pub(super) fn set(&mut self, path: &[&str], node: Node) {
        let [key, rest @ ..] = path else { return };
        let place = node.place;
        let node = if rest.is_empty() {
            node
        } else {
            let mut below = Self::default();
            below.set(rest, node);
            let value = Value::Table(below);
            Node { value, place }
        };
        let entry = Entry {
            key: (*key).to_owned(),
            key_place: place,
            node,
        };
        self.replace_with(Self {
            entries: vec![entry],
        });
    }

    /// Says of everything in it that it stands in this layer.
    pub(super) fn in_layer(&mut self, layer: usize) {
        for entry in &mut self.entries {
            entry.key_place.layer = layer;
            entry.node.place.layer = layer;
            entry.node.value.in_layer(layer);
        }
    }

    /// Lays another table over this one: its keys replace ours; tables are entered, lists are replaced as a whole.
    pub(super) fn replace_with(&mut self, over: Self) {
        for entry in over.entries {
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

fn node(parsed: &toml::Spanned<DeValue<'_>>, layer: usize) -> Node {
    let value = match parsed.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => {
            Value::Integer(i64::from_str_radix(integer.as_str(), integer.radix()).ok())
        }
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Array(values) => Value::Array(Array(
            values.iter().map(|value| node(value, layer)).collect(),
        )),
        DeValue::Table(table) => Value::Table(Table::of(table, layer)),
        DeValue::Float(_) => Value::Other("a fraction"),
        DeValue::Datetime(_) => Value::Other("a date"),
    };
    Node {
        value,
        place: Place::new(layer, parsed.span()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Table {
        let (parsed, errors) = DeTable::parse_recoverable(text);
        assert!(errors.is_empty(), "{errors:?}");
        Table::of(parsed.get_ref(), 0)
    }

    #[test]
    fn a_layer_replaces_key_by_key_and_lists_whole() {
        let mut ours = tree("x = 1\ny = [1, 2]\n[t]\na = 1\nb = 1\n[[h]]\nn = 1\n[[h]]\nn = 2\n");
        ours.replace_with(tree("y = [3]\nz = 1\n[t]\nb = 2\n[[h]]\nn = 3\n"));
        let keys: Vec<_> = ours
            .entries
            .iter()
            .map(|entry| entry.key.as_str())
            .collect();
        assert_eq!(keys, ["x", "y", "t", "h", "z"]);
        let Some(Value::Table(table)) = ours.get("t") else {
            panic!()
        };
        assert!(matches!(table.get("a"), Some(Value::Integer(Some(1)))));
        assert!(matches!(table.get("b"), Some(Value::Integer(Some(2)))));
        for list in ["y", "h"] {
            assert!(matches!(ours.get(list), Some(Value::Array(Array(items))) if items.len() == 1));
        }
    }
}
