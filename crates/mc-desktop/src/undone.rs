//! Undoing step by step: one that fails keeps no other from being done.

use crate::change::{Change, InstallError};

/// What was undone, and the first thing that could not be.
#[derive(Debug, Default)]
pub(crate) struct Undone {
    changes: Vec<Change>,
    failed: Option<InstallError>,
}

impl Undone {
    /// What a step came to; nothing, where it failed.
    pub(crate) fn step<T: Default>(&mut self, done: Result<T, InstallError>) -> T {
        done.unwrap_or_else(|error| {
            let _ = self.failed.get_or_insert(error);
            T::default()
        })
    }

    pub(crate) fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(crate) fn end(self) -> Result<Vec<Change>, InstallError> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.changes),
        }
    }
}
