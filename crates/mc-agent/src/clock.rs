//! What the telephone system's clock says, as far as its answers told.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use jiff::{SignedDuration, Timestamp};

/// A ringing that happened longer ago is not shown any more.
const LATE: SignedDuration = SignedDuration::from_secs(30);
/// The same while only this computer's clock is known: by this much two clocks may differ.
const LATE_BY_OUR_CLOCK: SignedDuration = SignedDuration::from_mins(5);
/// How long an answer says how the clocks differ.
const KNOWN: Duration = Duration::from_hours(24);
/// Beyond this, this computer's clock was set since, or stood still.
const SET: SignedDuration = SignedDuration::from_secs(10);

/// The telephone system's clock. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServerClock(Arc<Mutex<Option<Heard>>>);

/// How far the telephone system's clock was ahead, and when.
#[derive(Debug, Clone, Copy)]
struct Heard {
    ahead: SignedDuration,
    at: Now,
}

/// Now, by the clock on the wall and by the one that nobody sets.
#[derive(Debug, Clone, Copy)]
struct Now {
    wall: Timestamp,
    steady: Instant,
}

impl Now {
    fn get() -> Self {
        Self {
            wall: Timestamp::now(),
            steady: Instant::now(),
        }
    }
}

impl ServerClock {
    /// An answer came that was sent at this time.
    pub(crate) fn heard(&self, server: SystemTime) {
        let (Ok(server), at) = (Timestamp::try_from(server), Now::get()) else {
            return;
        };
        let ahead = server.duration_since(at.wall);
        let heard = Some(Heard { ahead, at });
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *last, heard);
        if let Some(side) = notable(ahead, before.map(|before| before.ahead)) {
            let seconds = ahead.abs().as_secs();
            tracing::warn!(
                seconds,
                side,
                "the telephone system's clock differs from this computer's"
            );
        }
    }

    /// Whether a call that rang at this time, by the telephone system's clock, is shown no more.
    pub(crate) fn is_late(&self, rang: Timestamp) -> bool {
        let heard = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        is_late(rang, heard, Now::get())
    }
}

/// On which side of ours a clock is that is far from it, unless it was there before.
fn notable(ahead: SignedDuration, before: Option<SignedDuration>) -> Option<&'static str> {
    let known = before
        .is_some_and(|before| before.abs() > LATE && before.saturating_sub(ahead).abs() <= SET);
    let side = if ahead.is_negative() {
        "behind"
    } else {
        "ahead"
    };
    (ahead.abs() > LATE && !known).then_some(side)
}

fn is_late(rang: Timestamp, heard: Option<Heard>, now: Now) -> bool {
    let age = now.wall.duration_since(rang);
    match heard.filter(|heard| still_holds(heard, now)) {
        Some(heard) => age.saturating_add(heard.ahead) > LATE,
        None => age > LATE_BY_OUR_CLOCK,
    }
}

/// Whether it was heard not too long ago, and our clock neither set nor stopped since.
fn still_holds(heard: &Heard, now: Now) -> bool {
    let passed = now.steady.saturating_duration_since(heard.at.steady);
    let by_the_wall = now.wall.duration_since(heard.at.wall);
    passed < KNOWN
        && SignedDuration::try_from(passed)
            .is_ok_and(|passed| by_the_wall.saturating_sub(passed).abs() < SET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_far_away_is_told_with_its_side_and_once() {
        let seconds = SignedDuration::from_secs;
        for (ahead, before, expected) in [
            (31, None, Some("ahead")),
            (-31, None, Some("behind")),
            (29, None, None),
            (31, Some(29), Some("ahead")),
            (-3600, Some(-3605), None),
            (-3600, Some(-3500), Some("behind")),
            (3600, Some(-3600), Some("ahead")),
        ] {
            let told = notable(seconds(ahead), before.map(seconds));
            assert_eq!(told, expected, "{ahead} {before:?}");
        }
    }

    #[test]
    fn an_answer_says_how_clocks_differ_until_ours_is_set_or_a_day_is_over() {
        let start = Now::get();
        let late = |heard, now: Now, server: Timestamp, age: i64| {
            is_late(server - SignedDuration::from_secs(age), heard, now)
        };
        // Nothing heard: our own clock, and patience.
        assert!(!late(None, start, start.wall, 299));
        assert!(late(None, start, start.wall, 301));
        assert!(!late(None, start, start.wall, -3600), "a time to come");
        for minutes in [10, -10] {
            let ahead = SignedDuration::from_mins(minutes);
            let heard = Some(Heard { ahead, at: start });
            let later = |hours: u64, set: SignedDuration| Now {
                wall: start.wall + Duration::from_hours(hours) + set,
                steady: start.steady + Duration::from_hours(hours),
            };
            let hour = later(1, SignedDuration::ZERO);
            assert!(!late(heard, hour, hour.wall + ahead, 29));
            assert!(late(heard, hour, hour.wall + ahead, 31));
            for now in [
                later(25, SignedDuration::ZERO),
                later(1, SignedDuration::from_mins(2)),
                later(1, SignedDuration::from_mins(-2)),
            ] {
                assert!(!late(heard, now, now.wall, 299), "{now:?}");
                assert!(late(heard, now, now.wall, 301), "{now:?}");
            }
        }
    }
}
