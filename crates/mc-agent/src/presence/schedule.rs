//! When to register, and when to look at the workstation again. Decisions only: the time comes from outside.

use std::time::{Duration, Instant};

use mc_identity::Watch;
use mc_routing::RetryPolicy;

use crate::random;

/// What is worth a registration: the values of the fields.
type Key = Vec<Option<String>>;

/// After a failure the next try waits a random part of 5 s, then of 10, 20, .. up to 5 minutes: thousands of workstations whose server
/// comes back must not all call at once.
const RETRY: RetryPolicy = RetryPolicy::new()
    .budget(Duration::MAX)
    .waits(Duration::from_secs(5), Duration::from_mins(5))
    .tries(u32::MAX);

/// A changed address is reported within this time, for the same reason: a VPN gateway that restarts changes many at once.
const SPREAD: Duration = Duration::from_secs(3);

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Nothing yet.
    Nothing,
    /// Look at the workstation.
    Look,
    /// Register.
    Register,
}

pub(crate) struct Schedule {
    watch: Watch<Key>,
    /// When to look without being told to: only while a change settles.
    look: Option<Instant>,
    register: Option<Instant>,
    /// Whether there is anything to register with.
    registers: bool,
    /// How often to register without a reason.
    refresh: Option<Duration>,
    failures: u32,
    random: fn() -> f64,
}

impl Schedule {
    /// Begins with a registration at once: a start is never delayed.
    pub(crate) fn new(
        key: Option<Key>,
        registers: bool,
        refresh: Option<Duration>,
        now: Instant,
    ) -> Self {
        Self {
            look: None,
            watch: Watch::new(key).period(Duration::MAX),
            register: registers.then_some(now),
            registers,
            refresh,
            failures: 0,
            random: random::fraction,
        }
    }

