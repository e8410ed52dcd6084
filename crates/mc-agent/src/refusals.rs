//! What was refused: counted, and logged once per kind and minute, so that nobody can wash the log out.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::push::answer::Denial;

const PAUSE: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(crate) struct Refusals {
    kinds: Mutex<HashMap<&'static str, Kind>>,
}

#[derive(Debug)]
struct Kind {
    total: u64,
    /// Those that no line was written about.
    unlogged: u64,
    logged: Instant,
}

impl Refusals {
    /// Counts one, and logs it if it is the first of its kind for a while.
    pub(crate) fn note(&self, denial: &Denial, peer: SocketAddr) {
        if let Some(before) = self.count(denial.code, Instant::now()) {
            tracing::warn!(%peer, status = denial.status.as_u16(), code = denial.code, before, "a pushed call was not accepted");
        }
    }

    /// How many there were.
    pub(crate) fn total(&self) -> u64 {
        let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.values().map(|kind| kind.total).sum()
    }

    /// When it is to be logged: how many of its kind were not since the last line.
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
