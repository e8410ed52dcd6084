//! The settings in force: what runs for a call and how numbers are dialled, replaced as a whole between two calls.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use mc_hooks::Runner;

use crate::dial_way::Way;

/// What one reading of the settings made.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) runner: Runner,
    pub(crate) dial: Option<Way>,
    /// Whether the user may become known by registration.
    pub(crate) registers: bool,
    /// The file they came from.
    pub(crate) config: Option<PathBuf>,
    /// Since when they are in force.
    pub(crate) since: jiff::Timestamp,
}

/// The rules in force. Clones see the same ones; who got them keeps them to the end of what it does.
#[derive(Debug, Clone)]
pub(crate) struct InForce(Arc<RwLock<Arc<Rules>>>);

impl InForce {
    pub(crate) fn new(rules: Rules) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(rules))))
    }

    pub(crate) fn get(&self) -> Arc<Rules> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts others in force, and gives those that were.
    pub(crate) fn replace(&self, rules: Rules) -> Arc<Rules> {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut current, Arc::new(rules))
    }
}
