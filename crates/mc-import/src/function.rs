//! Functions of the script: what they are handed, what they do, and what they give.

use crate::bind::{BRANCHES, Bound, DEEPEST, HANDED, Signature};
use crate::reader::Reader;
use crate::syntax::{Code, Command, Flow, Kind, Parameter, Statement};
use crate::value::{Entry, Value};

impl Reader {
    /// Calls a function of the script.
    pub(crate) fn call(&mut self, name: &str, command: &Command, input: Option<&Value>) -> Value {
        let Some(function) = self.functions.get(name) else {
            return Value::Null;
        };
        function.called = true;
        let (certain, code) = (function.certain, function.does.clone());
        self.with(name, &code, certain, command, input)
    }

    /// Runs a function, or a block of code, with what a command hands to it. What it does is certain only when it is certain
    /// what it gets.
    pub(crate) fn with(
        &mut self,
        name: &str,
        code: &Code,
        certain: bool,
        command: &Command,
        input: Option<&Value>,
    ) -> Value {
        let handed = if certain && input.is_none() {
            self.handed(command, code.parts().0)
        } else {
            None
        };
        if handed.is_none() {
            let given = self.arguments(command);
            self.touch_all(&mut given.iter().chain(input));
        }
        self.run(name, code, handed)
    }

    /// Runs a function, or a block of code, with these values, or unknown ones.
    pub(crate) fn run(&mut self, name: &str, code: &Code, bound: Option<Bound>) -> Value {
        let (parameters, body) = code.parts();
        if let Some(bound) = bound.filter(|_| self.functions_deep < DEEPEST) {
            return self.once(body, parameters, bound);
        }
        self.follow(name, code);
        self.vague(&format!("it comes from the function {name}"))
    }

    /// Follows a body that is run here once, with variables of its own; what it gives back.
    pub(crate) fn once(
        &mut self,
        body: &[Statement],
        parameters: &[Parameter],
        mut bound: Bound,
    ) -> Value {
        self.work += BRANCHES;
        if self.functions_deep == 0 {
            self.locals.clear();
            self.state.outside.clear();
        }
        let (mut before, line, returns) = (self.state.mark(), self.line, self.returns.len());
        // What happens to a table happens for certain; which of two variables is set is not known.
        before.tables = 0;
        let mut own = Vec::new();
        let mut handed = Vec::new();
        for Parameter {
            name,
            kind,
            default,
            ..
        } in parameters
        {
            let given = bound.remove(name);
            let is_given = given.is_some();
            let mut value = match (given, default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(default),
                (None, None) if kind == "switch" => Value::Bool(false),
                (None, None) => Value::Null,
            };
            if !kind.is_empty() {
                value = self.cast(kind, value);
            }
            if is_given {
                let (name, value) = (name.clone(), value.clone());
                handed.push(Entry { name, value, line });
            }
            own.push(self.owned(name, value));
        }
        let handed = self.new_table(handed, false);
        own.push(self.owned(HANDED, handed));
        let rest = bound.remove("args").unwrap_or(Value::List(Vec::new()));
        own.push(self.owned("args", rest));
        let (left, doubts) = (self.left.0, self.state.doubts);
        self.functions_deep += 1;
        let value = self.given_back(body);
        self.functions_deep -= 1;
        self.left.0 = left;
        self.returns.truncate(returns);
        for (name, value, outside) in own {
            // Outside there is what was there before.
            if self.state.variables.get(&name) == Some(&value) {
                let changed = self.state.doubts > doubts;
                let outside = outside.map(|held| {
                    if held.is_changeable() && changed {
                        self.vague("it may have been changed in a function")
                    } else {
                        held
                    }
                });
                self.state.put(&name, outside);
            }
        }
        // What it sets for the script counts outside as it is.
        let outside = std::mem::take(&mut self.state.outside);
        self.merge(before, line);
        let deep = self.functions_deep > 0;
        for (name, value) in &outside {
            if !deep || !self.locals.contains(name) {
                self.state.put(name, Some(value.clone()));
            }
        }
        if deep {
            self.state.outside = outside;
        }
        self.line = line;
        value
    }

