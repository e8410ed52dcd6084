//! What hooks and dialling do: `rest`, `exec` with `parameters`, `open`, read with their places in the file.

use std::net::Ipv6Addr;

use super::foreign::{Line, foreign, instead};
use super::program::{Program, warn};

use crate::advice;
use mc_cli::settings::{Reader, Section, Text};
use mc_hooks::curl::{CurlCommand, CurlError, Reading, Sender, SenderOptions};
use mc_hooks::{Action, Open, Rest};
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
    if hosts.as_ref().is_some_and(Vec::is_empty)
        && section.texts("hosts").is_some_and(<[_]>::is_empty)
    {
        let warning =
            "`hosts` names none, so that no page is opened; name them, or leave it out for all";
        reader.warning(section.key_place("hosts"), warning);
    }
    if section.has("timeout") {
        let warning = "`timeout` does nothing here: the page is handed to the browser, and nobody waits for it";
        reader.warning(section.key_place("timeout"), warning);
    }
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
