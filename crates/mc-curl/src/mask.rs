//! Secrets in texts that have names in them: masked, the rest as it is.

use serde_json::Value;

use crate::percent;
use crate::secret::{MASK, is_secret};
use crate::text;
use crate::xml;

/// A text that is JSON (one document or several behind each other) or XML, masked; none where nothing was.
pub(crate) fn document(text: &str) -> Option<String> {
    if text.trim_start().starts_with(['{', '[']) {
        let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let mut documents: Vec<Value> = documents.collect::<Result<_, _>>().ok()?;
        let masked = documents
            .iter_mut()
            .filter_map(|one| members(one).then_some(()));
        if masked.count() == 0 {
            return None;
        }
        let texts: Vec<_> = documents.iter().map(Value::to_string).collect();
        return Some(texts.join("\n"));
    }
    let secrets: Vec<_> = xml::texts(text)
        .into_iter()
        .filter(|(name, _)| is_secret(name))
        .collect();
    if secrets.is_empty() || !text::is_xml(text) {
        return None;
    }
    let mut masked = text.to_owned();
    for (_, range) in secrets.into_iter().rev() {
        masked.replace_range(range, MASK);
    }
    Some(masked)
}

/// `name=value&..` with secrets masked, those in documents that are values included.
pub(crate) fn pairs(text: &str) -> String {
    let pairs = text.split('&').map(|pair| {
        let (name, value) = match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => return format!("{name}={MASK}"),
            Some((name, value)) if !name.starts_with(['{', '[', '<']) => (Some(name), value),
            _ => (None, pair),
        };
        let Some(masked) = document(&percent::decode(&value.replace('+', " "))) else {
            return pair.to_owned();
        };
        let masked = percent::encode_form(masked.as_bytes());
        name.map_or_else(|| masked.clone(), |name| format!("{name}={masked}"))
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Masks members of JSON objects; whether there was one.
fn members(value: &mut Value) -> bool {
    match value {
        Value::Array(items) => {
            let masked = items
                .iter_mut()
                .filter_map(|item| members(item).then_some(()));
            masked.count() > 0
        }
        Value::Object(map) => {
            let mut masked = false;
            for (name, member) in map {
                if is_secret(name) {
                    *member = Value::from(MASK);
                    masked = true;
                } else {
                    masked |= members(member);
                }
            }
            masked
        }
        // A document in a string of another.
        Value::String(text) => document(text).is_some_and(|masked| {
            *text = masked;
            true
        }),
        _ => false,
    }
}
