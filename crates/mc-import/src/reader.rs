//! Follows a script: what is held where, and which calls and starts are certain to be reached.

use std::collections::HashMap;
use std::rc::Rc;

use crate::found::{Call, Start};
use crate::note::{Fate, Note};
use crate::syntax::{Body, Expr, Flow, Kind, Stage, Statement, Step};
use crate::value::{Entry, Test, Unknown, Value};

/// How much work a script may make.
const MOST_WORK: usize = 500_000;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
    /// A `[pscustomobject]`, which takes no further entries.
    pub(crate) fixed: bool,
    /// Where something happens to it that cannot be followed.
    pub(crate) doubt: Option<usize>,
}

/// What a script holds at a point of its run.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) variables: HashMap<String, Value>,
    pub(crate) tables: Vec<Table>,
}

pub(crate) type Parameters = Vec<(String, Option<Expr>)>;

#[derive(Debug, Default)]
pub(crate) struct Looping {
    pub(crate) called: bool,
    /// It ends once the call is through.
    pub(crate) ends: bool,
    /// The variables of its condition.
    pub(crate) watched: Vec<String>,
}

#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // What is true at the place that is followed; no two exclude each other.
pub(crate) struct Reader {
    pub(crate) state: State,
    pub(crate) functions: HashMap<String, (usize, Rc<(Parameters, Body)>)>,
    pub(crate) aliases: HashMap<String, String>,
    pub(crate) notes: Vec<Note>,
    pub(crate) calls: Vec<Call>,
    pub(crate) starts: Vec<Start>,
    /// The line under whose condition everything stands now.
    pub(crate) under: Option<usize>,
    /// What the launcher asks itself, too, and is certain here.
    pub(crate) guards: Vec<(Test, usize)>,
    pub(crate) line: usize,
    /// Something has been done that can fail.
    pub(crate) risk: bool,
    /// What the statements of a block give.
    pub(crate) output: Vec<Value>,
    /// The variables of those who called the function that is followed.
    pub(crate) frames: Vec<HashMap<String, Value>>,
    /// Variables that a function sets for the script.
    pub(crate) outward: Vec<(String, Value)>,
    pub(crate) called: Vec<String>,
    pub(crate) looping: Option<Looping>,
    pub(crate) folder_is_current: bool,
    /// Lines that may end the script.
    pub(crate) exits: Vec<usize>,
    pub(crate) ended: bool,
    /// Whether a `try` is followed, and where a call was made in it.
    pub(crate) trying: bool,
    pub(crate) tried: Option<usize>,
    pub(crate) work: usize,
    /// Environment variables that the script sets, and whether it reads them itself.
    pub(crate) set: HashMap<String, (usize, bool)>,
}

impl Reader {
    /// Follows a whole script; false when that is too much work.
    pub(crate) fn script(&mut self, script: &Body) -> bool {
        self.body(script);
        for line in std::mem::take(&mut self.exits) {
            self.irrelevant(line, "ends the script, with nothing behind it that counts");
        }
        let mut never: Vec<_> = self
            .functions
            .iter()
            .filter(|(name, _)| !self.called.contains(name))
            .map(|(_, found)| found.0)
            .collect();
        never.sort_unstable();
        for line in never {
            self.irrelevant(line, "a function that is never called");
        }
        let mut left: Vec<_> = self
            .set
            .iter()
            .filter(|(name, (_, read))| !read && *name != "env:api_token")
            .map(|(name, (line, _))| (*line, name.clone()))
            .collect();
        left.sort_unstable();
        for (line, name) in left {
            let name = name.trim_start_matches("env:").to_uppercase();
            self.lost(line, format!("the environment variable {name} is set for the client; set it for the user (setx)"));
        }
        self.work <= MOST_WORK
    }

    pub(crate) fn note(&mut self, fate: Fate, line: usize, text: impl Into<String>) {
        let text = text.into().replace(char::is_control, "?");
        let note = Note { line, fate, text };
        self.notes.push(note);
    }

    pub(crate) fn irrelevant(&mut self, line: usize, text: &str) {
        self.note(Fate::Irrelevant, line, text);
    }

