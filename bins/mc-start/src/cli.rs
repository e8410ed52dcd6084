//! The command line: what can be said to the program. Its help is the reference.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use mc_cli::settings::{Layer, SettingsProblem, Value};
use mc_cli::{Language, Output};

use crate::habits::HABITS;

/// What became of reading the command line.
#[derive(Debug)]
#[non_exhaustive]
pub enum Parsed {
    /// Something to do.
    Run(Box<Cli>),
    /// A question about the program itself (`--help`, `--version`), with its answer.
    Answered(String),
    /// Not understood; the text says what was and how it is meant.
    Misused(String),
}

/// What was asked for.
#[derive(Debug, Parser)]
#[command(
    name = "mc-start",
    version,
    about = "Starts the client and tells jtel who is logged in where",
    long_about = None,
    disable_help_subcommand = true,
    after_help = "Without a command it starts the client and reports. Exit codes: 0 done, 1 failed, 2 usage, \
                  3 configuration, 13 reported but unanswered, 20 client not started, 21 client started but not \
                  reported, 22 reported and refused by the application. Of several, the first of 20, 3, 21, 13, 22."
)]
#[non_exhaustive]
pub struct Cli {
    /// What overrides the file.
    #[command(flatten)]
    pub flags: Flags,
    /// Print the request (without the token) and the program to start, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Speak this language (default: the system's)
    #[arg(long, value_name = "LANGUAGE", value_parser = Language::NAMES, global = true, display_order = 998)]
    pub lang: Option<String>,
    /// The command; none means: start and report.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Settings on the command line; each wins over the key of the same name in the file.
#[derive(Debug, Clone, Default, Args)]
#[non_exhaustive]
pub struct Flags {
    /// Use this file instead of mc-start.toml beside the program
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The routing application's URL: <https://SERVER/rest/v1.0/CLIENTS-ID/routingApplications/run/APPLICATION>
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The file that holds the token
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The client program; a relative path starts at the launcher's folder
    #[arg(long, value_name = "PROGRAM")]
    pub client: Option<PathBuf>,
    /// A parameter for the client; may be given again
    #[arg(long, value_name = "PARAMETER", allow_hyphen_values = true)]
    pub client_arg: Vec<String>,
    /// What comes first: client-first or rest-first
    #[arg(long, value_name = "ORDER")]
    pub order: Option<String>,
    /// Only start the client; another program reports
    #[arg(long)]
    pub no_report: bool,
    /// Which address to report: route, interface:NAME, cidr:NETWORK or first
    #[arg(long, value_name = "RULE")]
    pub ip: Option<String>,
    /// Trust the certificates in this file (PEM or DER), too
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// system, none or a proxy's URL
    #[arg(long, value_name = "PROXY")]
    pub proxy: Option<String>,
}

impl Flags {
    /// The flags as settings, each under its own name.
    pub(crate) fn layers(&self, problems: &mut Vec<SettingsProblem>) -> Vec<Layer> {
        let text = |text: &Option<String>| text.clone().map(Value::Text);
        let mut path = |flag: &str, path: &Option<PathBuf>| {
            let path = path.as_ref()?;
            if path.to_str().is_none() {
                let text = format!("{flag}: the path is not valid Unicode");
                problems.push(SettingsProblem::general(text));
            }
            path.to_str().map(|path| Value::Text(path.to_owned()))
        };
        let arguments =
            (!self.client_arg.is_empty()).then(|| Value::texts(self.client_arg.clone()));
        [
            ("--url", "url", text(&self.url)),
            (
                "--token-file",
                "token_file",
                path("--token-file", &self.token_file),
            ),
            ("--client", "client", path("--client", &self.client)),
            ("--client-arg", "client_args", arguments),
            ("--order", "order", text(&self.order)),
            (
                "--no-report",
                "report",
                self.no_report.then_some(Value::Boolean(false)),
            ),
            ("--ip", "ip", text(&self.ip)),
            ("--ca-file", "ca_file", path("--ca-file", &self.ca_file)),
            ("--proxy", "proxy", text(&self.proxy)),
        ]
        .into_iter()
        .filter_map(|(flag, key, value)| Some(Layer::given(flag, key, value?)))
        .collect()
    }
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// Read the vendor's PowerShell script and write mc-start.toml from it
    Import(Import),
    /// Keep the token in the system's credential store
    #[command(subcommand)]
    Token(Token),
    /// Say why it fails on this workstation, with what to do about it
    Doctor(Doctor),
    /// Say what came of the last start, and whether the client runs
    Status(Status),
}

/// `status`.
#[derive(Debug, Clone, Copy, Default, Args)]
#[non_exhaustive]
pub struct Status {
    /// Print it as JSON, on one line
    #[arg(long)]
    pub json: bool,
}

/// `doctor`.
#[derive(Debug, Clone, Copy, Default, Args)]
#[non_exhaustive]
pub struct Doctor {
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
}

/// `import`.
#[derive(Debug, Clone, Args)]
#[non_exhaustive]
pub struct Import {
    /// The script, such as `start_mini_client_with_rest_call.ps1`
    #[arg(value_name = "FILE.ps1")]
    pub script: PathBuf,
    /// Where the script's token goes (default: `token` beside mc-start.toml)
    #[arg(long, value_name = "PATH")]
    pub token_file: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
    pub force: bool,
}

/// `token`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
#[non_exhaustive]
pub enum Token {
    /// Read a token from standard input and keep it
    Set,
    /// Forget the kept token
    Clear,
    /// Say whether there is a token and where it comes from; never the token itself
    Show,
}

/// Reads a command line, the first word of which is the program's name; what is to be said about it is in English.
pub fn parse<A: IntoIterator<Item = OsString>>(arguments: A) -> Parsed {
    parse_for(&Output::new("mc-start"), arguments)
}

/// Reads a command line; what is to be said about it is in the language of this output.
pub fn parse_for<A: IntoIterator<Item = OsString>>(output: &Output, arguments: A) -> Parsed {
    let read = output
        .command(Cli::command())
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match read {
        Ok(cli) => Parsed::Run(Box::new(cli)),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Parsed::Answered(output.help(&error.to_string()))
            }
            _ => Parsed::Misused(advised(error).to_string()),
        },
    }
}

