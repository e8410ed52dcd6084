//! The signals that ask a process for something.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::reason::EndReason;

#[derive(Debug)]
pub(crate) struct EndSignals {
    terminate: Signal,
    interrupt: Signal,
    requested: bool,
}

impl EndSignals {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            requested: false,
        })
    }

    pub(crate) async fn requested(&mut self) -> EndReason {
        if !self.requested {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
            self.requested = true;
        }
        EndReason::Asked
    }
}

#[derive(Debug)]
pub(crate) struct HangUp(Signal);

impl HangUp {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::hangup())?))
    }

    pub(crate) async fn received(&mut self) {
        // None would mean that the runtime ends.
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}
