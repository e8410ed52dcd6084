//! Which parameter of a command gets which value.

use std::collections::HashMap;

use crate::names::{COMMON, VARIABLES, has};
use crate::reader::Reader;
use crate::syntax::{Argument, Command, Expr, Parameter, Part};
use crate::value::Value;

/// How many statements a branch, or a call of a function, is as dear to follow as.
pub(crate) const BRANCHES: usize = 10;

/// How deeply functions and blocks of code may call others.
pub(crate) const DEEPEST: usize = 8;

/// `@PSBoundParameters`, whose names are not written as in the script: enough to hand them on, not to send them.
pub(crate) const HANDED: &str = "@psboundparameters";

pub(crate) type Bound = HashMap<String, Value>;

/// What a command takes: parameters in their order, as far as they need no name; others with a value; and switches.
pub(crate) struct Signature<'a>(pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a str);

impl<'a> Signature<'a> {
    /// The parameter that a name, or the beginning of one, means; and whether it takes a value.
    fn resolve(&self, name: &str) -> Option<(&'a str, bool)> {
        let valued = [self.0, self.1, COMMON, VARIABLES];
        let all = || {
            let names = |list: &'a str, valued| list.split_whitespace().map(move |n| (n, valued));
            let valued = valued.into_iter().flat_map(move |list| names(list, true));
            valued
                .chain(names(self.2, false))
                .chain(names("verbose debug", false))
        };
        let mut found = all().filter(|(full, _)| full.starts_with(name));
        let exact = all().find(|(full, _)| *full == name);
        exact.or_else(|| found.next().filter(|_| found.next().is_none()))
    }
}

/// What a block of code is handed by place alone, where that is certain; in `$args` where it has no parameters.
pub(crate) fn placed(parameters: &[Parameter], values: Vec<Value>) -> Option<Bound> {
    if parameters.is_empty() {
        return Some(Bound::from([("args".to_owned(), Value::List(values))]));
    }
    let parameters = parameters.iter();
    let parameters: Vec<_> = parameters.filter(|one| one.kind != "switch").collect();
    let plain = |parameter: &&Parameter| parameter.kind != "?" && parameter.position.is_none();
    let certain = values.len() <= parameters.len() && parameters.iter().all(plain);
    let names = parameters.iter().map(|parameter| parameter.name.clone());
    certain.then(|| names.zip(values).collect())
}

impl Reader {
    /// What the arguments of a command come to that may run blocks of code among them, names left out.
    pub(crate) fn arguments(&mut self, command: &Command) -> Vec<Value> {
        self.arguments_for(command, true)
    }

    /// The same, where each value that such a block gets may be one that the script holds, or not.
    pub(crate) fn arguments_for(&mut self, command: &Command, held: bool) -> Vec<Value> {
        let mut values = Vec::new();
        for argument in &command.arguments {
            match argument {
                Argument::Value(value) | Argument::Name(_, Some(value)) => {
                    values.push(self.handed_over(value));
                }
                Argument::Splat(name) => values.push(self.get(name)),
                Argument::Name(_, None) => {}
            }
        }
        for value in &values {
            self.may_run_with(value, held);
        }
        values
    }

    /// What is handed to something that runs a block of code there and then, or not at all.
    pub(crate) fn handed_over(&mut self, value: &Expr) -> Value {
        match value {
            Expr::Block(code) => Value::Block(code.clone()),
            value => self.eval(value),
        }
    }

    /// Follows a block of code that something may run.
    pub(crate) fn may_run(&mut self, value: &Value) {
        self.may_run_with(value, true);
    }

    fn may_run_with(&mut self, value: &Value, held: bool) {
        match value {
            Value::List(values) => {
                for value in values {
                    self.may_run_with(value, held);
                }
            }
            // `@{ Name = ..; Expression = { .. } }`
            Value::Table(table) => {
                for entry in self.state.tables[*table].entries.clone() {
                    if matches!(entry.value, Value::Block(_)) {
                        self.may_run_with(&entry.value, held);
                    }
                }
            }
            _ => {}
        }
        if let Value::Block(code) = value {
            let (parameters, body) = code.parts();
            if self.blocks_deep >= DEEPEST {
                return self.forget("a function that calls itself may have changed it");
            }
            self.blocks_deep += 1;
            self.branch(self.line, &mut |reader| {
                for name in ["_", "psitem"] {
                    let value = reader.late(held, "it is handed to a block of code");
                    reader.set(name, value);
                }
                reader.receive(parameters, "a block of code is handed", false);
                reader.body(body);
            });
            self.blocks_deep -= 1;
        }
    }