    /// Sets a variable of a function's own; its name, its value, and what it is outside.
    fn owned(&mut self, name: &str, value: Value) -> (String, Value, Option<Value>) {
        let outside = self.state.variables.get(name).cloned();
        self.set(name, value.clone());
        self.locals.insert(name.to_owned());
        (name.to_owned(), value, outside)
    }

    /// `Measure-Command { .. }`, which runs the block where it stands.
    pub(crate) fn measured(&mut self, command: &Command, input: Option<Value>) -> Value {
        let bound = self.bound(command, &Signature("expression", "", ""));
        let block = bound.ok().and_then(|mut bound| bound.remove("expression"));
        match (&block, input) {
            (Some(Value::Block(code)), None) if is_plain(code) => {
                self.body(code.parts().1);
                self.line = command.line;
                self.unknown("it is found out when the script runs")
            }
            (_, input) => self.other(command, input.as_ref(), "measure-command"),
        }
    }

    /// What a body gives, where nothing but its last statement gives something.
    fn given_back(&mut self, body: &[Statement]) -> Value {
        let silent = |statement: &Statement| matches!(statement.kind, Kind::Assign(..));
        if let Some((last, before)) = body.split_last()
            && before.iter().all(silent)
            && let Some(last) = match &last.kind {
                Kind::Pipeline(_) => Some(last),
                Kind::Flow(Flow::Return, value) => value.as_deref(),
                _ => None,
            }
        {
            self.body(before);
            let value = self.value_of(last);
            self.irrelevant(
                last.line,
                "shows, computes or decides something, nothing more",
            );
            // A list comes out piece by piece.
            if !matches!(value, Value::List(_)) {
                return value;
            }
        } else {
            self.body(body);
        }
        self.vague("it comes from a block of code")
    }

    pub(crate) fn follow(&mut self, name: &str, code: &Code) {
        let line = self.line;
        if self.functions_deep >= DEEPEST {
            self.lost(line, format!("the function {name} calls itself"));
            return self.forget("a function that calls itself may have changed it");
        }
        let (returns, left) = (self.returns.len(), self.left.0);
        self.functions_deep += 1;
        self.branch(line, &mut |reader| {
            // What may be changed through it was touched where it was handed over.
            let (parameters, body) = code.parts();
            reader.receive(parameters, "a function is handed", true);
            reader.body(body);
        });
        self.functions_deep -= 1;
        self.returns.truncate(returns);
        self.left.0 = left;
    }

    /// Parameters of the script: what they are when whoever starts it says nothing about them.
    pub(crate) fn started(&mut self, parameters: &[Parameter]) {
        for given in parameters {
            self.line = given.line;
            let mut value = Value::Bool(false);
            if let Some(default) = &given.default {
                self.branch(given.line, &mut |reader| value = reader.eval(default));
            }
            let asked = given.mandatory || given.kind == "?";
            if asked || given.default.is_none() && given.kind != "switch" {
                let name = &given.name;
                value = self.unknown(&format!("whoever starts the script decides about ${name}"));
            } else if !given.kind.is_empty() {
                value = self.cast(&given.kind, value);
            }
            let known = value.reason().is_none();
            self.set(&given.name, value);
            if known {
                self.set.put(&given.name, (given.line, false));
            }
        }
    }

    /// Parameters, whose values are never certain.
    pub(crate) fn receive(&mut self, parameters: &[Parameter], why: &str, fresh: bool) {
        let line = self.line;
        for name in [HANDED, "args"] {
            let value = self.vague("it is handed to a block of code");
            self.set(name, value);
        }
        for Parameter { name, default, .. } in parameters {
            if let Some(default) = default {
                self.branch(line, &mut |reader| {
                    reader.eval(default);
                });
            }
            let value = Value::Unknown(self.because(&format!("{why} ${name}"), fresh));
            self.set(name, value);
        }
    }
}

/// Whether a block of code has no parameters, and is not left halfway.
pub(crate) fn is_plain(code: &Code) -> bool {
    let (parameters, body) = code.parts();
    parameters.is_empty() && !body.iter().any(|one| matches!(one.kind, Kind::Flow(..)))
}