    /// How many registrations failed in a row.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// How long there is nothing to do.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        let next = self.register.into_iter().chain(self.look).min();
        next.map_or(Duration::MAX, |next| next.saturating_duration_since(now))
    }

    /// What is to be done at this time. Registering goes first: what it reports was seen last.
    pub(crate) fn due(&self, now: Instant) -> Due {
        match self.register {
            Some(at) if at <= now => Due::Register,
            _ if self.look.is_some_and(|at| at <= now) => Due::Look,
            _ => Due::Nothing,
        }
    }

    /// Takes in what the workstation looked like.
    pub(crate) fn looked(&mut self, key: Option<Key>, now: Instant) {
        let changed = self.watch.look(key, now).is_some();
        self.look = now.checked_add(self.watch.next_look(now));
        if changed && self.registers {
            // The new address may be the one with which it works: earlier failures count no more.
            self.failures = 0;
            let soon = now + SPREAD.mul_f64((self.random)());
            self.register = Some(self.register.map_or(soon, |at| at.min(soon)));
        }
    }

    /// Something is said to have changed: look before long. Changes come in bursts, so not for each.
    pub(crate) fn look_soon(&mut self, now: Instant) {
        const BURST: Duration = Duration::from_millis(300);
        let soon = now + BURST;
        self.look = Some(self.look.map_or(soon, |at| at.min(soon)));
    }

    /// Something else than the workstation's values has changed.
    pub(crate) fn register_now(&mut self, now: Instant) {
        if self.registers {
            self.failures = 0;
            self.register = Some(now);
        }
    }

    /// Takes in how a registration went.
    pub(crate) fn registered(&mut self, worked: bool, now: Instant) {
        if worked {
            self.failures = 0;
            // Up to a tenth earlier: thousands that started together must not stay together.
            self.register = self
                .refresh
                .map(|refresh| now + refresh.mul_f64(1.0 - (self.random)() / 10.0));
        } else {
            self.failures += 1;
            let wait = RETRY.wait(self.failures, Duration::ZERO, None, (self.random)());
            self.register = Some(now + wait.unwrap_or(RETRY.cap));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// F68: a new address is registered within five seconds of the system's word.
    #[test]
    fn f68_word_of_a_change_brings_the_next_look_near() {
        let now = Instant::now();
        let key = |address: &str| Some(vec![Some(address.to_owned())]);
        let mut schedule = Schedule::new(key("10.0.0.1"), true, None, now);
        schedule.registered(true, now);
        assert_eq!(schedule.wait(now), Duration::MAX);
        for _ in 0..100 {
            schedule.look_soon(now);
        }
        assert!(schedule.wait(now) < SECOND);
        let looked = now + schedule.wait(now);
        schedule.looked(key("10.0.0.2"), looked);
        let settled = looked + schedule.wait(looked);
        schedule.looked(key("10.0.0.2"), settled);
        let register = settled + schedule.wait(settled);
        assert!(matches!(schedule.due(register), Due::Register));
        assert!(register.duration_since(now) < SPREAD + 3 * SECOND);
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "what a look gives: it may be none"
    )]
    fn key(address: &str) -> Option<Key> {
        Some(vec![Some(address.to_owned())])
    }

    fn schedule(now: Instant) -> Schedule {
        Schedule {
            random: || 1.0,
            ..Schedule::new(key("10.0.0.1"), true, None, now)
        }
    }

    #[test]
    fn the_start_is_not_delayed() {
        let now = Instant::now();
        let mut schedule = schedule(now);
        assert_eq!(
            (schedule.wait(now), schedule.due(now)),
            (Duration::ZERO, Due::Register)
        );
        schedule.registered(true, now);
        assert_eq!(
            (schedule.wait(now), schedule.due(now)),
            (Duration::MAX, Due::Nothing)
        );
    }

    #[test]
    fn failures_wait_longer_and_longer_but_never_stop() {
        let now = Instant::now();
        let mut schedule = schedule(now);
        let mut waits = Vec::new();
        for _ in 0..9 {
            schedule.registered(false, now);
            waits.push((schedule.register.unwrap() - now).as_secs());
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        assert_eq!(schedule.failures(), 9);
        schedule.registered(true, now);
        assert_eq!((schedule.register, schedule.failures()), (None, 0));
    }

    #[test]
    fn a_changed_address_is_registered_once_it_stays() {
        let now = Instant::now();
        let mut schedule = schedule(now);
        schedule.registered(true, now);
        let later = now + 60 * SECOND;
        schedule.looked(key("10.8.0.2"), later);
        assert_eq!(
            (schedule.register, schedule.wait(later)),
            (None, 2 * SECOND),
            "looked at again soon"
        );
        let settled = later + 2 * SECOND;
        assert_eq!(schedule.due(settled), Due::Look);
        schedule.looked(key("10.8.0.2"), settled);
        assert_eq!(schedule.register, Some(settled + SPREAD));
    }

    #[test]
    fn a_network_that_goes_and_comes_back_is_no_change() {
        let now = Instant::now();
        let mut schedule = schedule(now);
        schedule.registered(true, now);
        schedule.looked(None, now + 60 * SECOND);
        schedule.looked(key("10.0.0.1"), now + 120 * SECOND);
        schedule.looked(key("10.0.0.1"), now + 180 * SECOND);
        assert_eq!(schedule.register, None);
    }

    #[test]
    fn a_new_address_cuts_a_long_wait_short() {
        let now = Instant::now();
        let mut schedule = schedule(now);
        for _ in 0..9 {
            schedule.registered(false, now);
        }
        schedule.looked(key("10.8.0.2"), now + 60 * SECOND);
        schedule.looked(key("10.8.0.2"), now + 62 * SECOND);
        assert_eq!(schedule.register, Some(now + 62 * SECOND + SPREAD));
        assert_eq!(schedule.failures(), 0);
    }

    #[test]
    fn f68_it_is_repeated_where_that_is_asked_for() {
        let now = Instant::now();
        let mut schedule = Schedule {
            refresh: Some(300 * SECOND),
            ..schedule(now)
        };
        schedule.registered(true, now);
        assert_eq!(schedule.register, Some(now + 270 * SECOND));
        schedule.registered(false, now);
        assert_eq!(schedule.register, Some(now + 5 * SECOND), "a failure first");
    }

    #[test]
    fn without_registration_it_only_looks() {
        let now = Instant::now();
        let mut schedule = Schedule::new(key("10.0.0.1"), false, None, now);
        schedule.looked(key("10.8.0.2"), now + 60 * SECOND);
        schedule.looked(key("10.8.0.2"), now + 62 * SECOND);
        assert_eq!(schedule.due(now + 3600 * SECOND), Due::Nothing);
        schedule.look_soon(now + 3600 * SECOND);
        assert_eq!(schedule.due(now + 3601 * SECOND), Due::Look);
    }
}
