//! Which hook comes after which.

use std::time::Duration;

use crate::fault::Fault;
use crate::hook::{After, Hook};
use crate::outcome::Outcome;

/// Which of some hooks comes after which, by their places among them.
///
/// Each comes after one other at most, so those that go back to one beginning are a tree: a chain. A name means the
/// first hook that has it, in any letter case.
///
/// A hook whose name before is unknown, or that stands in or behind a circle, never runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chains {
    before: Vec<Before>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// It begins a chain.
    Nothing,
    Hook(usize),
    Unknown,
}

impl Chains {
    /// How long a chain may take from the beginning of its first hook. What a hook's own
    /// [`timeout`](Hook::timeout) says counts inside it. A program without one, and a page, are not ended by it; they
    /// only do not begin after it.
    pub const LIMIT: Duration = Duration::from_secs(30);

    /// For hooks with these names, each with that of the hook before it, if there is one.
    pub fn of<'a>(hooks: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Self {
        let hooks: Vec<_> = hooks.into_iter().collect();
        let place = |wanted: &str| {
            let wanted = wanted.to_lowercase();
            let found = hooks
                .iter()
                .position(|(name, _)| name.to_lowercase() == wanted);
            found.map_or(Before::Unknown, Before::Hook)
        };
        let before = hooks
            .iter()
            .map(|(_, before)| before.map_or(Before::Nothing, place));
        Self {
            before: before.collect(),
        }
    }

    /// Whether a hook begins a chain, alone or not.
    pub fn begins(&self, hook: usize) -> bool {
        self.before.get(hook) == Some(&Before::Nothing)
    }

    /// The hook before this one; none for one that begins a chain, or whose name before is unknown.
    pub fn before(&self, hook: usize) -> Option<usize> {
        match self.before.get(hook) {
            Some(Before::Hook(before)) => Some(*before),
            _ => None,
        }
    }

    /// The hooks that come right after this one, in their order.
    pub fn after(&self, hook: usize) -> impl Iterator<Item = usize> {
        (0..self.before.len()).filter(move |&other| self.before(other) == Some(hook))
    }

    /// All hooks before this one, the nearest first, each once: in a circle, up to the one that would come again.
    pub fn all_before(&self, hook: usize) -> Vec<usize> {
        let mut path = Vec::new();
        let mut next = self.before(hook);
        while let Some(before) = next.filter(|before| !path.contains(before)) {
            path.push(before);
            next = self.before(before);
        }
        path
    }

    /// Whether a hook comes after itself.
    pub fn is_circle(&self, hook: usize) -> bool {
        self.all_before(hook).contains(&hook)
    }
}

impl After {
    /// Whether an outcome of the hook before is the one that is waited for.
    pub fn takes(&self, outcome: Outcome) -> bool {
        match (self, outcome) {
            (_, Outcome::Cancelled) => false,
            // A program that is up, and was left so, does what it was to do.
            (Self::Ok(_), outcome) => matches!(outcome, Outcome::Ok | Outcome::Running),
            (Self::Failed(_), outcome) => !matches!(outcome, Outcome::Ok | Outcome::Running),
        }
    }
}

/// Whose turn it is after a hook that ended so.
pub(crate) fn turn(
    hook: &Hook,
    before: Outcome,
    values: &mc_template::Values,
) -> Result<(), (Outcome, Fault)> {
    let Some(after) = &hook.after else {
        return Ok(());
    };
    if before == Outcome::Cancelled {
        return Err((Outcome::Cancelled, Fault::Cancelled));
    }
    if !after.takes(before) {
        let before = (after.hook().to_owned(), before);
        return Err((
            Outcome::Skipped,
            Fault::NotItsTurn {
                hook: before.0,
                outcome: before.1,
            },
        ));
    }
    match hook.when.failing(values) {
        None => Ok(()),
        Some((name, pattern)) => {
            let (name, pattern) = (name.to_owned(), pattern.as_str().to_owned());
            Err((Outcome::Skipped, Fault::Condition { name, pattern }))
        }
    }
}
