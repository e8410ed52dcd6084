//! Random numbers for what must not repeat.

/// 64 random bits; where the system has none, some that are unlikely to come again.
pub(crate) fn random() -> u64 {
    getrandom::u64().unwrap_or_else(|_| {
        use std::hash::{BuildHasher, RandomState};
        RandomState::new().hash_one(std::time::Instant::now())
    })
}
