//! The start of a program.

use crate::bind::{Bound, Signature};
use crate::found::Start;
use crate::names::{CALLING, has, in_order};
use crate::outcome::file;
use crate::reader::Reader;
use crate::syntax::{Body, Command, Kind, Stage, Statement, word};
use crate::value::{Fact, Value, path};

const TAKES: Signature = Signature(
    "filepath argumentlist",
    "args path literalpath workingdirectory windowstyle verb credential redirectstandardoutput redirectstandarderror \
     redirectstandardinput environment",
    "wait passthru nonewwindow loaduserprofile usenewenvironment",
);

pub(crate) const STARTED: &str = "it is the client that was started";

impl Reader {
    pub(crate) fn start_process(&mut self, command: &Command, input: Option<Value>) -> Value {
        let mut losses = Vec::new();
        let mut bound = self.bound(command, &TAKES).unwrap_or_else(|name| {
            losses.push(format!("Start-Process with {name} is not read"));
            Bound::new()
        });
        self.line = command.line;
        let passes = bound.remove("passthru").is_some();
        let program = ["filepath", "path", "literalpath"]
            .iter()
            .find_map(|name| bound.remove(*name))
            .or(input);
        let program = program.unwrap_or_else(|| self.unknown("it is not read"));
        let arguments = bound.remove("argumentlist").or(bound.remove("args"));
        let folder = bound.remove("workingdirectory");
        let plain = "nonewwindow loaduserprofile erroraction ea";
        bound.retain(|name, value| {
            !(has(plain, name) || name == "windowstyle" && value.lower() == "normal")
        });
        let mut rest: Vec<_> = bound.into_keys().collect();
        in_order(&mut rest);
        losses.extend(rest.iter().map(|name| {
            format!("-{name}: mc-start starts the client as it is, and does not wait for it")
        }));
        self.start(program, arguments, losses, folder.as_ref());
        if passes {
            self.unknown(STARTED)
        } else {
            Value::Null
        }
    }

    /// A program is started, in this folder or the current one.
    pub(crate) fn start(
        &mut self,
        program: Value,
        arguments: Option<Value>,
        mut losses: Vec<String>,
        folder: Option<&Value>,
    ) {
        // Where the program is not there, mc-start starts none either, and says so.
        let is_there = self.there.as_ref() == Some(&program) && self.distrusted.is_none();
        let path = program.known().unwrap_or_default();
        let below = [".\\", "./"]
            .iter()
            .find_map(|start| path.strip_prefix(start));
        let program = match (self.folder.clone(), below) {
            (Some(folder), Some(below)) => self.below(folder, Value::text(below)),
            _ => program,
        };
        let current = self.folder.as_ref();
        if folder
            .or(current)
            .is_some_and(|folder| !is_own(folder, &program))
        {
            let text = match folder {
                Some(_) => {
                    "-WorkingDirectory: mc-start starts the client in the client's own folder"
                }
                None => "the client is started in its own folder",
            };
            losses.push(text.to_owned());
        }
        let start = Start {
            line: self.line,
            under: self.under.filter(|_| !is_there),
            program,
            arguments,
            losses,
        };
        let by = file(&start).unwrap_or_default();
        if let Some(by) = [format!("{by}.exe"), by]
            .into_iter()
            .find(|by| has(CALLING, by))
        {
            let given: Vec<_> = start.arguments.into_iter().collect();
            return self.foreign_call(&by, &given);
        }
        self.counted(false);
        self.starts.push(start);
    }
}

impl Reader {
    /// The file of which a condition asks whether it is there, and nothing else.
    pub(crate) fn looked_for(&mut self, condition: &Body) -> Option<Value> {
        let [
            Statement {
                kind: Kind::Pipeline(stages),
                ..
            },
        ] = condition.as_slice()
        else {
            return None;
        };
        let [Stage::Command(command)] = stages.as_slice() else {
            return None;
        };
        let is_own = self.functions.get("test-path").is_some();
        if is_own || !word(&command.name)?.eq_ignore_ascii_case("test-path") {
            return None;
        }
        let takes = Signature("path", "literalpath pathtype", "");
        let mut bound = self.bound(command, &takes).ok()?;
        let kind = bound.remove("pathtype");
        let path = bound.remove("path").or(bound.remove("literalpath"));
        path.filter(|_| bound.is_empty() && kind.is_none_or(|kind| kind.lower() == "leaf"))
    }

    /// A command makes a folder the current one.
    pub(crate) fn go(&mut self, command: &Command, input: Option<&Value>) {
        let takes = Signature("path", "literalpath stackname", "passthru");
        let mut bound = self.bound(command, &takes).unwrap_or_default();
        let path = bound.remove("path").or(bound.remove("literalpath"));
        let path = path.or(input.cloned()).filter(|_| self.under.is_none());
        let path = path.unwrap_or_else(|| self.unknown("another folder may be the current one"));
        self.reaches |= !path.is_elsewhere();
        self.folder = Some(path);
    }
}

/// Whether it is the folder in which the program lies.
fn is_own(folder: &Value, program: &Value) -> bool {
    let text = |value: &Value| value.pieces().as_deref().and_then(path);
    let program = text(program).unwrap_or_default();
    let own = program.rsplit_once('\\').unwrap_or_default().0;
    let folder = if *folder == Value::fact(Fact::Folder) {
        Some(String::new())
    } else {
        text(folder)
    };
    folder.is_some_and(|folder| folder.trim_end_matches('\\').eq_ignore_ascii_case(own))
}
