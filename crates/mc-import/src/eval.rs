//! Expressions and their operators.

use crate::reader::Reader;
use crate::syntax::{Expr, Part, Statement};
use crate::value::{Entry, Piece, Test, Value, formatted, joined};

impl Reader {
    pub(crate) fn eval(&mut self, value: &Expr) -> Value {
        match value {
            Expr::Text(parts) => {
                let mut pieces = Vec::new();
                for part in parts {
                    match part {
                        Part::Text(text) => pieces.push(Piece::Text(text.clone())),
                        Part::Code(code) => match self.eval(code) {
                            unknown @ Value::Unknown(_) => return unknown,
                            value => match value.pieces() {
                                Some(found) => pieces.extend(found),
                                None => {
                                    return self.unknown("it is put together from what is no text");
                                }
                            },
                        },
                    }
                }
                self.text(pieces)
            }
            Expr::Number(number) => number
                .parse()
                .map_or_else(|_| self.unknown("a number of another kind"), Value::Number),
            Expr::Variable(name) => self.get(name),
            Expr::Table(entries) => self.table(entries),
            Expr::List(values) => {
                Value::List(values.iter().map(|value| self.eval(value)).collect())
            }
            Expr::Group('@', body) => match self.bodys_value(body) {
                Value::Null | Value::Nothing => Value::List(Vec::new()),
                kept @ (Value::List(_) | Value::Unknown(_) | Value::Addresses(_)) => kept,
                value => Value::List(vec![value]),
            },
            Expr::Group(_, body) => self.bodys_value(body),
            Expr::Block(..) => self.unknown("a block of code"),
            Expr::Type(_) => Value::Nothing,
            Expr::Cast(kind, inner) => {
                let value = self.eval(inner);
                self.cast(kind, value)
            }
            Expr::Path(root, steps) => self.walk(root, steps),
            Expr::Chain(first, rest) => {
                let mut value = self.eval(first);
                for (operator, right) in rest {
                    let right = self.eval(right);
                    value = self.operate(value, operator, right);
                }
                value
            }
            Expr::Unary(operator, inner) => {
                let value = self.eval(inner);
                match (operator.as_str(), value) {
                    ("!" | "not", Value::Test(test, turned)) => Value::Test(test, !turned),
                    ("!" | "not", value) => match (value.truth(), Self::question(&value)) {
                        (Some(truth), _) => Value::Bool(!truth),
                        (None, Some((test, turned))) => Value::Test(test, !turned),
                        _ => self.unknown("it is decided when the script runs"),
                    },
                    ("-", Value::Number(number)) => Value::Number(-number),
                    (",", value) => Value::List(vec![value]),
                    ("join", value @ Value::List(_)) => self.separated(&value, ""),
                    ("++", _) => {
                        if let Expr::Variable(name) = &**inner {
                            let value = self.unknown("it is counted");
                            self.set(name, value);
                        }
                        Value::Nothing
                    }
                    _ => self.unknown("it is computed"),
                }
            }
        }
    }

    pub(crate) fn text(&self, pieces: Vec<Piece>) -> Value {
        joined(pieces).map_or_else(|| self.unknown("it is too long"), Value::Text)
    }

    pub(crate) fn table(&mut self, entries: &[(Expr, Statement)]) -> Value {
        let mut known: Vec<Entry> = Vec::new();
        for (key, value) in entries {
            let line = value.line;
            let name = self.eval(key).known();
            let value = match self.value_of(value) {
                Value::Nothing => Value::Null,
                value => value,
            };
            match name {
                Some(name)
                    if !known
                        .iter()
                        .any(|entry| entry.name.eq_ignore_ascii_case(&name)) =>
                {
                    known.push(Entry { name, value, line });
                }
                _ => return self.vague("a name in a table is twice there or not certain"),
            }
        }
        self.new_table(known, false)
    }

    pub(crate) fn add(&mut self, left: Value, right: Value) -> Value {
        match (left, right) {
            (unknown @ Value::Unknown(_), _) => unknown,
            (left @ (Value::Text(_) | Value::Null), unknown @ Value::Unknown(_))
                if left != Value::Null =>
            {
                unknown
            }
            (Value::Number(left), Value::Number(right)) => left
                .checked_add(right)
                .map_or_else(|| self.unknown("it is too large"), Value::Number),
            (Value::Table(left), Value::Table(right)) => {
                let tables = &self.state.tables;
                let clean = tables[left].doubt.is_none()
                    && tables[right].doubt.is_none()
                    && !tables[left].fixed
                    && !tables[right].fixed;
                let mut entries = tables[left].entries.clone();
                let twice = tables[right].entries.iter().any(|entry| {
                    entries
                        .iter()
                        .any(|known| known.name.eq_ignore_ascii_case(&entry.name))
                });
                entries.extend(tables[right].entries.iter().cloned());
                if clean && !twice && entries.len() < 1000 {
                    self.new_table(entries, false)
                } else {
                    self.vague("tables are put together")
                }
            }
            (Value::Text(left), right) => match right.pieces() {
                Some(right) => self.text(left.into_iter().chain(right).collect()),
                None => self.unknown("it is put together from what is no text"),
            },
            (Value::Null, right @ Value::Text(_)) => right,
            (Value::List(mut left), right) if left.len() < 1000 => {
                match right {
                    Value::List(right) if right.len() < 1000 => left.extend(right),
                    right => left.push(right),
                }
                Value::List(left)
            }
            _ => self.vague("it is computed"),
        }
    }

