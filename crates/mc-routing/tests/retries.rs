//! The retry policy as data: its waits over many starts, with seeded chance.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use mc_routing::RetryPolicy;

const SECOND: Duration = Duration::from_secs(1);

/// A plain linear congruential generator (Knuth's MMIX constants): seeded, so that a test says the same every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap_or_default()) / f64::from(u32::MAX)
    }
}

fn wait(tries: u32, random: f64) -> Option<Duration> {
    RetryPolicy::default().wait(tries, Duration::ZERO, None, random)
}

#[test]
fn the_largest_wait_doubles_up_to_the_cap() {
    let largest: Vec<_> = (1..8)
        .map(|tries| wait(tries, 1.0).map(|wait| wait.as_millis()))
        .collect();
    assert_eq!(largest, [500, 1000, 2000, 4000, 8000, 8000, 8000].map(Some));
    assert_eq!(wait(32, 0.0), None);
    assert_eq!(
        RetryPolicy::never().wait(1, Duration::ZERO, None, 0.0),
        None
    );
}

#[test]
fn a_wait_beyond_the_budget_is_no_wait() {
    let policy = RetryPolicy::default();
    assert_eq!(policy.wait(1, 30 * SECOND, None, 0.0), None);
    assert_eq!(policy.wait(1, SECOND, Some(60 * SECOND), 0.0), None);
    assert_eq!(policy.wait(1, SECOND, Some(Duration::MAX), 1.0), None);
}

#[test]
fn what_the_server_asks_for_is_not_undercut_and_chance_comes_behind_it() {
    let policy = RetryPolicy::default();
    let asked = Some(3 * SECOND);
    assert_eq!(policy.wait(1, Duration::ZERO, asked, 0.0), Some(3 * SECOND));
    assert_eq!(policy.wait(1, Duration::ZERO, asked, 1.0), Some(9 * SECOND));
    // Never beyond the budget.
    assert_eq!(policy.wait(1, 26 * SECOND, asked, 1.0), Some(4 * SECOND));
    assert_eq!(policy.wait(1, 28 * SECOND, asked, 0.0), None);
}

#[test]
fn every_wait_is_what_was_asked_at_least_and_within_the_budget() {
    let mut chance = Chance(7);
    let policy = RetryPolicy::default();
    for _ in 0..100_000 {
        let spent = policy.budget.mul_f64(chance.next() * 1.1);
        let asked = (chance.next() < 0.5).then(|| SECOND.mul_f64(chance.next() * 40.0));
        let tries = 1 + Duration::from_secs(40).mul_f64(chance.next()).as_secs();
        let tries = u32::try_from(tries).unwrap_or(1);
        if let Some(wait) = policy.wait(tries, spent, asked, chance.next()) {
            assert!(wait >= asked.unwrap_or_default());
            assert!(spent + wait <= policy.budget, "{spent:?} {wait:?}");
            assert!(tries < policy.tries);
        }
    }
}

/// A company whose computers all failed at eight o'clock: their second tries must spread over
/// the whole wait, with no crowd in any tenth of it, and later ones over more.
#[test]
fn f45_a_thousand_starts_come_back_spread_out() {
    let mut chance = Chance(42);
    for tries in 1..6 {
        let mut tenths = [0_u32; 10];
        let largest = wait(tries, 1.0).unwrap_or_default();
        for _ in 0..1000 {
            let wait = wait(tries, chance.next()).unwrap_or_default();
            let tenth = (wait.as_nanos() * 10 / largest.as_nanos()).min(9);
            tenths[usize::try_from(tenth).unwrap_or_default()] += 1;
        }
        assert!(
            tenths.iter().all(|count| (60..=140).contains(count)),
            "{tenths:?}"
        );
    }
}

/// What a simulation of many starts at once found.
struct Morning {
    delivered: usize,
    /// How many calls came in each second.
    arrivals: [usize; 31],
    /// When each of those that gave up tried last.
    last_tries: Vec<Duration>,
    most_tries: u32,
}

/// 1000 starts within 0.2 s against a server that is down until `up`, and then takes `limit` calls a second and asks
/// the others to come back after `asked`.
fn morning(limit: usize, asked: Option<Duration>, up: Duration, seed: u64) -> Morning {
    let policy = RetryPolicy::default();
    let mut chance = Chance(seed);
    let mut found = Morning {
        delivered: 0,
        arrivals: [0; 31],
        last_tries: Vec::new(),
        most_tries: 0,
    };
    let mut taken = [0; 31];
    // When, when the first try was, how many failed.
    let mut calls: BinaryHeap<Reverse<(Duration, Duration, u32)>> = (0..1000)
        .map(|_| SECOND.mul_f64(chance.next() * 0.2))
        .map(|start| Reverse((start, start, 0)))
        .collect();
    while let Some(Reverse((now, start, failed))) = calls.pop() {
        let second = usize::try_from(now.as_secs()).unwrap_or_default();
        found.arrivals[second] += 1;
        found.most_tries = found.most_tries.max(failed + 1);
        if now >= up && taken[second] < limit {
            taken[second] += 1;
            found.delivered += 1;
            continue;
        }
        let asked = asked.filter(|_| now >= up);
        match policy.wait(failed + 1, now.saturating_sub(start), asked, chance.next()) {
            Some(wait) => calls.push(Reverse((now + wait, start, failed + 1))),
            None => found.last_tries.push(now),
        }
    }
    found
}

#[test]
fn f78_a_thousand_starts_get_through_a_limit_without_waves() {
    for seed in 0..20 {
        for asked in [None, Some(SECOND), Some(5 * SECOND)] {
            let morning = morning(50, asked, Duration::ZERO, seed);
            assert!(
                morning.delivered >= 990,
                "{asked:?} {seed}: {}",
                morning.delivered
            );
            if asked.is_some() {
                // After the first second, in which all come, no second has more than 60 % of them.
                let largest = morning.arrivals[1..].iter().max();
                assert!(
                    largest < Some(&600),
                    "{asked:?} {seed}: {:?}",
                    morning.arrivals
                );
            }
        }
    }
}

/// "As late as the budget allows": a server that comes back in the last seconds still hears of nearly all.
#[test]
fn f78_the_last_try_is_as_late_as_the_budget_allows() {
    for seed in 0..20 {
        let never = morning(0, None, Duration::ZERO, seed);
        let early = never
            .last_tries
            .iter()
            .filter(|at| **at < 28 * SECOND)
            .count();
        assert_eq!(never.last_tries.len(), 1000);
        assert!(early < 10, "{seed}: {early} gave up early");
        assert!(never.most_tries < 32, "{seed}: {}", never.most_tries);
        let late = morning(usize::MAX, None, 28 * SECOND, seed);
        assert!(late.delivered > 950, "{seed}: {}", late.delivered);
    }
}
