//! Expressions and their operators.

use crate::reader::Reader;
use crate::state::Table;
use crate::syntax::{Expr, Part, Statement};
use crate::value::{Entry, Fact, Piece, Value, formatted, joined};

const COMPUTED: &str = "it is computed when the script runs";
const NO_TEXT: &str = "it is put together from what is no text";

impl Reader {
    pub(crate) fn eval(&mut self, value: &Expr) -> Value {
        match value {
            Expr::Text(parts) => {
                let mut whole = Value::Text(Vec::new());
                for part in parts {
                    let part = match part {
                        Part::Text(text) => Value::text(text.clone()),
                        Part::Code(code) => self.eval(code),
                        Part::Varies => {
                            self.unknown("PowerShell 5 and 7 read this escape differently")
                        }
                    };
                    whole = self.add(whole, part);
                }
                whole
            }
            Expr::Number(number) => number
                .parse()
                .map_or_else(|_| self.unknown("a number of another kind"), Value::Number),
            Expr::Variable(name) => self.get(name),
            Expr::Table(entries) => self.table(entries),
            Expr::List(values) => {
                let values = values.iter().map(|value| self.eval(value)).collect();
                self.weighed(Value::List(values))
            }
            Expr::Group('@', body) => match self.bodys_value(body) {
                value @ (Value::Text(_) | Value::Number(_) | Value::Table(_)) => {
                    Value::List(vec![value])
                }
                value @ (Value::List(_) | Value::Unknown(_) | Value::Addresses(_)) => value,
                _ => self.unknown("a list of another kind"),
            },
            Expr::Group('(', body) if body.len() == 1 => self.handed_on(&body[0]),
            Expr::Group(_, body) => self.bodys_value(body),
            Expr::Block(code) => {
                self.reaches = true;
                Value::Block(code.clone())
            }
            Expr::Type(kind) => {
                self.confirms |= kind.starts_with("cmdletbinding(") && kind.contains("high");
                self.unknown("a type")
            }
            Expr::Cast(kind, inner) if kind == "ref" => {
                self.reaches = true;
                let value = self.vague("it may be set through [ref]");
                self.assign(inner, "=", value.clone());
                value
            }
            Expr::Cast(kind, inner) => {
                let value = self.eval(inner);
                self.cast(kind, value)
            }
            Expr::Path(root, steps) => self.walk(root, steps),
            Expr::Chain(first, rest) => {
                let mut value = self.eval(first);
                for (operator, right) in rest {
                    value = self.operate(value, operator, right);
                }
                value
            }
            Expr::Unary(operator, inner) => match (operator.as_str(), self.eval(inner)) {
                ("!" | "not", value) => match value.truth() {
                    Some(truth) => Value::Bool(!truth),
                    None => self.late(value.holds(), COMPUTED),
                },
                ("-", Value::Number(number)) => Value::Number(-number),
                ("+", number @ Value::Number(_)) => number,
                (",", value) => Value::List(vec![value]),
                ("++", _) => {
                    let value = self.unknown("it is counted");
                    self.assign(inner, "=", value);
                    Value::Null
                }
                _ => self.vague(COMPUTED),
            },
        }
    }

    pub(crate) fn text(&self, pieces: Vec<Piece>) -> Value {
        joined(pieces).map_or_else(|| self.unknown("it is too long"), Value::Text)
    }

    fn table(&mut self, entries: &[(Expr, Statement)]) -> Value {
        let mut table = Table::default();
        let mut certain = true;
        for (key, value) in entries {
            let line = value.line;
            let name = self.eval(key).known();
            let value = self.value_of(value);
            match name {
                Some(name) if table.find(&name).is_none() => {
                    table.entries.push(Entry { name, value, line });
                }
                _ => certain = false,
            }
        }
        if certain {
            self.new_table(table.entries, false)
        } else {
            self.vague("a name in a table is twice there or not certain")
        }
    }

    pub(crate) fn add(&mut self, left: Value, right: Value) -> Value {
        match (left, right) {
            (unknown @ Value::Unknown(_), _) => unknown,
            (Value::Text(mut left), Value::Unknown(unknown)) => {
                left.push(Piece::Fact(Fact::Late(unknown)));
                self.text(left)
            }
            (Value::Text(mut left), right) => match right.pieces() {
                Some(right) => {
                    left.extend(right);
                    self.text(left)
                }
                None => self.unknown(NO_TEXT),
            },
            (Value::Table(left), Value::Table(right)) => {
                let mut whole = self.state.tables[left].clone();
                let more = self.state.tables[right].clone();
                let twice = more.entries.iter().any(|e| whole.find(&e.name).is_some());
                let clean = [&whole, &more].map(|table| table.doubt.is_none() && !table.fixed);
                whole.entries.extend(more.entries);
                if twice || clean != [true, true] || whole.entries.len() > 1000 {
                    return self.vague("tables are put together");
                }
                self.new_table(whole.entries, false)
            }
            // A list is made anew; what it holds is not.
            (Value::List(mut left), right) => {
                match right {
                    unknown @ Value::Unknown(_) => return unknown,
                    Value::List(right) => left.extend(right),
                    right => left.push(right),
                }
                self.weighed(Value::List(left))
            }
            _ => self.vague(COMPUTED),
        }
    }