    pub(crate) fn lost(&mut self, line: usize, text: impl Into<String>) {
        self.note(Fate::NotCarried, line, text);
    }

    /// A value that is not known, made by something that gives nothing of the script's own back.
    pub(crate) fn unknown(&self, why: &str) -> Value {
        Value::Unknown(Unknown {
            line: self.line,
            why: why.to_owned(),
            fresh: true,
        })
    }

    pub(crate) fn vague(&self, why: &str) -> Value {
        Value::Unknown(Unknown {
            line: self.line,
            why: why.to_owned(),
            fresh: false,
        })
    }

    pub(crate) fn body(&mut self, body: &[Statement]) -> Option<Flow> {
        for statement in body {
            self.work += 1;
            if self.work > MOST_WORK || self.ended {
                return Some(Flow::Exit);
            }
            let ending = self.statement(statement);
            if ending.is_some() {
                return ending;
            }
        }
        None
    }

    /// Something that counts is reached only if the script was not ended before.
    pub(crate) fn reached(&mut self) {
        for line in std::mem::take(&mut self.exits) {
            self.lost(
                line,
                "the script may end here; mc-start reports and starts the client all the same",
            );
        }
    }

    /// What a statement gives.
    pub(crate) fn value_of(&mut self, statement: &Statement) -> Value {
        if let Kind::Pipeline(stages) = &statement.kind {
            self.line = statement.line;
            return self.pipeline(stages);
        }
        let outer = std::mem::take(&mut self.output);
        self.statement(statement);
        self.given(outer)
    }

    /// What was put out since, with what was put out before put back.
    pub(crate) fn given(&mut self, outer: Vec<Value>) -> Value {
        let mut given = std::mem::replace(&mut self.output, outer);
        match given.len() {
            0 => Value::Null,
            1 => given.remove(0),
            _ => self.vague("several values come together"),
        }
    }

    pub(crate) fn bodys_value(&mut self, body: &Body) -> Value {
        match body.as_slice() {
            [statement] => self.value_of(statement),
            body => {
                let outer = std::mem::take(&mut self.output);
                self.body(body);
                self.given(outer)
            }
        }
    }

    /// Whether no function is followed.
    pub(crate) fn is_outside(&self) -> bool {
        self.frames.is_empty()
    }

    pub(crate) fn pipeline(&mut self, stages: &[Stage]) -> Value {
        let mut value = None;
        for stage in stages {
            value = Some(match stage {
                Stage::Value(value) => self.eval(value),
                Stage::Command(command) => self.command(command, value),
            });
        }
        value.unwrap_or(Value::Nothing)
    }

    /// The question behind a condition, when the launcher asks it itself.
    pub(crate) fn question(value: &Value) -> Option<(Test, bool)> {
        match value {
            Value::Test(test, turned) => Some((test.clone(), *turned)),
            value if *value == Value::environment("API_TOKEN") => Some((Test::Token, false)),
            _ => None,
        }
    }

    /// Whatever the script holds may have changed.
    pub(crate) fn forget(&mut self, why: &str) {
        let value = self.vague(why);
        self.state
            .variables
            .values_mut()
            .for_each(|held| *held = value.clone());
        let line = self.line;
        self.state
            .tables
            .iter_mut()
            .for_each(|table| table.doubt = Some(line));
    }