/// The flag that gives a setting; of a list, one item.
fn flag_of(setting: &str) -> String {
    format!("--{}", setting.trim_end_matches('s').replace('_', "-"))
}

/// The same, where a flag has the name of a setting in another program with what that leads to in the file.
fn advised(mut error: clap::Error) -> clap::Error {
    let habit = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) if error.kind() == ErrorKind::UnknownArgument => {
            let name = flag.trim_start_matches('-');
            HABITS.iter().find(|habit| habit.is("", name))
        }
        _ => None,
    };
    if let Some(habit) = habit {
        let (kind, tip) = match habit.meant {
            Some(setting) => (
                ContextKind::SuggestedArg,
                ContextValue::String(flag_of(setting)),
            ),
            None => (
                ContextKind::Suggested,
                ContextValue::StyledStrs(vec![habit.advice.into()]),
            ),
        };
        error.remove(ContextKind::SuggestedArg);
        error.insert(kind, tip);
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misused(flag: &str) -> String {
        match parse(["mc-start", flag, "geheim"].map(OsString::from)) {
            Parsed::Misused(text) => text,
            parsed => panic!("{flag}: {parsed:?}"),
        }
    }

    #[test]
    fn flags_of_other_programs_lead_to_what_is_meant() {
        for (flag, tip) in [
            ("--token", "set API_TOKEN, or run `mc-start token set`"),
            ("--token=geheim", "set API_TOKEN"),
            ("--Server", "the whole address stands in `url`"),
            ("--ca", "'--ca-file'"),
            ("--arguments", "'--client-arg'"),
            ("--user", "a fixed value below [extra]"),
        ] {
            let said = misused(flag);
            assert!(said.contains(tip) && !said.contains("geheim"), "{said}");
        }
        assert!(!misused("--bogus").contains("tip"));
    }

    #[test]
    fn what_is_meant_is_a_flag() {
        let command = Cli::command();
        let flags = || command.get_arguments().filter_map(clap::Arg::get_long);
        for setting in HABITS.iter().filter_map(|habit| habit.meant) {
            let flag = flag_of(setting);
            assert!(flags().any(|long| flag == format!("--{long}")), "{flag}");
        }
        for habit in HABITS {
            assert!(!flags().any(|long| habit.is("", long)), "{}", habit.names);
        }
    }
}
