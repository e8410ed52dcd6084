//! `secret`: the secrets that the configuration names, kept, forgotten and listed. None is ever shown.

use mc_cli::{nearest, read_secret, with_disk_advice};
use mc_secret::{Found, Origin, Source};
use serde::Serialize;

use crate::app::OUTPUT;
use crate::cli::SecretCommand;
use crate::config::{Config, Named};
use crate::{App, Exit};

/// What is known of a secret.
#[derive(Debug, Serialize)]
pub(super) struct State {
    pub(super) name: String,
    /// Where it is kept, in words.
    kept: String,
    pub(super) there: bool,
    /// Why it is not there, or what is not right about its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<String>,
}

impl State {
    /// That of every secret of a configuration. May take a moment, where a credential store has to be asked.
    pub(super) fn all(config: &Config) -> Vec<Self> {
        let secrets = config.vault.secrets();
        secrets
            .map(|(name, source)| Self::of(name, source))
            .collect()
    }

    fn of(name: &str, source: &Source) -> Self {
        let advice = match source {
            Source::Env(_) => "; it is set where the agent is started".to_owned(),
            _ => format!("; `miniclient secret set {name}` puts it there"),
        };
        let (kept, there, notes) = match source.find() {
            Ok(Some(found)) => (found.origin.to_string(), true, found.warnings),
            Ok(None) => (place(source), false, vec![source.absent() + &advice]),
            Err(error) => (place(source), false, vec![error.to_string()]),
        };
        Self {
            name: name.to_owned(),
            kept,
            there,
            notes,
        }
    }

    /// One line for a person.
    pub(super) fn line(&self) -> String {
        let Self { name, kept, .. } = self;
        if self.there {
            format!("{name}: there, in {kept}")
        } else {
            format!("{name}: not there; it belongs in {kept}")
        }
    }
}

fn place(source: &Source) -> String {
    match source {
        Source::File(path) => Origin::File(path.clone()).to_string(),
        Source::Env(name) => Origin::Env(name.clone()).to_string(),
        _ => "the credential store".to_owned(),
    }
}

/// Runs the command.
pub(crate) fn run(app: &App, command: &SecretCommand) -> Exit {
    let config = match app.load() {
        Ok(loaded) => loaded.config,
        Err(exit) => return exit,
    };
    match command {
        SecretCommand::List(arguments) => {
            let all = State::all(&config);
            if arguments.json {
                app.output.json(&all);
                return Exit::Done;
            }
            if all.is_empty() {
                app.output.note("no secret is named under [secrets]");
            }
            for state in &all {
                app.output.line(state.line());
                for note in &state.notes {
                    app.output.note(&format!("{}: {note}", state.name));
                }
            }
            Exit::Done
        }
        SecretCommand::Set(arguments) => change(app, &config, &arguments.name, set),
        SecretCommand::Clear(arguments) => change(app, &config, &arguments.name, |name, source| {
            let was = source.clear().map_err(|error| with_disk_advice(&error))?;
            Ok(if was {
                format!("The secret {name} is forgotten.")
            } else {
                format!("There was no secret {name}.")
            })
        }),
    }
}

fn change(
    app: &App,
    config: &Config,
    name: &str,
    change: impl FnOnce(&str, &Source) -> Result<String, String>,
) -> Exit {
    let known = |secret: &&Named| secret.name.eq_ignore_ascii_case(name);
    let Some(secret) = config.secrets.iter().find(known) else {
        let names = config.secrets.iter().map(|secret| secret.name.as_str());
        let advice = match nearest(name, names) {
            Some(right) => format!("did you mean `{right}`?"),
            None => format!("add {name} = {{ store = true }} there, or a file"),
        };
        app.output
            .note(&format!("`{name}` is not named under [secrets]; {advice}"));
        return Exit::Usage;
    };
    let Some(source) = secret.source(&app.folders) else {
        app.output.note(
            "there is no credential store: this user has no folder for settings; keep it in a file",
        );
        return Exit::Failed;
    };
    match change(&secret.name, &source) {
        Ok(done) => {
            app.output.line(done);
            Exit::Done
        }
        Err(error) => {
            app.output.note(&error);
            Exit::Failed
        }
    }
}

fn set(name: &str, source: &Source) -> Result<String, String> {
    if let Source::Env(variable) = source {
        return Err(format!(
            "`{name}` is kept in the environment variable {variable}, which is set where the agent is started; to keep it \
             here, write {name} = {{ store = true }} in [secrets]"
        ));
    }
    let typed = read_secret(&OUTPUT.translated("Secret (it is not shown)"))
        .map_err(|error| format!("the secret cannot be read from standard input: {error}"))?;
    let found = Found::new(typed.expose(), Origin::Program)
        .map_err(|error| error.to_string().replace("the program", "standard input"))?;
    let place = source
        .set(&found.secret)
        .map_err(|error| with_disk_advice(&error))?;
    let store = matches!((source, &place), (Source::Store(_), Origin::File(_)));
    let why = if store {
        " There is no credential store here; nobody but you can read the file."
    } else {
        ""
    };
    Ok(format!("The secret {name} is kept in {place}.{why}"))
}
