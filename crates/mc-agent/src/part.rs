//! A part of the agent that ends and begins anew.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// A task that ends when it is told to, and with its owner.
pub(crate) struct Part {
    stop: watch::Sender<bool>,
    task: JoinSet<()>,
}

impl Part {
    pub(crate) fn start<F>(work: impl FnOnce(watch::Receiver<bool>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, stopped) = watch::channel(false);
        let mut task = JoinSet::new();
        task.spawn(work(stopped));
        Self { stop, task }
    }

    /// Tells it to end.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Ends it; whether it did in this time.
    pub(crate) async fn end(mut self, limit: Duration) -> bool {
        self.stop();
        timeout(limit, self.task.join_next()).await.is_ok()
    }
}
