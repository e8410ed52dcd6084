//! One line of the journal.

use jiff::Timestamp;
use mc_hooks::Report;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::protocol::{DialOrigin, DialOutcome, Dialled, is_false};
use crate::timestamp::now;

/// A line. Unknown kinds of lines, from newer versions, are passed over when reading.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(
    feature = "rest", // whose part of a report makes it large
    expect(
        clippy::large_enum_variant,
        reason = "it lives as long as a line takes to be written, in a box where it waits"
    )
)]
pub(crate) enum Record {
    /// A run of the agent begins.
    Start { at: String, pid: u32 },
    /// A call is accepted; these hooks run for it.
    Call {
        at: String,
        id: String,
        via: String,
        event: Value,
        hooks: Vec<String>,
        #[serde(default, skip_serializing_if = "is_false")]
        late: bool,
    },
    /// A hook ended.
    Report { at: String, report: Report },
    /// A number is about to be dialled.
    Dial {
        at: String,
        id: String,
        from: DialOrigin,
        number: String,
    },
    /// Dialling ended.
    Dialled {
        at: String,
        id: String,
        outcome: DialOutcome,
        text: String,
        millis: u64,
    },
}

impl Record {
    pub(crate) fn start() -> Self {
        Self::Start {
            at: now(),
            pid: std::process::id(),
        }
    }

    pub(crate) fn call(id: &str, via: &str, event: Value, hooks: Vec<String>, late: bool) -> Self {
        Self::Call {
            at: now(),
            id: id.to_owned(),
            via: via.to_owned(),
            event,
            hooks,
            late,
        }
    }

    pub(crate) fn report(report: Report) -> Self {
        Self::Report { at: now(), report }
    }

    pub(crate) fn dial(id: &str, from: DialOrigin, number: String) -> Self {
        Self::Dial {
            at: now(),
            id: id.to_owned(),
            from,
            number,
        }
    }

    pub(crate) fn dialled(dialled: Dialled) -> Self {
        Self::Dialled {
            at: now(),
            id: dialled.id,
            outcome: dialled.outcome,
            text: dialled.text,
            millis: dialled.millis,
        }
    }

    /// The call or dialling that it belongs to.
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Start { .. } => None,
            Self::Call { id, .. } | Self::Dial { id, .. } | Self::Dialled { id, .. } => Some(id),
            Self::Report { report, .. } => Some(&report.id),
        }
    }

    /// When, of which call by its `CallID`: of a call that has one.
    pub(crate) fn call_id(&self) -> Option<(Timestamp, &str)> {
        match self {
            Self::Call { at, event, .. } => {
                let call = event["CallID"].as_str().filter(|call| !call.is_empty())?;
                Some((at.parse().ok()?, call))
            }
            _ => None,
        }
    }

    /// The values that may be, or hold, the other party's number. The service number is the company's own: to erase a caller is
    /// not to erase everybody who called that number.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        let (dialled, event) = match self {
            Self::Dial { number, .. } => (Some(number.as_str()), None),
            Self::Call { event, .. } => (None, event.as_object()),
            _ => (None, None),
        };
        let values = event
            .into_iter()
            .flatten()
            .filter(|(name, _)| *name != "ServiceNumber");
        dialled
            .into_iter()
            .chain(values.filter_map(|(_, value)| value.as_str()))
    }
}
