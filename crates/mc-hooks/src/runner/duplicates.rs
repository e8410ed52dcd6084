//! Which events came a moment ago.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tokio::time::Instant;

use crate::event::CallEvent;

/// How long an event with a `CallID` has duplicates.
const WITH_CALL_ID: Duration = Duration::from_mins(1);
/// How long an event without one has.
const WITHOUT_CALL_ID: Duration = Duration::from_secs(2);
/// How many events are remembered. A flood of more forgets the oldest first; an event that comes
/// twice in a flood may then run twice.
const REMEMBERED: usize = 4096;

/// The events of the last minute, as fingerprints: callers' numbers are not kept for this.
#[derive(Default)]
pub(super) struct Duplicates {
    hashers: (RandomState, RandomState),
    events: VecDeque<Remembered>,
}

struct Remembered {
    fingerprint: (u64, u64),
    id: String,
    until: Instant,
}

impl Duplicates {
    /// Remembers an event under this id, or says under which id it is remembered already.
    pub(super) fn note(&mut self, event: &CallEvent, id: &str, now: Instant) -> Option<String> {
        self.events.retain(|event| event.until > now);
        let fingerprint = self.fingerprint(event);
        if let Some(first) = self
            .events
            .iter()
            .find(|one| one.fingerprint == fingerprint)
        {
            return Some(first.id.clone());
        }
        if self.events.len() == REMEMBERED {
            self.events.pop_front();
        }
        let window = if event.get("CallID").is_none_or(str::is_empty) {
            WITHOUT_CALL_ID
        } else {
            WITH_CALL_ID
        };
        self.events.push_back(Remembered {
            fingerprint,
            id: id.to_owned(),
            until: now + window,
        });
        None
    }

    /// Forgets the event of this id.
    pub(super) fn forget(&mut self, id: &str) {
        self.events.retain(|event| event.id != id);
    }

    /// 128 bits over all names and values. The order in which extra names came does not count, nor
    /// does their letter case.
    fn fingerprint(&self, event: &CallEvent) -> (u64, u64) {
        let mut members: Vec<(String, &str)> = event
            .iter()
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        members.sort_unstable();
        (
            self.hashers.0.hash_one(&members),
            self.hashers.1.hash_one(&members),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_remembered_within_bounds() {
        let mut duplicates = Duplicates::default();
        let now = Instant::now();
        let call = |n: usize| CallEvent::from_pairs([("CallID", n.to_string())]).unwrap();
        for n in 0..REMEMBERED + 10 {
            assert_eq!(duplicates.note(&call(n), &n.to_string(), now), None);
        }
        assert_eq!(duplicates.events.len(), REMEMBERED);
        let newest = REMEMBERED + 9;
        let again = duplicates.note(&call(newest), "again", now);
        assert_eq!(again, Some(newest.to_string()));
    }
}
