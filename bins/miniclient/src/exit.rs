//! Exit codes: the one place where they live.

use std::process::ExitCode;

/// How a command ended. Scripts depend on the numbers; they never change, and all stay below 126, where shells begin
/// to give codes a meaning of their own.
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
    /// The running instance has another privilege level (run as administrator, or not).
    OtherPrivilege = 15,
    /// What answers is not the same user's instance; nothing was sent to it.
    PeerNotTrusted = 16,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
