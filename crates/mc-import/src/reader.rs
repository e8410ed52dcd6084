//! What a script holds at a point of its run, and what was found in it so far.

use std::collections::HashSet;

use crate::found::{Call, Start};
use crate::named::Named;
use crate::note::{Fate, Note};
use crate::state::{Mark, Place, State, Table};
use crate::syntax::Code;
use crate::value::{Entry, Fact, Unknown, Value};

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) line: usize,
    pub(crate) does: Code,
    pub(crate) called: bool,
    /// It was not made under a condition.
    pub(crate) certain: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) state: State,
    pub(crate) functions: Named<Function>,
    pub(crate) notes: Vec<Note>,
    pub(crate) calls: Vec<Call>,
    pub(crate) starts: Vec<Start>,
    /// The line that is followed.
    pub(crate) line: usize,
    /// The line under whose condition everything stands now.
    pub(crate) under: Option<usize>,
    /// The line after which no command is certain to be what its name says.
    pub(crate) distrusted: Option<usize>,
    /// How many functions, blocks of code that something may run, and loops are followed.
    pub(crate) functions_deep: usize,
    pub(crate) blocks_deep: usize,
    pub(crate) loops_deep: usize,
    /// Whether a `try` is followed, and where a call was made in it.
    pub(crate) trying: bool,
    pub(crate) tried: Option<usize>,
    /// What may end the script: its line, and the one under whose condition.
    pub(crate) exits: Vec<(usize, Option<usize>)>,
    /// What may end it, unless something catches that.
    pub(crate) throws: Vec<(usize, Option<usize>)>,
    /// What may end the function that is followed.
    pub(crate) returns: Vec<(usize, Option<usize>)>,
    /// What may end the loop, or its round, that is followed.
    pub(crate) breaks: Vec<(usize, Option<usize>)>,
    /// How often the function, and the loop, that is followed may have been left.
    pub(crate) left: (usize, usize),
    /// The line after which nothing of the script is done.
    pub(crate) ended: Option<usize>,
    /// Variables that may have held a table, which others may hold, too.
    held: HashSet<String>,
    /// Environment variables that the script sets, and its parameters, and whether it reads them itself.
    pub(crate) set: Named<(usize, bool)>,
    /// The current folder, when the script makes one that.
    pub(crate) folder: Option<Value>,
    /// The path of which a condition has just found that there is a file.
    pub(crate) there: Option<Value>,
    /// Variables that the functions which are followed have of their own.
    pub(crate) locals: HashSet<String>,
    /// Whether a value that is not known may be a variable, or a block of code that sets one.
    pub(crate) reaches: bool,
    /// Whether what the script does may be asked about.
    pub(crate) confirms: bool,
    /// How many seconds the script has waited so far, at most.
    pub(crate) waited: u64,
    pub(crate) work: usize,
    /// The line at which that was too much.
    pub(crate) stopped: Option<usize>,
}

impl Reader {
    /// The notes on what is only known at the script's end.
    pub(crate) fn finish(&mut self) {
        let (exits, throws) = (
            std::mem::take(&mut self.exits),
            std::mem::take(&mut self.throws),
        );
        for (line, _) in exits.into_iter().chain(throws) {
            self.irrelevant(line, "ends the script, with nothing behind it that counts");
        }
        let functions = std::mem::take(&mut self.functions);
        for (_, function) in functions.all {
            if !function.called {
                self.irrelevant(function.line, "a function that is never called");
            }
        }
        for (name, (line, read)) in std::mem::take(&mut self.set).all {
            let variable = name.strip_prefix("env:").map(str::to_uppercase);
            match variable {
                None if read => self.lost(line, format!("another ${name} than this, which a shortcut or command file may hand to the script: look there")),
                Some(name) if name.ends_with("_PROXY") => self.lost(line, "a proxy is set for all calls; write it into proxy"),
                Some(name) if !read && name != "API_TOKEN" => self.lost(line, format!("the environment variable {name} is set for the client; set it for the user (setx)")),
                _ => {}
            }
        }
    }

    pub(crate) fn note(&mut self, fate: Fate, line: usize, text: impl Into<String>) {
        self.noted(fate, line, &text.into());
    }

    /// Apart from the one above, which there is twice.
    fn noted(&mut self, fate: Fate, line: usize, text: &str) {
        let text = text.replace(char::is_control, "?");
        self.notes.push(Note { line, fate, text });
    }