    fn operate(&mut self, left: Value, operator: &str, right: &Expr) -> Value {
        if ["??", "?", ":"].contains(&operator) {
            let line = self.line;
            self.branch(line, &mut |reader| {
                reader.eval(right);
            });
            return self.vague("it is decided when the script runs");
        }
        if ["and", "or"].contains(&operator) {
            // Whether the right side is looked at depends on the left one.
            let ends = operator == "or";
            let truth = match left.truth() {
                Some(truth) if truth == ends => Some(ends),
                Some(_) => self.eval(right).truth(),
                None => {
                    let (line, mut truth) = (self.line, None);
                    self.branch(line, &mut |reader| truth = reader.eval(right).truth());
                    truth.filter(|truth| *truth == ends)
                }
            };
            let late = || self.unknown("it is decided when the script runs");
            return truth.map_or_else(late, Value::Bool);
        }
        let right = self.eval(right);
        match (operator, &left, &right) {
            ("+", ..) => return self.add(left, right),
            ("f", ..) => {
                let values = match right {
                    Value::List(values) => values,
                    value => vec![value],
                };
                return self.format(&left, values);
            }
            ("join", Value::List(values), Value::Text(_)) => {
                let mut whole = Value::Text(Vec::new());
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        whole = self.add(whole, right.clone());
                    }
                    whole = self.add(whole, value.clone());
                }
                return whole;
            }
            ("eq" | "ne", Value::Text(_), Value::Text(_)) => {
                // A launcher is started.
                if left == Value::fact(Fact::Called) && right.known().as_deref() == Some(".") {
                    return Value::Bool(operator == "ne");
                }
                if let (Some(one), Some(other)) = (left.known(), right.known()) {
                    let same = one == other;
                    if same || one.to_lowercase() != other.to_lowercase() {
                        return Value::Bool(same == (operator == "eq"));
                    }
                }
            }
            ("lt", Value::Number(one), Value::Number(other)) => return Value::Bool(one < other),
            ("le", Value::Number(one), Value::Number(other)) => return Value::Bool(one <= other),
            ("eq" | "ne", Value::Null, other) | ("eq" | "ne", other, Value::Null)
                if other.known().is_some() =>
            {
                return Value::Bool(operator == "ne");
            }
            ("eq" | "ne", Value::Bool(_), Value::Bool(_))
            | ("eq" | "ne", Value::Number(_), Value::Number(_)) => {
                return Value::Bool((left == right) == (operator == "eq"));
            }
            _ => {}
        }
        self.late(left.holds() || right.holds(), COMPUTED)
    }

    /// `"{0}" -f $one`.
    pub(crate) fn format(&self, pattern: &Value, values: Vec<Value>) -> Value {
        let whole = pattern
            .known()
            .and_then(|pattern| formatted(&pattern, &values));
        whole.map_or_else(
            || match values.into_iter().find(|value| value.reason().is_some()) {
                Some(unknown) => unknown,
                None => self.unknown(NO_TEXT),
            },
            Value::Text,
        )
    }

    pub(crate) fn cast(&mut self, kind: &str, value: Value) -> Value {
        match (kind.trim_start_matches("system."), value) {
            (_, unknown @ Value::Unknown(_)) => unknown,
            ("string" | "uri", value) => match value.pieces() {
                Some(pieces) => Value::Text(pieces),
                None => self.unknown("it is turned into a text"),
            },
            ("pscustomobject" | "psobject", Value::Table(table)) => {
                match self.state.tables[table].clone() {
                    copy if copy.doubt.is_none() => self.new_table(copy.entries, true),
                    _ => Value::Table(table),
                }
            }
            ("ordered" | "hashtable" | "collections.idictionary", table @ Value::Table(_)) => table,
            ("object" | "scriptblock" | "management.automation.scriptblock", value)
            | ("switch", value @ Value::Bool(_))
            | ("security.securestring" | "securestring", value @ Value::Secure(_)) => value,
            (kind, value) if kind.starts_with("validate") => value,
            ("int", number @ Value::Number(_)) => number,
            ("bool", truth @ Value::Bool(_)) => truth,
            (_, value) => {
                self.may_run(&value);
                self.vague("it is turned into another kind")
            }
        }
    }

    /// A path below a folder.
    pub(crate) fn below(&mut self, folder: Value, name: Value) -> Value {
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
