//! Statements: what is certain to be reached, and what stands under a condition.

use std::rc::Rc;

use crate::reader::{Looping, Reader, State};
use crate::syntax::{Body, Expr, Flow, Kind, Loop, Part, Stage, Statement};
use crate::value::{Entry, Unknown, Value};

/// How deeply functions may call functions.
const DEEPEST: usize = 12;

impl Reader {
    pub(crate) fn statement(&mut self, statement: &Statement) -> Option<Flow> {
        let line = statement.line;
        self.line = line;
        match &statement.kind {
            Kind::Pipeline(stages) => {
                let before = self.notes.len() + self.calls.len() + self.starts.len();
                let value = self.pipeline(stages);
                if value != Value::Nothing {
                    self.output.push(value);
                }
                if self.notes.len() + self.calls.len() + self.starts.len() == before {
                    self.irrelevant(line, "shows or computes something, nothing more");
                }
            }
            Kind::Assign(target, operator, value) => {
                let value = self.value_of(value);
                self.line = line;
                self.assign(target, operator, value);
                self.irrelevant(line, "sets a variable, which counts where it is used");
            }
            Kind::If(arms) => return self.choose(arms, line),
            Kind::Loop(found) => self.repeat(found, line),
            Kind::Try(body, catches, last) => return self.attempt(body, catches, last),
            Kind::Function(name, _, body) if self.under.is_some() || !self.guards.is_empty() => {
                // Whoever calls it may get this or another.
                self.functions.remove(name);
                self.aliases
                    .insert(name.clone(), "a function of the script".to_owned());
                self.lost(line, "a function is made only under a condition");
                self.branch(line, |reader| reader.body(body));
            }
            Kind::Function(name, parameters, body) => {
                let known = Rc::new((parameters.clone(), body.clone()));
                self.functions.insert(name.clone(), (line, known));
            }
            Kind::Param(parameters) => {
                for (name, _) in parameters {
                    let value = self.vague(&format!(
                        "${name} is a parameter of the script: whoever starts it decides"
                    ));
                    self.state.variables.insert(name.clone(), value);
                }
                self.irrelevant(line, "parameters of the script");
            }
            Kind::Flow(flow, value) => return Some(self.flow(*flow, value.as_deref(), line)),
            Kind::Nothing => self.irrelevant(line, "tells PowerShell how to read names"),
        }
        None
    }

    pub(crate) fn flow(&mut self, flow: Flow, value: Option<&Statement>, line: usize) -> Flow {
        if let Some(value) = value {
            let value = self.value_of(value);
            if flow == Flow::Return {
                self.output.push(value);
            }
        }
        if let Some(looping) = &mut self.looping
            && self.under.is_none()
            && looping.called
            && flow != Flow::Continue
        {
            looping.ends = true;
        }
        self.risk |= flow == Flow::Exit;
        let ends = flow == Flow::Exit || flow == Flow::Return && self.frames.is_empty();
        if ends && (self.under.is_some() || !self.guards.is_empty() || self.looping.is_some()) {
            self.exits.push(line);
        } else if ends {
            self.ended = true;
            self.irrelevant(line, "ends the script");
        }
        flow
    }

    /// What may happen or not, or happens who knows how often.
    pub(crate) fn branch(
        &mut self,
        line: usize,
        follow: impl FnOnce(&mut Self) -> Option<Flow>,
    ) -> Option<Flow> {
        let outer = self.under;
        self.under = outer.or(Some(line));
        let ending = self.apart(line, follow);
        self.under = outer;
        // What follows stands under this condition, too; how the script itself ends is kept elsewhere.
        if matches!(ending, Some(Flow::Break | Flow::Continue))
            || ending == Some(Flow::Return) && !self.frames.is_empty()
        {
            self.under = self.under.or(Some(line));
        }
        ending
    }

    /// Follows something after which nothing that it sets is certain.
    pub(crate) fn apart(
        &mut self,
        line: usize,
        follow: impl FnOnce(&mut Self) -> Option<Flow>,
    ) -> Option<Flow> {
        let before = self.copy();
        let outputs = self.output.len();
        let ending = follow(self);
        self.merge(before, line);
        if self.output.len() > outputs {
            self.output.truncate(outputs);
            let value = self.vague("it is given only under a condition");
            self.output.push(value);
        }
        ending
    }

    pub(crate) fn copy(&mut self) -> State {
        self.work += self.state.variables.len()
            + self
                .state
                .tables
                .iter()
                .map(|table| 1 + table.entries.len())
                .sum::<usize>();
        self.state.clone()
    }

