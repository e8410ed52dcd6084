//! What hooks and dialling do: `rest`, `exec` with `parameters`, `open`, read with their places in the file.

use std::net::Ipv6Addr;

use super::foreign::{Line, foreign, instead};

use crate::advice;
use mc_cli::settings::{Reader, Section, Text};
use mc_hooks::curl::{CurlCommand, CurlError, Reading, Sender, SenderOptions};
use mc_hooks::{Action, Exec, ExecFault, ExecOptions, ExecPart, ExecStdin, Open, Rest};
use mc_template::Names;

/// What `User-Agent` says in REST calls that name no other.
pub(crate) const USER_AGENT: &str = concat!("miniclient/", env!("CARGO_PKG_VERSION"));

/// What all actions of a configuration share.
#[derive(Debug)]
pub(super) struct Actions {
    /// None if the certificates to trust cannot be read, which has been told by then.
    sender: Option<Sender>,
}

/// The keys by which an action is given, and those that belong to each.
const KINDS: [(&str, &[&str]); 3] = [
    ("rest", &["answer"]),
    (
        "exec",
        &[
            "parameters",
            "stdin",
            "env",
            "AllowScripts",
            "AllowOptionValues",
        ],
    ),
    ("open", &["hosts"]),
];

/// How the names of values begin that nobody may see.
const HIDDEN: [&str; 2] = ["${secret.", "${oauth."];

impl Actions {
    /// Makes the sender of REST calls; `jtel` says which certificates it trusts beside the system's.
    pub(super) fn new(reader: &mut Reader, jtel: Option<&Section<'_>>) -> Self {
        let mut options = SenderOptions::from_env();
        options.ca_file = jtel.and_then(|section| section.file("ca_file"));
        let sender = match Sender::new(options) {
            Ok(sender) => Some(sender),
            Err(error) => {
                let place = jtel.map_or(reader.start(), |section| section.key_place("ca_file"));
                reader.refuse(place, format!("`ca_file`: {error}"))
            }
        };
        Self { sender }
    }

    /// The sender of REST calls.
    pub(super) fn sender(&self) -> Option<&Sender> {
        self.sender.as_ref()
    }

    /// A curl command.
    pub(super) fn rest(
        &self,
        reader: &mut Reader,
        key: &str,
        text: Text<'_>,
        names: &Names,
    ) -> Option<Action> {
        let reading = Reading::template(names)
            .folder(reader.folder(text.place))
            .user_agent(USER_AGENT);
        let command = match CurlCommand::read(text.value, &reading) {
            Ok(command) => command,
            Err(errors) => {
                for CurlError {
                    offset, problem, ..
                } in errors.iter()
                {
                    let (place, column) = reader.place_in(text, *offset);
                    let told = match instead(text.value, *offset, names) {
                        Some(sentence) => sentence,
                        None => problem.to_string(),
                    };
                    reader.problem(place, format!("`{key}`, column {column}: {told}"));
                }
                return None;
            }
        };
        if let Some(fault) = command.try_samples() {
            return reader.refuse(text.place, format!("`{key}`: {fault}"));
        }
        for warning in command.warnings() {
            warn(reader, key, text, warning.offset, &warning.text);
        }
        for (offset, sentence) in foreign(text.value, Line::Command, names) {
            warn(reader, key, text, offset, &sentence);
        }
        for file in command.files().filter(|file| !file.exists()) {
            let file = file.display();
            let warning =
                format!("`{key}`: {file} is not there; a call that comes before it is will fail");
            reader.warning(text.place, warning);
        }
        for file in command.cookie_files().filter(|file| !file.exists()) {
            let file = file.display();
            let warning =
                format!("`{key}`: {file} is not there; until it is, no cookies of it are sent");
            reader.warning(text.place, warning);
        }
        let sender = self.sender.clone()?;
        // What the command needs beforehand, such as its own certificates; connects to nothing.
        if let Err(error) = sender.prepare(&command) {
            return reader.refuse(text.place, format!("`{key}`: {error}"));
        }
        Some(Rest::new(command, sender).into())
    }

