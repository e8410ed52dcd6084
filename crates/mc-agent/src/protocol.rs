//! What the running agent and its clients say to each other, each kind with its reply.

mod status;

use std::path::PathBuf;

use mc_hooks::{CallEvent, Report};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::status::{
    BrokerState, BrokerStatus, JournalStatus, LastRefused, ListenStatus, ListenToken,
    RefusedSettings, Registration, Status,
};

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
