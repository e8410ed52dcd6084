//! Word that the settings are to be read again.

use std::io;

use crate::sys;

/// Watches for SIGHUP, by which an administrator has a process read its settings again. On Windows, which has no such
/// signal, it never comes.
#[derive(Debug)]
pub struct HangUp(sys::HangUp);

impl HangUp {
    /// Starts to watch: the signal does not end this process from here on. Needs a running tokio runtime with its signal
    /// driver.
    ///
    /// # Errors
    ///
    /// When the system does not let the signal be caught.
    pub fn new() -> io::Result<Self> {
        sys::HangUp::new().map(Self)
    }

    /// Completes when the signal came. Cancelling it loses nothing.
    pub async fn received(&mut self) {
        self.0.received().await;
    }
}
