//! What the expressions of a script come to, as far as that can be said without running it.

use std::collections::HashMap;

use mc_identity::Field;

use super::pieces::{arguments, closing, position, split, trimmed};
use super::tokens::{Kind, Part, Token};

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// Something of the workstation's identity.
    Identity(Field),
    /// A variable of the environment that the script does not set.
    Environment(String),
    /// The script's own folder.
    Folder,
    Table(Vec<Entry>),
    List(Vec<Value>),
    /// Several, one behind the other, as in `"Bearer $token"`.
    Joined(Vec<Value>),
    /// Only a run could tell.
    Unknown,
}

/// An entry of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) value: Value,
    pub(super) line: usize,
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        if let Self::Table(entries) = self {
            entries
        } else {
            &[]
        }
    }

    fn joined(values: impl IntoIterator<Item = Self>) -> Self {
        let mut joined: Vec<Self> = Vec::new();
        let flat = values.into_iter().flat_map(|value| match value {
            Self::Joined(values) => values,
            value => vec![value],
        });
        for value in flat {
            match (joined.last_mut(), value) {
                (Some(Self::Text(before)), Self::Text(text)) => before.push_str(&text),
                (_, value) => joined.push(value),
            }
        }
        if joined.len() > 1 {
            joined.retain(|value| value.text() != Some(""));
        }
        match joined.len() {
            0 => Self::Text(String::new()),
            1 => joined.swap_remove(0),
            _ => Self::Joined(joined),
        }
    }
}

/// The variables of a script and what they hold.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// By name in small letters, without a scope other than `env:`.
    held: HashMap<String, (Value, usize)>,
}

/// How scripts ask for the address: each of these lists the computer's.
const ADDRESS_SOURCES: &[&str] = &[
    "get-netipaddress",
    "get-netipconfiguration",
    "win32_networkadapterconfiguration",
    "gethostaddresses",
    "gethostentry",
    "getallnetworkinterfaces",
];

impl Variables {
    pub(super) fn set(&mut self, name: &str, value: Value, line: usize) {
        self.held.insert(key(name), (value, line));
    }

    /// The entries of a table that is held, to add to; a variable that holds none becomes one.
    pub(super) fn add(&mut self, name: &str, entry: Entry) {
        let held = self
            .held
            .entry(key(name))
            .or_insert((Value::Table(Vec::new()), entry.line));
        if let Value::Table(entries) = &mut held.0 {
            entries.retain(|known| !known.name.eq_ignore_ascii_case(&entry.name));
            entries.push(entry);
        }
    }

