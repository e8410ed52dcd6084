//! When to try again, as data.

use std::time::Duration;

/// When a call is tried again: only where the server cannot have acted on it (no connection
/// was made) or says so itself (429, 502, 503, 504).
///
/// The wait before try `n` is a random part of `base * 2^n`, at most of `cap` ("full jitter", as
/// in the AWS Architecture Blog's "Exponential Backoff And Jitter"): computers that failed
/// together, such as all of a company at eight o'clock, do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Six tries in 30 seconds, with waits of up to 0.5, 1, 2, 4 and 8 seconds.
    fn default() -> Self {
        Self {
            budget: Duration::from_secs(30),
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            tries: 6,
        }
    }
}

impl RetryPolicy {
    /// One try.
    #[must_use]
    pub fn never() -> Self {
        Self {
            tries: 1,
            ..Self::default()
        }
    }

    /// How long to wait after `tries` failed ones before the next; `None` when there is none.
    ///
    /// `random` is from 0 to 1, `spent` the time since the first try began. What the server asked
    /// for is never undercut: a random part comes on top of it, so that those who were told the
    /// same do not return together.
    #[must_use]
    pub fn wait(
        &self,
        tries: u32,
        spent: Duration,
        asked: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if tries >= self.tries {
            return None;
        }
        let doubled = self
            .base
            .saturating_mul(1 << tries.saturating_sub(1).min(31));
        let jitter = doubled.min(self.cap).mul_f64(random.clamp(0.0, 1.0));
        let wait = asked.map_or(jitter, |asked| asked.saturating_add(jitter));
        (spent.saturating_add(wait) < self.budget).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn wait(tries: u32, random: f64) -> Option<Duration> {
        RetryPolicy::default().wait(tries, Duration::ZERO, None, random)
    }

    #[test]
    fn the_largest_wait_doubles_up_to_the_cap() {
        let largest: Vec<_> = (1..6)
            .map(|tries| wait(tries, 1.0).unwrap().as_millis())
            .collect();
        assert_eq!(largest, [500, 1000, 2000, 4000, 8000]);
        assert_eq!(wait(6, 0.0), None);
    }

    #[test]
    fn a_wait_beyond_the_budget_is_no_wait() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(1, 30 * SECOND, None, 0.0), None);
        assert_eq!(policy.wait(1, SECOND, Some(60 * SECOND), 0.0), None);
        assert_eq!(policy.wait(1, SECOND, Some(Duration::MAX), 1.0), None);
    }

    #[test]
    fn what_the_server_asks_for_is_not_undercut() {
        let policy = RetryPolicy::default();
        let asked = Some(3 * SECOND);
        assert_eq!(policy.wait(1, Duration::ZERO, asked, 0.0), Some(3 * SECOND));
        assert_eq!(
            policy.wait(1, Duration::ZERO, asked, 1.0),
            Some(Duration::from_millis(3500))
        );
    }

    /// A company whose computers all failed at eight o'clock: their second tries must spread over
    /// the whole wait, with no crowd in any tenth of it, and later ones over more.
    #[test]
    fn a_thousand_starts_come_back_spread_out() {
        // A plain linear congruential generator (Knuth's MMIX constants): seeded, so that the test
        // says the same every time.
        let mut state = 42_u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(state >> 32).unwrap()) / f64::from(u32::MAX)
        };
        for tries in 1..6 {
            let mut tenths = [0_u32; 10];
            let largest = wait(tries, 1.0).unwrap();
            for _ in 0..1000 {
                let wait = wait(tries, random()).unwrap();
                let tenth = (wait.as_nanos() * 10 / largest.as_nanos()).min(9);
                tenths[usize::try_from(tenth).unwrap()] += 1;
            }
            assert!(
                tenths.iter().all(|count| (60..=140).contains(count)),
                "{tenths:?}"
            );
        }
    }
}
