//! What of the connection is in the log: it is tried all day, and the log is small.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::broker::signal::Lost;
use crate::settings::BrokerUrl;

/// Logs what the log does not say already.
#[derive(Default)]
pub(crate) struct Log(Mutex<Said>);

#[derive(Default)]
struct Said {
    /// Why each broker was lost last.
    lost: HashMap<String, String>,
    /// Whether the last word was that calls are taken.
    taken: bool,
}

impl Log {
    pub(crate) fn taken(&self, broker: &BrokerUrl, topic: &str) {
        if !std::mem::replace(&mut self.said().taken, true) {
            tracing::info!(%broker, topic, "calls are taken from the broker");
        }
    }

    pub(crate) fn lost(&self, broker: &BrokerUrl, failures: u32, lost: &Lost) {
        let (mut said, why) = (self.said(), lost.to_string());
        if said.lost.get(&broker.to_string()) != Some(&why) {
            tracing::warn!(%broker, failures, "{why}");
            said.lost.insert(broker.to_string(), why);
            said.taken = false;
        }
    }

    pub(crate) fn away(&self, broker: &BrokerUrl) {
        self.said().taken = false;
        tracing::error!(%broker, "the broker has been away for more than a minute: calls do not come through it");
    }

    /// A connection was there for long: the next loss is another.
    pub(crate) fn steady(&self) {
        self.said().lost.clear();
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
