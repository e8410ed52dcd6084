//! What templates may say of this workstation: `$WindowsLoginName`, `$ComputerName`, `$IPAddress`, `$SessionID`.

use mc_identity::{Field, Identity, Query, Server};
use mc_template::Values;

use crate::config::Config;

/// The fields that are variables.
pub(crate) const FIELDS: [Field; 4] = [
    Field::WindowsLoginName,
    Field::ComputerName,
    Field::IpAddress,
    Field::SessionId,
];

/// What to ask: the address is the one under which the telephone system of this configuration can reach us.
pub fn query(config: &Config) -> Query {
    match &config.jtel {
        Some(jtel) => {
            Query::default().server(Server::new(jtel.base_url.host(), jtel.base_url.port()))
        }
        None => Query::default(),
    }
}

/// An identity as values for templates; what is not known is absent.
pub fn values(identity: &Identity) -> Values {
    let mut values = Values::new();
    for field in FIELDS {
        if let Some(value) = identity.get(field) {
            values.set(field.name(), value);
        }
    }
    values
}

/// Finds them out; takes no longer than the query's limit.
pub async fn collect(config: &Config) -> Values {
    let query = query(config).fields(FIELDS);
    let found = tokio::task::spawn_blocking(move || mc_identity::collect(&query)).await;
    found.map(|identity| values(&identity)).unwrap_or_default()
}
