//! From a script to settings: what it does that mc-start does too, what it does differently, what is left out.

use mc_identity::Field;

use super::tokens::{self, Kind, Token};
use super::values::{Argument, Entry, Value, Variables, arguments};

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

    /// `Invoke-RestMethod` and its like.
    fn call(&mut self, rest: &[Token], line: usize) {
        let mut parameters: Vec<(String, Value)> = Vec::new();
        for argument in arguments(rest) {
            match argument {
                Argument {
                    tokens:
                        [
                            Token {
                                kind: Kind::Splat(name),
                                ..
                            },
                        ],
                    ..
                } => {
                    let table = self.variables.get(name);
                    let entries = table
                        .entries()
                        .iter()
                        .map(|entry| (entry.name.to_lowercase(), entry.value.clone()));
                    parameters.extend(entries);
                }
                Argument {
                    name: Some(name),
                    tokens,
                } => {
                    parameters.push((name.to_lowercase(), self.variables.eval(tokens)));
                }
                Argument { name: None, tokens } => {
                    parameters.push(("uri".to_owned(), self.variables.eval(tokens)));
                }
            }
        }
        if self.sent {
            return self.say(
                line,
                "A second call is not carried over: mc-start makes one.",
            );
        }
        self.sent = true;
        for (name, value) in parameters {
            match name.as_str() {
                "uri" => self.url(&value, line),
                "headers" => self.headers(&value, line),
                "body" => self.body(&value, line),
                "method" if value.text().is_none_or(|method| method.eq_ignore_ascii_case("post")) => {}
                "method" => self.say(line, "The method is not carried over: mc-start sends POST."),
                "timeoutsec" => self.say(line, "The time limit is left out: mc-start waits 3 s for a connection and 15 s for an answer, and tries again within 30 s."),
                "skipcertificatecheck" => self.unchecked(line),
                "proxy" => match value {
                    Value::Text(proxy) => {
                        self.say(line, "The proxy became proxy.");
                        self.script.proxy = Some(proxy);
                    }
                    _ => self.say(line, "The proxy is not carried over: it is known only when the script runs; write it into proxy."),
                },
                "usedefaultcredentials" | "credential" => {
                    self.say(line, "Credentials other than the token are not carried over.");
                }
                _ => {}
            }
        }
    }

    fn url(&mut self, value: &Value, line: usize) {
        match value {
            Value::Text(url) => {
                self.say(line, "The URL became url.");
                self.script.url = Some(url.clone());
            }
            _ => self.say(
                line,
                "The URL is put together when the script runs; write it into url.",
            ),
        }
    }

    fn headers(&mut self, value: &Value, line: usize) {
        for entry in value.entries() {
            match entry.name.to_lowercase().as_str() {
                "authorization" => self.authorization(&entry.value, entry.line),
                "content-type" | "accept" => {}
                name => {
                    let text = format!(
                        "The header {name} is not carried over: mc-start sends Authorization and Content-Type."
                    );
                    self.say(entry.line, &text);
                }
            }
        }
        if value.entries().is_empty() {
            self.say(
                line,
                "The headers are put together when the script runs; mc-start makes its own.",
            );
        }
    }

    fn authorization(&mut self, value: &Value, line: usize) {
        let parts = match value {
            Value::Joined(parts) => parts.as_slice(),
            value => std::slice::from_ref(value),
        };
        // "Bearer " and the token, in one text or in two pieces.
        let bearer = |text: &str| {
            text.get(..7)
                .is_some_and(|start| start.eq_ignore_ascii_case("bearer "))
        };
        match parts {
            [Value::Text(text)] if bearer(text) && text.trim().len() > 7 => {
                self.script.token = Some(text[7..].trim().to_owned());
                let line = self.variables.line("env:API_TOKEN").or(self.variables.line("token")).unwrap_or(line);
                self.say(line, "The token was taken out of the script and into a file of its own.");
            }
            [Value::Text(text), Value::Environment(name)] if bearer(text) => {
                let text = if name == "API_TOKEN" {
                    "The token comes from API_TOKEN; mc-start takes it from there, too.".to_owned()
                } else {
                    format!("The token comes from the environment variable {name}, which mc-start does not read: use API_TOKEN, token_file or `mc-start token set`.")
                };
                self.say(line, &text);
            }
            _ => self.say(line, "The token is put together when the script runs; use API_TOKEN, token_file or `mc-start token set`."),
        }
    }

    fn body(&mut self, value: &Value, line: usize) {
        if value.entries().is_empty() {
            return self.say(line, "The body is put together when the script runs; mc-start sends its fields, see fields.");
        }
        for Entry { name, value, line } in value.entries() {
            let known = name.parse::<Field>().ok();
            match (known, value) {
                // What is reported under its usual name; how the script comes by it is its own affair.
                (
                    Some(field),
                    Value::Identity(_) | Value::Unknown | Value::Environment(_) | Value::Joined(_),
                ) => {
                    self.script.fields.push(field);
                    if *value == Value::Identity(field) && field == Field::IpAddress {
                        self.say(*line, "IPAddress is in fields. The script takes the first address it finds; mc-start takes the one that leads to the server. For the first one, write ip = \"first\".");
                    } else if *value == Value::Identity(field) {
                        self.say(*line, &format!("{} is in fields.", field.name()));
                    } else {
                        self.say(
                            *line,
                            &format!(
                                "{} is in fields; mc-start finds the value in its own way.",
                                field.name()
                            ),
                        );
                    }
                    if name != field.name() {
                        self.say(*line, &format!("It is spelled {} there, not {name}; jtel does not tell the two apart.", field.name()));
                    }
                }
                (_, Value::Text(text)) => {
                    self.script.extra.push((name.clone(), text.clone()));
                    self.say(
                        *line,
                        &format!("{name} is a fixed value and went into [extra]."),
                    );
                }
                (None, Value::Identity(field)) => {
                    self.say(*line, &format!("{name} is not carried over: mc-start reports this value as {}. Put that into fields and let the routing application read it.", field.name()));
                }
                _ => self.say(
                    *line,
                    &format!("{name} is not carried over: it is known only when the script runs."),
                ),
            }
        }
    }

    fn start(&mut self, rest: &[Token], line: usize) {
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

    fn unchecked(&mut self, line: usize) {
        self.say(line, "That certificates are not checked is not carried over: name the company's root certificate in ca_file.");
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

#[cfg(test)]
mod tests;
