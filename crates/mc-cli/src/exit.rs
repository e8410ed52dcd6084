//! Exit codes: the one place where they live.

use std::process::ExitCode;

/// How a run ended. Scripts depend on the numbers: they never change, mean the same in every program, and all stay
/// below 126, where shells begin to give codes a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// It was tried and failed; standard error says why.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The configuration has problems; each is on standard error.
    Config = 3,
    /// No instance runs in this session.
    NotRunning = 10,
    /// The running instance did not answer in time; nothing was handed over.
    NoAnswer = 11,
    /// The running instance said no; the reason is on standard error.
    Refused = 12,
    /// The request was handed over and no result came back: it may have been done.
    Unknown = 13,
    /// The running instance speaks another protocol version.
    OtherProtocol = 14,
    /// The running instance has another privilege level (run as administrator, or not); or what is for every user of the
    /// machine was to be changed without an administrator's rights.
    OtherPrivilege = 15,
    /// What answers is not the same user's instance; nothing was sent to it.
    PeerNotTrusted = 16,
    /// The client program could not be started.
    ClientNotStarted = 20,
    /// The client runs; the report was not delivered.
    NotDelivered = 21,
    /// The client runs, the report was delivered, and the application said no.
    ApplicationRefused = 22,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The one to end with where both hold: 20 before 3, 21, 13, 22; any other before [`Exit::Done`].
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        const ORDER: [Exit; 5] = [
            Exit::ClientNotStarted,
            Exit::Config,
            Exit::NotDelivered,
            Exit::Unknown,
            Exit::ApplicationRefused,
        ];
        let rank = |exit| match exit {
            Self::Done => usize::MAX,
            exit => ORDER
                .iter()
                .position(|first| *first == exit)
                .unwrap_or(ORDER.len()),
        };
        if rank(other) < rank(self) {
            other
        } else {
            self
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
