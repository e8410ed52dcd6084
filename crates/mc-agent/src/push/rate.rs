//! How many requests are taken: more than a telephone can ring, fewer than would hurt.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// So many at once.
const BURST: f64 = 60.0;
/// So many per second in the long run.
const RATE: f64 = 10.0;

/// Two buckets: those without the token use up their own.
#[derive(Debug, Default)]
pub(crate) struct RateLimit {
    with_token: Bucket,
    without_token: Bucket,
}

impl RateLimit {
    /// Whether one more with the token may come.
    pub(crate) fn allows_authorized(&self) -> bool {
        self.with_token.take(Instant::now())
    }

    /// Whether one more without it gets a proper answer.
    pub(crate) fn allows_unauthorized(&self) -> bool {
        self.without_token.take(Instant::now())
    }
}

/// What is left, and when that was.
#[derive(Debug, Default)]
struct Bucket(Mutex<Option<(f64, Instant)>>);

impl Bucket {
    fn take(&self, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = match *state {
            None => BURST,
            Some((left, then)) => {
                BURST.min(left + now.saturating_duration_since(then).as_secs_f64() * RATE)
            }
        };
        let granted = left >= 1.0;
        *state = Some((if granted { left - 1.0 } else { left }, now));
        granted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_is_taken_then_a_steady_rate() {
        let (bucket, start) = (Bucket::default(), Instant::now());
        assert_eq!((0..1000).filter(|_| bucket.take(start)).count(), 60);
        assert_eq!(
            (0..1000)
                .filter(|_| bucket.take(start + Duration::from_secs(1)))
                .count(),
            10
        );
        assert_eq!(
            (0..1000)
                .filter(|_| bucket.take(start + Duration::from_hours(1)))
                .count(),
            60
        );
    }
}
