//! One setting against its row of the table: the typed value, or a sentence that says what to write.

use std::path::PathBuf;
use std::time::Duration;

use super::key::{Key, Kind, Missing};
use super::reader::Reader;
use super::tree::{Array, Entry, Text, Value};
use super::{duration, layer};
use crate::suggest::nearest;

/// A value of the right type, within its limits.
#[derive(Debug, Clone)]
pub(super) enum Checked<'t> {
    Text(Text<'t>),
    Switch(bool),
    Number(u64),
    Duration(Duration),
    Texts(Vec<Text<'t>>),
    Pairs(Vec<(&'t str, Text<'t>)>),
    Values(Vec<(&'t Entry, &'t Value)>),
    File(PathBuf),
    Program(String),
}

/// Checks what is given for a key.
pub(super) fn check<'t>(reader: &mut Reader, key: &Key, entry: &'t Entry) -> Option<Checked<'t>> {
    let (name, node) = (key.name, &entry.node);
    if matches!(node.value, Value::Refused) {
        return None;
    }
    let wrong = |reader: &mut Reader, wanted: &str, advice: String| {
        let is = node.value.kind();
        reader.problem(
            node.place,
            format!("`{name}` takes {wanted}, not {is}; {advice}"),
        );
        None
    };
    match key.kind {
        Kind::Text
        | Kind::Filled
        | Kind::Digits
        | Kind::Choice(_)
        | Kind::File(_)
        | Kind::Program => {
            let Some(text) = node.text() else {
                let shown = match &node.value {
                    Value::Integer(Some(number)) => format!("'{number}'"),
                    Value::Boolean(value) => format!("'{value}'"),
                    _ => "'...'".to_owned(),
                };
                return wrong(reader, "a text", format!("write {name} = {shown}"));
            };
            checked_text(reader, key, text)
        }
        Kind::Switch => match &node.value {
            Value::Boolean(value) => Some(Checked::Switch(*value)),
            Value::Text(text) if ["true", "false"].contains(&&*text.to_ascii_lowercase()) => {
                let right = text.to_ascii_lowercase();
                wrong(
                    reader,
                    "true or false",
                    format!("write {name} = {right}, without quotes"),
                )
            }
            _ => wrong(
                reader,
                "true or false",
                format!("write {name} = true or {name} = false"),
            ),
        },
        Kind::Number(from, to) => match &node.value {
            Value::Integer(number) => {
                let number = number.and_then(|number| u64::try_from(number).ok());
                let found = number.filter(|number| (from..=to).contains(number));
                if found.is_none() {
                    let text = format!("`{name}` must be a number from {from} to {to}");
                    reader.problem(node.place, text);
                }
                found.map(Checked::Number)
            }
            Value::Text(text) if text.trim().parse::<u64>().is_ok() => {
                let advice = format!("write {name} = {}, without quotes", text.trim());
                wrong(reader, "a number", advice)
            }
            _ => wrong(reader, "a number", format!("write {name} = {from}")),
        },
        Kind::Duration => match &node.value {
            Value::Text(text) => match duration::parse(text) {
                Ok(duration) => Some(Checked::Duration(duration)),
                Err(error) => reader.refuse(node.place, format!("`{name}` {error}")),
            },
            Value::Integer(Some(number)) => {
                let advice = format!("write {name} = \"{number}s\" if seconds are meant");
                wrong(reader, "a length of time", advice)
            }
            _ => wrong(
                reader,
                "a length of time",
                format!("write {name} = \"10s\""),
            ),
        },
        Kind::TextOrTexts if node.text().is_some() => {
            let texts = node.text().into_iter();
            let filled = Key::new(key.section, name, Kind::Filled, key.takes, key.meaning);
            let good = |text| match checked_text(reader, &filled, text) {
                Some(Checked::Text(text)) => Some(text),
                _ => None,
            };
            Some(Checked::Texts(texts.filter_map(good).collect()))
        }
        Kind::Texts | Kind::TextOrTexts | Kind::Arguments | Kind::Names(_) => {
            let Value::Array(items) = &node.value else {
                let advice = match &node.value {
                    Value::Text(text) => format!("write {name} = [\"{}\"]", text.escape_debug()),
                    _ => format!("write {name} = [\"...\", \"...\"]"),
                };
                return wrong(reader, "a list", advice);
            };
            let texts = texts(reader, key, items);
            let Kind::Names(known) = key.kind else {
                return Some(Checked::Texts(texts));
            };
            if items.0.is_empty() {
                let sentence = format!("`{name}` is empty; fill it in or leave the line out");
                return reader.refuse(node.place, sentence);
            }
            // Where none is known, it counts as not there.
            Some(names(reader, name, texts, &known()))
                .filter(|names| !names.is_empty())
                .map(Checked::Texts)
        }
        Kind::Pairs => {
            let Value::Table(table) = &node.value else {
                return wrong(
                    reader,
                    "a table",
                    format!("write {name} = {{ NAME = '...' }}"),
                );
            };
            let mut pairs = Vec::with_capacity(table.entries.len());
            for pair in &table.entries {
                if let Some(text) = pair.node.text() {
                    pairs.push((pair.key.as_str(), text));
                } else {
                    let kind = pair.node.value.kind();
                    let one_of = matches!(pair.node.value, Value::Array(_)) && name == "when";
                    let text = if one_of {
                        format!(
                            "`{}` takes a text in quotes, not {kind}; for one of several write 'regex:^(a|b)$'",
                            pair.key
                        )
                    } else {
                        format!("`{}` takes a text in quotes, not {kind}", pair.key)
                    };
                    reader.problem(pair.node.place, text);
                }
            }
            Some(Checked::Pairs(pairs))
        }
        Kind::Values => {
            let Value::Table(table) = &node.value else {
                let advice = format!(
                    "write [{name}] on a line of its own, then lines such as Site = \"Munich\""
                );
                return wrong(reader, "a table", advice);
            };
            let mut values = Vec::with_capacity(table.entries.len());
            for pair in &table.entries {
                match &pair.node.value {
                    Value::Text(_) | Value::Boolean(_) | Value::Integer(Some(_)) => {
                        values.push((pair, &pair.node.value));
                    }
                    other => {
                        let kind = other.kind();
                        let text = format!(
                            "`{}` takes a text, a whole number, true or false, not {kind}",
                            pair.key
                        );
                        reader.problem(pair.node.place, text);
                    }
                }
            }
            Some(Checked::Values(values))
        }
    }
}

