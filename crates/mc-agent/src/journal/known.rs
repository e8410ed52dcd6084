//! What the events of a call brought, for those that come later with its id alone.

use std::collections::VecDeque;

use mc_hooks::{CallEvent, EventKind};

/// So many calls are known at most: more than one person has at once.
const MOST: usize = 256;

/// The calls by their `CallID`, the one that was heard of last at the end.
#[derive(Debug, Default)]
pub(super) struct KnownCalls(VecDeque<(String, CallEvent)>);

impl KnownCalls {
    /// The event with the values that earlier ones of its call brought and it does not.
    pub(super) fn complete(&mut self, event: &CallEvent) -> CallEvent {
        let mut whole = event.clone();
        let Some(call) = event.get("CallID").filter(|call| !call.is_empty()) else {
            return whole;
        };
        let place = self.0.iter().position(|(one, _)| one == call);
        let before = place.and_then(|place| self.0.remove(place));
        // One that rings under the id of a call that came to its end is another.
        let is_over = |before: &CallEvent| {
            event.kind() == EventKind::Ringing
                && matches!(before.kind(), EventKind::Ended | EventKind::Missed)
        };
        if let Some((_, before)) = before.filter(|(_, before)| !is_over(before)) {
            for (name, value) in before.iter().filter(|(name, _)| *name != "Time") {
                whole.set_default(name, value);
            }
        }
        self.0.push_back((call.to_owned(), whole.clone()));
        if self.0.len() > MOST {
            self.0.pop_front();
        }
        whole
    }
}
