//! Why a process is to end.

/// Why this process is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// Somebody asked: SIGTERM, SIGINT; Ctrl-C, Ctrl-Break, the console's close button.
    Asked,
    /// The user logs off or the system goes down: there are a few seconds left.
    SessionEnds,
}
