//! Where calls enter, whichever way they come: written to the journal first, then their hooks start.

use super::Shared;
use super::journal::{JournalError, Via};
use mc_hooks::{Accepted, CallEvent};
use tokio::sync::Mutex;

/// One call after another, so that a repetition is answered only when the first one is safe on disk.
#[derive(Debug, Default)]
pub(crate) struct Intake(Mutex<()>);

impl Intake {
    /// Accepts a call. When this returns, it is in the journal and its hooks are under way; on an error nothing runs.
    pub(crate) async fn take(
        &self,
        shared: &Shared,
        mut event: CallEvent,
        via: Via,
    ) -> Result<Accepted, JournalError> {
        if let Some(user) = shared.user().as_deref() {
            event.set_default("UsersUID", user);
        }
        let _turn = self.0.lock().await;
        let prepared = shared.runner.prepare(event);
        if !prepared.is_duplicate() {
            let hooks = prepared.hooks().map(ToOwned::to_owned).collect();
            shared
                .journal
                .call(prepared.id(), via, prepared.event(), hooks)
                .await?;
        }
        let accepted = prepared.start();
        tracing::info!(
            id = accepted.id,
            ?via,
            duplicate = accepted.duplicate,
            hooks = accepted.hooks.len(),
            "a call"
        );
        Ok(accepted)
    }
}