    /// What is no longer as it was is not known.
    pub(crate) fn merge(&mut self, before: State, line: usize) {
        let unknown = |what: &str| {
            let why = format!("{what} is set only under a condition");
            Value::Unknown(Unknown {
                line,
                why,
                fresh: false,
            })
        };
        let now = &mut self.state.variables;
        for name in before.variables.keys() {
            now.entry(name.clone()).or_insert(Value::Nothing);
        }
        for (name, value) in now {
            if before.variables.get(name) != Some(value) && !matches!(value, Value::Unknown(_)) {
                *value = unknown(&format!("${name}"));
            }
        }
        for (table, before) in self.state.tables.iter_mut().zip(before.tables) {
            for entry in &before.entries {
                if !table
                    .entries
                    .iter()
                    .any(|now| now.name.eq_ignore_ascii_case(&entry.name))
                {
                    table.entries.push(Entry {
                        value: Value::Nothing,
                        ..entry.clone()
                    });
                }
            }
            for entry in &mut table.entries {
                if !before.entries.contains(entry) {
                    entry.value = unknown(&entry.name);
                }
            }
        }
    }

    pub(crate) fn choose(&mut self, arms: &[(Option<Body>, Body)], line: usize) -> Option<Flow> {
        let before = self.notes.len();
        let mut open = false;
        let mut guarded = None;
        for (condition, arm) in arms {
            let value = match condition {
                Some(condition) if condition.is_empty() => self.unknown(""),
                Some(condition) => self.bodys_value(condition),
                None => Value::Bool(true),
            };
            match (value.truth(), Self::question(&value)) {
                (Some(true), _) if !open => return self.body(arm),
                (Some(false), _) => {
                    self.irrelevant(line, "a condition that never holds");
                }
                (None, Some((test, false))) if !open => {
                    self.guards.push((test.clone(), line));
                    self.apart(line, |reader| reader.body(arm));
                    self.guards.pop();
                    guarded = Some(test);
                }
                (truth, question) => {
                    let excused = guarded.is_some() || matches!(question, Some((_, true)));
                    let exits = self.exits.len();
                    self.branch(line, |reader| reader.body(arm));
                    if excused && self.exits.len() > exits {
                        // Without a token or a client the launcher says so itself.
                        self.exits.truncate(exits);
                        self.irrelevant(line, "ends the script when token or client are missing; mc-start says so itself");
                    }
                    if truth == Some(true) {
                        break;
                    }
                }
            }
            open = true;
        }
        if self.notes.len() == before {
            self.irrelevant(line, "a condition under which nothing is done that counts");
        }
        None
    }

    pub(crate) fn repeat(&mut self, found: &Loop, line: usize) {
        self.body(&found.first);
        let first = if found.each.is_some() || !found.body_first {
            self.bodys_value(&found.condition)
        } else {
            Value::Bool(true)
        };
        let certain = match &first {
            Value::List(values) => found.each.is_some() && !values.is_empty(),
            value => found.each.is_none() && value.truth() == Some(true),
        };
        let before = (
            self.notes.len(),
            self.calls.len(),
            self.starts.len(),
            self.exits.len(),
        );
        let (outer, under) = (self.looping.take(), self.under);
        // Once to see what it sets: that is not known inside it either.
        self.branch(line, |reader| reader.round(found));
        self.notes.truncate(before.0);
        self.calls.truncate(before.1);
        self.starts.truncate(before.2);
        self.exits.truncate(before.3);
        self.under = under;
        if !certain {
            self.under = under.or(Some(line));
        }
        let watched = names(&found.condition);
        self.looping = Some(Looping {
            watched,
            ..Looping::default()
        });
        self.apart(line, |reader| reader.round(found));
        self.under = under;
        let ends = self.looping.take().is_some_and(|looping| looping.ends);
        self.looping = outer;
        if ends && self.calls.len() > before.1 {
            self.irrelevant(
                line,
                "tries again; mc-start does so by itself, for 30 seconds",
            );
        } else {
            for call in &mut self.calls[before.1..] {
                call.under = call.under.or(Some(line));
            }
        }
        for start in &mut self.starts[before.2..] {
            start.under = start.under.or(Some(line));
        }
        let waits = found.each.is_none() && found.step.is_empty() && self.calls.len() == before.1;
        if waits && first.truth() != Some(false) {
            self.lost(line, "waits until something is so; mc-start waits for nothing, and repeats a failed report for 30 seconds");
        }
        if self.notes.len() == before.0
            && self.calls.len() == before.1
            && self.starts.len() == before.2
        {
            self.irrelevant(line, "a loop in which nothing is done that counts");
        }
    }