    pub(crate) fn separated(&self, list: &Value, separator: &str) -> Value {
        let Value::List(values) = list else {
            return self.unknown("it is put together");
        };
        let mut pieces = Vec::new();
        for (at, value) in values.iter().enumerate() {
            let Some(found) = value.pieces() else {
                return self.unknown("it is put together from what is no text");
            };
            if at > 0 {
                pieces.push(Piece::Text(separator.to_owned()));
            }
            pieces.extend(found);
        }
        self.text(pieces)
    }

    pub(crate) fn operate(&mut self, left: Value, operator: &str, right: Value) -> Value {
        let decided = match operator {
            "+" => return self.add(left, right),
            "f" => {
                let values = if let Value::List(values) = right {
                    values
                } else {
                    vec![right]
                };
                if let Some(Value::Unknown(unknown)) = values
                    .iter()
                    .find(|value| matches!(value, Value::Unknown(_)))
                {
                    return Value::Unknown(unknown.clone());
                }
                let found = left
                    .known()
                    .and_then(|pattern| formatted(&pattern, &values));
                return found.map_or_else(
                    || self.unknown("it is formatted in a way that is not read"),
                    Value::Text,
                );
            }
            "join" => {
                let Some(separator) = right.known() else {
                    return self.unknown("it is put together");
                };
                return self.separated(&left, &separator);
            }
            ".." => {
                return match (left, right) {
                    (Value::Number(left), Value::Number(right)) if left <= right => {
                        Value::List((left..=right).take(99).map(Value::Number).collect())
                    }
                    _ => self.unknown("it is computed"),
                };
            }
            "and" => match (left.truth(), right.truth()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            "or" => match (left.truth(), right.truth()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            "eq" | "ne" if matches!(left, Value::Null) && matches!(right, Value::Null) => {
                Some(operator == "eq")
            }
            "eq" | "ne" if left == Value::Null || right == Value::Null => {
                // Whether something is there at all.
                let other = if left == Value::Null { right } else { left };
                return match (Self::question(&other), other.known()) {
                    (Some((test @ Test::Token, turned)), _) => {
                        Value::Test(test, turned != (operator == "eq"))
                    }
                    (_, Some(_)) => Value::Bool(operator == "ne"),
                    _ => self.unknown("it is decided when the script runs"),
                };
            }
            "eq" | "ne" | "lt" | "le" | "gt" | "ge" => match (&left, &right) {
                (Value::Number(left), Value::Number(right)) => Some(match operator {
                    "eq" => left == right,
                    "ne" => left != right,
                    "lt" => left < right,
                    "le" => left <= right,
                    "gt" => left > right,
                    _ => left >= right,
                }),
                (Value::Bool(left), Value::Bool(right)) if operator == "eq" || operator == "ne" => {
                    Some((left == right) == (operator == "eq"))
                }
                _ => None,
            },
            _ => None,
        };
        decided.map_or_else(
            || self.vague("it is computed when the script runs"),
            Value::Bool,
        )
    }

    pub(crate) fn cast(&mut self, kind: &str, value: Value) -> Value {
        let kind = kind.trim_start_matches("system.");
        self.risk |= !matches!(kind, "string" | "void" | "ordered" | "pscustomobject");
        match (kind, value) {
            (_, unknown @ Value::Unknown(_)) if kind != "void" => unknown,
            ("void", _) => Value::Nothing,
            ("string" | "uri", value) => match value.pieces() {
                Some(pieces) => Value::Text(pieces),
                None => self.unknown("it is turned into a text"),
            },
            (
                "pscustomobject" | "psobject" | "management.automation.pscustomobject",
                Value::Table(table),
            ) => {
                let copy = self.state.tables[table].clone();
                if copy.doubt.is_some() {
                    return Value::Table(table);
                }
                self.new_table(copy.entries, true)
            }
            (
                "ordered" | "hashtable" | "collections.hashtable" | "collections.idictionary",
                table @ Value::Table(_),
            ) => table,
            ("int" | "int32" | "long" | "int64", number @ Value::Number(_)) => number,
            ("bool", value) => value
                .truth()
                .map_or_else(|| self.unknown("it is computed"), Value::Bool),
            ("array" | "object[]" | "string[]", list @ Value::List(_)) => list,
            _ => self.vague("it is turned into another kind"),
        }
    }

    /// A path below a folder.
    pub(crate) fn under_path(&mut self, folder: Value, name: Value) -> Value {
        match (folder, name) {
            (unknown @ Value::Unknown(_), _) | (_, unknown @ Value::Unknown(_)) => unknown,
            (Value::Text(mut folder), Value::Text(mut name)) => {
                if let Some(Piece::Text(end)) = folder.last_mut() {
                    *end = end.trim_end_matches(['\\', '/']).to_owned();
                }
                if let Some(Piece::Text(start)) = name.first_mut() {
                    *start = start.trim_start_matches(['\\', '/']).to_owned();
                }
                folder.push(Piece::Text("\\".to_owned()));
                folder.extend(name);
                self.text(folder)
            }
            _ => self.unknown("it is a path that is put together"),
        }
    }
}
