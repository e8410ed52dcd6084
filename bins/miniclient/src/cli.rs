//! The command line: what can be said to the program. Its help is the reference; a copy of it stands in the
//! documentation and is compared by a test.

mod arguments;

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use mc_cli::{Language, Output};

pub use self::arguments::{
    CheckArguments, CompletionsArguments, CurlArguments, DialArguments, DialUriArguments,
    DoctorArguments, EventArguments, FireArguments, HistoryArguments, InitArguments,
    InstallArguments, ManArguments, OpenArguments, RingArguments, SecretArguments, SecretCommand,
    SecretListArguments, StatusArguments, UninstallArguments,
};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cli {
    /// The configuration file to use instead of the ones that are looked for.
    pub config: Option<PathBuf>,
    /// The command; none means: be the agent's program.
    pub command: Option<Command>,
}

/// What became of reading the command line.
#[expect(clippy::large_enum_variant, reason = "there is one of it, once")]
#[derive(Debug)]
#[non_exhaustive]
pub enum Parsed {
    /// Something to do.
    Run(Cli),
    /// A question about the program itself (`--help`, `--version`), with its answer.
    Answered(String),
    /// Not understood; the text says what was and how it is meant.
    Misused(String),
}

#[derive(Debug, Parser)]
#[command(
    name = "miniclient",
    version,
    about = "Opens the CRM when a call comes in, and dials what you click",
    long_about = None,
    after_help = "Without a command it is the agent's program: it waits for calls until it is stopped."
)]
struct Arguments {
    /// Use this configuration file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ask the running instance to dial this number (the same as the command `dial`)
    #[arg(
        long,
        value_name = "NUMBER",
        conflicts_with = "dial_uri",
        allow_hyphen_values = true
    )]
    dial: Option<String>,
    /// Ask the running instance to dial this `tel:`, `callto:` or `sip:` link
    #[arg(long, value_name = "URI", allow_hyphen_values = true)]
    dial_uri: Option<String>,
    /// Speak this language (default: the system's)
    #[arg(long, value_name = "LANGUAGE", value_parser = Language::NAMES, global = true, display_order = 998)]
    lang: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The option that takes a link. The link is a stranger's.
pub(crate) const LINK: &str = "--dial-uri";

/// The option that names the configuration.
const CONFIG: &str = "--config";

/// The commands.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// Ask the running instance to dial a number
    Dial(DialArguments),
    /// Ask the running instance to dial a link: what `--dial-uri` becomes.
    #[command(skip)]
    DialUri(DialUriArguments),
    /// Hand a call event to the running instance
    Ring(RingArguments),
    /// Run the hooks once for a call event, in this process; no instance is needed
    Fire(FireArguments),
    /// Read the configuration as the agent would and report everything wrong with it
    Check(CheckArguments),
    /// Say where each setting comes from and test what it needs, with what to do about it
    Doctor(DoctorArguments),
    /// Say what the running instance is doing
    Status(StatusArguments),
    /// Show the calls of today in the browser, and a field to dial
    Open(OpenArguments),
    /// Have the running instance read its configuration again
    Reload,
    /// Stop the running instance
    Stop,
    /// List the calls and what the hooks did for them
    History(HistoryArguments),
    /// Start at logon and take `tel:`, `callto:` and `sip:` links, for this user or for all
    #[command(alias = "register")]
    Install(InstallArguments),
    /// Undo `install`
    #[command(alias = "unregister")]
    Uninstall(UninstallArguments),
    /// Write a commented configuration to begin with
    Init(InitArguments),
    /// Turn a curl line, as it was copied, into the setting to write
    Curl(CurlArguments),
    /// Keep, forget or list the secrets of the configuration
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Print what a shell completes this program's command lines with
    Completions(CompletionsArguments),
    /// Print the manual page of the program, or of one of its commands
    Man(ManArguments),
}

/// The definitions behind the command line, as its help, completions and manual pages show them.
pub fn definitions() -> clap::Command {
    let mut definitions = Arguments::command();
    definitions.build();
    definitions
}

/// Reads a command line, the first word of which is the program's name; what is to be said about it is in English.
pub fn parse<A: IntoIterator<Item = OsString>>(arguments: A) -> Parsed {
    parse_for(&Output::new("miniclient"), arguments)
}

/// Reads a command line; what is to be said about it is in the language of this output.
pub fn parse_for<A: IntoIterator<Item = OsString>>(output: &Output, arguments: A) -> Parsed {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if LinkLine::of(&arguments).is_some_and(|line| !line.behind.is_empty()) {
        let error = Arguments::command().error(
            ErrorKind::TooManyValues,
            "--dial-uri and its link come last: nothing may follow",
        );
        return Parsed::Misused(error.to_string());
    }
    let read = output
        .command(Arguments::command())
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches))
        .and_then(into_cli);
    match read {
        Ok(cli) => Parsed::Run(cli),
        Err(mut error) => match error.kind() {
            ErrorKind::UnknownArgument if is_misplaced_config(&error) => {
                let tip = "--config FILE stands before the command".to_owned();
                error.insert(
                    ContextKind::Suggested,
                    ContextValue::StyledStrs(vec![tip.into()]),
                );
                Parsed::Misused(error.to_string())
            }
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Parsed::Answered(output.help(&error.to_string()))
            }
            _ => Parsed::Misused(error.to_string()),
        },
    }
}

