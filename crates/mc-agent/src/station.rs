//! What is known of this workstation: for templates, registration and dialling.

use std::sync::Arc;
use std::time::Duration;

use mc_identity::{Field, Identity, Query, Server};
use mc_template::Values;
use tokio::sync::watch;

use crate::settings::Jtel;

/// The fields that are variables of templates: `$WindowsLoginName`, `$ComputerName`, `$IPAddress`, `$SessionID`.
pub const STATION_FIELDS: [Field; 4] = [
    Field::WindowsLoginName,
    Field::ComputerName,
    Field::IpAddress,
    Field::SessionId,
];

/// What to ask: the address is the one under which the telephone system can reach this workstation.
pub fn station_query(jtel: Option<&Jtel>) -> Query {
    match jtel {
        Some(jtel) => {
            Query::default().server(Server::new(jtel.base_url.host(), jtel.base_url.port()))
        }
        None => Query::default(),
    }
}

/// The values of this workstation for templates; takes no longer than the query's limit.
pub async fn station_values(jtel: Option<&Jtel>) -> Values {
    values(&identify(jtel, STATION_FIELDS.to_vec()).await)
}

/// Finds the fields out; what cannot be found out is absent.
pub(crate) async fn identify(jtel: Option<&Jtel>, fields: Vec<Field>) -> Identity {
    let query = station_query(jtel).fields(fields);
    tokio::task::spawn_blocking(move || mc_identity::collect(&query))
        .await
        .unwrap_or_default()
}

/// An identity as values for templates; what is not known is absent.
pub(crate) fn values(identity: &Identity) -> Values {
    let mut values = Values::new();
    for field in STATION_FIELDS {
        if let Some(value) = identity.get(field) {
            values.set(field.name(), value);
        }
    }
    values
}

/// The workstation's values as they were seen last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Station(Arc<watch::Sender<Option<Values>>>);

impl Station {
    pub(crate) fn seen(&self, values: Values) {
        self.0.send_replace(Some(values));
    }

    /// The values, if they were looked at.
    pub(crate) fn now(&self) -> Option<Values> {
        self.0.borrow().clone()
    }

    /// The values, and word of each look.
    #[cfg(feature = "broker")]
    pub(crate) fn watch(&self) -> watch::Receiver<Option<Values>> {
        self.0.subscribe()
    }

    /// The values; waits until they were looked at once.
    pub(crate) async fn values(&self) -> Values {
        let mut values = self.0.subscribe();
        // An error cannot be: the sender is here.
        let seen = values.wait_for(Option::is_some).await;
        seen.ok()
            .and_then(|values| values.clone())
            .unwrap_or_default()
    }
}

/// The ACD user of this workstation: set, or learnt at registration.
#[derive(Debug, Clone)]
pub(crate) struct KnownUser(Arc<watch::Sender<Option<String>>>);

impl KnownUser {
    pub(crate) fn new(user: Option<String>) -> Self {
        Self(Arc::new(watch::Sender::new(user)))
    }

    pub(crate) fn get(&self) -> Option<String> {
        self.0.borrow().clone()
    }

    /// The user, once one is known, if that is within this time.
    pub(crate) async fn within(&self, patience: Duration) -> Option<String> {
        let mut user = self.0.subscribe();
        let known = tokio::time::timeout(patience, user.wait_for(Option::is_some)).await;
        // An error besides the time cannot be: the sender is here.
        known.ok()?.ok()?.clone()
    }

    /// The user, and word of each change.
    #[cfg(feature = "broker")]
    pub(crate) fn watch(&self) -> watch::Receiver<Option<String>> {
        self.0.subscribe()
    }

    /// Takes in who it is, unless who learns it was told to stop: what is set after that stays.
    pub(crate) fn learn(&self, user: &str, stop: &watch::Receiver<bool>) {
        self.0.send_if_modified(|known| {
            let learns = !*stop.borrow() && known.as_deref() != Some(user);
            if learns {
                *known = Some(user.to_owned());
            }
            learns
        });
    }

    /// Sets who it is, or that nobody is known.
    pub(crate) fn set(&self, user: Option<String>) {
        self.0.send_replace(user);
    }
}
