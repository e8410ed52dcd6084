//! From a script to settings: what it does that mc-start does too, what it does differently, what is left out.

mod call;
mod start;

use mc_identity::Field;

use super::tokens::{self, Kind, Token};
use super::values::{Entry, Value, Variables};

/// What a script holds.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) url: Option<String>,
    /// The token, when it stands in the script.
    pub(super) token: Option<String>,
    pub(super) client: Option<String>,
    pub(super) client_args: Vec<String>,
    pub(super) fields: Vec<Field>,
    pub(super) extra: Vec<(String, String)>,
    pub(super) proxy: Option<String>,
    /// A sentence for each thing found: what becomes of it.
    pub(super) sentences: Vec<String>,
}

/// Commands that do nothing that mc-start would have to do.
const HARMLESS: &[&str] = &[
    "write-host",
    "write-output",
    "write-error",
    "write-warning",
    "write-verbose",
    "set-strictmode",
    "out-null",
    "convertto-json",
    "convertfrom-json",
    "join-path",
    "split-path",
    "test-path",
    "resolve-path",
    "add-type",
    "select-object",
    "where-object",
    "foreach-object",
    "sort-object",
    "get-netipaddress",
    "get-netipconfiguration",
    "get-netadapter",
    "get-wmiobject",
    "get-ciminstance",
    "get-process",
    "stop-process",
    "get-location",
    "set-location",
    "out-string",
    "new-object",
    "get-date",
    "write-debug",
    "write-information",
    "get-content",
    "start-transcript",
    "stop-transcript",
    "exit-pssession",
    "get-item",
    "measure-object",
];

/// Reads a script.
pub(super) fn read(source: &str) -> Script {
    let tokens = tokens::read(source);
    let mut reader = Reader {
        variables: Variables::default(),
        script: Script::default(),
        sent: false,
        started: false,
    };
    reader.statements(&tokens);
    reader.finish();
    reader.script
}

struct Reader {
    variables: Variables,
    script: Script,
    /// Whether a call was found.
    sent: bool,
    /// Whether a start of a program was found.
    started: bool,
}

impl Reader {
    /// Goes through the script in its order, into blocks too: what is in `try`, `if` and functions counts as done.
    fn statements(&mut self, tokens: &[Token]) {
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            if let Some(length) = self.assignment(rest) {
                at += length;
                continue;
            }
            if let Some(command) = rest[0].word().map(str::to_lowercase)
                && is_command_place(at.checked_sub(1).map(|before| &tokens[before]))
            {
                self.command(&command, &rest[1..=statement(&rest[1..])], rest[0].line);
            }
            at += 1;
        }
    }

    /// `$name = ..`, `$table.name = ..`, `$table["name"] = ..`, `$table.Add("name", ..)`; gives its length.
    fn assignment(&mut self, tokens: &[Token]) -> Option<usize> {
        let [
            Token {
                kind: Kind::Variable(name),
                line,
            },
            rest @ ..,
        ] = tokens
        else {
            return None;
        };
        let (entry, value) = match rest {
            [equals, value @ ..] if equals.is('=') => (None, value),
            [open, key, close, equals, value @ ..]
                if open.is('[') && close.is(']') && equals.is('=') =>
            {
                let key = self.variables.eval(std::slice::from_ref(key));
                (Some(key.text()?.to_owned()), value)
            }
            [
                Token {
                    kind: Kind::Word(word),
                    ..
                },
                equals,
                value @ ..,
            ] if equals.is('=') => (Some(word.strip_prefix('.')?.to_owned()), value),
            [
                Token {
                    kind: Kind::Word(word),
                    ..
                },
                open,
                ..,
            ] if word.eq_ignore_ascii_case(".add") && open.is('(') => {
                let length = statement(&tokens[2..]);
                let Value::List(values) = self.variables.eval(&tokens[2..2 + length]) else {
                    return None;
                };
                let [Value::Text(key), value] = values.as_slice() else {
                    return None;
                };
                let entry = Entry {
                    name: key.clone(),
                    value: value.clone(),
                    line: *line,
                };
                self.variables.add(name, entry);
                return Some(2 + length);
            }
            _ => return None,
        };
        let length = statement(value);
        let expression = &value[..length];
        // The result of a call that is kept: the call is what counts.
        if let [
            Token {
                kind: Kind::Word(word),
                line,
            },
            arguments @ ..,
        ] = expression
            && is_call(&word.to_lowercase())
        {
            self.call(stage(arguments), *line);
        } else {
            let value = self.variables.eval(expression);
            match entry {
                Some(key) => self.variables.add(
                    name,
                    Entry {
                        name: key,
                        value,
                        line: *line,
                    },
                ),
                None => self.variables.set(name, value, *line),
            }
        }
        Some(tokens.len() - value.len() + length)
    }

    fn command(&mut self, command: &str, rest: &[Token], line: usize) {
        match command {
            call if is_call(call) => self.call(stage(rest), line),
            "start-process" | "saps" | "start" => self.start(stage(rest), line),
            "unblock-file" => self.say(
                line,
                "Unblock-File: mc-start unblocks the client by itself.",
            ),
            "start-sleep" | "sleep" => {
                self.say(line, "Start-Sleep is left out: mc-start does not wait.");
            }
            verb if verb.contains('-')
                && !verb.starts_with('-')
                && verb.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
                && !HARMLESS.contains(&verb) =>
            {
                self.say(
                    line,
                    &format!("{verb} is not carried over: mc-start does not do it."),
                );
            }
            _ => {}
        }
    }

    /// What can be said only when all has been read.
    fn finish(&mut self) {
        if self.script.url.is_none() {
            let found = self.variables.all().find_map(|(value, line)| {
                value
                    .text()
                    .filter(|text| text.contains("/routingApplications/run/"))
                    .map(|url| (url.to_owned(), line))
            });
            if let Some((url, line)) = found {
                self.script.url = Some(url);
                self.say(line, "The URL became url.");
            }
        }
        if !self.started {
            self.script.sentences.push("No program is started; mc-start starts ACDMiniClient.exe beside it, or miniclient.".to_owned());
        }
    }

    fn say(&mut self, line: usize, text: &str) {
        self.script.sentences.push(format!("line {line}: {text}"));
    }
}

fn is_call(command: &str) -> bool {
    matches!(
        command,
        "invoke-restmethod" | "irm" | "invoke-webrequest" | "iwr"
    )
}

/// Whether a word behind this token is a command: at the beginning of a statement, in a block, after `|` or `(`.
fn is_command_place(before: Option<&Token>) -> bool {
    before.is_none_or(|token| match &token.kind {
        Kind::End => true,
        Kind::Symbol(symbol) => "{}(|=&".contains(*symbol),
        _ => false,
    })
}

/// How many tokens a statement takes: up to the end of its line, unless a bracket is open or something must follow.
fn statement(tokens: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        depth += token.nesting();
        if depth < 0 {
            return at;
        }
        let unfinished =
            at > 0 && matches!(tokens[at - 1].kind, Kind::Symbol('|' | ',' | '+' | '='));
        if depth == 0 && token.kind == Kind::End && !unfinished {
            return at;
        }
    }
    tokens.len()
}

/// What belongs to a command: all up to the next stage of a pipeline.
fn stage(tokens: &[Token]) -> &[Token] {
    let mut depth = 0;
    let end = tokens.iter().position(|token| {
        depth += token.nesting();
        depth == 0 && token.is('|')
    });
    &tokens[..end.unwrap_or(tokens.len())]
}

#[cfg(test)]
mod tests;
