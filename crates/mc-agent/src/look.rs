//! What is looked at again and again, because no system tells of every change to it.
//!
//! On a thread of its own: it wakes once for each look. A timer of the runtime wakes it three times for one, as it comes
//! nearer, and then the threads for what may block.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use tokio::sync::Notify;

/// Looks going on until it is dropped.
pub(crate) struct Looks {
    _stop: Sender<()>,
}

impl Looks {
    /// Lets `look` say every so often whether something changed, and tells `changed` if so. `look` may block; when it
    /// panics, which an embedder's may, that look has seen nothing.
    pub(crate) fn every(
        pause: Duration,
        changed: Arc<Notify>,
        mut look: impl FnMut() -> bool + Send + 'static,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        thread::Builder::new()
            .name("looks".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                    match catch_unwind(AssertUnwindSafe(&mut look)) {
                        Ok(true) => changed.notify_one(),
                        Ok(false) => {}
                        Err(_) => {
                            tracing::error!("a look for changes panicked; the next one comes");
                        }
                    }
                }
            })?;
        Ok(Self { _stop: stop })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_change_is_told_and_none_when_nothing_changed_or_a_look_panicked() {
        let (made, mut looks) = tokio::sync::mpsc::unbounded_channel();
        let changed = Arc::new(Notify::new());
        let mut count = 0;
        let going = Looks::every(Duration::from_millis(1), Arc::clone(&changed), move || {
            count += 1;
            // An error means that the test is over.
            let _ = made.send(count);
            assert!(count != 2, "a look that panics");
            count == 3
        });
        let going = going.unwrap();
        changed.notified().await;
        let mut seen = Vec::new();
        while let Ok(count) = looks.try_recv() {
            seen.push(count);
        }
        assert!(seen.starts_with(&[1, 2, 3]), "{seen:?}");
        drop(going);
        while looks.recv().await.is_some() {}
        assert!(
            tokio::time::timeout(Duration::ZERO, changed.notified())
                .await
                .is_err()
        );
    }
}
