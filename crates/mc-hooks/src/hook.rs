//! What is done for which events.

use std::time::Duration;

use mc_template::Values;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::event::{CallEvent, EventKind};
use crate::rule::When;

/// The hook after which another runs, by its name, and with which outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum After {
    /// When it was [`Ok`](crate::Outcome::Ok), or a program that is [`Running`](crate::Outcome::Running).
    #[serde(rename = "after")]
    Ok(String),
    /// When it came to anything else. Not when it was [`Cancelled`](crate::Outcome::Cancelled), and not when its own turn did not
    /// come.
    #[serde(rename = "after_failed")]
    Failed(String),
}

impl After {
    /// The name of the hook before.
    pub fn hook(&self) -> &str {
        match self {
            Self::Ok(hook) | Self::Failed(hook) => hook,
        }
    }
}

/// An action, the events that it is for, and its limits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Hook {
    /// The name, for reports. Names need not differ for the runner's sake; they should for people's.
    pub name: String,
    /// The kinds of event. By default, ringing alone. None, in a hook that comes after another: those of that one.
    pub on: Vec<EventKind>,
    /// The hook after which this one runs; none: the event itself.
    pub after: Option<After>,
    /// Conditions on the call's values: the event's, what is known of the workstation, and what the answers before it
    /// brought. By default none.
    pub when: When,
    /// What is done.
    pub action: Action,
    /// How long it may take; then a program and everything it started are ended. None: a program that is still up when the watch over it ends is left
    /// alone, and a request has the time that its command says, else 10 seconds. Opening a page takes
    /// no notice of it.
    pub timeout: Option<Duration>,
    /// How many runs go on at the same time; at least 1 counts. By default 4.
    pub max_parallel: usize,
    /// How many runs wait behind those; further events are dropped for this hook, and reported as
    /// such. By default 64.
    pub queue: usize,
}

impl Hook {
    /// A hook with the defaults: on ringing, without conditions or timeout, 4 at a time and 64 waiting.
    pub fn new(name: impl Into<String>, action: impl Into<Action>) -> Self {
        Self {
            name: name.into(),
            on: vec![EventKind::Ringing],
            after: None,
            when: When::default(),
            action: action.into(),
            timeout: None,
            max_parallel: 4,
            queue: 64,
        }
    }

    /// Sets the kinds of event.
    #[must_use]
    pub fn on(mut self, kinds: impl IntoIterator<Item = EventKind>) -> Self {
        self.on = kinds.into_iter().collect();
        self
    }

    /// Runs it when that hook was [`Ok`](crate::Outcome::Ok), for the same kinds of event.
    #[must_use]
    pub fn after(mut self, hook: impl Into<String>) -> Self {
        self.after = Some(After::Ok(hook.into()));
        self.on = Vec::new();
        self
    }

    /// Runs it when that hook was not [`Ok`](crate::Outcome::Ok), for the same kinds of event.
    #[must_use]
    pub fn after_failed(mut self, hook: impl Into<String>) -> Self {
        self.after = Some(After::Failed(hook.into()));
        self.on = Vec::new();
        self
    }

    /// Sets the conditions.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Sets how long it may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Whether the hook is for this event, by what the event itself brings.
    pub fn is_for(&self, event: &CallEvent) -> bool {
        self.is_for_call(event.kind(), event.values())
    }

    /// Whether the hook is for a call with these values, which may hold more than the event brought: what
    /// is known of the workstation, such as `ComputerName`.
    pub fn is_for_call(&self, kind: EventKind, values: &Values) -> bool {
        self.is_for_kind(kind) && self.when.holds(values)
    }

    pub(crate) fn is_for_kind(&self, kind: EventKind) -> bool {
        self.on.contains(&kind) || (self.on.is_empty() && self.after.is_some())
    }
}
