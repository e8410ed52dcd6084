//! What was refused: counted, and to be logged once per kind and minute, so that nobody can wash the log out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

#[cfg(feature = "push")]
use crate::protocol::LastRefused;

const PAUSE: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(crate) struct Refusals {
    kinds: Mutex<HashMap<&'static str, Kind>>,
    #[cfg(feature = "push")]
    last: Mutex<Option<LastRefused>>,
}

#[derive(Debug)]
struct Kind {
    total: u64,
    /// Those that no line was written about.
    unlogged: u64,
    logged: Instant,
}

impl Refusals {
    /// Counts one. When a line is to be written about it: how many of its kind had none since the last one.
    pub(crate) fn note(&self, code: &'static str) -> Option<u64> {
        self.count(code, Instant::now())
    }

    /// Remembers what was refused last.
    #[cfg(feature = "push")]
    pub(crate) fn set_last(&self, refused: LastRefused) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(refused);
    }

    /// What was refused last.
    #[cfg(feature = "push")]
    pub(crate) fn last(&self) -> Option<LastRefused> {
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many there were.
    #[cfg(any(test, feature = "broker", feature = "push"))]
    pub(crate) fn total(&self) -> u64 {
        let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.values().map(|kind| kind.total).sum()
    }

    fn count(&self, code: &'static str, now: Instant) -> Option<u64> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kind) = kinds.get_mut(code) else {
            kinds.insert(
                code,
                Kind {
                    total: 1,
                    unlogged: 0,
                    logged: now,
                },
            );
            return Some(0);
        };
        kind.total += 1;
        if now.saturating_duration_since(kind.logged) < PAUSE {
            kind.unlogged += 1;
            return None;
        }
        kind.logged = now;
        Some(std::mem::take(&mut kind.unlogged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_kind_is_logged_at_once_and_the_next_is_not() {
        let refusals = Refusals::default();
        for kind in ["token", "peer"] {
            assert_eq!(refusals.note(kind), Some(0), "{kind}");
            assert_eq!(refusals.note(kind), None, "{kind}");
        }
        assert_eq!(refusals.total(), 4);
    }

    #[test]
    fn f63_a_kind_is_logged_once_a_minute_and_none_is_forgotten() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        let lines: Vec<_> = (0..270_000)
            .filter_map(|i| refusals.count("token", start + Duration::from_millis(i)))
            .collect();
        assert_eq!(lines, [0, 59_999, 59_999, 59_999, 59_999]);
        assert_eq!(refusals.count("peer", start), Some(0));
        assert_eq!(refusals.total(), 270_001);
    }
}
