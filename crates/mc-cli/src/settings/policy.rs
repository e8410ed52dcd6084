//! Policies of the Windows registry as a layer of settings.
//!
//! A value is named as the key of the file, with dots (`jtel.base_url`); a key of the registry stands for a name and a
//! dot (`extra\Site` is `extra.Site`, as lists of a policy editor write it). Of the list of headings, `[[hook]]`, each
//! is a key of its own: `hook\NAME`. All programs read the same place, so what belongs to another one is passed over.

use std::path::Path;

use super::key::Schema;
use super::layer::{Layer, LayerOrigin};
use super::tree::{Array, Node, Place, Table, Value};
use crate::registry::{Data, RegistryKey};
use crate::suggest::nearest;
use crate::sys;

mod typed;

/// How many values there may be, and how long one may be in bytes: far beyond any policy.
const MAX_VALUES: usize = 2000;
const MAX_LENGTH: usize = 64 * 1024;

impl Layer {
    /// What the registry's policies set below `Software\Policies\MiniClient`, the user's first and the machine's over
    /// them; nothing on other systems. Relative paths start at `folder`. What is wrong with them is told by the reader.
    pub fn policies(schema: &Schema, folder: Option<&Path>) -> Vec<Self> {
        let keys = sys::policies(r"Software\Policies\MiniClient");
        let layers = keys.into_iter().map(|key| of_key(schema, folder, &key));
        layers.collect()
    }
}

/// The layer while it is made.
struct Making<'s> {
    schema: &'s Schema,
    labels: Vec<String>,
    faults: Vec<(usize, String)>,
    /// Whether what is read belongs to one of the list's keys.
    in_list: bool,
}

fn in_a_key(list: &str) -> String {
    format!("the settings of a {list} stand in a key of their own, {list}\\NAME")
}

fn of_key(schema: &Schema, folder: Option<&Path>, key: &RegistryKey) -> Layer {
    let mut making = Making {
        schema,
        labels: vec![key.path.clone()],
        faults: Vec::new(),
        in_list: false,
    };
    let mut root = Table::default();
    making.enter(key, "", &mut root);
    let mut layer = Layer::of_text("", "");
    layer.origin = LayerOrigin::Named {
        labels: making.labels,
        table: root,
        faults: making.faults,
        folder: Some(folder.unwrap_or(Path::new("")).to_owned()),
    };
    layer
}

