//! What the owner and the connections to it share.

use crate::{dedup::Dedup, message::AnyHandler, options::InstanceOptions};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests under way at once, for each kind that has room of its own, and for all others together.
const UNDER_WAY: usize = 128;

/// What the owner and the connections to it share.
pub(crate) struct OwnerState {
    pub(crate) build: String,
    reserved: Vec<String>,
    /// One for each reserved kind, then one for all others.
    rooms: Vec<Arc<Semaphore>>,
    handler: RwLock<Option<AnyHandler>>,
    dedup: Mutex<Dedup>,
}

impl OwnerState {
    pub(crate) fn new(options: &InstanceOptions) -> Self {
        let rooms = options.reserved.len() + 1;
        Self {
            build: options.build.clone(),
            reserved: options.reserved.clone(),
            rooms: (0..rooms)
                .map(|_| Arc::new(Semaphore::new(UNDER_WAY)))
                .collect(),
            handler: RwLock::default(),
            dedup: Mutex::new(Dedup::new(rooms)),
        }
    }

    /// How many requests can be under way at once.
    pub(crate) fn capacity(&self) -> usize {
        self.rooms.len() * UNDER_WAY
    }

    /// Which room requests of this kind use.
    pub(crate) fn room_of(&self, kind: &str) -> usize {
        let reserved = self.reserved.iter().position(|reserved| reserved == kind);
        reserved.unwrap_or(self.reserved.len())
    }

    /// A place in a room, unless it is full.
    pub(crate) fn enter(&self, room: usize) -> Option<OwnedSemaphorePermit> {
        Arc::clone(self.rooms.get(room)?).try_acquire_owned().ok()
    }

    pub(crate) fn handler(&self) -> Option<AnyHandler> {
        self.handler
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_handler(&self, handler: Option<AnyHandler>) {
        *self.handler.write().unwrap_or_else(PoisonError::into_inner) = handler;
    }

    pub(crate) fn dedup(&self) -> MutexGuard<'_, Dedup> {
        self.dedup.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for OwnerState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnerState")
            .field("build", &self.build)
            .finish_non_exhaustive()
    }
}