    /// Every variable with its value and the line that set it.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Value, usize)> {
        self.held.values().map(|(value, line)| (value, *line))
    }

    /// The line that set a variable.
    pub(super) fn line(&self, name: &str) -> Option<usize> {
        self.held.get(&key(name)).map(|(_, line)| *line)
    }

    pub(super) fn get(&self, name: &str) -> Value {
        let key = key(name);
        if let Some((value, _)) = self.held.get(&key) {
            return value.clone();
        }
        match key.strip_prefix("env:") {
            Some(variable) => environment(variable),
            None if key == "psscriptroot" => Value::Folder,
            None => Value::Unknown,
        }
    }

    /// What an expression comes to.
    pub(super) fn eval(&self, tokens: &[Token]) -> Value {
        let words = || tokens.iter().filter_map(Token::word).map(str::to_lowercase);
        if words().any(|word| ADDRESS_SOURCES.iter().any(|source| word.contains(source))) {
            return Value::Identity(Field::IpAddress);
        }
        let pipeline = split(tokens, |token| token.is('|'));
        if pipeline.len() > 1 {
            // Only what leaves the value as it is may follow.
            let harmless = |stage: &&[Token]| {
                let first = stage
                    .first()
                    .and_then(Token::word)
                    .unwrap_or_default()
                    .to_lowercase();
                matches!(first.as_str(), "convertto-json" | "out-string")
            };
            let rest = &pipeline[1..];
            return if rest.iter().all(harmless) {
                self.eval(pipeline[0])
            } else {
                Value::Unknown
            };
        }
        if let [
            Token {
                kind: Kind::Symbol('['),
                ..
            },
            ..,
        ] = tokens
            && let Some(end) = closing(tokens)
            && !tokens
                .get(end + 1)
                .and_then(Token::word)
                .unwrap_or_default()
                .starts_with("::")
        {
            // A type before the value: `[ordered]@{..}`, `[string]$x`.
            return self.eval(&tokens[end + 1..]);
        }
        if let Some(at) = position(tokens, |token| {
            token
                .word()
                .is_some_and(|word| word.eq_ignore_ascii_case("-f"))
        }) {
            return self.format(&tokens[..at], &tokens[at + 1..]);
        }
        let items = split(tokens, |token| token.is(','));
        if items.len() > 1 {
            return Value::List(items.into_iter().map(|item| self.eval(item)).collect());
        }
        let terms = split(tokens, |token| token.is('+'));
        if terms.len() > 1 {
            return Value::joined(terms.into_iter().map(|term| self.eval(term)));
        }
        self.term(tokens)
    }

    fn term(&self, tokens: &[Token]) -> Value {
        match tokens {
            [
                Token {
                    kind: Kind::Text(parts),
                    ..
                },
            ] => Value::joined(parts.iter().map(|part| match part {
                Part::Text(text) => Value::Text(text.clone()),
                Part::Variable(name) => self.get(name),
                Part::Code(_) => Value::Unknown,
            })),
            [
                Token {
                    kind: Kind::Variable(name),
                    ..
                },
            ] => self.get(name),
            [
                Token {
                    kind: Kind::Table, ..
                },
                ..,
            ] if closing(tokens) == Some(tokens.len() - 1) => {
                Value::Table(self.table(&tokens[1..tokens.len() - 1]))
            }
            [
                Token {
                    kind: Kind::Symbol('('),
                    ..
                },
                ..,
            ] if closing(tokens) == Some(tokens.len() - 1) => {
                self.eval(trimmed(&tokens[1..tokens.len() - 1]))
            }
            [
                Token {
                    kind: Kind::Word(word),
                    ..
                },
                rest @ ..,
            ] => self.command(word, rest),
            // `[Environment]::UserName` and the like.
            [
                Token {
                    kind: Kind::Symbol('['),
                    ..
                },
                ..,
            ] => {
                let words: Vec<_> = tokens
                    .iter()
                    .filter_map(Token::word)
                    .map(str::to_lowercase)
                    .collect();
                let names = |name: &str| words.iter().any(|word| word.contains(name));
                if names("::username") {
                    Value::Identity(Field::WindowsLoginName)
                } else if names("::machinename") || names("::gethostname") {
                    Value::Identity(Field::ComputerName)
                } else if names("::getenvironmentvariable") {
                    let text = tokens
                        .iter()
                        .find(|token| matches!(token.kind, Kind::Text(_)));
                    match text.map(|token| self.term(std::slice::from_ref(token))) {
                        Some(Value::Text(name)) => self.get(&format!("env:{name}")),
                        _ => Value::Unknown,
                    }
                } else {
                    Value::Unknown
                }
            }
            _ => Value::Unknown,
        }
    }

    /// A command that gives a value.
    fn command(&self, word: &str, rest: &[Token]) -> Value {
        let lower = word.to_lowercase();
        match lower.as_str() {
            "join-path" => {
                let arguments = arguments(rest);
                let mut paths = arguments.iter().map(|argument| self.eval(argument.tokens));
                let (Some(folder), Some(name)) = (paths.next(), paths.next()) else {
                    return Value::Unknown;
                };
                Value::joined([folder, Value::Text("\\".to_owned()), name])
            }
            // Scripts ask for their own path in several ways and take its folder.
            "split-path" => Value::Folder,
            "hostname" | "hostname.exe" => Value::Identity(Field::ComputerName),
            "convertto-json" => arguments(rest)
                .iter()
                .filter(|argument| matches!(argument.name, None | Some("InputObject")))
                .map(|argument| self.eval(argument.tokens))
                .next()
                .unwrap_or(Value::Unknown),
            _ if rest.is_empty() && lower.bytes().all(|byte| byte.is_ascii_digit()) => {
                Value::Text(word.to_owned())
            }
            // A bare word is a text where a parameter stands: `-FilePath .\client.exe`.
            _ if rest.is_empty() && !word.starts_with('-') => Value::Text(word.to_owned()),
            _ => Value::Unknown,
        }
    }

    /// `"Bearer {0}" -f $token`.
    fn format(&self, pattern: &[Token], values: &[Token]) -> Value {
        let Value::Text(pattern) = self.eval(pattern) else {
            return Value::Unknown;
        };
        let mut joined = Vec::new();
        let mut rest = pattern.as_str();
        let values = split(values, |token| token.is(','));
        while let Some((before, after)) = rest.split_once('{') {
            let Some((number, tail)) = after.split_once('}') else {
                return Value::Unknown;
            };
            let Some(value) = number
                .parse()
                .ok()
                .and_then(|number: usize| values.get(number))
            else {
                return Value::Unknown;
            };
            joined.extend([Value::Text(before.to_owned()), self.eval(value)]);
            rest = tail;
        }
        joined.push(Value::Text(rest.to_owned()));
        Value::joined(joined)
    }

    fn table(&self, tokens: &[Token]) -> Vec<Entry> {
        let lines = split(tokens, |token| token.kind == Kind::End);
        lines
            .into_iter()
            .filter_map(|line| {
                let at = position(line, |token| token.is('='))?;
                let name = match &line.get(..at)? {
                    [
                        Token {
                            kind: Kind::Word(word),
                            ..
                        },
                    ] => word.clone(),
                    name => self.eval(name).text()?.to_owned(),
                };
                Some(Entry {
                    name,
                    value: self.eval(&line[at + 1..]),
                    line: line[0].line,
                })
            })
            .collect()
    }
}

/// What Windows keeps in variables that everybody's scripts read.
fn environment(name: &str) -> Value {
    match name {
        "username" => Value::Identity(Field::WindowsLoginName),
        "computername" => Value::Identity(Field::ComputerName),
        "userdomain" => Value::Identity(Field::DomainName),
        "sessionname" => Value::Identity(Field::SessionName),
        "clientname" => Value::Identity(Field::ClientName),
        name => Value::Environment(name.to_uppercase()),
    }
}

/// A variable's name for comparison: small letters, no scope but `env:`.
fn key(name: &str) -> String {
    let name = name.to_lowercase();
    match name.split_once(':') {
        Some(("env", _)) | None => name,
        Some((_, bare)) => bare.to_owned(),
    }
}
