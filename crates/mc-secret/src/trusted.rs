//! Whose writing does not count as others'.

/// Whose writing does not count as others'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trusted {
    /// The computer's administrators alone: root, on Windows SYSTEM, Administrators, `TrustedInstaller`, and the
    /// administrators of the computer's domain. For what holds for every user of the computer.
    Administrators,
    /// These, and the user that this process runs as. For what is this user's own.
    User,
}
