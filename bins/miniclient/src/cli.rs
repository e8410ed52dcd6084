//! The command line: what can be said to the program. Its help is the reference; a copy of it stands in the
//! documentation and is compared by a test.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgGroup, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use mc_cli::{Language, Output};
use mc_desktop::Hotkey;

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

/// `completions`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct CompletionsArguments {
    /// The shell that reads it
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// `man`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct ManArguments {
    /// The command; without one, the page of the whole program
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// `secret`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
#[non_exhaustive]
pub enum SecretCommand {
    /// Keep a secret, typed at the prompt or read from standard input, where the configuration says
    Set(SecretArguments),
    /// Forget a secret
    Clear(SecretArguments),
    /// List the secrets, where each is kept and whether it is there; never the secrets themselves
    List(SecretListArguments),
}

/// `secret set`, `secret clear`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct SecretArguments {
    /// Its name in the configuration's `secrets`
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// `secret list`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct SecretListArguments {
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `curl`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct CurlArguments {
    /// The file with the line; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
    /// The shell that the line was written for
    #[arg(long, value_name = "SHELL", default_value = "auto", value_parser = ["auto", "bash", "cmd", "batch", "powershell"])]
    pub shell: String,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `dial`: one of the four.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "a command line's switches")]
#[command(group(
    ArgGroup::new("what")
        .required(true)
        .args(["number", "clipboard", "last", "caller"])
))]
pub struct DialArguments {
    /// The number, as you would write it
    #[arg(value_name = "NUMBER", allow_hyphen_values = true)]
    pub number: Option<String>,
    /// The number in the clipboard
    #[arg(long)]
    pub clipboard: bool,
    /// The number that was dialled last
    #[arg(long)]
    pub last: bool,
    /// The last caller's number
    #[arg(long)]
    pub caller: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `--dial-uri`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct DialUriArguments {
    /// The link, exactly as the system handed it over
    pub uri: String,
}

/// A call event on the command line: a document, single values, or both (the values win).
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct EventArguments {
    /// Read the call event (JSON) from this file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub event: Option<PathBuf>,
    /// The caller's number
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub a_number: Option<String>,
    /// The ACD group's name
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub group_name: Option<String>,
    /// The link to the CRM
    #[arg(long, value_name = "URL", allow_hyphen_values = true)]
    pub crm_link: Option<String>,
    /// The service number that was called
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub service_number: Option<String>,
    /// The name of the service number
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub service_name: Option<String>,
    /// The call's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub call_id: Option<String>,
    /// The id of the ACD user
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub users_uid: Option<String>,
    /// Any other value: `NAME=VALUE`; may be given again
    #[arg(long = "set", value_name = "NAME=VALUE", allow_hyphen_values = true, value_parser = pair)]
    pub set: Vec<(String, String)>,
}

/// `ring`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct RingArguments {
    /// The call event.
    #[command(flatten)]
    pub event: EventArguments,
    /// Wait until the hooks are done and print their reports
    #[arg(long)]
    pub wait: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
}

/// `fire`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct FireArguments {
    /// The call event.
    #[command(flatten)]
    pub event: EventArguments,
    /// Run this hook alone, with those that come before and after it
    #[arg(long, value_name = "NAME")]
    pub hook: Option<String>,
    /// Print the reports as JSON
    #[arg(long)]
    pub json: bool,
    /// Print the request or the program and its parameters, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print REST hooks as curl command lines with this call's values, and do nothing
    #[arg(long, conflicts_with = "dry_run")]
    pub as_curl: bool,
}

/// `check`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct CheckArguments {
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
}

/// `doctor`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct DoctorArguments {
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
}

/// `status`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct StatusArguments {
    /// Print the status as JSON
    #[arg(long)]
    pub json: bool,
}

/// `open`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct OpenArguments {
    /// Open no browser; print the file that takes one there, once and within 10 s
    #[arg(long)]
    pub print: bool,
}

/// `history`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct HistoryArguments {
    /// How many calls, the newest last
    #[arg(short = 'n', value_name = "N", default_value_t = 20)]
    pub count: usize,
    /// Go on with what happens from now on, until it is ended
    #[arg(short = 'f', long)]
    pub follow: bool,
    /// Only calls that were missed
    #[arg(long)]
    pub missed: bool,
    /// Print one JSON document per call
    #[arg(long)]
    pub json: bool,
    /// Remove every call from or to this number
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true, conflicts_with_all = ["follow", "missed", "json"])]
    pub erase: Option<String>,
}

/// `install`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct InstallArguments {
    /// For every user of this machine; only an administrator may
    #[arg(long)]
    pub machine: bool,
    /// Let this key dial the number in the clipboard, such as Ctrl+Alt+D (Windows)
    #[arg(long, value_name = "KEYS")]
    pub hotkey: Option<Hotkey>,
}

/// `uninstall`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct UninstallArguments {
    /// What was installed for every user of this machine; only an administrator may
    #[arg(long)]
    pub machine: bool,
}

/// `init`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct InitArguments {
    /// Print it instead of writing the file
    #[arg(long)]
    pub print: bool,
}

/// `NAME=VALUE`; the value may hold further equals signs.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
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
    if let Some(rest) = behind_link(&arguments)
        && !rest.is_empty()
    {
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
        Some(ContextValue::String(argument)) if argument == "--config"
    )
}

/// What stands behind `--dial-uri` and its link.
///
/// The link comes from a web page, and some programs put it between the quotes of a handler's command line as it is. One with a
/// quote in it would end there and go on as further arguments, so there must be none: a link reaches nothing but dialling.
fn behind_link(arguments: &[OsString]) -> Option<&[OsString]> {
    let mut rest = arguments.get(1..)?;
    loop {
        let (first, behind) = rest.split_first()?;
        let word = first.to_string_lossy();
        rest = match &*word {
            "--config" | Language::OPTION => behind.get(1..)?,
            LINK => return Some(behind.get(1..).unwrap_or_default()),
            _ if word.starts_with("--config=") || word.starts_with("--lang=") => behind,
            _ if word.starts_with("--dial-uri=") => return Some(behind),
            _ => return None,
        };
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
