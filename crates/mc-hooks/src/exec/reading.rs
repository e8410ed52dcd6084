//! Parameters and variables as they are given.

use mc_secret::text::shown;
use mc_template::words::split_windows;
use mc_template::{Context, Names, Template, Warning};

use super::error::{ExecError, ExecFault, ExecPart};
use super::options::Parameters;

/// What is read of a program's parameters and environment, and what is wrong with them.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) templates: Vec<Template>,
    pub(super) env: Vec<(String, Template)>,
    pub(super) errors: Vec<ExecError>,
    pub(super) warnings: Vec<(ExecPart, Warning)>,
}

impl Reading {
    pub(super) fn about_program(&mut self, fault: ExecFault) {
        self.errors.push(ExecError {
            part: ExecPart::Program,
            offset: 0,
            fault,
        });
    }

    /// Reads the parameters; where each begins, those that are no templates included.
    pub(super) fn parameters(
        &mut self,
        given: Parameters<'_>,
        names: &Names,
    ) -> Vec<(ExecPart, usize)> {
        match given {
            Parameters::List(list) => list
                .iter()
                .enumerate()
                .map(|(at, text)| {
                    let part = ExecPart::Parameter(at);
                    let template = self.template(text, part, |offset| offset, names);
                    self.templates.extend(template);
                    (part, 0)
                })
                .collect(),
            Parameters::Line(line) => {
                let part = ExecPart::Line;
                let words = split_windows(line).unwrap_or_else(|error| {
                    self.errors.push(ExecError {
                        part,
                        offset: error.offset,
                        fault: error.into(),
                    });
                    Vec::new()
                });
                words
                    .iter()
                    .map(|word| {
                        let place = |offset| word.position(offset);
                        let template = self.template(&word.text, part, place, names);
                        self.templates.extend(template);
                        (part, word.start)
                    })
                    .collect()
            }
        }
    }

    pub(super) fn environment(&mut self, given: &[(&str, &str)], names: &Names) {
        for (at, (name, value)) in given.iter().enumerate() {
            let part = ExecPart::Variable(at);
            if name.is_empty() || name.contains(['=', '\0']) {
                let name = shown(name);
                self.errors.push(ExecError {
                    part,
                    offset: 0,
                    fault: ExecFault::VariableName { name },
                });
            }
            if let Some(template) = self.template(value, part, |offset| offset, names) {
                self.env.push(((*name).to_owned(), template));
            }
        }
    }

    fn template(
        &mut self,
        text: &str,
        part: ExecPart,
        place: impl Fn(usize) -> usize,
        names: &Names,
    ) -> Option<Template> {
        match Template::parse(text, Context::Plain, names) {
            Ok(template) => {
                let warnings = template.warnings().iter().cloned();
                self.warnings.extend(warnings.map(|mut warning| {
                    warning.offset = place(warning.offset);
                    (part, warning)
                }));
                Some(template)
            }
            Err(error) => {
                self.errors.push(ExecError {
                    part,
                    offset: place(error.offset),
                    fault: error.into(),
                });
                None
            }
        }
    }
}
