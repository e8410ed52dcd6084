//! How things stand with the running agent, as it tells its clients.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::settings::Keep;

/// What the running agent is doing. No secret is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Status {
    /// Its process id.
    pub pid: u32,
    /// Its version.
    pub version: String,
    /// When it started (RFC 3339).
    pub since: String,
    /// The file that its settings came from.
    pub config: Option<PathBuf>,
    /// Since when these settings are in force (RFC 3339).
    #[serde(default)]
    pub config_since: String,
    /// Newer settings that could not be taken over, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_refused: Option<RefusedSettings>,
    /// The ACD user, when one is known.
    pub user: Option<String>,
    /// The hooks.
    pub hooks: Vec<String>,
    /// Whether numbers can be dialled.
    pub dial: bool,
    /// Where calls can be pushed to.
    pub listen: Option<ListenStatus>,
    /// The message broker that calls come through.
    #[serde(default)]
    pub broker: Option<BrokerStatus>,
    /// How registration stands.
    pub registration: Registration,
    /// Where calls are written down.
    pub journal: JournalStatus,
}

/// Settings that were read and not taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RefusedSettings {
    /// When that was (RFC 3339).
    pub since: String,
    /// What is wrong with them, a line for each problem.
    pub error: String,
}

/// Where calls can be pushed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListenStatus {
    /// Address and port.
    pub address: String,
    /// Where the token comes from.
    pub token: ListenToken,
    /// Why the port is not open, while it is not; it is tried again.
    #[serde(default)]
    pub error: Option<String>,
    /// How many requests and connections were refused.
    #[serde(default)]
    pub refused: u64,
    /// The last of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_refused: Option<LastRefused>,
}

/// What was refused last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LastRefused {
    /// When (RFC 3339).
    pub at: String,
    /// From which address.
    pub from: String,
    /// Why, as the stable word of the answer.
    pub code: String,
    /// Why, as a sentence.
    pub error: String,
}

/// How things stand with the message broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BrokerStatus {
    /// Its address: of several, the one that was tried last.
    pub broker: String,
    /// How it stands with it.
    pub state: BrokerState,
    /// Since when (RFC 3339).
    pub since: String,
    /// Where calls are taken, as soon as that is known.
    #[serde(default)]
    pub topic: Option<String>,
    /// What is in the way, while something is; it is tried again.
    #[serde(default)]
    pub error: Option<String>,
    /// How often in a row it was tried in vain.
    #[serde(default)]
    pub failures: u32,
    /// How many messages were refused.
    #[serde(default)]
    pub refused: u64,
}

/// How things stand with a connection to a broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BrokerState {
    /// Something that the topic names is not known yet.
    Waiting,
    /// It is being connected.
    Connecting,
    /// Calls are taken.
    Connected,
    /// There is no connection; it is tried again.
    Away,
    /// It was ended.
    Ended,
}

/// Where the token for pushed calls comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ListenToken {
    /// Made for this start, so that callers can only know it by registration.
    Random,
    /// Kept in a file.
    File,
}

/// Where calls are written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JournalStatus {
    /// The folder.
    pub folder: PathBuf,
    /// For how many days.
    pub days: u32,
    /// What of them.
    pub keep: Keep,
    /// For how many seconds the disk has not answered, while it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hangs: Option<u64>,
    /// Why what came last could not be written, while nothing was written since: calls and numbers to dial are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How things stand with the registration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Registration {
    /// It is not configured.
    #[default]
    Off,
    /// It is under way.
    Pending,
    /// The telephone system knows this workstation.
    Registered {
        /// The address it was told.
        address: Option<String>,
        /// The user it answered with.
        user: Option<String>,
        /// What is not as expected about it.
        note: Option<String>,
    },
    /// It could not be told; it is tried again.
    Failed {
        /// Why.
        error: String,
        /// How often in a row.
        failures: u32,
    },
    /// It was told that this workstation goes.
    Unregistered,
}
