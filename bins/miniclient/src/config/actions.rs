//! What hooks and dialling do: `rest`, `exec` with `parameters`, `open`, read with their places in the file.

use mc_hooks::curl::{CurlCommand, CurlError, Reading, Sender, SenderOptions};
use mc_hooks::{Action, Exec, ExecFault, ExecOptions, ExecStdin, Open, Rest};
use mc_template::Names;

use super::reader::{Reader, Text};
use super::section::{Section, path_text};
use super::sections::{host, one_of};

/// What `User-Agent` says in REST calls that name no other.
const USER_AGENT: &str = concat!("miniclient/", env!("CARGO_PKG_VERSION"));

/// What all actions of a configuration share.
#[derive(Debug)]
pub(super) struct Ground {
    /// None if the certificates to trust cannot be read, which has been told by then.
    sender: Option<Sender>,
}

/// The keys by which an action is given, and those that belong to each.
const KINDS: [(&str, &[&str]); 3] = [
    ("rest", &[]),
    (
        "exec",
        &["parameters", "stdin", "AllowScripts", "AllowOptionValues"],
    ),
    ("open", &["hosts"]),
];

impl Ground {
    /// Makes the sender of REST calls; `jtel` says which certificates it trusts beside the system's.
    pub(super) fn new(
        reader: &mut Reader,
        ca_file: Option<&std::path::Path>,
        jtel: Option<&Section<'_>>,
    ) -> Self {
        let mut options = SenderOptions::from_env();
        options.ca_file = ca_file.map(ToOwned::to_owned);
        let sender = match Sender::new(options) {
            Ok(sender) => Some(sender),
            Err(error) => {
                let place = jtel.map_or(reader.start(), |section| section.key_place("ca_file"));
                reader.problem(place, format!("`ca_file`: {error}"));
                None
            }
        };
        Self { sender }
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
                    reader.problem(place, format!("`{key}`, column {column}: {problem}"));
                }
                return None;
            }
        };
        for warning in command.warnings() {
            warn(reader, key, text, warning.offset, &warning.text);
        }
        for file in command.files().filter(|file| !file.exists()) {
            let file = file.display();
            let warning =
                format!("`{key}`: {file} is not there; a call that comes before it is will fail");
            reader.warning(text.place, warning);
        }
        let sender = self.sender.clone()?;
        // What the command needs beforehand, such as its own certificates; connects to nothing.
        if let Err(error) = sender.prepare(&command) {
            reader.problem(text.place, format!("`{key}`: {error}"));
            return None;
        }
        Some(Rest::new(command, sender).into())
    }

    /// The action of a section, which must be exactly one.
    pub(super) fn action(
        &self,
        reader: &mut Reader,
        section: &Section<'_>,
        names: &Names,
    ) -> Option<Action> {
        let given: Vec<&str> = KINDS
            .iter()
            .map(|kind| kind.0)
            .filter(|key| section.has(key))
            .collect();
        match given[..] {
            [kind] => {
                foreign_keys(reader, section, kind);
                match kind {
                    "rest" => {
                        let text = section.filled(reader, "rest")?;
                        self.rest(reader, "rest", text, names)
                    }
                    "exec" => exec(reader, section, names),
                    _ => open(reader, section, names),
                }
            }
            [] => {
                reader.problem(
                    section.place,
                    "this hook does nothing; give it rest = 'curl ...', exec = 'a program' or open = 'a link'",
                );
                None
            }
            [first, second, ..] => {
                reader.problem(
                    section.key_place(second),
                    format!("a hook does one thing, and this one has `{first}` and `{second}`; make two hooks of it"),
                );
                None
            }
        }
    }
}

/// A program with the options that stand beside it, in a hook or under `[dial]`.
pub(super) fn exec(reader: &mut Reader, section: &Section<'_>, names: &Names) -> Option<Action> {
    let options = ExecSettings::of(reader, section);
    let program = section.filled(reader, "exec");
    let parameters = section.text(reader, "parameters");
    program_with(
        reader,
        ("exec", program?),
        ("parameters", parameters),
        options,
        names,
    )
}

/// What is allowed to a program, and what it reads.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ExecSettings {
    allow_scripts: bool,
    allow_option_values: bool,
    stdin: ExecStdin,
}

