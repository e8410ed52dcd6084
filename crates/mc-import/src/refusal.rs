//! Why nothing is carried over.

use crate::note::Note;

/// Why nothing of a script can be carried over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It is too long.
    #[error("the script is too large: {0} is the limit")]
    TooLarge(&'static str),
    /// It is no PowerShell, or some that is not read, or makes too much work.
    #[error("line {line}: {what}")]
    NotUnderstood {
        /// Where.
        line: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// It is another kind of file.
    #[error("this is {what}")]
    OtherKind {
        /// What kind.
        what: &'static str,
        /// The lines that matter in it, and what to do about them.
        notes: Vec<Note>,
    },
    /// There is not exactly one call of a routing application that is made for certain.
    #[error(
        "there is no URL of a routing application to which exactly one call is certain to go as it stands"
    )]
    NoCall {
        /// What stands in the way, line by line.
        notes: Vec<Note>,
    },
}
