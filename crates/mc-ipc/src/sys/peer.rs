//! What both systems tell of the other end.

use std::io;

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
    NobodyListens,
    /// Somebody does, but cannot take one more right now.
    Busy,
    /// Something else, a denial for example.
    System(io::Error),
}