/// Whether it is about a `--config` behind the command.
fn is_misplaced_config(error: &clap::Error) -> bool {
    matches!(
        error.get(ContextKind::InvalidArg),
        Some(ContextValue::String(argument)) if argument == CONFIG
    )
}

/// A command line that hands over a link.
///
/// The link comes from a web page, and some programs put it between the quotes of a handler's command line as it is. One with a
/// quote in it would end there and go on as further arguments, so there must be none: a link reaches nothing but dialling.
#[derive(Debug, Default)]
pub(crate) struct LinkLine<'a> {
    /// The configuration file that stands before.
    pub(crate) config: Option<PathBuf>,
    /// The link, of which what is not UTF-8 is replaced.
    pub(crate) link: Cow<'a, str>,
    /// What stands behind the link.
    behind: &'a [OsString],
}

impl<'a> LinkLine<'a> {
    /// None: the line is another one.
    pub(crate) fn of(arguments: &'a [OsString]) -> Option<Self> {
        let mut line = Self::default();
        let mut rest = arguments.get(1..)?;
        loop {
            let (first, behind) = rest.split_first()?;
            let word = first.to_string_lossy();
            rest = match word.split_once('=') {
                None if word == LINK => {
                    if let Some((link, behind)) = behind.split_first() {
                        line.link = link.to_string_lossy();
                        line.behind = behind;
                    }
                    return Some(line);
                }
                Some((LINK, link)) => {
                    line.link = link.to_owned().into();
                    line.behind = behind;
                    return Some(line);
                }
                None if word == Language::OPTION => behind.get(1..)?,
                None if word == CONFIG => {
                    line.config = behind.first().map(PathBuf::from);
                    behind.get(1..)?
                }
                Some((Language::OPTION, _)) => behind,
                Some((CONFIG, file)) => {
                    line.config = Some(file.into());
                    behind
                }
                _ => return None,
            };
        }
    }
}

fn into_cli(arguments: Arguments) -> Result<Cli, clap::Error> {
    let flag = match (arguments.dial, arguments.dial_uri) {
        (Some(number), _) => Some(Command::Dial(DialArguments {
            number: Some(number),
            ..DialArguments::default()
        })),
        (None, Some(uri)) => Some(Command::DialUri(DialUriArguments { uri })),
        (None, None) => None,
    };
    if flag.is_some() && arguments.command.is_some() {
        return Err(Arguments::command().error(
            ErrorKind::ArgumentConflict,
            "--dial and --dial-uri stand alone: leave out the command",
        ));
    }
    let command = flag.or(arguments.command);
    if let Some(
        Command::Ring(RingArguments { event, .. }) | Command::Fire(FireArguments { event, .. }),
    ) = &command
        && *event == EventArguments::default()
    {
        return Err(Arguments::command().error(
            ErrorKind::MissingRequiredArgument,
            "which call? Give its event with --event FILE (or - for standard input), or its values with --a-number and so on",
        ));
    }
    Ok(Cli {
        config: arguments.config,
        command,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Parsed {
        parse(
            std::iter::once("miniclient")
                .chain(line.split(' '))
                .map(OsString::from),
        )
    }

    #[test]
    fn a_link_is_all_that_is_read_of_its_line() {
        for line in [
            "--dial-uri tel:1",
            "--config x.toml --dial-uri tel:1",
            "--config=x.toml --dial-uri=tel:1",
            "--dial-uri --help",
        ] {
            let Parsed::Run(cli) = read(line) else {
                panic!("{line}")
            };
            assert!(matches!(cli.command, Some(Command::DialUri(_))), "{line}");
        }
        for line in [
            "--dial-uri tel:1 --config evil.toml",
            "--dial-uri tel:1 --help",
            "--dial-uri tel:1 --version",
            "--dial-uri tel:1 stop",
            "--dial-uri tel:1 --dial-uri tel:2",
            "--dial-uri tel:1 --dial 2",
            "--dial-uri=tel:1 x",
            "--config x.toml --dial-uri tel:1 --config evil.toml",
            "--dial 1 --dial-uri tel:1",
            "--dial-uri",
        ] {
            assert!(matches!(read(line), Parsed::Misused(_)), "{line}");
        }
    }

    #[test]
    fn a_config_behind_the_command_is_told_where_it_stands() {
        for line in ["check --config x.toml", "fire --a-number 1 --config=x.toml"] {
            let Parsed::Misused(text) = read(line) else {
                panic!("{line}")
            };
            assert!(text.contains("stands before the command"), "{text}");
        }
    }

    #[test]
    fn the_vendors_way_to_dial_is_the_command() {
        for line in ["--dial 0301234567", "--dial=0301234567", "dial 0301234567"] {
            let Parsed::Run(cli) = read(line) else {
                panic!("{line}")
            };
            let Some(Command::Dial(dial)) = cli.command else {
                panic!("{line}")
            };
            assert_eq!(dial.number.as_deref(), Some("0301234567"));
        }
    }
}
