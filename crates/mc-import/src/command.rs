//! Commands: what each of them means for the request and the client.

use crate::address::Addresses;
use crate::bind::{Signature, placed};
use crate::function::is_plain;
use crate::names::{ALIASES, CALLING, HARMLESS, NEEDLESS, PASSING, SETTING, SHELLS, WAITING, has};
use crate::reader::Reader;
use crate::syntax::{Argument, Command, Expr, Flow, Part};
use crate::value::{Fact, Piece, Unknown, Value, path};

const LATE: &str = "it is found out when the script runs";
pub(crate) const IN_A_FILE: &str = "output is written into a file";
const OTHER_SCRIPT: &str = "runs another script or program, which is not read";
pub(crate) const BLOCK: &str = "{ }";
const NO_PATH: &str = "it is a path that is not read";

impl Reader {
    pub(crate) fn command(&mut self, command: &Command, input: Option<Value>) -> Value {
        let line = command.line;
        self.line = line;
        if command.redirected {
            self.lost(line, IN_A_FILE);
        }
        let name = self.handed_over(&command.name);
        if let Value::Block(code) = &name {
            if command.operator == '.'
                && command.arguments.is_empty()
                && input.is_none()
                && is_plain(code)
            {
                return self.bodys_value(code.parts().1);
            }
            return self.with(BLOCK, code, true, command, input.as_ref());
        }
        let word = name.lower();
        if word.is_empty() || command.operator != ' ' && word.contains(['\\', '/', ' ', ':']) {
            return self.invoked(command, name, input.as_ref());
        }
        let path = word
            .strip_suffix(".exe")
            .is_some_and(|path| path.contains(['\\', '/']));
        let word = word.rsplit(['\\', '/']).next().unwrap_or_default();
        if path && ![HARMLESS, CALLING].iter().any(|list| has(list, word)) {
            return self.invoked(command, name, input.as_ref());
        }
        let mut aliases = ALIASES
            .split_whitespace()
            .filter_map(|pair| pair.rsplit_once(':'));
        let full = aliases
            .find(|(short, _)| *short == word)
            .map_or(word, |(_, full)| full);
        if let Some(function) = [word, full]
            .into_iter()
            .find(|name| self.functions.get(name).is_some())
        {
            return self.call(function, command, input.as_ref());
        }
        self.variables(command);
        let value = self.meant(command, input, full, word);
        self.line = line;
        value
    }

