//! Why a number is not dialled.

use mc_template::{DialNumber, NumberError};

use crate::journal::JournalError;

/// Why a number is not dialled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DialError {
    /// Nothing says how.
    #[error("dialling is not configured")]
    NotConfigured,
    /// A number that nobody typed holds `*` or `#`.
    #[error("* and # in a number that nobody typed may switch something instead of calling")]
    Codes,
    /// It is among those that are never dialled.
    #[error("{0} is not to be dialled")]
    Denied(DialNumber),
    /// Nobody is known for whom to dial.
    #[error("no ACD user is known here")]
    NoUser,
    /// The journal keeps no whole numbers, so none of them can be dialled.
    #[error("the journal here keeps no whole numbers")]
    NotKept,
    /// The journal has none.
    #[error("there is no such number yet")]
    NoNumber,
    /// The caller withheld it.
    #[error("the last caller withheld the number")]
    Withheld,
    /// What the journal has cannot be dialled.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// It cannot be written down.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl DialError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::Codes => "codes",
            Self::Denied(_) => "denied",
            Self::NoUser => "no_user",
            Self::NotKept => "not_kept",
            Self::NoNumber => "no_number",
            Self::Withheld => "withheld",
            Self::Number(_) => "number",
            Self::Journal(_) => "journal",
        }
    }
}
