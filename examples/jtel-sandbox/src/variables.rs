//! Variables in dotted notation, and the places in a text where they are inserted.

use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap};

/// How deep a body may be nested: enough for people, too little for an attack on the stack.
const DEEPEST: usize = 32;

/// The variables of one run. Names are not case-sensitive; every value is a string.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables(HashMap<String, String>);

impl Variables {
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_lowercase(), value.to_owned());
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_lowercase()).map(String::as_str)
    }

    /// Adds a JSON object below a prefix: `{"s":{"f":2}}` below `workData` is `workData.s.f = "2"`.
    ///
    /// Numbers keep the text they were sent in, booleans are `true` and `false`, null is empty, and the elements of an
    /// array are numbered from 0.
    pub(crate) fn set_json(&mut self, prefix: &str, json: &RawValue) -> Result<(), String> {
        self.add(prefix, json, 0)
    }

    fn add(&mut self, name: &str, json: &RawValue, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("the body is nested deeper than {DEEPEST} levels"));
        }
        let text = json.get();
        let parse = |e: serde_json::Error| e.to_string();
        match text.as_bytes().first() {
            Some(b'{') => {
                let object: BTreeMap<String, Box<RawValue>> =
                    serde_json::from_str(text).map_err(parse)?;
                for (key, value) in &object {
                    self.add(&format!("{name}.{key}"), value, depth + 1)?;
                }
            }
            Some(b'[') => {
                let array: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(parse)?;
                for (index, value) in array.iter().enumerate() {
                    self.add(&format!("{name}.{index}"), value, depth + 1)?;
                }
            }
            Some(b'"') => self.set(name, &serde_json::from_str::<String>(text).map_err(parse)?),
            _ if text == "null" => self.set(name, ""),
            _ => self.set(name, text),
        }
        Ok(())
    }

    /// Inserts `$name.with.dots` and `%Service.ClientsID_%`; a name without a value inserts nothing.
    pub(crate) fn expand(&self, text: &str, client: i64) -> String {
        self.expand_with(text, client, str::to_owned)
    }

    /// The same, with each value as `encode` writes it.
    pub(crate) fn expand_with(
        &self,
        text: &str,
        client: i64,
        encode: impl Fn(&str) -> String,
    ) -> String {
        const SERVICE: &str = "%service.clientsid_%";
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['$', '%']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest
                .get(..SERVICE.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(SERVICE))
            {
                out.push_str(&client.to_string());
                rest = &rest[SERVICE.len()..];
                continue;
            }
            let name = rest.strip_prefix('$').map_or("", dotted_name);
            if name.is_empty() {
                out.push_str(&rest[..1]);
            } else {
                out.push_str(&encode(self.get(name).unwrap_or_default()));
            }
            rest = &rest[1 + name.len()..];
        }
        out.push_str(rest);
        out
    }
}

/// The longest name at the start: identifiers joined by single dots, so that a full stop behind it stays text.
fn dotted_name(text: &str) -> &str {
    let mut end = 0;
    loop {
        let from = if end == 0 { 0 } else { end + 1 };
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let part = text[from..]
            .find(|c| !letter(c))
            .unwrap_or(text.len() - from);
        if part == 0 || (end == 0 && text.starts_with(|c: char| c.is_ascii_digit())) {
            return &text[..end];
        }
        end = from + part;
        if !text[end..].starts_with('.') {
            return &text[..end];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_body(body: &str) -> Variables {
        let mut variables = Variables::default();
        variables
            .set_json("workData", &RawValue::from_string(body.to_owned()).unwrap())
            .unwrap();
        variables
    }

    #[test]
    fn a_body_becomes_dotted_strings() {
        let v =
            from_body(r#"{"a":"1","s":{"f":2,"g":1.50},"t":true,"n":null,"l":["x",{"y":"z"}]}"#);
        for (name, value) in [
            ("a", "1"),
            ("s.f", "2"),
            ("s.g", "1.50"),
            ("t", "true"),
            ("n", ""),
            ("l.0", "x"),
            ("l.1.y", "z"),
        ] {
            assert_eq!(v.get(&format!("workData.{name}")), Some(value), "{name}");
        }
    }

    #[test]
    fn names_are_not_case_sensitive() {
        let v = from_body(r#"{"ComputerName":"PC17"}"#);
        assert_eq!(
            v.expand("'$workdata.computername' '$workData.ComputerName'", 1),
            "'PC17' 'PC17'"
        );
    }

    #[test]
    fn only_names_are_inserted() {
        let v = from_body(r#"{"a":"$workData.a %Service.ClientsID_%"}"#);
        assert_eq!(
            v.expand("$workData.a.", 7),
            "$workData.a %Service.ClientsID_%.",
            "a value is not read again"
        );
        assert_eq!(
            v.expand("100% $5 $ %Service.Other_% $unknown.x!", 7),
            "100% $5 $ %Service.Other_% !"
        );
        assert_eq!(v.expand("%service.CLIENTSID_%ä", 7), "7ä");
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
        let raw = RawValue::from_string(deep).unwrap();
        assert!(Variables::default().set_json("workData", &raw).is_err());
    }
}
