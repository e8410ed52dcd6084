//! The action that starts a program.

mod code;
mod error;
mod interpreter;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use mc_process::{Launch, Stdin, resolve};
use mc_template::words::split_windows;
use mc_template::{Context, Names, Scope, Template, Warning};

use self::code::Piece;
pub use self::error::{ExecError, ExecFault, ValueError};
use self::interpreter::{Guard, Script};

/// A program and its parameters, each a template of its own.
///
/// The line of parameters is split first, by the rules of Windows on every system, and each piece is
/// then parsed as a template. So a value stays inside its parameter: it adds, splits and removes none.
#[derive(Clone, Debug)]
pub struct Exec {
    program: PathBuf,
    parameters: Vec<Template>,
    folder: Option<PathBuf>,
    stdin: ExecStdin,
    option_values: Vec<OptionValue>,
    guard: Option<&'static Guard>,
    warnings: Vec<Warning>,
}

/// What may stand at the beginning of one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OptionValue {
    /// Anything: the hook says so, or the beginning is no variable's.
    Allowed,
    /// No option, as the hook does not say so.
    Refused,
    /// No option, whatever the hook says: an interpreter would read it.
    Forbidden,
}

/// How a program is found and started.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ExecOptions<'a> {
    /// The folder of the configuration: where a relative program starts, and the working directory.
    pub folder: Option<&'a Path>,
    /// `AllowScripts`: script files, and the interpreters of Windows, may be started.
    pub allow_scripts: bool,
    /// `AllowOptionValues`: a value at the beginning of a parameter may begin with `-` (on Windows
    /// also `/`). For an interpreter this holds behind the script alone, where it is the script that
    /// reads the value.
    pub allow_option_values: bool,
    /// What the program reads on standard input.
    pub stdin: ExecStdin,
}

/// What a program reads on standard input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExecStdin {
    /// Nothing.
    #[default]
    None,
    /// The call event as one line of JSON: the safe way to give values to a script.
    Json,
}

impl Exec {
    /// Finds the program and reads its parameters.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them: at least one [`ExecError`].
    pub fn parse(
        program: &str,
        parameters: &str,
        options: &ExecOptions<'_>,
        names: &Names,
    ) -> Result<Self, Vec<ExecError>> {
        let mut errors = Vec::new();
        let about_program = |fault| ExecError {
            offset: None,
            fault,
        };
        let found = resolve(program, options.folder)
            .map_err(|error| errors.push(about_program(error.into())))
            .ok();
        let aliases = known_as(program, found.as_deref());

        let words = split_windows(parameters).unwrap_or_else(|error| {
            errors.push(ExecError {
                offset: Some(error.offset),
                fault: error.into(),
            });
            Vec::new()
        });
        let mut templates = Vec::with_capacity(words.len());
        let mut warnings = Vec::new();
        for word in &words {
            match Template::parse(&word.text, Context::Plain, names) {
                Ok(template) => {
                    warnings.extend(template.warnings().iter().cloned().map(|mut warning| {
                        warning.offset = word.position(warning.offset);
                        warning
                    }));
                    templates.push(template);
                }
                Err(error) => errors.push(ExecError {
                    offset: Some(word.position(error.offset)),
                    fault: error.into(),
                }),
            }
        }
        // With a parameter missing from the list, places in it would be wrong.
        let complete = templates.len() == words.len();
        let pieces: Vec<Piece<'_>> = templates.iter().map(piece).collect();
        let reads_code = aliases
            .iter()
            .find_map(|name| interpreter::interpreter(name));
        if let Some(found) = reads_code.filter(|_| complete)
            && let Some(at) = code::variable_in_code(found.code, &pieces)
                .or_else(|| code::option_left_to_a_value(found.code, &pieces))
        {
            errors.push(ExecError {
                offset: Some(words[at].start),
                fault: ExecFault::VariableInCode {
                    parameter: at + 1,
                    program: program.to_owned(),
                },
            });
        }

        let script = aliases.iter().find_map(|name| interpreter::script(name));
        let guard = if let Some(Script { guard, is_shortcut }) = script {
            if !options.allow_scripts {
                let program = program.to_owned();
                errors.push(about_program(if is_shortcut {
                    ExecFault::Shortcut { program }
                } else {
                    ExecFault::Script {
                        program,
                        interpreter: guard.name,
                    }
                }));
            }
            Some(guard)
        } else {
            let guard = reads_code.and_then(|found| {
                found
                    .guard
                    .or_else(|| code::wrapped_guard(found.code, &pieces))
            });
            if let Some(guard) = guard.filter(|_| !options.allow_scripts) {
                errors.push(about_program(ExecFault::Interpreter {
                    program: program.to_owned(),
                    interpreter: guard.name,
                }));
            }
            guard
        };

        let option_value = |at: usize, template: &Template| {
            if template.begins_with_variable().is_none() {
                OptionValue::Allowed
            } else if !options.allow_option_values {
                OptionValue::Refused
            } else if reads_code
                .is_some_and(|found| code::value_can_be_option(found.code, &pieces, at))
            {
                OptionValue::Forbidden
            } else {
                OptionValue::Allowed
            }
        };
        let option_values = templates
            .iter()
            .enumerate()
            .map(|(at, template)| option_value(at, template))
            .collect();

        let Some(found) = found.filter(|_| errors.is_empty()) else {
            return Err(errors);
        };
        Ok(Self {
            program: found,
            parameters: templates,
            folder: options.folder.map(Path::to_path_buf),
            stdin: options.stdin,
            option_values,
            guard,
            warnings,
        })
    }

