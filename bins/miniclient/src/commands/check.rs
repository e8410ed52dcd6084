//! `check`: everything that is wrong with the configuration, found by reading it as the agent does.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::secret::State;
use crate::cli::CheckArguments;
use crate::config::{self, Provenance, SettingOrigin, SettingsProblem};
use crate::{App, Exit, advice};

/// What `check --json` prints.
#[derive(Debug, Default, Serialize)]
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
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    secrets: &'a [State],
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
    let loaded = match &loaded {
        Ok(loaded) => loaded,
        Err(problems) => {
            if arguments.json {
                let problems = Finding::all(problems);
                app.output.json(&Findings {
                    problems,
                    ..Findings::default()
                });
            } else {
                problems
                    .iter()
                    .for_each(|problem| app.output.problem(problem));
            }
            return Exit::Config;
        }
    };
    let config = &loaded.config;
    let secrets = State::all(config);
    let idle = config
        .is_idle()
        .then(|| SettingsProblem::general(advice::NO_HOOK));
    let warnings = loaded.warnings.iter().chain(&loaded.to_fill_in);
    if arguments.json {
        let shown = |file: &Option<PathBuf>| file.as_ref().map(|file| file.display().to_string());
        app.output.json(&Findings {
            ok: true,
            file: shown(&config.file),
            policy: shown(&config.policy),
            problems: Vec::new(),
            warnings: Finding::all(warnings.chain(&idle)),
            settings: origins(&config.provenance),
            secrets: &secrets,
        });
        return Exit::Done;
    }
    warnings.for_each(|warning| app.output.warning(warning));
    for secret in &secrets {
        if secret.there {
            app.output.line(format_args!("secret {}", secret.line()));
        }
        for note in &secret.notes {
            let text = format!("${{secret.{}}}: {note}", secret.name);
            app.output
                .warning(&at_its_name(&config.provenance, secret, text));
        }
    }
    for file in [&config.file, &config.policy].into_iter().flatten() {
        app.output.line(format_args!("{}: good", file.display()));
    }
    for key in &config.policies {
        app.output.line(format_args!("{key}: good"));
    }
    if let Some(hint) = &idle {
        app.output.line(hint);
    }
    // Of one file everybody can see where a value comes from.
    if config.policy.is_some() || !config.policies.is_empty() {
        for (setting, origin) in origins(&config.provenance) {
            app.output.line(format_args!("{setting}: {origin}"));
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
