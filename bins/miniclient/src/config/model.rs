//! The settings, checked and ready to use.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use mc_hooks::{Action, Hook, Matcher};
use mc_routing::BaseUrl;
use mc_template::{Names, Numbers};

use mc_cli::ConfigPlace;
use mc_cli::settings::Provenance;

/// A whole configuration.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Config {
    /// The file it was read from, and why that one; none when there is only a policy.
    pub file: Option<PathBuf>,
    /// Why that file.
    pub found: ConfigPlace,
    /// The machine-wide policy that was laid over it.
    pub policy: Option<PathBuf>,
    /// Where each setting came from.
    pub provenance: Provenance,
    /// What is done when a call comes in: the two automatic hooks first, then `[[hook]]` in their order.
    pub hooks: Vec<Hook>,
    /// `[numbers]`.
    pub numbers: Numbers,
    /// `UsersUID`: the ACD user, when the configuration knows it.
    pub users_uid: Option<String>,
    /// `Variables`: extra names that events bring.
    pub variables: Vec<String>,
    /// The names that templates for calls may use: the known ones and [`Config::variables`].
    pub names: Names,
    /// `[jtel]`.
    pub jtel: Option<Jtel>,
    /// `[register]`.
    pub register: Option<Register>,
    /// `[dial]`.
    pub dial: Option<Dial>,
    /// `[listen]`.
    pub listen: Option<Listen>,
    /// `[journal]`.
    pub journal: Journal,
}

/// `[jtel]`: the REST side.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Jtel {
    /// `base_url`: with the `ClientsID`, `https://acd-lb/rest/v1.0/1`.
    pub base_url: BaseUrl,
    /// `ca_file`: certificates to trust beside the system's, absolute.
    pub ca_file: Option<PathBuf>,
    /// `token_file`, absolute. None: the environment, then the system's credential store.
    pub token_file: Option<PathBuf>,
}

/// `[register]`: this workstation is made known to the ACD.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Register {
    /// The routing application that takes it.
    pub application: u64,
    /// The names of the values to send, in their order, spelled as in [`field_names`](super::keys::field_names).
    pub fields: Vec<String>,
    /// A JSON pointer (RFC 6901) to the user's id in the answer.
    pub users_uid_from: Option<String>,
}

/// `[dial]`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Dial {
    /// How it is dialled.
    pub action: DialAction,
    /// Numbers that are never dialled.
    pub deny: Vec<Matcher>,
    /// Whether `*` and `#` may be in numbers that come from links.
    pub allow_codes: bool,
    /// After which time dialling is given up.
    pub timeout: Option<Duration>,
}

/// How a number is dialled.
#[derive(Debug)]
#[non_exhaustive]
pub enum DialAction {
    /// By a routing application of the ACD.
    Application(u64),
    /// By a REST call or a program. Its templates know `$DialNumber`; [`mc_hooks::Engine::perform`] carries it out.
    Action(Action),
}

/// `[listen]`: calls that are pushed to this workstation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Listen {
    /// Where to listen; port 0 is any free port.
    pub address: SocketAddr,
    /// The file with the token that callers must know, absolute. None: a random one per start.
    pub token_file: Option<PathBuf>,
    /// Who may call; empty is everyone.
    pub allow_from: Vec<IpNet>,
    /// Names under which this workstation may be called beside its own.
    pub hosts: Vec<String>,
}

/// `[journal]`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Journal {
    /// For how many days calls are kept.
    pub days: u32,
    /// What of them.
    pub keep: Keep,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            days: 7,
            keep: Keep::Full,
        }
    }
}

/// What the journal keeps of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Keep {
    /// Everything.
    Full,
    /// Numbers without their last digits, no links.
    Masked,
    /// Nothing.
    None,
}