impl ExecSettings {
    pub(super) fn of(reader: &mut Reader, section: &Section<'_>) -> Self {
        let mut settings = Self {
            allow_scripts: section.boolean(reader, "AllowScripts").unwrap_or(false),
            allow_option_values: section
                .boolean(reader, "AllowOptionValues")
                .unwrap_or(false),
            stdin: ExecStdin::None,
        };
        if let Some(text) = section.optional_text(reader, "stdin") {
            match text.value {
                "json" => settings.stdin = ExecStdin::Json,
                _ => one_of(reader, "stdin", text, &["json"]),
            }
        }
        settings
    }
}

/// A program and its parameters, whatever their keys are called.
pub(super) fn program_with(
    reader: &mut Reader,
    (program_key, program): (&str, Text<'_>),
    (parameters_key, parameters): (&str, Option<Text<'_>>),
    settings: ExecSettings,
    names: &Names,
) -> Option<Action> {
    let named = path_text(reader, program_key, program)?;
    let folder = reader.folder(program.place).to_owned();
    let mut options = ExecOptions::default();
    options.folder = Some(&folder);
    options.allow_scripts = settings.allow_scripts;
    options.allow_option_values = settings.allow_option_values;
    options.stdin = settings.stdin;
    let line = parameters.map_or("", |text| text.value);
    match Exec::parse(named.trim(), line, &options, names) {
        Ok(exec) => {
            if let Some(parameters) = parameters {
                for warning in exec.warnings() {
                    warn(
                        reader,
                        parameters_key,
                        parameters,
                        warning.offset,
                        &warning.text,
                    );
                }
            }
            Some(exec.into())
        }
        Err(errors) => {
            for error in errors {
                match (error.offset, parameters) {
                    (Some(offset), Some(parameters)) => {
                        let (place, column) = reader.place_in(parameters, offset);
                        // The one sentence that names a column of its own, that of the parameters alone.
                        let error = match &error.fault {
                            ExecFault::Split(split) => {
                                format!("the {} here is not closed", split.quote)
                            }
                            fault => fault.to_string(),
                        };
                        reader.problem(
                            place,
                            format!("`{parameters_key}`, column {column}: {error}"),
                        );
                    }
                    _ => reader.problem(program.place, format!("`{program_key}`: {error}")),
                }
            }
            None
        }
    }
}

fn open(reader: &mut Reader, section: &Section<'_>, names: &Names) -> Option<Action> {
    let mut hosts = Vec::new();
    let listed = section.texts(reader, "hosts");
    for text in listed.iter().flatten() {
        let below = text.value.trim().strip_prefix("*.");
        let name = Text {
            value: below.unwrap_or(text.value),
            ..*text
        };
        let before = hosts.len();
        host(reader, "hosts", name, &mut hosts);
        if let Some(host) = hosts.get_mut(before)
            && below.is_some()
        {
            host.insert_str(0, "*.");
        }
    }
    let text = section.filled(reader, "open")?;
    match Open::parse(text.value, names) {
        Ok(open) => {
            for warning in open.warnings() {
                warn(reader, "open", text, warning.offset, &warning.text);
            }
            Some(match listed {
                Some(_) => open.with_hosts(hosts).into(),
                None => open.into(),
            })
        }
        Err(error) => {
            let (place, column) = reader.place_in(text, error.offset);
            reader.problem(place, format!("`open`, column {column}: {error}"));
            None
        }
    }
}

/// Keys that belong to another kind of action do nothing, so somebody expects what will not happen.
fn foreign_keys(reader: &mut Reader, section: &Section<'_>, kind: &str) {
    for (other, keys) in KINDS {
        for key in keys.iter().filter(|key| other != kind && section.has(key)) {
            reader.problem(
                section.key_place(key),
                format!("`{key}` belongs to `{other}`, and this hook has `{kind}`; leave it out"),
            );
        }
    }
}

fn warn(reader: &mut Reader, key: &str, text: Text<'_>, offset: usize, warning: &str) {
    let (place, column) = reader.place_in(text, offset);
    reader.warning(place, format!("`{key}`, column {column}: {warning}"));
}
