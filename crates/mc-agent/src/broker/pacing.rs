//! When to try a broker again. Decisions only: time and chance come from outside.

use std::time::Duration;

/// The longest time between two tries that were refused.
const LONGEST: Duration = Duration::from_mins(5);

/// How tries went.
#[derive(Debug)]
pub(crate) struct Pacing {
    /// The time over which thousands spread whose broker comes back.
    spread: Duration,
    /// How often in a row we were not let in.
    refusals: u32,
}

impl Pacing {
    pub(crate) fn new(spread: Duration) -> Self {
        Self {
            spread,
            refusals: 0,
        }
    }

    /// It worked.
    pub(crate) fn worked(&mut self) {
        self.refusals = 0;
    }

    /// How long to wait after it did not, with `chance` from 0 to 1. Who is not let in asks ever more rarely.
    pub(crate) fn wait(&mut self, refused: bool, chance: f64) -> Duration {
        self.refusals = if refused { self.refusals + 1 } else { 0 };
        let times = 1_u32 << self.refusals.min(10);
        let longest = LONGEST.max(self.spread);
        (self.spread * times).min(longest).mul_f64(chance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_spread_over_the_time_that_is_set() {
        let spread = Duration::from_secs(30);
        let mut seconds = [0; 30];
        for n in 0..10_000_u32 {
            let wait = Pacing::new(spread).wait(false, f64::from(n) / 10_000.0);
            seconds[usize::try_from(wait.as_secs()).unwrap()] += 1;
        }
        assert!(
            seconds.iter().all(|&n| (330..=340).contains(&n)),
            "{seconds:?}"
        );
    }

    #[test]
    fn who_is_refused_asks_more_rarely_until_it_works() {
        let mut pacing = Pacing::new(Duration::from_secs(30));
        let waits: Vec<_> = (0..5).map(|_| pacing.wait(true, 1.0).as_secs()).collect();
        assert_eq!(waits, [60, 120, 240, 300, 300]);
        pacing.worked();
        assert_eq!(pacing.wait(false, 1.0).as_secs(), 30);
        assert_eq!(pacing.wait(true, 1.0).as_secs(), 60);
    }
}
