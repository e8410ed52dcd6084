//! Notices when what was reported is no longer so.

use std::time::{Duration, Instant};

/// Decides when a changed value is to be reported again.
///
/// Addresses come and go in bursts (a VPN connects, a laptop is docked), so a change counts once
/// it has stayed the same for the [`settle`](Watch::settle) time. The value is looked at again
/// every [`period`](Watch::period), because the notifications of the operating systems miss
/// changes. This is only the decision: who owns it looks, and keeps the time, so it needs no
/// thread and tests need no waiting.
///
/// ```
/// use std::time::{Duration, Instant};
/// use mc_identity::Watch;
///
/// let start = Instant::now();
/// let mut watch = Watch::new(Some("10.0.0.5"));
/// assert_eq!(watch.next_look(start), Duration::from_mins(1));
/// // A minute later the address is another one: look again soon.
/// let later = start + Duration::from_mins(1);
/// assert_eq!(watch.look(Some("10.8.0.2"), later), None);
/// assert_eq!(watch.next_look(later), Duration::from_secs(2));
/// // It stayed: now it is to be reported.
/// let settled = later + Duration::from_secs(2);
/// assert_eq!(watch.look(Some("10.8.0.2"), settled), Some("10.8.0.2"));
/// ```
#[derive(Debug, Clone)]
pub struct Watch<T> {
    period: Duration,
    settle: Duration,
    known: Option<T>,
    changed: Option<(T, Instant)>,
}

impl<T: PartialEq + Clone> Watch<T> {
    /// Watches a value of which `known` was reported last; `None` when nothing was yet.
    ///
    /// Period 60 s, settling time 2 s.
    #[must_use]
    pub const fn new(known: Option<T>) -> Self {
        Self {
            period: Duration::from_mins(1),
            settle: Duration::from_secs(2),
            known,
            changed: None,
        }
    }

    /// The time between two looks while nothing changes.
    #[must_use]
    pub const fn period(mut self, period: Duration) -> Self {
        self.period = period;
        self
    }

    /// How long a new value must stay the same before it counts.
    #[must_use]
    pub const fn settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }

    /// How long to wait from `now` until the next look.
    #[must_use]
    pub fn next_look(&self, now: Instant) -> Duration {
        match &self.changed {
            Some((_, since)) => (*since + self.settle).saturating_duration_since(now),
            None => self.period,
        }
    }

    /// Takes in what was seen at `now`; answers a value when it is to be reported.
    ///
    /// `None` stands for "nothing there at the moment", such as a network that is down: nothing
    /// to report, and no change either if the same value comes back.
    pub fn look(&mut self, seen: Option<T>, now: Instant) -> Option<T> {
        let Some(seen) = seen.filter(|seen| self.known.as_ref() != Some(seen)) else {
            self.changed = None;
            return None;
        };
        match &self.changed {
            Some((value, since)) if *value == seen => {
                if now.saturating_duration_since(*since) < self.settle {
                    return None;
                }
                self.changed = None;
                self.known = Some(seen.clone());
                Some(seen)
            }
            _ => {
                self.changed = Some((seen, now));
                None
            }
        }
    }
}