    pub(crate) fn irrelevant(&mut self, line: usize, text: &str) {
        self.note(Fate::Irrelevant, line, text);
    }

    pub(crate) fn lost(&mut self, line: usize, text: impl Into<String>) {
        self.note(Fate::NotCarried, line, text);
    }

    /// A value that is not known, and nothing that the script holds under another name.
    pub(crate) fn unknown(&self, why: &str) -> Value {
        Value::Unknown(self.because(why, true))
    }

    /// A value that is not known, and may be anything that the script holds.
    pub(crate) fn vague(&self, why: &str) -> Value {
        Value::Unknown(self.because(why, false))
    }

    /// A value, unless it has become larger than any that a launcher needs.
    pub(crate) fn weighed(&mut self, value: Value) -> Value {
        let weight = value.weight();
        self.work += weight;
        if weight > 1000 {
            return self.vague("it is too long");
        }
        value
    }

    /// A value that is not known, and comes of something that may hold a table or not.
    pub(crate) fn late(&self, holds: bool, why: &str) -> Value {
        Value::Unknown(self.because(why, !holds))
    }

    pub(crate) fn because(&self, why: &str, fresh: bool) -> Unknown {
        let (line, why) = (self.line, why.to_owned());
        Unknown { line, why, fresh }
    }

    /// What is no longer as it was before is not known.
    pub(crate) fn merge(&mut self, before: Mark, line: usize) {
        let changes = std::mem::take(&mut self.state.changes);
        let known = self.state.forgotten.is_none();
        self.work += changes.len() - before.changes;
        let mut seen = HashSet::new();
        for (place, was) in &changes[before.changes..] {
            let (name, fresh) = match place {
                Place::Variable(name) | Place::Outside(name) => {
                    (format!("${name}"), known && !self.held.contains(name))
                }
                Place::Entry(table, _) if *table >= before.tables => continue,
                Place::Entry(_, name) => (name.clone(), false),
            };
            match self.state.at(place) {
                Some(value) if seen.insert(place.key()) && was.as_ref() != Some(value) => {
                    match value {
                        Value::Unknown(unknown) => unknown.fresh &= fresh,
                        value => {
                            let why = format!("{name} is set only under a condition");
                            *value = Value::Unknown(Unknown { line, why, fresh });
                        }
                    }
                }
                _ => {}
            }
        }
        self.state.changes = changes;
    }

    /// Whatever the script holds may have changed.
    pub(crate) fn forget(&mut self, why: &str) {
        let why = self.because(why, false);
        if self.folder.is_some() {
            self.folder = Some(Value::Unknown(why.clone()));
        }
        self.state.forget(why);
    }

    /// Something is changed that may be held by any name; a text cannot be changed in place.
    fn doubt(&mut self) {
        const WHY: &str = "something that is not followed was changed";
        if self.reaches {
            self.forget(WHY);
        } else {
            self.state.doubt(&self.because(WHY, false));
        }
    }

    /// Any variable of the environment may be set.
    pub(crate) fn forget_environment(&mut self) {
        const WHY: &str =
            "sets environment variables whose names are not certain; mc-start sets none";
        self.lost(self.line, WHY);
        self.state.environment = Some(self.because(WHY, true));
        let variables = &mut self.state.variables;
        variables.retain(|name, _| !name.starts_with("env:"));
    }

    /// From here on no command is certain to be what its name says.
    pub(crate) fn distrust(&mut self, why: &str) {
        self.lost(self.line, why);
        self.forget(why);
        self.distrusted.get_or_insert(self.line);
        self.under = self.under.or(self.distrusted);
    }