fn checked_text<'t>(reader: &mut Reader, key: &Key, text: Text<'t>) -> Option<Checked<'t>> {
    let name = key.name;
    if matches!(key.kind, Kind::Filled | Kind::File(_) | Kind::Program)
        && text.value.trim().is_empty()
    {
        let sentence = format!("`{name}` is empty; fill it in or leave the line out");
        return reader.refuse(text.place, sentence);
    }
    match key.kind {
        Kind::Digits if !text.value.chars().all(|c| c.is_ascii_digit()) => {
            let right: String = text.value.chars().filter(char::is_ascii_digit).collect();
            let sentence = format!("`{name}` takes digits only; write {name} = \"{right}\"");
            reader.refuse(text.place, sentence)
        }
        Kind::Choice(known) if !known.contains(&text.value) => {
            let advice = if let Some(right) = nearest(text.value, known.iter().copied()) {
                format!("write {name} = \"{right}\"")
            } else {
                let known: Vec<String> = known.iter().map(|word| format!("\"{word}\"")).collect();
                format!("write one of {}", known.join(", "))
            };
            let sentence = format!(
                "`{name}`: \"{}\" is not known; {advice}",
                text.value.escape_debug()
            );
            reader.refuse(text.place, sentence)
        }
        Kind::Program => reader.expanded(name, text).map(Checked::Program),
        Kind::File(missing) => file(reader, name, text, missing).map(Checked::File),
        _ => Some(Checked::Text(text)),
    }
}

fn texts<'t>(reader: &mut Reader, key: &Key, Array(items): &'t Array) -> Vec<Text<'t>> {
    let name = key.name;
    let may_be_empty = matches!(key.kind, Kind::Arguments);
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        let sentence = match item.text() {
            Some(text) if !may_be_empty && text.value.trim().is_empty() => {
                format!("`{name}` has an empty entry; take it out")
            }
            Some(text) => {
                texts.push(text);
                continue;
            }
            None => {
                let kind = item.value.kind();
                format!("`{name}` is a list of texts, and here is {kind}; put it in quotes")
            }
        };
        reader.problem(item.place, sentence);
    }
    texts
}

/// The known ones of a list, each once, as they are known: in which case they are written does not matter.
fn names<'t>(
    reader: &mut Reader,
    name: &str,
    texts: Vec<Text<'t>>,
    known: &[&'static str],
) -> Vec<Text<'t>> {
    let mut good: Vec<Text<'t>> = Vec::with_capacity(texts.len());
    for text in texts {
        let said = text.value.escape_debug();
        let found = known
            .iter()
            .find(|known| known.eq_ignore_ascii_case(text.value));
        let sentence = match found {
            Some(found) if good.iter().any(|other| other.value == *found) => {
                format!("`{name}`: \"{said}\" stands twice; keep one")
            }
            Some(found) => {
                good.push(Text::new(found, text.place));
                continue;
            }
            None => {
                let advice = match nearest(text.value, known.iter().copied()) {
                    Some(right) => format!("did you mean \"{right}\"?"),
                    None => format!("known are {}", known.join(", ")),
                };
                format!("`{name}`: \"{said}\" is not known; {advice}")
            }
        };
        reader.problem(text.place, sentence);
    }
    good
}

fn file(reader: &mut Reader, name: &str, text: Text<'_>, missing: Missing) -> Option<PathBuf> {
    let path = reader.expanded(name, text)?;
    let path = reader.folder(text.place).join(path);
    let shown = path.display();
    let why = match (std::fs::metadata(&path), missing) {
        (Ok(metadata), _) if metadata.is_file() => return Some(path),
        (Ok(_), _) => "is not a file".to_owned(),
        (Err(error), Missing::Warning(otherwise))
            if error.kind() == std::io::ErrorKind::NotFound =>
        {
            reader.warning(
                text.place,
                format!("`{name}`: {shown} is not there; {otherwise}"),
            );
            return Some(path);
        }
        (Err(error), _) => {
            let why = layer::cannot_read(&error);
            return reader.refuse(text.place, format!("`{name}`: {shown}: {why}"));
        }
    };
    reader.refuse(text.place, format!("`{name}`: {shown} {why}"))
}
