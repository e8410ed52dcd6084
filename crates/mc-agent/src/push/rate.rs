//! How many requests are taken: more than a telephone can ring, fewer than would hurt.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// So many at once, where the rate does not ask for more.
const BURST: f64 = 60.0;
/// For so many seconds a burst may be ahead of the rate.
const AHEAD: f64 = 6.0;
/// So many per second without the token.
const WITHOUT_TOKEN: u32 = 10;

/// Two buckets: those without the token use up their own.
#[derive(Debug)]
pub(crate) struct RateLimit {
    with_token: Bucket,
    without_token: Bucket,
}

impl RateLimit {
    /// So many per second in the long run.
    pub(crate) fn new(rate: u32) -> Self {
        Self {
            with_token: Bucket::new(rate),
            without_token: Bucket::new(WITHOUT_TOKEN),
        }
    }

    /// Whether one more with the token may come.
    pub(crate) fn allows_authorized(&self) -> bool {
        self.with_token.take(Instant::now())
    }

    /// Whether one more without it gets a proper answer.
    pub(crate) fn allows_unauthorized(&self) -> bool {
        self.without_token.take(Instant::now())
    }
}

#[derive(Debug)]
struct Bucket {
    rate: f64,
    burst: f64,
    /// What is left, and when that was.
    left: Mutex<Option<(f64, Instant)>>,
}

impl Bucket {
    fn new(rate: u32) -> Self {
        let rate = f64::from(rate);
        Self {
            rate,
            burst: BURST.max(AHEAD * rate),
            left: Mutex::default(),
        }
    }

    fn take(&self, now: Instant) -> bool {
        let mut state = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let left = state.map_or(self.burst, |(left, then)| {
            let passed = now.saturating_duration_since(then).as_secs_f64();
            self.burst.min(left + passed * self.rate)
        });
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
        for (rate, burst) in [(10, 60), (100, 600), (1, 60)] {
            let (bucket, start) = (Bucket::new(rate), Instant::now());
            let taken = |at| (0..1000).filter(|_| bucket.take(start + at)).count();
            assert_eq!(taken(Duration::ZERO), burst);
            assert_eq!(taken(Duration::from_secs(1)), rate as usize);
            assert_eq!(taken(Duration::from_hours(1)), burst);
        }
    }

    #[test]
    fn those_without_the_token_use_up_nothing_of_the_others() {
        let limit = RateLimit::new(1);
        // Both fill again while this counts; nowhere near so many.
        let without = (0..1000).filter(|_| limit.allows_unauthorized()).count();
        assert!((60..1000).contains(&without), "{without}");
        let with = (0..1000).filter(|_| limit.allows_authorized()).count();
        assert!((60..1000).contains(&with), "{with}");
    }
}
