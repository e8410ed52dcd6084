//! A call from its first ring to its end: what can be done with it, and that its events go out in their order.

use crate::Inner;
use crate::calls::{CallError, Pushed};
use crate::database::CallState;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What somebody does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Answer,
    HangUp,
    Hold,
}

/// From which state, to which (none: gone), and which call event tells the workstation.
type Step = (CallState, Option<CallState>, Option<&'static str>);

impl Act {
    fn steps(self) -> &'static [Step] {
        use CallState::{Active, Held, Ringing};
        match self {
            Self::Answer => &[
                (Ringing, Some(Active), Some("answered")),
                (Held, Some(Active), None),
            ],
            Self::HangUp => &[
                (Ringing, None, Some("missed")),
                (Active, None, Some("ended")),
                (Held, None, Some("ended")),
            ],
            Self::Hold => &[(Active, Some(Held), None)],
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Answer => "answered",
            Self::HangUp => "hung up",
            Self::Hold => "held",
        }
    }
}

/// An event that the workstation is still to be told.
pub(crate) struct Owed {
    client: i64,
    ufn: String,
    users_uid: String,
    event: Value,
    turn: Turn,
}

impl Inner {
    /// Keeps a call that rings: its id, its event, and the turn to tell of it.
    pub(crate) fn begin(
        &self,
        client: i64,
        uid: &str,
        document: impl FnOnce(&str) -> Value,
    ) -> Result<(String, Value, Turn), CallError> {
        // Taken with the call: who hangs up at once comes after its ringing.
        let mut turns = self.turns.lock();
        let (ufn, event) = self.database.insert_call(client, uid, document)?;
        let turn = turns.take(&ufn, false);
        Ok((ufn, event, turn))
    }

    /// Does something with a call; what its workstation is to be told of it, if anything.
    pub(crate) fn act(&self, client: i64, ufn: &str, act: Act) -> Result<Option<Owed>, CallError> {
        // Held from the change to the turn: of two changes the first goes out first.
        let mut turns = self.turns.lock();
        let Some(call) = self.database.call(client, ufn)? else {
            return Err(CallError::UnknownCall(ufn.to_owned()));
        };
        let step = act.steps().iter().find(|(from, ..)| *from == call.state);
        let Some(&(from, to, event)) = step else {
            return Err(CallError::NotNow {
                state: call.state.name(),
                done: act.done(),
            });
        };
        if !self.database.move_call(client, ufn, from, to)? {
            return Err(CallError::UnknownCall(ufn.to_owned()));
        }
        let Some(event) = event else {
            return Ok(None);
        };
        let turn = turns.take(ufn, to.is_none());
        let mut document = call.document;
        document["Event"] = json!(event);
        Ok(Some(Owed {
            client,
            ufn: ufn.to_owned(),
            users_uid: call.users_uid,
            event: document,
            turn,
        }))
    }

    /// Tells the workstation, after what it was to be told of this call before.
    pub(crate) async fn tell(&self, owed: Owed) -> Result<Pushed, CallError> {
        let Owed {
            client,
            ufn,
            users_uid,
            event,
            mut turn,
        } = owed;
        turn.comes().await;
        self.push(client, &users_uid, ufn, event).await
    }

    /// The same, without making anybody wait for it.
    pub(crate) fn tell_later(self: &Arc<Self>, owed: Owed) {
        let inner = Arc::clone(self);
        tokio::spawn(async move { inner.tell(owed).await.map(drop) });
    }
}

/// Whose turn it is among the events of each call.
#[derive(Default)]
pub(crate) struct Turns(Mutex<Waiting>);

/// By the call's id: gone when its latest event is out.
#[derive(Default)]
pub(crate) struct Waiting(HashMap<String, oneshot::Receiver<()>>);

/// One event's turn; over when it is dropped.
pub(crate) struct Turn {
    before: Option<oneshot::Receiver<()>>,
    _over: oneshot::Sender<()>,
}

impl Turns {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// The turn after all that were taken for this call; the last of a call leaves nothing behind.
    pub(crate) fn take(&mut self, ufn: &str, last: bool) -> Turn {
        let (over, after) = oneshot::channel();
        let before = if last {
            self.0.remove(ufn)
        } else {
            self.0.insert(ufn.to_owned(), after)
        };
        Turn {
            before,
            _over: over,
        }
    }
}

impl Turn {
    /// Waits for the event before.
    pub(crate) async fn comes(&mut self) {
        if let Some(before) = self.before.take() {
            // Nothing is ever sent: that turn is over when it is dropped.
            let _ = before.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot::error::TryRecvError;

    fn has_come(turn: &mut Turn) -> bool {
        let before = turn.before.as_mut();
        before.is_none_or(|before| before.try_recv() == Err(TryRecvError::Closed))
    }

    #[test]
    fn events_of_a_call_wait_for_each_other_and_for_no_other_call() {
        let turns = Turns::default();
        let ringing = turns.lock().take("1", false);
        let mut other = turns.lock().take("2", false);
        let mut answered = turns.lock().take("1", false);
        let mut ended = turns.lock().take("1", true);
        assert!(has_come(&mut other));
        assert!(!has_come(&mut answered));
        drop(ringing);
        assert!(has_come(&mut answered));
        assert!(!has_come(&mut ended));
        drop(answered);
        assert!(has_come(&mut ended));
        drop(turns.lock().take("2", true));
        assert!(turns.lock().0.is_empty());
    }
}
