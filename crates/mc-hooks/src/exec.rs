//! The action that starts a program.

mod choice;
mod code;
mod error;
mod interpreter;
mod options;
mod own;
mod reading;
mod table;

use std::ffi::OsStr;
use std::mem;
use std::path::{Path, PathBuf};

use mc_process::{Launch, Stdin, best_fit, resolve};
use mc_template::{Names, Scope, Template, Warning};

pub use self::error::{ExecError, ExecFault, ExecPart, ExecRefusal};
use self::interpreter::Script;
pub use self::options::{ExecOptions, ExecStdin, Parameters};
use self::own::Piece;
use self::reading::Reading;
use self::table::{Code, Guard, Interpreter, Kind};
use crate::action_kind::ActionKind;

/// A program and its parameters, each a template of its own.
///
/// The line of parameters is split first, by the rules of Windows on every system, and each piece is
/// then parsed as a template. So a value stays inside its parameter: it adds, splits and removes none.
#[derive(Clone, Debug)]
pub struct Exec {
    program: PathBuf,
    parameters: Vec<Template>,
    env: Vec<(String, Template)>,
    folder: Option<PathBuf>,
    stdin: ExecStdin,
    capture: Option<usize>,
    option_values: Vec<OptionValue>,
    guard: Option<&'static Guard>,
    warnings: Vec<(ExecPart, Warning)>,
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

impl Exec {
    /// Finds the program and reads its parameters: a line, or a list.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them: at least one [`ExecError`].
    pub fn parse<'a>(
        program: &str,
        parameters: impl Into<Parameters<'a>>,
        options: &ExecOptions<'_>,
        names: &Names,
    ) -> Result<Self, Vec<ExecError>> {
        let mut reading = Reading::default();
        let found = resolve(program, options.folder)
            .map_err(|error| reading.about_program(error.into()))
            .ok();
        let aliases = known_as(program, found.as_deref());
        let places = reading.parameters(parameters.into(), names);
        let templates = mem::take(&mut reading.templates);
        reading.environment(options.env, names);

        // With a parameter missing from the list, places in it would be wrong.
        if templates.len() == places.len() {
            for (template, &(part, offset)) in templates.iter().zip(&places) {
                reading
                    .errors
                    .extend(template.hidden().map(|name| ExecError {
                        part,
                        offset,
                        fault: ExecFault::Hidden {
                            name: name.to_owned(),
                        },
                    }));
            }
        }

        let pieces: Vec<Piece<'_>> = templates.iter().map(piece).collect();
        let reads_code = aliases
            .iter()
            .find_map(|name| interpreter::interpreter(name));
        // With a parameter missing from the list, places in it would be wrong.
        let fault = value_as_code(reads_code, &pieces, program);
        if let Some((at, fault)) = fault.filter(|_| templates.len() == places.len()) {
            let (part, offset) = places[at];
            reading.errors.push(ExecError {
                part,
                offset,
                fault,
            });
        }

        let script = aliases.iter().find_map(|name| interpreter::script(name));
        let guard = match script {
            Some(script) => Some(script.guard),
            None => reads_code.and_then(|found| {
                found
                    .guard
                    .or_else(|| code::wrapped_guard(found.code, &pieces))
            }),
        };
        if let Some(guard) = guard.filter(|_| !options.allow_scripts) {
            reading.about_program(not_allowed(script, guard, program));
        }

        if script.is_some_and(Script::runs_in_cmd) && templates.len() == places.len() {
            for (at, template) in templates.iter().enumerate() {
                let unsafe_text = |text: &str| text.chars().find(|c| "\"%\r\n".contains(*c));
                if let Some(character) = template.texts().find_map(unsafe_text) {
                    let (part, offset) = places[at];
                    let parameter = at + 1;
                    reading.errors.push(ExecError {
                        part,
                        offset,
                        fault: ExecFault::BatchText {
                            parameter,
                            character,
                        },
                    });
                }
            }
        }

        let option_value = |(at, template): (usize, &Template)| {
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
        let option_values = templates.iter().enumerate().map(option_value).collect();
        let Some(found) = found.filter(|_| reading.errors.is_empty()) else {
            return Err(reading.errors);
        };
        Ok(Self {
            program: found,
            parameters: templates,
            env: reading.env,
            folder: options.folder.map(Path::to_path_buf),
            stdin: options.stdin,
            capture: options.capture,
            option_values,
            guard,
            warnings: reading.warnings,
        })
    }

    /// The program's full path.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// What is allowed in the parameters and variables but probably not meant, with the part that it is about.
    pub fn warnings(&self) -> &[(ExecPart, Warning)] {
        &self.warnings
    }

    /// What the program reads on standard input.
    pub fn stdin(&self) -> ExecStdin {
        self.stdin
    }

    /// Whether what the program writes is kept.
    pub(crate) fn captures(&self) -> bool {
        self.capture.is_some()
    }

    /// The names of the values in its parameters and its environment, as often as they occur.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let environment = self.env.iter().map(|(_, template)| template);
        let templates = self.parameters.iter().chain(environment);
        templates.flat_map(Template::variables)
    }