    pub(crate) fn get(&mut self, name: &str) -> Value {
        let (scope, bare) = name.split_once(':').unwrap_or(("", name));
        let key = if scope == "env" { name } else { bare };
        if let Some(set) = self.set.get(key) {
            set.1 = true;
        }
        self.defaults(bare);
        self.reaches |= ["executioncontext", "pscmdlet"].contains(&bare)
            || ![
                "", "env", "script", "global", "local", "private", "variable", "using",
            ]
            .contains(&scope);
        let name = match scope {
            "script" | "global" if self.functions_deep > 0 && self.locals.contains(bare) => {
                return self.vague("it is the script's own variable of that name");
            }
            "script" | "global" | "local" | "private" | "variable" => bare,
            _ => name,
        };
        match (self.state.variables.get(name), &self.state.forgotten) {
            (Some(value), _) => value.clone(),
            _ if name == "true" => Value::Bool(true),
            _ if name == "false" => Value::Bool(false),
            _ if name == "null" => Value::Null,
            _ if name == "psscriptroot" => Value::fact(Fact::Folder),
            _ if name == "pscommandpath" => Value::fact(Fact::Script),
            _ if ["pwd", "home", "host"].contains(&name) => {
                self.unknown("it is found out when the script runs")
            }
            _ if name == "pid" => Value::fact(Fact::Pid),
            _ if scope == "env" && self.state.environment.is_some() => self
                .state
                .environment
                .clone()
                .map_or(Value::Null, Value::Unknown),
            _ if scope == "env" && self.set.get(name).is_none() => Value::environment(bare),
            (None, Some(forgotten)) => Value::Unknown(forgotten.clone()),
            _ if name.contains(':')
                || ["_", "psitem", "args", "input", "this", "psboundparameters"]
                    .contains(&name) =>
            {
                self.vague("it is handed over when the script runs")
            }
            _ => self.unknown(&format!("${name} is not set in this script")),
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        let (scope, bare) = name.split_once(':').unwrap_or(("", name));
        self.defaults(bare);
        if value.holds() {
            self.held.insert(bare.to_owned());
        }
        match scope {
            _ if bare == "confirmpreference" => {
                self.confirms |= !["none", "high"].contains(&value.lower().as_str());
            }
            // For a PowerShell that had none.
            _ if bare == "psscriptroot" && value == Value::fact(Fact::Folder) => {}
            "env" => {
                self.set.put(name, (self.line, false));
                self.state.put(name, Some(value));
            }
            "script" | "global" if self.functions_deep > 0 => {
                if self.locals.contains(bare) {
                    return self.forget("it is the script's own variable of that name");
                }
                let state = &mut self.state;
                if scope == "script" || !state.variables.contains_key(bare) {
                    state.put_outside(bare, value.clone());
                }
                state.put(bare, Some(value));
            }
            "" | "local" | "private" | "script" | "global" | "variable" => {
                if self.functions_deep > 0 {
                    self.locals.insert(bare.to_owned());
                }
                self.state.put(bare, Some(value));
            }
            _ => self.distrust("sets something that is no variable"),
        }
    }

    fn defaults(&mut self, name: &str) {
        if name == "whatifpreference" {
            self.lost(
                self.line,
                "commands only say what they would do, or not; mc-start does it",
            );
        }
        if name == "psdefaultparametervalues" {
            let why = "gives commands other parameters than they are written with";
            self.lost(self.line, why);
        }
    }

    pub(crate) fn new_table(&mut self, entries: Vec<Entry>, fixed: bool) -> Value {
        self.work += entries.len();
        let doubt = None;
        self.state.tables.push(Table {
            entries,
            fixed,
            doubt,
        });
        Value::Table(self.state.tables.len() - 1)
    }

    /// Puts an entry into what may be a table.
    pub(crate) fn put(&mut self, held: &Value, name: Option<String>, value: Value) {
        let line = self.line;
        match (held, name) {
            (Value::Table(number), Some(name)) => {
                let late = self.unknown("a [pscustomobject] takes no further entries this way");
                let table = &mut self.state.tables[*number];
                let takes = !table.fixed || table.find(&name).is_some();
                let value = if takes { value } else { late };
                self.state.put_entry(*number, Entry { name, value, line });
            }
            (Value::Table(_), None) => self.touch(held),
            (Value::Unknown(unknown), _) if unknown.fresh => {}
            (Value::Unknown(_) | Value::List(_) | Value::Addresses(_) | Value::Secure(_), _) => {
                self.doubt();
            }
            _ => {}
        }
    }

    /// Something gets this that may change it.
    pub(crate) fn touch(&mut self, value: &Value) {
        match value {
            Value::Table(number) if self.state.tables[*number].doubt.is_none() => {
                let table = &mut self.state.tables[*number];
                table.doubt = Some(self.line);
                let entries = table.entries.clone();
                self.touch_all(&mut entries.iter().map(|entry| &entry.value));
            }
            Value::List(values) => self.touch_all(&mut values.iter()),
            Value::Unknown(_) => self.put(value, None, Value::Null),
            _ => {}
        }
    }

    pub(crate) fn touch_all(&mut self, values: &mut dyn Iterator<Item = &Value>) {
        for value in values {
            self.touch(value);
        }
    }
}
