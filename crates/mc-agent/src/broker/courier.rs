//! Takes messages to where they belong, one after the other, and acknowledges them: calls when the journal has them, and
//! what is refused as well, for it would come again for ever.

use std::sync::Arc;
use std::time::Duration;

use mc_hooks::{CallEvent, EventError};
use mc_secret::text::one_line;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinSet;

use crate::broker::link::Handle;
use crate::broker::order;
use crate::broker::refusal::Refusal;
use crate::broker::signal::Message;
use crate::clock::ServerClock;
use crate::dial::Dialler;
use crate::intake::{Freshness, Intake, NOTHING, says_nothing};
use crate::protocol::DialOrigin;
use crate::refusals::Refusals;

/// A call that is good for so long at most is shown as long as it is good: the broker has thrown it away otherwise. A longer
/// time says nothing about when it rang.
const FRESH: u32 = 30;
/// How many numbers may be under way to be dialled at once.
const DIALLING: usize = 4;

/// What a courier is given.
pub(crate) enum Parcel {
    /// A call, or what is taken for one.
    Call {
        message: Message,
        /// Whether it may be older than what is remembered of calls.
        old: bool,
        from: Handle,
        /// Told when it could not be written down: it is not acknowledged, and comes again over the next connection.
        stuck: Arc<Notify>,
    },
    /// A number to dial.
    Dial(Message),
    /// Says when everything before it is done.
    Mark(oneshot::Sender<()>),
}

pub(crate) struct Courier {
    pub(crate) intake: Intake,
    pub(crate) dialler: Arc<Dialler>,
    pub(crate) clock: ServerClock,
    pub(crate) refusals: Arc<Refusals>,
    /// Calls that could not be written down.
    pub(crate) failures: Refusals,
}

impl Courier {
    /// Goes on until nobody brings anything any more.
    pub(crate) async fn run(self, mut parcels: mpsc::Receiver<Parcel>) {
        let (mut dialling, mut retained) = (JoinSet::new(), Vec::new());
        while let Some(parcel) = parcels.recv().await {
            while dialling.try_join_next().is_some() {}
            match parcel {
                // A broker of MQTT 3.1.1 says it again at each connection.
                Parcel::Call { message, from, .. }
                    if message.retained && message.payload == retained =>
                {
                    acknowledge(message, &from).await;
                }
                Parcel::Call {
                    message,
                    old,
                    from,
                    stuck,
                } => {
                    if message.retained {
                        retained.clone_from(&message.payload);
                    }
                    self.call(message, old, &from, &stuck).await;
                }
                Parcel::Dial(message) => {
                    if let Err(refusal) = self.dial(&message, &mut dialling) {
                        // Of each kind once in a while: nobody can wash the journal out either.
                        if self.refuse(&refusal) {
                            let given = order::given(&message.payload);
                            let text = one_line(&refusal.text);
                            let journal = self.dialler.journal();
                            journal.refused(DialOrigin::Broker, &given, &text).await;
                        }
                    }
                }
                // Nobody may wait any more.
                Parcel::Mark(done) => drop(done.send(())),
            }
        }
        dialling.join_all().await;
    }

    async fn call(&self, message: Message, old: bool, from: &Handle, stuck: &Notify) {
        match self.event(&message) {
            Ok(event) => {
                let freshness = if message.retained {
                    Freshness::Stale
                } else if message.expires.is_some_and(|seconds| seconds <= FRESH) {
                    Freshness::Fresh
                } else if old && event.get("Time").is_none_or(str::is_empty) {
                    Freshness::Stale
                } else {
                    Freshness::ByTime
                };
                if let Err(error) = self.intake.accept_as(event, freshness).await {
                    if let Some(before) = self.failures.note("journal") {
                        tracing::error!(%error, before, "a call of the broker was not accepted; it is asked for again");
                    }
                    stuck.notify_one();
                    return;
                }
            }
            Err(refusal) => {
                self.refuse(&refusal);
            }
        }
        acknowledge(message, from).await;
    }

    fn event(&self, message: &Message) -> Result<CallEvent, Refusal> {
        let event = CallEvent::from_json(&message.payload).map_err(|error| match error {
            EventError::TooLarge { .. } => Refusal::new("size", "a call has at most 64 KiB"),
            other => Refusal::new("event", other.to_string()),
        })?;
        if says_nothing(&event) {
            return Err(Refusal::new("event", NOTHING));
        }
        if self.intake.is_for_another(&event) {
            let text = "the call is for another user than the one at this workstation";
            return Err(Refusal::new("user", text));
        }
        Ok(event)
    }

    fn dial(&self, message: &Message, dialling: &mut JoinSet<()>) -> Result<(), Refusal> {
        if message.retained || message.again {
            let text = "a number that was kept by the broker is not dialled";
            return Err(Refusal::new("stale", text));
        }
        let number = order::read(&message.payload, self.intake.user().as_deref(), &self.clock)?;
        if dialling.len() >= DIALLING {
            return Err(Refusal::new("busy", "too many numbers are being dialled"));
        }
        let dialler = Arc::clone(&self.dialler);
        dialling.spawn(async move {
            let dialled = dialler.dial(&number, DialOrigin::Broker, Duration::ZERO, || {});
            if let Err(error) = dialled.await {
                // Not the number, which the error may name.
                tracing::warn!(
                    code = error.code(),
                    "a number of the broker was not dialled"
                );
            }
        });
        Ok(())
    }

    /// Counts it; whether it is the first of its kind for a while, which is logged.
    fn refuse(&self, refusal: &Refusal) -> bool {
        let Refusal { code, text } = refusal;
        let Some(before) = self.refusals.note(code) else {
            return false;
        };
        let text = one_line(text);
        tracing::warn!(
            code,
            before,
            "a message of the broker was not accepted: {text}"
        );
        true
    }
}

async fn acknowledge(message: Message, from: &Handle) {
    if let Some(ack) = message.ack {
        from.ack(ack).await;
    }
}