    /// The action of a hook, which must be exactly one.
    pub(super) fn action(
        &self,
        reader: &mut Reader,
        section: &Section<'_>,
        names: &Names,
    ) -> Option<Action> {
        let kinds = KINDS.iter().map(|kind| kind.0);
        let given: Vec<&str> = kinds.filter(|key| section.has(key)).collect();
        match given[..] {
            [_] => self.single(reader, section, names, "this hook has"),
            [] => reader.refuse(
                section.place,
                "this hook does nothing; give it rest = 'curl ...', exec = 'a program' or open = 'a link'",
            ),
            [first, second, ..] => {
                let text = format!(
                    "a hook does one thing, and this one has `{first}` and `{second}`; make two hooks of it"
                );
                reader.refuse(section.key_place(second), text)
            }
        }
    }

    /// The one action of a section that has one.
    pub(super) fn single(
        &self,
        reader: &mut Reader,
        section: &Section<'_>,
        names: &Names,
        here: &str,
    ) -> Option<Action> {
        let (kind, _) = KINDS.into_iter().find(|(kind, _)| section.has(kind))?;
        foreign_keys(reader, section, kind, here);
        match kind {
            "rest" => self.rest(reader, kind, section.text(kind)?, names),
            "exec" => {
                let program = Program {
                    key: kind,
                    text: section.text(kind)?,
                    parameters_key: "parameters",
                    parameters: section.text("parameters"),
                };
                program.exec(reader, Some(section), names)
            }
            _ => open(reader, section, names),
        }
    }
}

/// Keys that belong to another kind of action do nothing, so somebody expects what will not happen.
pub(super) fn foreign_keys(reader: &mut Reader, section: &Section<'_>, kind: &str, here: &str) {
    for (other, keys) in KINDS {
        for key in keys.iter().filter(|key| other != kind && section.has(key)) {
            let text = format!("`{key}` belongs to `{other}`, and {here} `{kind}`; leave it out");
            reader.problem(section.key_place(key), text);
        }
    }
}

/// How the names of programs end.
const PROGRAMS: [&str; 4] = [".exe ", ".bat ", ".cmd ", ".com "];

/// A program and its parameters, whatever their keys are called.
#[derive(Debug)]
pub(super) struct Program<'t> {
    pub(super) key: &'static str,
    pub(super) text: Text<'t>,
    pub(super) parameters_key: &'static str,
    pub(super) parameters: Option<Text<'t>>,
}