    pub(crate) fn get(&mut self, name: &str) -> Value {
        if let Some(set) = self.set.get_mut(name) {
            set.1 = true;
        }
        let (scope, bare) = name.split_once(':').unwrap_or(("", name));
        let held = match scope {
            "script" | "global" => self
                .frames
                .first()
                .unwrap_or(&self.state.variables)
                .get(bare),
            "local" | "private" | "variable" => self.state.variables.get(bare),
            _ => self.state.variables.get(name),
        };
        match (held, scope, bare) {
            (Some(value), _, _) => value.clone(),
            (_, "env", bare) => Value::environment(bare),
            (_, _, "true" | "false") => Value::Bool(bare == "true"),
            (_, _, "null") => Value::Null,
            (_, _, "psscriptroot") => Value::fact(crate::value::Fact::Folder),
            (_, _, "pscommandpath") => Value::fact(crate::value::Fact::Script),
            (_, _, "home") => Value::environment("USERPROFILE"),
            (_, _, "pid") => Value::OwnId,
            _ => self.vague(&format!("${name} is not set in this script")),
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        let (scope, bare) = name.split_once(':').unwrap_or(("", name));
        if let Some(looping) = &mut self.looping
            && looping.called
            && self.under.is_none()
            && value == Value::Bool(true)
            && looping.watched.iter().any(|watched| watched == bare)
        {
            looping.ends = true;
        }
        match (scope, bare) {
            ("", "psdefaultparametervalues") => self.lost(
                self.line,
                "gives commands other parameters than they are written with",
            ),
            ("env", _) => {
                self.set.insert(name.to_owned(), (self.line, false));
                self.state.variables.insert(name.to_owned(), value);
            }
            ("" | "local" | "private", _) => {
                self.state.variables.insert(bare.to_owned(), value);
            }
            ("script" | "global", _) => {
                if !self.frames.is_empty() {
                    let value = if self.under.is_some() {
                        self.vague(&format!("${bare} is set only under a condition"))
                    } else {
                        value.clone()
                    };
                    self.frames[0].insert(bare.to_owned(), value.clone());
                    self.outward.push((bare.to_owned(), value));
                }
                self.state.variables.insert(bare.to_owned(), value);
            }
            _ => {
                self.lost(self.line, "sets something that is no variable");
                self.forget("something else than a variable was set before");
            }
        }
    }

    pub(crate) fn assign(&mut self, target: &Expr, operator: &str, value: Value) {
        let value = match (operator, value) {
            (_, Value::Nothing) => Value::Null,
            ("=", value) => value,
            ("+=", value) => {
                let before = self.eval(target);
                self.add(before, value)
            }
            _ => self.unknown("it is computed"),
        };
        match target {
            Expr::Variable(name) => self.set(name, value),
            Expr::Cast(kind, inner) => {
                let value = self.cast(kind, value);
                self.assign(inner, "=", value);
            }
            Expr::Path(root, steps) => {
                if let Expr::Type(name) = &**root {
                    return self.set_static(name, steps);
                }
                let Some((last, before)) = steps.split_last() else {
                    return;
                };
                if matches!(&**root, Expr::Variable(name) if name == "psdefaultparametervalues") {
                    return self.lost(
                        self.line,
                        "gives commands other parameters than they are written with",
                    );
                }
                let held = self.walk(root, before);
                let key = match last {
                    Step::Member(name, None) | Step::Index(name) => self.eval(name).known(),
                    Step::Member(..) => None,
                };
                self.put(&held, key, value);
            }
            Expr::List(targets) => {
                for target in targets {
                    let value = self.vague("several variables are set at once");
                    self.assign(target, "=", value);
                }
            }
            _ => self.forget("something is set in a way that is not read"),
        }
    }

    /// Puts an entry into what a table may be.
    pub(crate) fn put(&mut self, held: &Value, key: Option<String>, value: Value) {
        let line = self.line;
        match (held, key) {
            (Value::Table(number), Some(name)) => {
                let late = self.unknown("a [pscustomobject] takes no further entries this way");
                let table = &mut self.state.tables[*number];
                let mut entries = table.entries.iter_mut();
                if let Some(entry) = entries.find(|entry| entry.name.eq_ignore_ascii_case(&name)) {
                    entry.value = value;
                    entry.line = line;
                } else {
                    let value = if table.fixed { late } else { value };
                    table.entries.push(Entry { name, value, line });
                }
            }
            (Value::Table(number), None) => self.state.tables[*number].doubt = Some(line),
            (Value::Unknown(unknown), _) if unknown.fresh => {}
            (Value::Unknown(_) | Value::List(_) | Value::Nothing, _) => {
                self.state
                    .tables
                    .iter_mut()
                    .for_each(|table| table.doubt = Some(line));
            }
            _ => {}
        }
    }

    pub(crate) fn new_table(&mut self, entries: Vec<Entry>, fixed: bool) -> Value {
        self.work += entries.len();
        self.state.tables.push(Table {
            entries,
            fixed,
            doubt: None,
        });
        Value::Table(self.state.tables.len() - 1)
    }
}
