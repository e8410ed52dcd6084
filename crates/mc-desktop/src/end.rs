//! Word that this process is to end.

use std::io;

use crate::reason::EndReason;
use crate::sys::EndSignals;

/// Watches for the end of the session, and for requests to end this process.
///
/// On Windows a log-off or shutdown waits, at most five seconds, until the watch is dropped: drop it when the goodbyes
/// are said. (A process that uses windows at all gets no console event for them; the watch has a hidden window that
/// answers `WM_QUERYENDSESSION` and `WM_ENDSESSION`, Microsoft Learn, "Shutting Down".) On Linux a session's end is a
/// SIGTERM like any other.
#[derive(Debug)]
pub struct EndWatch {
    signals: EndSignals,
}

impl EndWatch {
    /// Starts to watch: signals are caught from here on. Needs a running tokio runtime with its signal driver.
    ///
    /// # Errors
    ///
    /// When the system lets no signal be caught or no window be made.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            signals: EndSignals::new()?,
        })
    }

    /// Completes when this process is to end. Cancelling it loses nothing: asked again, it answers at once.
    pub async fn requested(&mut self) -> EndReason {
        self.signals.requested().await
    }
}
