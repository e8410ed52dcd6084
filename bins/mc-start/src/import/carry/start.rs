//! The start of the client: which program, with which parameters.

use super::Reader;
use crate::import::pieces::{Argument, arguments};
use crate::import::tokens::Token;
use crate::import::values::Value;

impl Reader {
    /// `Start-Process`.
    pub(super) fn start(&mut self, rest: &[Token], line: usize) {
        let mut positions = ["filepath", "argumentlist"].into_iter();
        let mut program = Value::Unknown;
        let mut given = None;
        let parameters = arguments(rest);
        let named: Vec<_> = parameters
            .iter()
            .filter_map(|argument| argument.name)
            .map(str::to_lowercase)
            .collect();
        for Argument { name, tokens } in parameters {
            let name = name.map(str::to_lowercase).or_else(|| {
                positions
                    .find(|position| !named.iter().any(|name| name == position))
                    .map(str::to_owned)
            });
            match name.as_deref() {
                Some("filepath") => program = self.variables.eval(tokens),
                Some("argumentlist" | "args") => given = Some(self.variables.eval(tokens)),
                Some("wait") => self.say(line, "-Wait is left out: the client runs on its own."),
                Some("verb") => self.say(
                    line,
                    "-Verb is left out: mc-start starts the client with the user's own rights.",
                ),
                _ => {}
            }
        }
        if self.started {
            return self.say(
                line,
                "A second program is not carried over: mc-start starts one.",
            );
        }
        self.started = true;
        match relative(&program) {
            Some(client) => {
                self.say(line, "The program became client.");
                self.script.client = Some(client);
            }
            None => self.say(line, "Which program is started is known only when the script runs; write it into client."),
        }
        match given.as_ref().map(texts) {
            None => {}
            Some(Some(arguments)) => {
                self.say(line, "Its parameters became client_args.");
                self.script.client_args = arguments;
            }
            Some(None) => self.say(
                line,
                "Its parameters are known only when the script runs; write them into client_args.",
            ),
        }
    }
}

/// A program's path; what lies in the script's folder lies in the launcher's.
fn relative(program: &Value) -> Option<String> {
    match program {
        Value::Text(path) => Some(
            path.trim_start_matches(".\\")
                .trim_start_matches("./")
                .to_owned(),
        ),
        Value::Joined(parts) => match parts.as_slice() {
            [Value::Folder, Value::Text(path)] => Some(
                path.trim_start_matches(['\\', '/'])
                    .trim_start_matches(".\\")
                    .to_owned(),
            ),
            _ => None,
        },
        _ => None,
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Text(text) => Some(vec![text.clone()]),
        Value::List(values) => values
            .iter()
            .map(|value| value.text().map(str::to_owned))
            .collect(),
        _ => None,
    }
}
