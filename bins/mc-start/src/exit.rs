//! Exit codes: the one place where they live.

use std::process::ExitCode;

/// How a run ended. Scripts depend on the numbers; they never change, mean the same in both programs, and all stay
/// below 126, where shells begin to give codes a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Exit {
    /// Done: the client runs and the report was delivered.
    Done = 0,
    /// It was tried and failed; standard error says why.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The configuration has problems; each is on standard error, and nothing was started.
    Config = 3,
    /// The client runs; the report was sent and no answer came: it may have been acted upon.
    Unknown = 13,
    /// The client program could not be started.
    ClientNotStarted = 20,
    /// The client runs; the report was not delivered.
    NotDelivered = 21,
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
