//! What happens in the agent, as it happens, for whoever shows it.

use mc_hooks::{CallEvent, Report};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::protocol::{
    BrokerStatus, DialOrigin, Dialled, ListenStatus, RefusedSettings, Registration, Reloaded,
};

/// So many may wait for a slow reader.
const WAITING: usize = 256;

/// Something that happened. Values are whole, whatever the journal keeps of them, and as untrusted as their callers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Happening {
    /// A call was accepted: it is in the journal, if that keeps calls. What kind of event it is, such as a missed call, the
    /// event says.
    #[non_exhaustive]
    Call {
        /// Its id.
        id: String,
        /// From which source.
        via: String,
        /// The call.
        event: CallEvent,
        /// The call with what earlier events of its `CallID` brought: a missed one may come with its id alone.
        whole: CallEvent,
        /// The hooks that run for it.
        hooks: Vec<String>,
        /// Whether it rang so long ago that none do.
        late: bool,
    },
    /// A call could not be written to the journal, for this reason: it is not accepted.
    NotWritten(String),
    /// A hook ended.
    Hook(Report),
    /// A number is being dialled.
    #[non_exhaustive]
    Dialling {
        /// The id of the dialling.
        id: String,
        /// Where the number came from.
        from: DialOrigin,
        /// The number.
        number: String,
    },
    /// Dialling ended, or was refused.
    #[non_exhaustive]
    Dialled {
        /// Where the number came from.
        from: DialOrigin,
        /// What became of it.
        dialled: Dialled,
    },
    /// The registration stands otherwise than before.
    Registration(Registration),
    /// The port for pushed calls is open, or cannot be opened; none: it is no longer to be open.
    Listen(Option<ListenStatus>),
    /// The message broker has been away for more than a minute.
    BrokerAway(BrokerStatus),
    /// The settings were read again and are in force.
    Reloaded(Reloaded),
    /// The settings were read again and are not taken over.
    ReloadRefused(RefusedSettings),
    /// The reader was so slow that these many were passed over.
    PassedOver(u64),
}

/// Where it is told what happens. Telling waits for nobody, and costs nothing while nobody reads.
#[derive(Debug, Clone)]
pub(crate) struct Teller(broadcast::Sender<Happening>);

impl Default for Teller {
    fn default() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }
}

impl Teller {
    /// Tells those who read, if anybody does.
    pub(crate) fn tell(&self, happening: impl FnOnce() -> Happening) {
        if self.0.receiver_count() > 0 {
            // An error means that the last one went just now.
            let _ = self.0.send(happening());
        }
    }

    /// What happens from now on.
    pub(crate) fn feed(&self) -> Feed {
        Feed(self.0.subscribe())
    }
}

/// What happens in an agent, from the moment at which this was [asked for](crate::AgentHandle::feed).
#[derive(Debug)]
pub struct Feed(broadcast::Receiver<Happening>);

impl Feed {
    /// Waits for what happens next. None when the agent and all handles of it are gone. Nothing is lost when the future is
    /// dropped.
    pub async fn next(&mut self) -> Option<Happening> {
        match self.0.recv().await {
            Ok(happening) => Some(happening),
            Err(RecvError::Lagged(count)) => Some(Happening::PassedOver(count)),
            Err(RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_reader_is_told_how_much_it_missed() {
        let teller = Teller::default();
        teller.tell(|| unreachable!("nobody reads"));
        let mut feed = teller.feed();
        for n in 0..300 {
            teller.tell(|| Happening::PassedOver(n));
        }
        drop(teller);
        assert_eq!(feed.next().await, Some(Happening::PassedOver(300 - 256)));
        for n in 44..300 {
            assert_eq!(feed.next().await, Some(Happening::PassedOver(n)));
        }
        assert_eq!(feed.next().await, None);
    }
}
