//! A connection to a broker, whichever MQTT it speaks.

use crate::broker::duplex::Stream;
use crate::broker::signal::{Ack, Filter, Login, Lost, Signal};
use crate::broker::{v4, v5};
use crate::settings::MqttVersion;

/// Speaks to the broker. Clones speak over the same connection; nothing waits for it.
#[derive(Clone)]
pub(crate) enum Handle {
    V5(rumqttc_v5::AsyncClient),
    V4(rumqttc_v4::AsyncClient),
}

/// Has to be polled for anything to happen.
pub(crate) enum Link {
    V5(Box<rumqttc_v5::EventLoop>),
    V4(Box<rumqttc_v4::EventLoop>),
}

/// Begins to log in over a connection.
pub(crate) fn open(version: MqttVersion, login: &Login, stream: Stream) -> (Handle, Link) {
    match version {
        MqttVersion::V5 => {
            let (client, events) = v5::open(login, stream);
            (Handle::V5(client), Link::V5(Box::new(events)))
        }
        MqttVersion::V311 => {
            let (client, events) = v4::open(login, stream);
            (Handle::V4(client), Link::V4(Box::new(events)))
        }
    }
}

impl Link {
    /// What comes next. Not to be dropped while it waits.
    pub(crate) async fn next(&mut self) -> Result<Signal, Lost> {
        match self {
            Self::V5(events) => v5::next(events).await,
            Self::V4(events) => v4::next(events).await,
        }
    }
}

// What is asked of a client goes into a queue without a limit. An error means that the connection is no more, which
// its link says, too.
impl Handle {
    pub(crate) async fn ack(&self, ack: Ack) {
        match (self, ack) {
            (Self::V5(client), Ack::V5(ack)) => drop(client.manual_ack(ack).await),
            (Self::V4(client), Ack::V4(ack)) => drop(client.manual_ack(ack).await),
            _ => {}
        }
    }

    pub(crate) async fn subscribe(&self, filters: &[Filter]) {
        match self {
            Self::V5(client) => v5::subscribe(client, filters).await,
            Self::V4(client) => v4::subscribe(client, filters).await,
        }
    }

    pub(crate) async fn publish(&self, topic: &str, payload: Vec<u8>, retain: bool) {
        match self {
            Self::V5(client) => v5::publish(client, topic, payload, retain).await,
            Self::V4(client) => v4::publish(client, topic, payload, retain).await,
        }
    }

    /// Ends the connection when what was asked before is done. Where a session does not end by itself, nothing is to
    /// come to it any more.
    pub(crate) async fn end(&self, filters: &[Filter]) {
        match self {
            Self::V5(client) => drop(client.disconnect().await),
            Self::V4(client) => {
                for filter in filters {
                    drop(client.unsubscribe(filter.topic.as_str()).await);
                }
                drop(client.disconnect().await);
            }
        }
    }
}
