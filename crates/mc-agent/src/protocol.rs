//! What the running agent and its clients say to each other, each kind with its reply.

use std::path::PathBuf;

use mc_hooks::{CallEvent, Report};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::settings::Keep;

/// A request over the local channel.
pub(crate) trait Message: Serialize + DeserializeOwned {
    /// Its name there.
    const KIND: &'static str;
    /// What is answered.
    type Reply: Serialize + DeserializeOwned;
}

/// The requests that must get through whatever else is asked, and however often: what ends the agent, and calls. For
/// [`InstanceOptions::reserved_kinds`](mc_ipc::InstanceOptions::reserved_kinds).
pub const RESERVED_KINDS: [&str; 3] = [StopRequest::KIND, RingRequest::KIND, DialRequest::KIND];

/// A number is to be dialled.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DialRequest {
    pub(crate) number: String,
    pub(crate) from: DialOrigin,
    /// How long, in milliseconds, a user who is not known yet may be waited for.
    #[serde(default)]
    pub(crate) patience: u64,
}

impl Message for DialRequest {
    const KIND: &'static str = "dial";
    type Reply = Dialled;
}

/// A number that the agent knows is to be dialled.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RedialRequest {
    pub(crate) number: Redial,
}

impl Message for RedialRequest {
    const KIND: &'static str = "redial";
    type Reply = Dialled;
}

/// A number that the agent knows, by its journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Redial {
    /// The last one dialled.
    Last,
    /// The last caller's.
    Caller,
}

/// A number is not dialled, and the journal is to have it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RefusedRequest {
    pub(crate) given: String,
    pub(crate) from: DialOrigin,
    pub(crate) text: String,
}

impl Message for RefusedRequest {
    const KIND: &'static str = "dial-refused";
    type Reply = Noted;
}

/// It is written down.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Noted {}

/// Where a number to dial came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DialOrigin {
    /// It was typed, or given by another program.
    Command,
    /// From a `tel:`, `callto:` or `sip:` link.
    Link,
    /// From the clipboard.
    Clipboard,
    /// A caller's.
    Caller,
    /// It came through a message broker.
    Broker,
}

/// What became of a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Dialled {
    /// Under which the journal has it.
    pub id: String,
    /// The number.
    pub number: String,
    /// How it ended.
    pub outcome: DialOutcome,
    /// What is to be said about it.
    pub text: String,
    /// How long it took.
    pub millis: u64,
    /// Whether the same number was asked for a moment ago, so that this is what became of that.
    #[serde(default, skip_serializing_if = "is_false")]
    pub repeated: bool,
}

/// How dialling ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DialOutcome {
    /// It is being dialled.
    Ok,
    /// It was not dialled.
    Failed,
    /// It was not to be dialled, or nothing was there that could.
    Refused,
    /// The order was given, and no answer came: it may be ringing. Never repeated.
    Unknown,
}

/// A call event is handed over.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RingRequest {
    pub(crate) event: Value,
    #[serde(default)]
    pub(crate) wait: bool,
}

impl RingRequest {
    pub(crate) fn new(event: &CallEvent, wait: bool) -> Self {
        Self {
            event: event.to_json(),
            wait,
        }
    }
}

impl Message for RingRequest {
    const KIND: &'static str = "ring";
    type Reply = Rung;
}

/// A call that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Receipt {
    /// Under which the journal has it; for a duplicate, that of the first one.
    pub id: String,
    /// Whether the same call came a moment ago, so that nothing runs again.
    pub duplicate: bool,
    /// Whether it rang so long ago that nothing runs for it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub late: bool,
    /// The names of the hooks that run for it.
    pub hooks: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

/// A call that was handed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rung {
    /// Under which id, and what runs.
    #[serde(flatten)]
    pub receipt: Receipt,
    /// What the hooks did, when that was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports: Option<Vec<Report>>,
}

/// What is the agent doing?
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StatusRequest {}

impl Message for StatusRequest {
    const KIND: &'static str = "status";
    type Reply = Status;
}

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

/// Read the settings again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReloadRequest {}

impl Message for ReloadRequest {
    const KIND: &'static str = "reload";
    type Reply = Reloaded;
}

/// Settings that were read again and are in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reloaded {
    /// The file that they came from.
    pub config: Option<PathBuf>,
    /// The hooks.
    pub hooks: Vec<String>,
}

/// End.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StopRequest {}

impl Message for StopRequest {
    const KIND: &'static str = "stop";
    type Reply = Stopping;
}

/// The agent is about to end.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stopping {
    pub(crate) pid: u32,
    /// What keeps it from ending, if something does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) waits_for: Option<String>,
}

/// The page is to be opened.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OpenRequest {}

impl Message for OpenRequest {
    const KIND: &'static str = "open-page";
    type Reply = Opened;
}

/// It can be.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Opened {
    /// The file that takes a browser there.
    pub(crate) file: PathBuf,
}

/// Everything about a number is to go.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EraseRequest {
    pub(crate) number: String,
}

impl Message for EraseRequest {
    const KIND: &'static str = "history-erase";
    type Reply = Erased;
}

/// How many calls went.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Erased {
    pub(crate) erased: usize,
}
