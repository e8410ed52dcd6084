//! What can go wrong, by what the caller does about it.

use std::io;

/// Why this process is not the instance, or why a request has no result.
///
/// The variants are what a command line program needs to tell apart; each deserves its own exit code. Only
/// [`OutcomeUnknown`](Self::OutcomeUnknown) leaves open whether the request was carried out; after every other one it
/// was not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IpcError {
    /// Nobody owns the instance: start one.
    #[error("no instance is running for this user in this session")]
    NotRunning,
    /// An instance exists but did not answer before the deadline: it hangs, is just starting, or is just ending.
    /// Ask again later, or have the process looked at.
    #[error("the running instance{} did not answer in time; the request was not sent", process(*.pid))]
    NoAnswer {
        /// The process that took the connection, where it came that far.
        pid: Option<u32>,
    },
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
    /// The peer speaks another protocol: update the older one.
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
    /// The request is larger than [`MAX_BODY`](crate::MAX_BODY), or its kind or id are longer than 64 bytes. Nothing
    /// was sent.
    #[error("the {what} is {size} bytes long; at most {limit} are allowed")]
    TooLarge {
        /// What is too long: body (in bytes of JSON), kind or id.
        what: &'static str,
        /// Its bytes.
        size: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The system refused something else. Nothing was sent.
    #[error("cannot {doing}: {source}")]
    System {
        /// What was being done, with the path or name concerned.
        doing: String,
        /// The system's reason.
        source: io::Error,
    },
}

impl IpcError {
    /// What was being done when the system refused; a denial is the other privilege.
    pub(crate) fn system(doing: impl Into<String>, source: impl Into<io::Error>) -> Self {
        let source = source.into();
        if source.kind() == io::ErrorKind::PermissionDenied {
            Self::OtherPrivilege
        } else {
            Self::System {
                doing: doing.into(),
                source,
            }
        }
    }
}

fn process(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f04_a_denial_is_the_other_privilege() {
        let denied = IpcError::system("x", io::ErrorKind::PermissionDenied);
        assert!(matches!(denied, IpcError::OtherPrivilege));
        let other = IpcError::system("open y", io::Error::other("z"));
        assert_eq!(other.to_string(), "cannot open y: z");
    }
}
