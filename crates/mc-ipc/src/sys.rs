//! The operating system's part: who may be the instance, and how its address is reached.
//!
//! Both systems offer the same face: [`Place`] (the names of lock and channel), [`Lock`] (held by one process, freed
//! by the system on its death), [`Channel`] (the owner's end), [`connect`] (the client's end).

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{Channel, Lock, Place, connect};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{Channel, Lock, Place, connect};

use crate::AcquireError;
use sha2::{Digest as _, Sha256};
use std::{fmt::Write as _, io};

/// What is known of the process at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) pid: u32,
    pub(crate) trust: Trust,
}

/// Whether the process at the other end runs as the same user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    SameUser,
    OtherUser,
    /// The system does not let us look: it runs with other privileges.
    Hidden,
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// Nobody listens at the address.
    Absent,
    /// Somebody does, but cannot take one more right now.
    Busy,
    /// The system denies access.
    Denied,
    /// Something else.
    System(io::Error),
}

/// An [`AcquireError`] that says what was being done; a denial is the other privilege.
pub(crate) fn trouble(doing: impl Into<String>, source: io::Error) -> AcquireError {
    if source.kind() == io::ErrorKind::PermissionDenied {
        AcquireError::OtherPrivilege
    } else {
        AcquireError::System {
            doing: doing.into(),
            source,
        }
    }
}

/// The first characters of a text's SHA-256, for names that have to be short and plain.
pub(crate) fn short_hash(text: &[u8]) -> String {
    hex(&Sha256::digest(text)[..6])
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
