//! Chance, replaceable.

use std::fmt;
use std::sync::Arc;

/// A source of numbers from 0 to 1.
#[derive(Clone)]
pub(crate) struct Random(Arc<dyn Fn() -> f64 + Send + Sync>);

impl Random {
    pub(crate) fn new(random: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(random))
    }

    pub(crate) fn next(&self) -> f64 {
        (self.0)()
    }
}

impl Default for Random {
    /// The operating system's. Where it has none, half: a wait that is not random is still one.
    fn default() -> Self {
        Self::new(|| getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX)))
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}