    /// The program's full path.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// What is allowed in the parameters but probably not meant; offsets as in [`ExecError`].
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What the program reads on standard input.
    pub fn stdin(&self) -> ExecStdin {
        self.stdin
    }

    /// The parameters for these values, each as the program receives it.
    ///
    /// # Errors
    ///
    /// A value that may not go where its variable stands.
    pub fn arguments(&self, scope: &Scope<'_>) -> Result<Vec<String>, ValueError> {
        if let Some(guard) = self.guard {
            self.check_metacharacters(guard, scope)?;
        }
        let mut arguments = Vec::with_capacity(self.parameters.len());
        let parameters = self.parameters.iter().zip(&self.option_values);
        for (index, (template, &allowed)) in parameters.enumerate() {
            if allowed != OptionValue::Allowed {
                check_option(index + 1, template, scope, allowed)?;
            }
            arguments.push(template.render(scope)?);
        }
        Ok(arguments)
    }

    /// The start for these values; `event` is what [`ExecStdin::Json`] gives the program.
    ///
    /// # Errors
    ///
    /// As for [`arguments`](Self::arguments).
    pub fn launch(
        &self,
        scope: &Scope<'_>,
        event: &serde_json::Value,
    ) -> Result<Launch, ValueError> {
        let launch = Launch::new(&self.program)
            .args(self.arguments(scope)?)
            .stdin(match self.stdin {
                ExecStdin::None => Stdin::Null,
                ExecStdin::Json => Stdin::Bytes(format!("{event}\n").into_bytes()),
            });
        Ok(match &self.folder {
            Some(folder) => launch.current_dir(folder),
            None => launch,
        })
    }

    /// Looks at the values themselves: a modifier or an encoding might hide what an interpreter turns
    /// back into a metacharacter.
    fn check_metacharacters(&self, guard: &Guard, scope: &Scope<'_>) -> Result<(), ValueError> {
        for variable in self.parameters.iter().flat_map(Template::variables) {
            let value = scope.values.get(variable).unwrap_or_default();
            if let Some(character) = value.chars().find(|&c| guard.characters.contains(c)) {
                return Err(ValueError::Metacharacter {
                    variable: variable.to_owned(),
                    character,
                    interpreter: guard.name,
                });
            }
        }
        Ok(())
    }
}

/// The names by which a program may be an interpreter: as written, as found, and as what a link to it
/// finally is.
fn known_as(program: &str, found: Option<&Path>) -> Vec<String> {
    let real = found.and_then(|path| path.canonicalize().ok());
    let name = |path: &Path| path.file_name().map(OsStr::to_os_string);
    let found = found.and_then(name);
    let real = real.as_deref().and_then(name);
    let mut names = vec![program.to_owned()];
    names.extend(
        [found, real]
            .into_iter()
            .flatten()
            .map(|name| name.to_string_lossy().into_owned()),
    );
    names
}

fn piece(template: &Template) -> Piece<'_> {
    Piece {
        prefix: template.prefix(),
        constant: template.is_constant(),
    }
}

fn check_option(
    parameter: usize,
    template: &Template,
    scope: &Scope<'_>,
    allowed: OptionValue,
) -> Result<(), ValueError> {
    let value = template.leading_values(scope)?;
    let mut characters = value.chars();
    let Some(first) = characters.next() else {
        return Ok(());
    };
    let marks_option = first == '-' || (cfg!(windows) && first == '/');
    if !marks_option || characters.next().is_none() {
        return Ok(());
    }
    let variables = template
        .begins_with_variable()
        .unwrap_or_default()
        .to_owned();
    Err(match allowed {
        OptionValue::Forbidden => ValueError::InterpreterOption {
            parameter,
            variables,
            character: first,
        },
        _ => ValueError::Option {
            parameter,
            variables,
            character: first,
        },
    })
}