impl Program<'_> {
    /// What a name of no program is: a link, a value, a program with its parameters.
    fn misplaced(&self, named: &str, names: &Names) -> Option<String> {
        let lower = named.to_ascii_lowercase();
        if ["http://", "https://", "$crmurl", "$crmlink"]
            .iter()
            .any(|begin| lower.starts_with(begin))
        {
            return Some(
                "a program stands here, and this is a link: to open one write open = '...' in a [[hook]]"
                    .to_owned(),
            );
        }
        let variable = named.match_indices('$').any(|(at, _)| {
            let name = &named[at + 1..];
            (1..=name.len()).any(|end| {
                name.get(..end)
                    .is_some_and(|name| names.known(name).is_some())
            })
        });
        let parameters = variable
            || PROGRAMS.iter().any(|end| lower.contains(end))
            || named.starts_with('"') && named.matches('"').count() >= 2;
        parameters.then(|| {
            format!(
                "the program's path alone stands here; its parameters are `{}`",
                self.parameters_key
            )
        })
    }

    /// With the options that stand in a section beside it.
    pub(super) fn exec(
        &self,
        reader: &mut Reader,
        section: Option<&Section<'_>>,
        names: &Names,
    ) -> Option<Action> {
        if HIDDEN.iter().any(|group| self.text.value.contains(group)) {
            let text = format!(
                "`{}`: no secret may stand in a program's path, which every user of the computer can see; give it to the \
                 program with env = {{ NAME = '${{secret.NAME}}' }}",
                self.key
            );
            return reader.refuse(self.text.place, text);
        }
        let named = reader.expanded(self.key, self.text)?;
        let folder = reader.folder(self.text.place).to_owned();
        let allowed = |key| {
            section
                .and_then(|section| section.switch(key))
                .unwrap_or(false)
        };
        let mut options = ExecOptions::default();
        options.folder = Some(&folder);
        options.allow_scripts = allowed("AllowScripts");
        options.allow_option_values = allowed("AllowOptionValues");
        if section.is_some_and(|section| section.text("stdin").is_some()) {
            options.stdin = ExecStdin::Json;
        }
        let pairs = section.map_or(&[][..], |section| section.pairs("env"));
        let env: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, text)| (*name, text.value))
            .collect();
        options.env = &env;
        let line = self.parameters.map_or("", |text| text.value);
        let errors = match Exec::parse(unquoted(named.trim()), line, &options, names) {
            Ok(exec) => {
                for (part, warning) in exec.warnings() {
                    let (key, text) = match part {
                        ExecPart::Variable(at) => ("env", pairs.get(*at).map(|(_, text)| *text)),
                        _ => (self.parameters_key, self.parameters),
                    };
                    if let Some(text) = text {
                        warn(reader, key, text, warning.offset, &warning.text);
                    }
                }
                if let Some(text) = self.parameters {
                    for (offset, sentence) in foreign(text.value, Line::Parameters, names) {
                        warn(reader, self.parameters_key, text, offset, &sentence);
                    }
                }
                return Some(exec.into());
            }
            Err(errors) => errors,
        };
        for error in errors {
            if let ExecPart::Variable(at) = error.part
                && let Some((name, text)) = pairs.get(at)
            {
                let (place, column) = reader.place_in(*text, error.offset);
                let fault = advice::program(&error.fault);
                reader.problem(place, format!("`env`, {name}, column {column}: {fault}"));
                continue;
            }
            let (ExecPart::Line, Some(parameters)) = (error.part, self.parameters) else {
                let problem = match &error.fault {
                    ExecFault::Program(_) => self.misplaced(named.trim(), names),
                    _ => None,
                };
                let problem = problem.unwrap_or_else(|| advice::program(&error.fault));
                reader.problem(self.text.place, format!("`{}`: {problem}", self.key));
                continue;
            };
            let (place, column) = reader.place_in(parameters, error.offset);
            // The one sentence that names a column of its own, that of the parameters alone.
            let error = match &error.fault {
                ExecFault::Split(split) if parameters.value[error.offset..].contains("\\\"") => {
                    format!(
                        "the {} here is not closed, for `\\\"` is a quote as a character: at the end of a folder write `\\\\\"`",
                        split.quote
                    )
                }
                ExecFault::Split(split) => format!("the {} here is not closed", split.quote),
                fault => advice::program(fault),
            };
            reader.problem(
                place,
                format!("`{}`, column {column}: {error}", self.parameters_key),
            );
        }
        None
    }
}

/// A path without the quotes around it, which a command line would need and a setting does not.
fn unquoted(named: &str) -> &str {
    named
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|path| !path.contains('"'))
        .map_or(named, str::trim)
}

/// The names under `hosts`, without anything around them.
pub(super) fn hosts(reader: &mut Reader, section: &Section<'_>) -> Vec<String> {
    let host = |text: &str| {
        let name = text.trim();
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        if name.strip_prefix("*.").unwrap_or(name).chars().all(plain)
            || name.parse::<Ipv6Addr>().is_ok()
        {
            return Ok(name.to_lowercase());
        }
        let name = name.escape_debug();
        Err(format!(
            "\"{name}\" is not a host name; write the name alone, without scheme, port or path"
        ))
    };
    let texts = section.texts("hosts").unwrap_or_default();
    texts
        .iter()
        .filter_map(|text| reader.parsed("hosts", Some(*text), host))
        .collect()
}

fn open(reader: &mut Reader, section: &Section<'_>, names: &Names) -> Option<Action> {
    let hosts = section.has("hosts").then(|| hosts(reader, section));
    let text = section.text("open")?;
    match Open::parse(text.value, names) {
        Ok(open) => {
            for warning in open.warnings() {
                warn(reader, "open", text, warning.offset, &warning.text);
            }
            for (offset, sentence) in foreign(text.value, Line::Link, names) {
                warn(reader, "open", text, offset, &sentence);
            }
            Some(match hosts {
                Some(hosts) => open.hosts(hosts).into(),
                None => open.into(),
            })
        }
        Err(error) => {
            let (offset, told) = match advice::link(text.value) {
                Some(told) => (0, told),
                None => (error.offset, error.to_string()),
            };
            let (place, column) = reader.place_in(text, offset);
            reader.refuse(place, format!("`open`, column {column}: {told}"))
        }
    }
}

fn warn(reader: &mut Reader, key: &str, text: Text<'_>, offset: usize, warning: &str) {
    let (place, column) = reader.place_in(text, offset);
    reader.warning(place, format!("`{key}`, column {column}: {warning}"));
}