    /// What a command that is known by its name gives.
    fn meant(
        &mut self,
        command: &Command,
        input: Option<Value>,
        name: &str,
        written: &str,
    ) -> Value {
        match name {
            "invoke-restmethod" | "invoke-webrequest" => {
                self.request(command, input, written);
                self.unknown("it is an answer")
            }
            "start-process" => self.start_process(command, input),
            "invoke-item" => {
                let program = self.file(command, input);
                let program = program.unwrap_or_else(|| self.unknown(NO_PATH));
                self.start(program, None, Vec::new(), None);
                Value::Null
            }
            "get-netipaddress" => {
                self.arguments(command);
                if input.is_some() {
                    return self.unknown(crate::address::OTHERS);
                }
                Addresses::listed(command).map_or_else(|why| self.unknown(why), Value::Addresses)
            }
            "select-object" if matches!(input, Some(Value::Text(_))) && is_first(command) => {
                input.unwrap_or(Value::Null)
            }
            "where-object" | "select-object" | "foreach-object" => match input {
                Some(Value::Addresses(addresses)) => match addresses.stage(name, command) {
                    Ok(addresses) => Value::Addresses(addresses),
                    Err(why) => {
                        self.arguments(command);
                        self.unknown(why)
                    }
                },
                input => self.other(command, input.as_ref(), name),
            },
            "convertto-json" => self.json(command, input),
            "join-path" => {
                let bound = self.bound(command, &Signature("path childpath", "", ""));
                let Ok(mut bound) = bound else {
                    return self.unknown(NO_PATH);
                };
                let folder = bound.remove("path").or(input);
                match (folder, bound.remove("childpath")) {
                    (Some(folder), Some(name)) => self.below(folder, name),
                    _ => self.unknown(NO_PATH),
                }
            }
            "split-path"
                if self.file(command, input.clone()) == Some(Value::fact(Fact::Script)) =>
            {
                Value::fact(Fact::Folder)
            }
            "split-path" => match self.file(command, input).and_then(|file| file.known()) {
                Some(path) if path.contains(":\\") => {
                    let (folder, name) = path.rsplit_once('\\').unwrap_or_default();
                    if name.is_empty() || folder.ends_with(':') {
                        self.unknown(NO_PATH)
                    } else {
                        Value::text(folder)
                    }
                }
                _ => self.unknown(NO_PATH),
            },
            "get-content" => {
                let file = self.file(command, None).and_then(|file| file.pieces());
                self.held_by(file.as_deref())
            }
            "get-process" => match self.arguments(command).as_slice() {
                [id] if *id == Value::fact(Fact::Pid) => Value::fact(Fact::Process),
                _ => self.unknown(LATE),
            },
            "new-object" => self.new_object(command),
            "measure-command" => self.measured(command, input),
            "set-variable" | "new-variable" => {
                const TAKES: Signature =
                    Signature("name value", "option description", "force passthru");
                let mut bound = self.bound(command, &TAKES).unwrap_or_default();
                match bound.remove("name").and_then(|name| name.known()) {
                    Some(name) if !name.contains(['*', '?', '[', ':']) => {
                        let value = bound.remove("value").or(input).unwrap_or(Value::Null);
                        self.set(&name.to_lowercase(), value);
                    }
                    _ => self.forget("a command may have set it"),
                }
                Value::Null
            }
            "remove-variable" | "clear-variable" => {
                self.removed(command, input.is_some());
                Value::Null
            }
            "convertto-securestring" => {
                const TAKES: Signature = Signature("string securekey", "key", "asplaintext force");
                let mut bound = self.bound(command, &TAKES).unwrap_or_default();
                let text = bound.remove("string").or(input).unwrap_or(Value::Null);
                match (text, bound.contains_key("asplaintext")) {
                    (unknown @ Value::Unknown(_), _) => unknown,
                    (Value::Text(text), true) => Value::Secure(text),
                    _ => self.unknown("it is kept encrypted"),
                }
            }
            "add-member" => match input {
                Some(Value::Table(table)) if self.state.tables[table].fixed => {
                    self.add_member(command, table);
                    Value::Null
                }
                input => self.other(command, input.as_ref(), name),
            },
            "out-string" if matches!(input, Some(Value::Json(_))) => input.unwrap_or(Value::Null),
            "set-item" | "new-item" | "remove-item" | "clear-item" => {
                self.set_item(command, input, name);
                Value::Null
            }
            "invoke-command" => {
                const TAKES: Signature =
                    Signature("scriptblock", "argumentlist args", "nonewscope");
                let mut bound = self.bound(command, &TAKES).unwrap_or_default();
                let given = bound.remove("argumentlist").or(bound.remove("args"));
                match (bound.remove("scriptblock"), input) {
                    (Some(Value::Block(code)), None) => {
                        let given = match given {
                            Some(Value::List(values)) => values,
                            given => given.into_iter().collect(),
                        };
                        let bound = placed(code.parts().0, given);
                        self.run(BLOCK, &code, bound)
                    }
                    (_, input) => self.other(command, input.as_ref(), name),
                }
            }
            "start-job" | "start-threadjob" => {
                let text = "a job runs in a PowerShell of its own, which ends with the script; write the call without one";
                self.lost(command.line, text);
                self.other(command, input.as_ref(), name)
            }
            "set-alias" | "new-alias" => {
                self.arguments(command);
                self.distrust("gives a command another name; write the command's own name");
                Value::Null
            }
            "invoke-expression" | "import-module" => {
                let given = self.arguments(command);
                self.lost(
                    command.line,
                    format!("{name} runs code that is not read, in which anything may be"),
                );
                if name == "import-module" && input.is_none() && given.iter().all(is_installed) {
                    return self.vague(LATE);
                }
                self.forget("code that is not read may have changed it");
                self.vague("it comes from code that is not read")
            }
            _ => self.other(command, input.as_ref(), name),
        }
    }

    /// The file that a command is about.
    fn file(&mut self, command: &Command, input: Option<Value>) -> Option<Value> {
        const TAKES: Signature = Signature(
            "path",
            "literalpath encoding readcount totalcount first head",
            "raw parent force",
        );
        let mut bound = self.bound(command, &TAKES).ok()?;
        // The file of a token has one line.
        let lines = ["totalcount", "first", "head"].map(|name| bound.remove(name));
        if lines
            .into_iter()
            .flatten()
            .any(|lines| lines != Value::Number(1))
        {
            return None;
        }
        bound
            .remove("path")
            .or(bound.remove("literalpath"))
            .or(input)
    }

    /// What a file holds.
    pub(crate) fn held_by(&mut self, file: Option<&[Piece]>) -> Value {
        match file.and_then(path) {
            Some(file) => Value::fact(Fact::File(file)),
            None => self.unknown("it is read from a file"),
        }
    }