    /// The names of the values in its environment that nobody may see, as often as they occur.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        self.env.iter().flat_map(|(_, template)| template.hidden())
    }

    /// The variables that it sets in the program's environment, for these values.
    ///
    /// # Errors
    ///
    /// As for [`arguments`](Self::arguments).
    pub fn environment(&self, scope: &Scope<'_>) -> Result<Vec<(String, String)>, ExecRefusal> {
        let pair = |(name, value): &(String, Template)| Ok((name.clone(), value.render(scope)?));
        self.env.iter().map(pair).collect()
    }

    /// The parameters for these values, each as the program receives it.
    ///
    /// # Errors
    ///
    /// A value that may not go where its variable stands.
    pub fn arguments(&self, scope: &Scope<'_>) -> Result<Vec<String>, ExecRefusal> {
        if let Some(guard) = self.guard {
            self.check_metacharacters(guard, scope)?;
        }
        let mut arguments = Vec::with_capacity(self.parameters.len());
        let parameters = self.parameters.iter().zip(&self.option_values);
        for (index, (template, &allowed)) in parameters.enumerate() {
            if allowed != OptionValue::Allowed {
                check_option(index + 1, template, scope, allowed)?;
            }
            let argument = template.render(scope)?;
            if let Some(fit) = best_fit(&argument) {
                return Err(ExecRefusal::BestFit {
                    parameter: index + 1,
                    character: fit.character,
                    becomes: fit.becomes,
                });
            }
            arguments.push(argument);
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
    ) -> Result<Launch, ExecRefusal> {
        let mut launch = Launch::new(&self.program)
            .args(self.arguments(scope)?)
            .stdin(match self.stdin {
                ExecStdin::None => Stdin::Null,
                ExecStdin::Json => Stdin::Bytes(format!("{event}\n").into_bytes()),
            });
        for (name, value) in self.environment(scope)? {
            launch = launch.env(name, value);
        }
        if let Some(folder) = &self.folder {
            launch = launch.current_dir(folder);
        }
        if let Some(limit) = self.capture {
            launch = launch.capture(limit);
        }
        Ok(launch)
    }

    /// Looks at the values themselves: a modifier or an encoding might hide what an interpreter turns
    /// back into a metacharacter.
    fn check_metacharacters(&self, guard: &Guard, scope: &Scope<'_>) -> Result<(), ExecRefusal> {
        // A batch file reads its environment as its own text, too.
        for variable in self.variables() {
            let value = scope.values.get(variable).unwrap_or_default();
            if let Some(character) = value.chars().find(|&c| guard.characters.contains(c)) {
                return Err(ExecRefusal::Metacharacter {
                    variable: variable.to_owned(),
                    character,
                    interpreter: guard.name,
                });
            }
        }
        Ok(())
    }
}

/// The first parameter in which a value would be code, or would choose it, and what is wrong with it.
fn value_as_code(
    reads_code: Option<&Interpreter>,
    pieces: &[Piece<'_>],
    program: &str,
) -> Option<(usize, ExecFault)> {
    let behind = || {
        let at = code::behind_any_program(pieces)?;
        let program = program.to_owned();
        let parameter = at + 1;
        Some((at, ExecFault::VariableInCode { parameter, program }))
    };
    let Some(found) = reads_code else {
        return behind();
    };
    let own = code::variable_in_code(found.code, pieces)
        .or_else(|| code::option_left_to_a_value(found.code, pieces));
    if let Some(at) = own {
        return Some((at, in_code(found, at + 1, program)));
    }
    if let Some(at) = choice::choice_left_to_a_value(found.code, pieces) {
        let program = program.to_owned();
        let parameter = at + 1;
        return Some((at, ExecFault::ValueChoosesCode { parameter, program }));
    }
    // Of these the operands are a script's own.
    match found.code {
        Code::Flag { operand: false, .. } | Code::FromWord(_) => behind(),
        _ => None,
    }
}

/// What is wrong with a variable in what this program takes for code.
fn in_code(found: &Interpreter, parameter: usize, program: &str) -> ExecFault {
    let program = program.to_owned();
    match found.guard.map(|guard| guard.kind) {
        Some(kind @ (Kind::Opens | Kind::Fetches)) if matches!(found.code, Code::Subject) => {
            ExecFault::ValueDecides {
                parameter,
                program,
                instead: if kind == Kind::Opens {
                    ActionKind::Open
                } else {
                    ActionKind::Rest
                },
            }
        }
        _ => ExecFault::VariableInCode { parameter, program },
    }
}

/// What is wrong with a program that starts by permission alone.
fn not_allowed(script: Option<Script>, guard: &Guard, program: &str) -> ExecFault {
    let program = program.to_owned();
    let interpreter = guard.name;
    match (script, guard.kind) {
        (Some(script), _) if script.is_shortcut => ExecFault::Shortcut { program },
        (Some(_), _) => ExecFault::Script {
            program,
            interpreter,
        },
        (None, Kind::Opens) => ExecFault::Opener { program },
        (None, Kind::Fetches) => ExecFault::Fetcher { program },
        (None, Kind::Interprets) => ExecFault::Interpreter {
            program,
            interpreter,
        },
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
) -> Result<(), ExecRefusal> {
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
        OptionValue::Forbidden => ExecRefusal::InterpreterOption {
            parameter,
            variables,
            character: first,
        },
        _ => ExecRefusal::Option {
            parameter,
            variables,
            character: first,
        },
    })
}