impl Making<'_> {
    fn place(&mut self, label: String) -> Place {
        self.labels.push(label);
        let index = self.labels.len() - 1;
        Place::new(0, index..index)
    }

    fn fault(&mut self, place: Place, text: impl Into<String>) {
        self.faults.push((place.start, text.into()));
    }

    /// Everything in a key that stands for `prefix`.
    fn enter(&mut self, key: &RegistryKey, prefix: &str, root: &mut Table) {
        let here = Place::new(0, 0..0);
        if let Some(fault) = &key.fault {
            let place = self.place(key.path.clone());
            self.fault(place, fault);
        }
        for (name, data) in &key.values {
            if self.labels.len() > MAX_VALUES {
                return self.fault(here, "there are more values than any policy has");
            }
            let shown = if name.is_empty() { "(Default)" } else { name };
            let place = self.place(format!(r"{}\{shown}", key.path));
            let setting = format!("{prefix}{name}");
            self.put(root, &setting, data, place);
        }
        for (name, below) in &key.keys {
            if prefix.is_empty() && self.schema.list == Some(name.as_str()) {
                self.list(name, below, root);
            } else {
                self.enter(below, &format!("{prefix}{name}."), root);
            }
        }
    }

    /// The keys of `hook\NAME`.
    fn list(&mut self, list: &str, key: &RegistryKey, root: &mut Table) {
        for (name, _) in &key.values {
            let place = self.place(format!(r"{}\{name}", key.path));
            self.fault(place, in_a_key(list));
        }
        let mut items = Vec::new();
        for (name, below) in &key.keys {
            let place = self.place(below.path.clone());
            let mut table = Table::default();
            let text = Value::Text(name.clone());
            table.set(&["name"], Node { value: text, place });
            // Read as if each stood at the top, and then moved.
            let mut read = Table::default();
            self.in_list = true;
            self.enter(below, &format!("{list}."), &mut read);
            self.in_list = false;
            if let Some(Value::Table(read)) = read.get(list) {
                table.replace_with(read.clone());
            }
            items.push(Node {
                value: Value::Table(table),
                place,
            });
        }
        let place = self.place(key.path.clone());
        if !items.is_empty() {
            let value = Value::Array(Array(items));
            root.set(&[list], Node { value, place });
        }
    }

    /// One value, as the setting whose name it bears.
    fn put(&mut self, root: &mut Table, setting: &str, data: &Data, place: Place) {
        let (top, behind) = match setting.split_once('.') {
            Some((top, behind)) => (top, Some(behind)),
            None => (setting, None),
        };
        if self.schema.foreign.contains(&top) {
            return;
        }
        if self.schema.list == Some(top) && !self.in_list {
            return self.fault(place, in_a_key(top));
        }
        let (section, rest) = match behind {
            Some(behind) if self.schema.is_section(top) => (top, behind),
            None if self.schema.is_section(top) => {
                let text = format!("`{top}` is a heading; name a value in it, such as {top}.NAME");
                return self.fault(place, text);
            }
            _ => ("", setting),
        };
        // `secrets\crm\file`: the file's own name comes first.
        let (own, rest) = match rest.split_once('.') {
            Some((own, rest)) if self.schema.named.contains(&section) => (Some(own), rest),
            _ => (None, rest),
        };
        let (name, member) = match rest.split_once('.') {
            Some((name, member)) => (name, Some(member)),
            None => (rest, None),
        };
        let Some(key) = self.schema.key(section, name) else {
            let mut advice = self.schema.advice(section, name);
            if section.is_empty()
                && let Some(right) = nearest(name, self.schema.foreign.iter().copied())
            {
                advice = format!("did you mean `{right}`?");
            }
            return self.fault(place, format!("`{setting}` is not a setting; {advice}"));
        };
        if data.length() > MAX_LENGTH {
            return self.fault(place, "the value is longer than 64 KiB");
        }
        let mut path: Vec<&str> = Vec::new();
        path.extend((!section.is_empty()).then_some(section));
        path.extend(own);
        path.push(name);
        let value = match typed::value(key, member, data, place) {
            Ok(value) => {
                path.extend(member);
                value
            }
            Err(wanted) => {
                let kind = data.kind();
                self.fault(place, format!("`{setting}` is {kind}; {wanted}"));
                Value::Refused
            }
        };
        root.set(&path, Node { value, place });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::key::{Key, Kind};
    use crate::settings::{Reader, Section};

    static SCHEMA: Schema = Schema::new(
        "x.toml",
        &[
            Key::new("", "url", Kind::Filled, "", ""),
            Key::new("", "report", Kind::Switch, "", ""),
            Key::new("", "fields", Kind::Texts, "", ""),
            Key::new("", "extra", Kind::Values, "", ""),
            Key::new("jtel", "base_url", Kind::Filled, "", ""),
            Key::new("journal", "days", Kind::Number(1, 9), "", ""),
            Key::new("secrets", "file", Kind::Filled, "", ""),
            Key::new("hook", "name", Kind::Filled, "", ""),
            Key::new("hook", "when", Kind::Pairs, "", ""),
            Key::new("hook", "open", Kind::Filled, "", ""),
        ],
        &["jtel", "journal", "secrets", "hook"],
        Some("hook"),
    )
    .named(&["secrets"])
    .foreign("y.toml", &["client", "theirs"]);

    fn text(text: &str) -> Data {
        Data::Text(text.to_owned())
    }

    fn key(path: &str, values: Vec<(&str, Data)>, keys: Vec<(&str, RegistryKey)>) -> RegistryKey {
        let owned = |(name, data): (&str, Data)| (name.to_owned(), data);
        RegistryKey {
            path: path.to_owned(),
            values: values.into_iter().map(owned).collect(),
            keys: keys
                .into_iter()
                .map(|(name, key)| (name.to_owned(), key))
                .collect(),
            fault: None,
        }
    }

    fn layer(values: Vec<(&str, Data)>, keys: Vec<(&str, RegistryKey)>) -> Layer {
        of_key(&SCHEMA, None, &key(r"HKLM\P", values, keys))
    }

    #[test]
    fn values_go_over_the_file_and_say_where_they_come_from() {
        let file = Layer::of_text(
            "/x.toml",
            "url = 'file'\nreport = true\n[extra]\na = 1\n[jtel]\nbase_url = 'file'\n[[hook]]\nname = 'of the file'\n",
        );
        let list = Data::List(vec!["a".to_owned(), "b".to_owned()]);
        let when = key(
            r"HKLM\P\hook\one\when",
            vec![("ANumber", text("49*"))],
            vec![],
        );
        let one = key(
            r"HKLM\P\hook\one",
            vec![("open", text("x"))],
            vec![("when", when)],
        );
        let two = key(
            r"HKLM\P\hook\two",
            vec![("when.Event", text("ended"))],
            vec![],
        );
        let policy = layer(
            vec![
                ("url", text("policy")),
                ("report", Data::Number(0)),
                ("fields", list),
                ("extra.Site", text("Munich")),
                ("journal.days", Data::Number(3)),
                ("theirs.key", text("passed over")),
                ("client", text("passed over")),
            ],
            vec![
                (
                    "extra",
                    key(r"HKLM\P\extra", vec![("Floor", Data::Number(2))], vec![]),
                ),
                (
                    "hook",
                    key(r"HKLM\P\hook", vec![], vec![("one", one), ("two", two)]),
                ),
            ],
        );
        let (mut reader, root) = Reader::new(&SCHEMA, vec![file, policy]);
        let top = Section::top(&mut reader, &root);
        assert_eq!(top.text("url").unwrap().value, "policy");
        assert_eq!(top.switch("report"), Some(false));
        let fields: Vec<_> = top
            .texts("fields")
            .unwrap()
            .iter()
            .map(|text| text.value)
            .collect();
        assert_eq!(fields, ["a", "b"]);
        let extra: Vec<_> = top.values("extra").map(|(name, ..)| name).collect();
        assert_eq!(extra, ["a", "Site", "Floor"]);
        let jtel = Section::under(&mut reader, &root, "jtel").unwrap();
        assert_eq!(jtel.text("base_url").unwrap().value, "file");
        let journal = Section::under(&mut reader, &root, "journal").unwrap();
        assert_eq!(journal.number("days"), Some(3));
        let hooks = Section::list(&mut reader, &root, "hook", "name");
        let names: Vec<_> = hooks
            .iter()
            .map(|hook| hook.text("name").unwrap().value)
            .collect();
        assert_eq!(names, ["one", "two"], "a list is replaced as a whole");
        let [(name, pattern)] = hooks[0].pairs("when") else {
            panic!()
        };
        assert_eq!((*name, pattern.value), ("ANumber", "49*"));
        let review = reader.finish();
        assert!(review.problems.is_empty(), "{:?}", review.problems);
        for (setting, origin) in [
            ("url", r"HKLM\P\url"),
            ("jtel.base_url", "/x.toml:6"),
            ("journal.days", r"HKLM\P\journal.days"),
            ("hook.one.open", r"HKLM\P\hook\one\open"),
        ] {
            assert_eq!(review.provenance.of(setting).to_string(), origin);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_counts_for_nothing() {
        let policy = layer(
            vec![
                ("url", Data::Number(5)),
                ("report", text("true")),
                ("fields", text("a")),
                ("extra", text("a")),
                ("report.x", Data::Number(1)),
                ("journal.days", Data::Number(99)),
                ("journal.dais", Data::Number(1)),
                ("ulr", text("x")),
                ("clientt", text("x")),
                ("", text("x")),
                ("jtel", text("x")),
                ("hook.open", text("x")),
                ("jtel.base_url", Data::Other("REG_BINARY".to_owned())),
            ],
            vec![(
                "hook",
                key(r"HKLM\P\hook", vec![("open", text("x"))], vec![]),
            )],
        );
        let (mut reader, root) = Reader::new(&SCHEMA, vec![policy]);
        let top = Section::top(&mut reader, &root);
        assert!(top.text("url").is_none() && top.switch("report").is_none());
        assert!(
            top.has("report"),
            "as with a file: what is not understood stands in the way of what is below"
        );
        let _ = Section::under(&mut reader, &root, "journal");
        let told = reader.finish().problems;
        let told: Vec<_> = told.iter().map(ToString::to_string).collect();
        for expected in [
            r"HKLM\P\url: `url` is REG_DWORD; make it REG_SZ",
            r"HKLM\P\report: `report` is REG_SZ; make it REG_DWORD, 1 for true or 0 for false",
            r"HKLM\P\fields: `fields` is REG_SZ; make it REG_MULTI_SZ, one entry a line",
            r"HKLM\P\extra: `extra` is REG_SZ; it is a table: name each value in it, such as extra.NAME, or make a key extra",
            r"HKLM\P\report.x: `report.x` is REG_DWORD; there is nothing below `report`; leave the dot and what follows out",
            r"HKLM\P\journal.days: `days` must be a number from 1 to 9",
            r"HKLM\P\journal.dais: `journal.dais` is not a setting; did you mean `days`?",
            r"HKLM\P\ulr: `ulr` is not a setting; did you mean `url`?",
            r"HKLM\P\clientt: `clientt` is not a setting; did you mean `client`?",
            r"HKLM\P\jtel.base_url: `jtel.base_url` is REG_BINARY; make it REG_SZ",
            r"HKLM\P\jtel: `jtel` is a heading; name a value in it, such as jtel.NAME",
            r"HKLM\P\hook.open: the settings of a hook stand in a key of their own, hook\NAME",
            r"HKLM\P\hook\open: the settings of a hook stand in a key of their own, hook\NAME",
        ] {
            assert!(
                told.iter().any(|told| told == expected),
                "{expected}\n{told:#?}"
            );
        }
        assert!(
            told.iter()
                .any(|told| told.starts_with(r"HKLM\P\(Default): `` is not a setting"))
        );
        assert_eq!(told.len(), 14, "{told:#?}");
    }

    #[test]
    fn tables_with_names_of_their_own_are_keys() {
        let crm = key(r"HKLM\P\secrets\crm", vec![("file", text("t"))], vec![]);
        let secrets = key(
            r"HKLM\P\secrets",
            vec![("hub.file", text("h"))],
            vec![("crm", crm)],
        );
        let layers = vec![layer(vec![], vec![("secrets", secrets)])];
        let (mut reader, root) = Reader::new(&SCHEMA, layers);
        let found: Vec<_> = Section::tables(&mut reader, &root, "secrets", "")
            .into_iter()
            .map(|(name, section)| (name, section.text("file").unwrap().value))
            .collect();
        assert_eq!(found, [("hub", "h"), ("crm", "t")]);
        assert!(reader.finish().problems.is_empty());
    }
}
