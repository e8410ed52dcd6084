//! How runs come to an end before their time.

use tokio::sync::watch;

use crate::outcome::Outcome;

/// What becomes of programs that run when a [`Runner`](crate::Runner) is shut down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Programs {
    /// Those whose hook has a timeout are ended at once, with everything they started, and reported as cancelled. The
    /// others are left alone, and reported as running.
    #[default]
    ByTimeout,
    /// All are left alone.
    Leave,
    /// All are ended at once.
    End,
}

/// How far a runner has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Open,
    /// Nothing new starts; what runs may end.
    Closing(Programs),
    /// What runs is given up.
    Closed(Programs),
}

/// What a run listens to.
#[derive(Debug)]
pub(crate) struct Stop {
    stage: watch::Receiver<Stage>,
    cancelled: watch::Receiver<bool>,
}

impl Stop {
    /// A run of this runner and of this call.
    pub(crate) fn new(stage: watch::Receiver<Stage>, cancelled: watch::Receiver<bool>) -> Self {
        Self { stage, cancelled }
    }

    /// Nobody stops it.
    pub(crate) fn never() -> Self {
        Self {
            stage: watch::channel(Stage::Open).1,
            cancelled: watch::channel(false).1,
        }
    }

    /// Completes when a run that has not begun will not begin: with the outcome that it has.
    pub(crate) async fn before_it_began(&mut self) -> Outcome {
        let shut = |stage: &Stage| *stage != Stage::Open;
        tokio::select! {
            biased;
            () = until(&mut self.cancelled, |cancelled| *cancelled) => Outcome::Cancelled,
            () = until(&mut self.stage, shut) => Outcome::Dropped,
        }
    }

    /// Completes when what runs is to be given up: a request, an action of somebody's own.
    pub(crate) async fn given_up(&mut self) {
        let closed = |stage: &Stage| matches!(stage, Stage::Closed(_));
        tokio::select! {
            () = until(&mut self.stage, closed) => {}
            () = until(&mut self.cancelled, |cancelled| *cancelled) => {}
        }
    }

    /// Completes when a program is to be ended (true) or left alone (false).
    pub(crate) async fn for_program(&mut self, has_timeout: bool) -> bool {
        let ended = |programs: Programs| match programs {
            Programs::ByTimeout => has_timeout,
            Programs::Leave => false,
            Programs::End => true,
        };
        let decided = |stage: &Stage| match *stage {
            Stage::Open => false,
            Stage::Closing(programs) => ended(programs),
            Stage::Closed(_) => true,
        };
        tokio::select! {
            () = until(&mut self.cancelled, |cancelled| *cancelled) => true,
            () = until(&mut self.stage, decided) => match *self.stage.borrow() {
                Stage::Closing(programs) | Stage::Closed(programs) => ended(programs),
                Stage::Open => false,
            },
        }
    }
}

/// Waits for a value; for ever, when nobody can set it any more.
async fn until<T>(receiver: &mut watch::Receiver<T>, wanted: impl FnMut(&T) -> bool) {
    if receiver.wait_for(wanted).await.is_err() {
        std::future::pending::<()>().await;
    }
}
