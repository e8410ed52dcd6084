//! When to try again, as data.

use std::time::Duration;

/// When a call is tried again: only where the server cannot have acted on it (no connection
/// was made) or says so itself (429, 502, 503, 504).
///
/// The wait before try `n` is a random part of `base * 2^n`, at most of `cap` ("full jitter", as
/// in the AWS Architecture Blog's "Exponential Backoff And Jitter"): computers that failed
/// together, such as all of a company at eight o'clock, do not come back together. The tries go on until the budget
/// ends, each of the last waits a random part of what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The longest that all tries and waits may take together.
    pub budget: Duration,
    /// The largest wait before the second try.
    pub base: Duration,
    /// The largest wait before any later one.
    pub cap: Duration,
    /// How many tries there are at most; 1 is none but the first.
    pub tries: u32,
}

impl Default for RetryPolicy {
    /// As [`new`](Self::new).
    fn default() -> Self {
        Self::new()
    }
}

impl RetryPolicy {
    /// 30 seconds, with waits of up to 0.5, 1, 2, 4 and then 8 seconds: a dozen tries.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            budget: Duration::from_secs(30),
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            tries: 32,
        }
    }

    /// The longest that all tries and waits may take together.
    #[must_use]
    pub const fn budget(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// The largest wait before the second try, and before any later one.
    #[must_use]
    pub const fn waits(mut self, base: Duration, cap: Duration) -> Self {
        self.base = base;
        self.cap = cap;
        self
    }

    /// How many tries there are at most.
    #[must_use]
    pub const fn tries(mut self, tries: u32) -> Self {
        self.tries = tries;
        self
    }

    /// One try.
    #[must_use]
    pub const fn never() -> Self {
        Self::new().tries(1)
    }

    /// How long to wait after `tries` failed ones before the next; `None` when there is none.
    ///
    /// `random` is from 0 to 1, `spent` the time since the first try began. What the server asked
    /// for is never undercut: a random part of twice as much comes on top of it, so that those who were told the
    /// same do not return together.
    #[must_use]
    pub fn wait(
        &self,
        tries: u32,
        spent: Duration,
        asked: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        let left = self.budget.saturating_sub(spent);
        // So close to the end the try before was the last one.
        if tries >= self.tries || left <= self.budget / 50 {
            return None;
        }
        let asked = asked.unwrap_or_default();
        let spread = left.checked_sub(asked)?;
        let doubled = self
            .base
            .saturating_mul(1 << tries.saturating_sub(1).min(31));
        let jitter = doubled
            .min(self.cap)
            .max(asked.saturating_mul(2))
            .min(spread);
        Some(asked.saturating_add(jitter.mul_f64(random.clamp(0.0, 1.0))))
    }
}
