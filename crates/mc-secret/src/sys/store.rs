//! The credential store of each operating system. All have the same functions, for an entry by service and name:
//! `get`, `set`, `clear`, and `NAME` for people.

#[cfg(windows)]
pub(crate) use super::credential_manager::{NAME, clear, get, set};
#[cfg(not(any(windows, target_os = "linux")))]
pub(crate) use super::no_store::{NAME, clear, get, set};
#[cfg(target_os = "linux")]
pub(crate) use super::secret_service::{NAME, clear, get, set};
pub(crate) use super::store_failure::StoreFailure;
