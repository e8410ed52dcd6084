//! Which parameter of a command gets which value.

use std::collections::HashMap;

use crate::names::{ALIASES, COMMON, HARMLESS};
use crate::reader::Reader;
use crate::syntax::{Argument, Command, Expr};
use crate::value::{Piece, Value};

impl Reader {
    /// A command that is not known well gets these: what it may do to them.
    pub(crate) fn spoil(&mut self, command: &Command, input: Option<Value>) -> Vec<Value> {
        let blocks: Vec<_> = command
            .arguments
            .iter()
            .filter_map(|argument| match argument {
                Argument::Value(block @ Expr::Block(..))
                | Argument::Name(_, Some(block @ Expr::Block(..))) => Some(block.clone()),
                _ => None,
            })
            .collect();
        self.blocks(&blocks);
        let name = self
            .eval(&command.name)
            .known()
            .unwrap_or_default()
            .to_lowercase();
        let reads = HARMLESS.contains(&format!(" {name} "))
            || name.starts_with("get-")
            || ALIASES.contains(&format!(" {name}:"));
        let given: Vec<_> = self.arguments(command).into_iter().chain(input).collect();
        if !reads {
            for value in &given {
                self.put(value, None, Value::Null);
            }
        }
        given
    }

    pub(crate) fn blocks(&mut self, blocks: &[Expr]) {
        for block in blocks {
            if let Expr::Block(parameters, body) = block {
                let line = self.line;
                self.branch(line, |reader| {
                    for name in parameters
                        .iter()
                        .map(|(name, _)| name.as_str())
                        .chain(["_", "psitem", "args"])
                    {
                        let value = reader.vague("it is handed to a block of code");
                        reader.state.variables.insert(name.to_owned(), value);
                    }
                    reader.body(body)
                });
                self.line = line;
            }
        }
    }

    /// `& program`, `. script`, and whatever else is named by a value.
    pub(crate) fn invoked(&mut self, command: &Command, name: Value) -> Value {
        let given = self.arguments(command);
        let plain = !command
            .arguments
            .iter()
            .any(|argument| matches!(argument, Argument::Splat(_)));
        match name.pieces() {
            Some(pieces)
                if matches!(pieces.last(), Some(Piece::Text(end)) if end.to_lowercase().ends_with(".exe"))
                    && plain =>
            {
                let mut written = Vec::new();
                for argument in &command.arguments {
                    match argument {
                        Argument::Name(name, None) => written.push(Value::text(format!("-{name}"))),
                        Argument::Value(value) => match self.eval(value) {
                            Value::List(values) => written.extend(values),
                            value => written.push(value),
                        },
                        _ => written.push(self.unknown("it is written with a colon")),
                    }
                }
                // The letter case of a name is lost above; what has one is not certain.
                if command
                    .arguments
                    .iter()
                    .any(|argument| matches!(argument, Argument::Name(..)))
                {
                    written.push(self.unknown("a parameter that begins with - is not in quotes"));
                }
                // Each is one parameter, whatever it holds.
                let quoted = written.into_iter().map(|value| match value.known() {
                    Some(text) if text.contains([' ', '\t']) && !text.contains('"') => {
                        Value::text(format!("\"{text}\""))
                    }
                    Some(text) if text.is_empty() || text.contains('"') => {
                        self.unknown("it holds quotes")
                    }
                    _ => value,
                });
                let quoted: Vec<_> = quoted.collect();
                self.start(
                    name,
                    if quoted.is_empty() {
                        None
                    } else {
                        Some(Value::List(quoted))
                    },
                    None,
                );
                Value::Nothing
            }
            found => {
                for value in &given {
                    self.put(value, None, Value::Null);
                }
                self.risk = true;
                self.lost(
                    command.line,
                    "runs another script or program, which is not read",
                );
                if command.operator == '.' || found.is_none() {
                    self.forget("another script may have changed it");
                }
                self.vague("it comes from another script or program")
            }
        }
    }

    /// What the arguments come to, names left out.
    pub(crate) fn arguments(&mut self, command: &Command) -> Vec<Value> {
        let mut values = Vec::new();
        for argument in &command.arguments {
            match argument {
                Argument::Value(value) | Argument::Name(_, Some(value)) => {
                    values.push(self.eval(value));
                }
                Argument::Splat(name) => values.push(self.get(name)),
                Argument::Name(_, None) => {}
            }
        }
        values
    }

