//! What can go wrong, by what the caller does about it.

use std::io;

/// Why a request has no result.
///
/// The variants are what a command line program needs to tell apart; each deserves its own exit code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// Nobody owns the instance: nothing was sent.
    #[error("no instance is running for this user in this session")]
    NotRunning,
    /// An instance exists but did not answer before the deadline. The request was not sent.
    #[error("the running instance did not answer in time; the request was not sent")]
    NoAnswer,
    /// The instance answered, and does not do it.
    #[error("{text}")]
    Refused {
        /// A stable word for programs: the owner's, or one of `not_ready`, `busy`, `id_reused`, `bad_request`,
        /// `reply_too_large`, `handler_failed` from this crate.
        code: String,
        /// A sentence for people.
        text: String,
    },
    /// The request was written, and what became of it is not known: it may have been carried out. It is never
    /// sent again.
    #[error("the request was handed over, but no result arrived; it may have been carried out")]
    OutcomeUnknown {
        /// Whether the owner had confirmed that it received the request.
        accepted: bool,
    },
    /// The peer speaks another protocol.
    #[error(
        "the running instance ({theirs}) speaks another protocol version than this program ({ours})"
    )]
    OtherProtocol {
        /// This program's build and protocol number.
        ours: String,
        /// What is known of the peer's.
        theirs: String,
    },
    /// An instance exists, but runs with other privileges (elevated, or as another user): the system denies access.
    #[error("an instance is running with other privileges; start both the same way")]
    OtherPrivilege,
    /// Another user's process answers at the address. Nothing was sent to it.
    #[error("the process that answers belongs to another user; nothing was sent to it")]
    PeerNotTrusted,
    /// The request does not fit in a frame of [`MAX_FRAME`](crate::MAX_FRAME) bytes. Nothing was sent.
    #[error(
        "the request is {size} bytes long; at most {} are allowed",
        crate::MAX_FRAME
    )]
    TooLarge {
        /// Bytes of JSON.
        size: usize,
    },
    /// The system refused something else. Nothing was sent.
    #[error("cannot reach the running instance: {0}")]
    System(#[source] io::Error),
}

/// Why it is not known whether an instance runs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcquireError {
    /// An instance holds the lock, but nobody answered before the deadline: it hangs, is just starting, or is just
    /// ending.
    #[error("an instance is running but does not answer")]
    NoAnswer,
    /// An instance runs with other privileges: the system denies access to its lock or channel.
    #[error("an instance is running with other privileges; start both the same way")]
    OtherPrivilege,
    /// The address is held by a process of another user.
    #[error("the address of the instance is held by a process of another user")]
    PeerNotTrusted,
    /// The running instance speaks another protocol.
    #[error(
        "the running instance ({theirs}) speaks another protocol version than this program ({ours})"
    )]
    OtherProtocol {
        /// This program's build and protocol number.
        ours: String,
        /// What is known of the peer's.
        theirs: String,
    },
    /// Lock or channel cannot be made.
    #[error("cannot {doing}: {source}")]
    System {
        /// What was being done, with the path or name concerned.
        doing: String,
        /// The system's reason.
        source: io::Error,
    },
}