    pub(crate) fn round(&mut self, found: &Loop) -> Option<Flow> {
        match &found.each {
            Some(name) => {
                let value = self.vague(&format!("${name} is another one in every round of a loop"));
                self.state.variables.insert(name.clone(), value);
            }
            None => {
                self.bodys_value(&found.condition);
            }
        }
        let under = self.under;
        let ending = self.body(&found.body);
        self.under = under;
        self.body(&found.step);
        ending
    }

    pub(crate) fn attempt(&mut self, body: &Body, catches: &[Body], last: &Body) -> Option<Flow> {
        let (outer, tried) = (std::mem::take(&mut self.risk), self.tried.take());
        let trying = std::mem::replace(&mut self.trying, true);
        let mut before = None;
        let mut ending = None;
        for statement in body {
            let state = if self.risk { None } else { Some(self.copy()) };
            ending = self.body(std::slice::from_ref(statement));
            if self.risk {
                before = before.or(state);
            }
            if ending.is_some() || self.ended {
                break;
            }
        }
        (self.tried, self.trying) = (tried, trying);
        let mut all_end = true;
        for handler in catches {
            let line = handler
                .first()
                .map_or(self.line, |statement| statement.line);
            let end = self.branch(line, |reader| reader.body(handler));
            all_end &= matches!(end, Some(Flow::Exit))
                || end == Some(Flow::Return) && self.frames.is_empty();
        }
        if let (Some(before), false) = (before, all_end) {
            let line = body.first().map_or(self.line, |statement| statement.line);
            self.merge(before, line);
        }
        self.risk |= outer;
        self.body(last).or(ending)
    }

    /// A call or start is recorded: what that means for the blocks around it.
    pub(crate) fn counted(&mut self, is_call: bool) {
        self.reached();
        if is_call {
            self.tried = Some(self.line).filter(|_| self.trying);
            self.risk = true;
            if let Some(looping) = &mut self.looping {
                looping.called |= self.under.is_none();
            }
        } else if self.tried.take().is_some() {
            self.lost(self.line, "the client is started only when the report came through; mc-start starts it in any case");
        }
    }

    /// Follows a function of the script.
    pub(crate) fn function(&mut self, name: &str, given: Option<&[(String, Value)]>) -> Value {
        self.called.push(name.to_owned());
        let Some((_, function)) = self.functions.get(name).cloned() else {
            return self.vague("");
        };
        let line = self.line;
        if self.frames.len() >= DEEPEST {
            self.lost(line, format!("the function {name} calls itself"));
            return self.vague("it comes from a function that calls itself");
        }
        self.work += self.state.variables.len();
        self.frames.push(self.state.variables.clone());
        for (parameter, default) in &function.0 {
            let handed = given.map(|given| {
                given
                    .iter()
                    .find(|(name, _)| name == parameter)
                    .map(|(_, value)| value.clone())
            });
            let value = match (handed, default) {
                (Some(Some(value)), _) => value,
                (Some(None), Some(default)) => self.eval(default),
                (Some(None), None) => Value::Null,
                (None, _) => self.vague(&format!("what is handed to {name} is not certain")),
            };
            self.state.variables.insert(parameter.clone(), value);
        }
        let (under, looping) = (self.under, self.looping.take());
        let outer = std::mem::take(&mut self.output);
        self.body(&function.1);
        let value = self.given(outer);
        (self.under, self.looping, self.line) = (under, looping, line);
        let inner = std::mem::replace(
            &mut self.state.variables,
            self.frames.pop().unwrap_or_default(),
        );
        let kept = inner
            .into_iter()
            .filter(|(name, _)| name.starts_with("env:"));
        self.state.variables.extend(kept);
        if self.frames.is_empty() {
            self.state
                .variables
                .extend(std::mem::take(&mut self.outward));
        }
        value
    }
}

/// The variables that a condition looks at.
fn names(body: &Body) -> Vec<String> {
    fn of(value: &Expr, names: &mut Vec<String>) {
        match value {
            Expr::Variable(name) => names.push(name.clone()),
            Expr::Unary(_, inner) => of(inner, names),
            Expr::Group(_, body) => names.extend(self::names(body)),
            Expr::Chain(first, rest) => {
                of(first, names);
                for (_, value) in rest {
                    of(value, names);
                }
            }
            Expr::Text(parts) => parts.iter().for_each(|part| {
                if let Part::Code(value) = part {
                    of(value, names);
                }
            }),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for statement in body {
        if let Kind::Pipeline(stages) = &statement.kind
            && let [Stage::Value(value)] = stages.as_slice()
        {
            of(value, &mut found);
        }
    }
    found
}
