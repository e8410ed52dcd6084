//! Why a link could not be handed over.

/// Why a link could not be handed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandOverError {
    /// There is no desktop in this session, and nothing that would do without.
    #[error("there is no desktop in this session")]
    NoDesktop,
    /// There is a desktop, and none of the programs that hand links over.
    #[error("neither xdg-open nor gio is installed")]
    NoOpener,
    /// What was asked did not do it.
    #[error("{opener}: {reason}")]
    Failed {
        /// What was asked.
        opener: &'static str,
        /// What it said.
        reason: String,
    },
}