    /// Variables that a command sets by the way.
    pub(crate) fn outer_variables(&mut self, command: &Command) {
        let mut arguments = command.arguments.iter().peekable();
        while let Some(argument) = arguments.next() {
            let Argument::Name(name, given) = argument else {
                continue;
            };
            let full = [
                "outvariable",
                "errorvariable",
                "warningvariable",
                "informationvariable",
                "pipelinevariable",
                "sessionvariable",
                "responseheadersvariable",
                "statuscodevariable",
            ];
            let sets = ["ov", "ev", "wv", "iv", "pv", "sv", "rhv"].contains(&name.as_str())
                || full.iter().any(|full| {
                    full.starts_with(name.as_str()) && name.len() > 3 && name.len() > full.len() - 8
                })
                || name == "variable";
            if sets {
                let value = given.as_ref().or(match arguments.peek() {
                    Some(Argument::Value(value)) => Some(value),
                    _ => None,
                });
                let held = value.cloned().map(|value| self.eval(&value));
                match held.and_then(|value| value.known()) {
                    Some(name) => {
                        let value = self.vague("a command sets it by the way");
                        self.state
                            .variables
                            .insert(name.trim_start_matches('+').to_lowercase(), value);
                    }
                    None => self.forget("a command may have set it by the way"),
                }
            }
        }
    }

    /// Which parameter gets which value; in error, which one is not known.
    pub(crate) fn bound(
        &mut self,
        command: &Command,
        positions: &[&str],
        valued: &str,
        switches: &str,
    ) -> Result<HashMap<String, Value>, String> {
        let mut given = Vec::new();
        let mut arguments = command.arguments.iter().peekable();
        while let Some(argument) = arguments.next() {
            match argument {
                Argument::Splat(name) => {
                    let Value::Table(table) = self.get(name) else {
                        return Err(format!("@{name}"));
                    };
                    let table = self.state.tables[table].clone();
                    if table.doubt.is_some() {
                        return Err(format!("@{name}"));
                    }
                    given.extend(
                        table
                            .entries
                            .into_iter()
                            .map(|entry| (Some(entry.name.to_lowercase()), entry.value)),
                    );
                }
                Argument::Value(value) => given.push((None, self.eval(value))),
                Argument::Name(name, Some(value)) => {
                    given.push((Some(name.clone()), self.eval(value)));
                }
                Argument::Name(name, None) => {
                    let takes = !resolve(name, valued, switches).is_some_and(|(_, switch)| switch);
                    let value = match arguments.peek() {
                        Some(Argument::Value(value)) if takes => {
                            arguments.next();
                            self.eval(value)
                        }
                        _ => Value::Bool(true),
                    };
                    given.push((Some(name.clone()), value));
                }
            }
        }
        let mut bound = HashMap::new();
        let (named, placed): (Vec<_>, Vec<_>) =
            given.into_iter().partition(|(name, _)| name.is_some());
        for (name, value) in named {
            let name = name.unwrap_or_default();
            let (full, switch) =
                resolve(&name, valued, switches).ok_or_else(|| format!("-{name}"))?;
            if switch && value.truth() == Some(false) {
                continue;
            }
            if bound.insert(full, value).is_some() {
                return Err(format!("-{name}"));
            }
        }
        let mut free = positions
            .iter()
            .filter(|position| !bound.contains_key(**position))
            .map(|position| (*position).to_owned())
            .collect::<Vec<_>>()
            .into_iter();
        for (_, value) in placed {
            bound.insert(
                free.next().ok_or_else(|| "one value too many".to_owned())?,
                value,
            );
        }
        Ok(bound)
    }

    /// What a function of the script is handed, when that is certain.
    pub(crate) fn handed(&mut self, name: &str, command: &Command) -> Option<Vec<(String, Value)>> {
        let parameters: Vec<_> = self
            .functions
            .get(name)?
            .1
            .0
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        let positions: Vec<_> = parameters.iter().map(String::as_str).collect();
        let bound = self
            .bound(command, &positions, &parameters.join(" "), "")
            .ok()?;
        Some(bound.into_iter().collect())
    }
}

/// The parameter that a name, or the beginning of one, means; and whether it takes no value.
fn resolve(name: &str, valued: &str, switches: &str) -> Option<(String, bool)> {
    let all = || {
        let takes = valued
            .split_whitespace()
            .chain(COMMON.split_whitespace())
            .map(|name| (name, false));
        takes.chain(
            switches
                .split_whitespace()
                .chain(["verbose", "debug"])
                .map(|name| (name, true)),
        )
    };
    if let Some((full, switch)) = all().find(|(full, _)| *full == name) {
        return Some((full.to_owned(), switch));
    }
    let mut found = all().filter(|(full, _)| full.starts_with(name));
    let (full, switch) = found.next()?;
    found.next().is_none().then(|| (full.to_owned(), switch))
}
