//! `check`: everything that is wrong with the configuration, found by reading it as the agent does.

use std::collections::BTreeMap;

use serde::Serialize;

use super::secret::State;
use crate::cli::CheckArguments;
use crate::config::{self, Provenance, SettingOrigin, SettingsProblem};
use crate::{App, Exit, advice};

/// What `check --json` prints.
#[derive(Debug, Serialize)]
struct Findings<'a> {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    problems: Vec<Finding<'a>>,
    warnings: Vec<Finding<'a>>,
    /// Where each setting came from.
    settings: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secrets: &'a Vec<State>,
}

/// One finding of it.
#[derive(Debug, Serialize)]
struct Finding<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    text: &'a str,
}

impl<'a> Finding<'a> {
    fn all(problems: impl IntoIterator<Item = &'a SettingsProblem>) -> Vec<Self> {
        problems
            .into_iter()
            .map(|problem| Self {
                file: problem.file.as_ref().map(|file| file.display().to_string()),
                line: problem.line,
                text: &problem.text,
            })
            .collect()
    }
}

/// Runs the command.
pub(crate) fn run(app: &App, arguments: &CheckArguments) -> Exit {
    let loaded = config::load(&app.folders, app.config_file.as_deref());
    let secrets = match &loaded {
        Ok(loaded) => State::all(&loaded.config),
        Err(_) => Vec::new(),
    };
    let idle = loaded
        .as_ref()
        .ok()
        .filter(|loaded| loaded.config.is_idle())
        .map(|_| SettingsProblem::general(advice::NO_HOOK));
    if arguments.json {
        let findings = match &loaded {
            Ok(loaded) => Findings {
                ok: true,
                file: loaded
                    .config
                    .file
                    .as_ref()
                    .map(|file| file.display().to_string()),
                policy: loaded
                    .config
                    .policy
                    .as_ref()
                    .map(|file| file.display().to_string()),
                problems: Vec::new(),
                warnings: Finding::all(
                    loaded
                        .warnings
                        .iter()
                        .chain(&loaded.to_fill_in)
                        .chain(&idle),
                ),
                settings: origins(&loaded.config.provenance),
                secrets: &secrets,
            },
            Err(problems) => Findings {
                ok: false,
                file: None,
                policy: None,
                problems: Finding::all(problems),
                warnings: Vec::new(),
                settings: BTreeMap::new(),
                secrets: &secrets,
            },
        };
        app.output.json(&findings);
    }
    let loaded = match &loaded {
        Ok(loaded) => loaded,
        Err(problems) => {
            if !arguments.json {
                problems
                    .iter()
                    .for_each(|problem| app.output.problem(problem));
            }
            return Exit::Config;
        }
    };
    if !arguments.json {
        loaded
            .warnings
            .iter()
            .chain(&loaded.to_fill_in)
            .for_each(|warning| app.output.warning(warning));
        for secret in &secrets {
            if secret.there {
                app.output.line(format_args!("secret {}", secret.line()));
            }
            for note in &secret.notes {
                let text = format!("${{secret.{}}}: {note}", secret.name);
                app.output
                    .warning(&at_its_name(&loaded.config.provenance, secret, text));
            }
        }
        let files = [&loaded.config.file, &loaded.config.policy];
        for file in files.into_iter().flatten() {
            app.output.line(format_args!("{}: good", file.display()));
        }
        for key in &loaded.config.policies {
            app.output.line(format_args!("{key}: good"));
        }
        if let Some(hint) = &idle {
            app.output.line(hint);
        }
        // Of one file everybody can see where a value comes from.
        if loaded.config.policy.is_some() || !loaded.config.policies.is_empty() {
            for (setting, origin) in origins(&loaded.config.provenance) {
                app.output.line(format_args!("{setting}: {origin}"));
            }
        }
    }
    Exit::Done
}

/// A sentence about a secret, with the line that names it.
fn at_its_name(provenance: &Provenance, secret: &State, text: String) -> SettingsProblem {
    let setting = format!("secrets.{}.", secret.name);
    let mut settings = provenance.iter();
    match settings.find(|(name, _)| name.starts_with(&setting)) {
        Some((_, SettingOrigin::File { path, line })) => {
            SettingsProblem::in_file(path, text).at_line(*line)
        }
        _ => SettingsProblem::general(text),
    }
}

fn origins(provenance: &Provenance) -> BTreeMap<&str, String> {
    let origins = provenance.iter();
    origins
        .map(|(name, origin)| (name, origin.to_string()))
        .collect()
}
