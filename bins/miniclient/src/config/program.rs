//! A program and its parameters, read with their places in the file.

use std::path::Path;

use mc_cli::settings::{Reader, Section, Text};
use mc_hooks::{Action, Exec, ExecFault, ExecOptions, ExecPart, ExecStdin};
use mc_template::Names;

use super::foreign::{Line, foreign};
use crate::advice;

/// How the names of values begin that nobody may see.
const HIDDEN: [&str; 2] = ["${secret.", "${oauth."];

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
    /// What is no path at all: a link, or one as PowerShell writes it.
    fn no_path(&self) -> Option<String> {
        let named = unquoted(self.text.value.trim());
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
        if ["$env:", "${env:"]
            .iter()
            .any(|begin| lower.starts_with(begin))
        {
            let (_, path) = named.split_once(':')?;
            let name = path.split(['\\', '/', '}']).next()?;
            return Some(format!("`$env:` is PowerShell's: write `%{name}%`"));
        }
        let (scheme, rest) = named.split_once(':')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        // A drive has one letter.
        (scheme.len() > 1 && scheme.chars().all(plain) && !rest.starts_with('\\')).then(|| {
            format!(
                "a program stands here, and this is a link: name the program that takes such links, and give it this one in `{}`",
                self.parameters_key
            )
        })
    }

    /// What a name of no program is: a value, a program with its parameters.
    fn misplaced(&self, named: &str, names: &Names) -> Option<String> {
        let lower = named.to_ascii_lowercase();
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
        if let Some(told) = self.no_path() {
            return reader.refuse(self.text.place, format!("`{}`: {told}", self.key));
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
                let foreign = self.parameters.map_or_else(Vec::new, |text| {
                    foreign(text.value, Line::Parameters, names)
                });
                for (part, warning) in exec.warnings() {
                    // What is told of a `$` there is more than what is told here.
                    let told = foreign.iter().any(|(offset, _)| *offset == warning.offset);
                    if told && !matches!(part, ExecPart::Variable(_)) {
                        continue;
                    }
                    let (key, text) = match part {
                        ExecPart::Variable(at) => ("env", pairs.get(*at).map(|(_, text)| *text)),
                        _ => (self.parameters_key, self.parameters),
                    };
                    if let Some(text) = text {
                        warn(reader, key, text, warning.offset, &warning.text);
                    }
                }
                if let Some(told) = document(exec.program()).filter(|_| cfg!(windows)) {
                    let told = format!("`{}`: {told}", self.key);
                    reader.warning(self.text.place, told);
                }
                if let Some(text) = self.parameters {
                    for (offset, sentence) in foreign {
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
                    ExecFault::Program(_) => self.misplaced(unquoted(named.trim()), names),
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

/// What is said of a file that Windows starts by no means of its own but by its name's ending: `pop.py`, `calls.xlsm`.
fn document(program: &Path) -> Option<String> {
    const STARTED: [&str; 11] = [
        "exe", "com", "scr", "bat", "cmd", "ps1", "vbs", "js", "wsf", "hta", "lnk",
    ];
    let ending = program.extension()?.to_str()?.to_ascii_lowercase();
    (!STARTED.contains(&&*ending)).then(|| {
        "Windows starts no such file: name the program that opens it, and the file as the first of its parameters".to_owned()
    })
}

/// A path without the quotes around it, which a command line would need and a setting does not.
fn unquoted(named: &str) -> &str {
    named
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|path| !path.contains('"'))
        .map_or(named, str::trim)
}

/// A warning at its place in a text.
pub(super) fn warn(reader: &mut Reader, key: &str, text: Text<'_>, offset: usize, warning: &str) {
    let (place, column) = reader.place_in(text, offset);
    reader.warning(place, format!("`{key}`, column {column}: {warning}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_starts_by_another_program_is_no_program() {
        for (name, is_document) in [
            ("pop.py", true),
            ("pop.JAR", true),
            ("calls.xlsm", true),
            ("crm.url", true),
            ("pop.exe", false),
            ("POP.EXE", false),
            ("pop.bat", false),
            ("pop", false),
        ] {
            assert_eq!(document(Path::new(name)).is_some(), is_document, "{name}");
        }
    }
}
