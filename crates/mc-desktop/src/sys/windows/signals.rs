//! What asks a process to end: the console's events, and the session's end, which comes to windows alone.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close,
    ctrl_logoff, ctrl_shutdown,
};
use tokio::sync::watch;

use crate::reason::EndReason;
use crate::sys::windows::window::HiddenWindow;

/// How long a log-off waits for the goodbyes: Windows itself grants about five seconds before it calls a program hung.
const GOODBYES: Duration = Duration::from_secs(5);

pub(crate) struct EndSignals {
    c: CtrlC,
    cut: CtrlBreak,
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
    session: watch::Receiver<bool>,
    reason: Option<EndReason>,
    close_window: Box<dyn Fn() + Send>,
    /// Dropped with the rest: that is what the window waits for.
    _goodbyes: mpsc::Sender<()>,
}

impl std::fmt::Debug for EndSignals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndSignals")
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl EndSignals {
    pub(crate) fn new() -> io::Result<Self> {
        let (tell, session) = watch::channel(false);
        let (goodbyes, said) = mpsc::channel::<()>();
        let (made, making) = mpsc::channel();
        thread::Builder::new()
            .name("end of session".to_owned())
            .spawn(move || {
                let window = HiddenWindow::new(move || {
                    tell.send_replace(true);
                    // An error is what is waited for: nobody can say more goodbyes.
                    let _ = said.recv_timeout(GOODBYES);
                });
                match window {
                    Ok(window) => {
                        let _ = made.send(Ok(window.closer()));
                        window.run();
                    }
                    Err(error) => {
                        let _ = made.send(Err(error));
                    }
                }
            })?;
        let close_window = making
            .recv()
            .map_err(|_| io::Error::other("the thread for the end of the session died"))??;
        Ok(Self {
            c: ctrl_c()?,
            cut: ctrl_break()?,
            close: ctrl_close()?,
            logoff: ctrl_logoff()?,
            shutdown: ctrl_shutdown()?,
            session,
            reason: None,
            close_window: Box::new(close_window),
            _goodbyes: goodbyes,
        })
    }

    pub(crate) async fn requested(&mut self) -> EndReason {
        if let Some(reason) = self.reason {
            return reason;
        }
        let reason = tokio::select! {
            // An error would mean that the window is gone, which it is only after this.
            Ok(_) = self.session.wait_for(|ends| *ends) => EndReason::SessionEnds,
            _ = self.logoff.recv() => EndReason::SessionEnds,
            _ = self.shutdown.recv() => EndReason::SessionEnds,
            _ = self.c.recv() => EndReason::Asked,
            _ = self.cut.recv() => EndReason::Asked,
            _ = self.close.recv() => EndReason::Asked,
        };
        self.reason = Some(reason);
        reason
    }
}

impl Drop for EndSignals {
    fn drop(&mut self) {
        (self.close_window)();
    }
}

/// Windows has no such signal.
#[derive(Debug)]
pub(crate) struct HangUp;

impl HangUp {
    #[expect(clippy::unnecessary_wraps, reason = "the same face on both systems")]
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn received(&mut self) {
        std::future::pending::<()>().await;
    }
}
