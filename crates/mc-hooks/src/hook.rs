//! What is done for which events.

use std::time::Duration;

use mc_template::Values;

use crate::action::Action;
use crate::event::{CallEvent, EventKind};
use crate::rule::When;

/// An action, the events that it is for, and its limits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Hook {
    /// The name, for reports. Names need not differ for the runner's sake; they should for people's.
    pub name: String,
    /// The kinds of event. By default, ringing alone.
    pub on: Vec<EventKind>,
    /// Conditions on the call's values: the event's, and what is known of the workstation. By default none.
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
        self.on.contains(&kind) && self.when.holds(values)
    }
}
