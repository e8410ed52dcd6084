//! What each command takes.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, Subcommand};
use clap_complete::Shell;
use mc_desktop::Hotkey;
use mc_hooks::curl::Shell as LineShell;

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
    #[arg(long, value_name = "SHELL", default_value = "auto", value_parser = shells())]
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
    /// Let this key dial the number in the clipboard, such as Ctrl+Alt+Shift+D (Windows)
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

/// The shells by name, and the one that is guessed.
fn shells() -> PossibleValuesParser {
    PossibleValuesParser::new(
        std::iter::once("auto").chain(LineShell::COPIED.map(LineShell::as_str)),
    )
}

/// `NAME=VALUE`; the value may hold further equals signs.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