    /// A command of which no more is known than what it may do to what it gets.
    pub(crate) fn other(&mut self, command: &Command, input: Option<&Value>, name: &str) -> Value {
        let line = command.line;
        let foreign = input.is_some_and(Value::is_foreign);
        let given = self.arguments_for(
            command,
            !foreign || !matches!(name, "foreach-object" | "where-object"),
        );
        match name {
            "set-location" | "push-location" => self.go(command, input),
            "pop-location" if self.under.is_none() => self.folder = None,
            "pop-location" => self.folder = Some(self.unknown(LATE)),
            _ => {}
        }
        if has(WAITING, name) {
            self.wait(command, &given);
            return Value::Null;
        }
        if let Some((_, why)) = NEEDLESS.iter().find(|(names, _)| has(names, name)) {
            self.irrelevant(line, why);
            return Value::Null;
        }
        if name == "stop-process" && given == [Value::fact(Fact::Pid)] {
            self.leave(Flow::Exit, line);
            return Value::Null;
        }
        let splat = command
            .arguments
            .iter()
            .any(|argument| matches!(argument, Argument::Splat(_)));
        if splat || has(SETTING, name) {
            self.forget("a command may have set it");
        }
        let files = |argument: &Argument| !matches!(argument, Argument::Name(name, _) if "variable".starts_with(name.as_str()));
        if name == "tee-object" && command.arguments.first().is_some_and(files) {
            self.lost(line, IN_A_FILE);
        }
        if matches!(name, "get-item" | "get-childitem")
            && given.iter().chain(input).all(Value::is_elsewhere)
        {
            return self.unknown(LATE);
        }
        self.reaches |= matches!(name, "get-item" | "get-childitem" | "get-variable");
        if has(PASSING, name) {
            let picks = matches!(name, "where-object" | "sort-object" | "select-object")
                && !given.iter().any(Value::holds);
            return match input {
                // Why it is not known says more.
                Some(Value::Unknown(unknown)) => Value::Unknown(Unknown {
                    fresh: unknown.fresh && picks,
                    ..unknown.clone()
                }),
                _ => self.vague(LATE),
            };
        }
        if has(HARMLESS, name) || name.starts_with("get-") && name != "get-credential" {
            return match name.trim_end_matches(".exe") {
                "whoami" => self.unknown("whoami gives DOMAIN\\user, which no field of mc-start is; WindowsLoginName is the name alone"),
                "hostname" => self.unknown("hostname may give another name than %COMPUTERNAME%, which ComputerName holds"),
                _ if name.starts_with("write-") => Value::Null,
                _ => self.unknown(LATE),
            };
        }
        if given
            .iter()
            .any(|value| value.lower().starts_with("variable:"))
        {
            self.distrust("sets something that may be a variable or a command");
        }
        self.touch_all(&mut given.iter().chain(input));
        if has(CALLING, name) {
            let names = command
                .arguments
                .iter()
                .filter_map(|argument| match argument {
                    Argument::Name(name, _) => Some(Value::text(format!("-{name}"))),
                    _ => None,
                });
            let given: Vec<_> = given.into_iter().chain(names).collect();
            self.foreign_call(name, &given);
        } else if has(SHELLS, name) {
            self.lost(line, OTHER_SCRIPT);
        } else if !has(SETTING, name) {
            self.lost(
                line,
                format!("{name} is not carried over: mc-start does not do it"),
            );
        }
        self.vague(LATE)
    }

    /// `& program`, `. script`, and whatever else is named by a value.
    fn invoked(&mut self, command: &Command, name: Value, input: Option<&Value>) -> Value {
        let given = self.arguments(command);
        // Behind `--%` nothing is read as PowerShell.
        let plain = command.arguments.iter().all(|argument| {
            matches!(argument, Argument::Value(value) if !matches!(value, Expr::Text(parts)
                if matches!(parts.as_slice(), [Part::Text(text)] if text == "--%")))
        });
        let pieces = name.pieces();
        let program = matches!(pieces.as_deref(), Some([.., Piece::Text(end)]) if end.to_lowercase().ends_with(".exe"));
        if !program {
            self.touch_all(&mut given.iter().chain(input));
            self.lost(command.line, OTHER_SCRIPT);
            if command.operator == '.' || pieces.is_none() || name.reason().is_some() {
                self.forget("another script may have changed it");
            }
            return self.vague("it comes from another script or program");
        }
        // Each is one parameter, whatever it holds.
        let quoted = given.into_iter().map(|value| match value.known() {
            Some(text) if !plain || text.is_empty() || text.contains('"') => {
                self.unknown("it is not certain")
            }
            Some(text) if text.contains([' ', '\t']) => Value::text(format!("\"{text}\"")),
            _ => value,
        });
        let quoted: Vec<_> = quoted.collect();
        let none = command.arguments.is_empty();
        let arguments = if plain {
            Value::List(quoted)
        } else {
            self.unknown("it is not certain")
        };
        self.start(name, Some(arguments).filter(|_| !none), Vec::new(), None);
        Value::Null
    }
}

/// Whether it is a module by its name alone: one that is installed, and knows nothing of the script's variables.
fn is_installed(module: &Value) -> bool {
    match module {
        Value::List(modules) => modules.iter().all(is_installed),
        module => module
            .known()
            .is_some_and(|name| !name.contains(['\\', '/', ':'])),
    }
}

/// `Select-Object -First 1`.
fn is_first(command: &Command) -> bool {
    matches!(&command.arguments[..], [Argument::Name(name, None), Argument::Value(Expr::Number(one))] if name == "first" && one == "1")
}