    /// A command may set variables by the way.
    pub(crate) fn variables(&mut self, command: &Command) {
        const WHY: &str = "a command may have set it by the way";
        let mut arguments = command.arguments.iter();
        while let Some(argument) = arguments.next() {
            let Argument::Name(name, value) = argument else {
                continue;
            };
            let mut names = VARIABLES.split_whitespace();
            let sets = names.any(|full| {
                full == name
                    || name.len() > 3 && full.starts_with(name.as_str()) && !has(COMMON, name)
            });
            if !sets {
                continue;
            }
            let next = match arguments.clone().next() {
                Some(Argument::Value(next)) => Some(next),
                _ => None,
            };
            match value.as_ref().or(next) {
                Some(text @ Expr::Text(parts)) if matches!(parts.as_slice(), [Part::Text(_)]) => {
                    let name = self.eval(text).lower();
                    let value = self.vague(WHY);
                    self.set(name.trim_start_matches('+'), value);
                }
                _ => self.forget(WHY),
            }
        }
    }

    /// Which parameter of a function gets which value, where that is certain.
    pub(crate) fn handed(&mut self, command: &Command, parameters: &[Parameter]) -> Option<Bound> {
        let names = |is: &dyn Fn(&Parameter) -> bool| {
            let names = parameters.iter().filter(|parameter| is(parameter));
            names.fold(String::new(), |all, parameter| all + &parameter.name + " ")
        };
        if parameters.is_empty() {
            let mut values = Vec::new();
            for argument in &command.arguments {
                match argument {
                    Argument::Value(value) => values.push(self.eval(value)),
                    Argument::Splat(name) if name == "args" => match self.get(name) {
                        Value::List(given) => values.extend(given),
                        // What the script itself is handed.
                        _ if self.functions_deep == 0 => {}
                        _ => return None,
                    },
                    _ => return None,
                }
            }
            return placed(parameters, values);
        }
        if parameters.iter().any(|parameter| parameter.kind == "?") {
            return None;
        }
        let switches = names(&|parameter| parameter.kind == "switch");
        let valued = |parameter: &Parameter| parameter.kind != "switch";
        // Where the place of one is said, the others have none.
        let mut places: Vec<&Parameter> = Vec::new();
        for parameter in parameters
            .iter()
            .filter(|p| p.position.is_some() && valued(p))
        {
            let at = places.partition_point(|before| before.position <= parameter.position);
            places.insert(at, parameter);
        }
        let placed: String = places.iter().flat_map(|p| [&*p.name, " "]).collect();
        let (placed, named) = if placed.is_empty() {
            (names(&valued), placed)
        } else {
            (placed, names(&|p| p.position.is_none() && valued(p)))
        };
        self.work += parameters.len() * command.arguments.len();
        let bound = self
            .bound(command, &Signature(&placed, &named, &switches))
            .ok()?;
        let own = |name: &String| parameters.iter().any(|parameter| parameter.name == *name);
        bound.keys().all(own).then_some(bound)
    }

    fn splatted(&mut self, name: &str) -> Value {
        if name == "psboundparameters" {
            return self.get(HANDED);
        }
        self.get(name)
    }

    /// Which parameter gets which value; in error, what is not known.
    pub(crate) fn bound(&mut self, command: &Command, takes: &Signature) -> Result<Bound, String> {
        let (mut given, mut unread) = (Vec::new(), None);
        let mut arguments = command.arguments.iter().peekable();
        while let Some(argument) = arguments.next() {
            match argument {
                Argument::Splat(name) => match self.splatted(name) {
                    Value::Table(table) if self.state.tables[table].doubt.is_none() => {
                        let entries = self.state.tables[table].entries.clone();
                        given.extend(
                            entries
                                .into_iter()
                                .map(|e| (e.name.to_lowercase(), e.value)),
                        );
                    }
                    _ => unread = Some(format!("@{name}")),
                },
                Argument::Value(value) => given.push((String::new(), self.eval(value))),
                Argument::Name(name, Some(value)) => given.push((name.clone(), self.eval(value))),
                Argument::Name(name, None) => {
                    let valued = takes.resolve(name).is_none_or(|(_, valued)| valued);
                    let value = match arguments.peek() {
                        Some(Argument::Value(value)) if valued => {
                            arguments.next();
                            self.eval(value)
                        }
                        _ => Value::Bool(true),
                    };
                    given.push((name.clone(), value));
                }
            }
        }
        if let Some(unread) = unread {
            return Err(unread);
        }
        let mut bound = Bound::new();
        let (placed, named): (Vec<_>, Vec<_>) =
            given.into_iter().partition(|(name, _)| name.is_empty());
        for (name, value) in named {
            match takes.resolve(&name) {
                Some((_, false)) if value == Value::Bool(false) => {}
                Some((full, _)) if bound.insert(full.to_owned(), value).is_none() => {}
                _ => return Err(format!("-{name}")),
            }
        }
        let free: Vec<_> = takes
            .0
            .split_whitespace()
            .filter(|name| !bound.contains_key(*name))
            .collect();
        if placed.len() > free.len() {
            return Err("one value too many".to_owned());
        }
        bound.extend(
            free.into_iter()
                .map(str::to_owned)
                .zip(placed.into_iter().map(|(_, value)| value)),
        );
        Ok(bound)
    }
}
