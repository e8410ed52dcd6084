//! Where a workstation is at its broker: its topics, and its client id.

use mc_template::Values;
use sha2::{Digest as _, Sha256};

use crate::broker::signal::Filter;
use crate::settings::{Subscribe, Topic};

/// The user, and the workstation as it was seen last.
#[derive(Clone, PartialEq)]
pub(crate) struct Who {
    pub(crate) user: String,
    pub(crate) station: Values,
}

/// The topics, and the client id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) client_id: String,
    pub(crate) calls: String,
    pub(crate) presence: String,
    pub(crate) dial: Option<String>,
}

impl Place {
    /// The place of this user at this workstation. `home` is the folder of the agent's state: two agents of one user on one
    /// computer are two.
    ///
    /// # Errors
    /// A topic needs a value that nobody knows.
    pub(crate) fn find(settings: &Subscribe, who: &Who, home: &str) -> Result<Self, String> {
        let missing = |name: &str| format!("{name} is not known, and a topic names it");
        let name = |topic: &Topic| {
            let station = who.station.iter();
            topic
                .name(station.chain([("UsersUID", who.user.as_str())]))
                .map_err(missing)
        };
        let calls = name(&settings.topic)?;
        let presence = name(&settings.presence)?;
        let dial = if settings.dial {
            let topic = Topic::parse(Subscribe::DIAL);
            let topic = topic.map_err(|_| missing("the topic of orders to dial"))?;
            Some(name(&topic)?)
        } else {
            None
        };
        // A session belongs to its topics: with others, it is another.
        let mut hash = Sha256::new();
        let station = ["WindowsLoginName", "ComputerName", "SessionID"];
        let station = station.map(|name| who.station.get(name).unwrap_or_default());
        for part in [who.user.as_str(), home, calls.as_str()]
            .into_iter()
            .chain(station)
            .chain(dial.as_deref())
        {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        // What every broker must take: at most 23 letters and digits (MQTT 3.1.1, 3.1.3.1).
        let id = digest[..10].iter().fold("mc".to_owned(), |mut id, byte| {
            use std::fmt::Write as _;
            // Writing to a String does not fail.
            let _ = write!(id, "{byte:02x}");
            id
        });
        Ok(Self {
            client_id: id,
            calls,
            presence,
            dial,
        })
    }

    /// What is subscribed to. An order to dial is given at most once, and not kept.
    pub(crate) fn filters(&self) -> Vec<Filter> {
        let filter = |topic: &String, again| Filter {
            topic: topic.clone(),
            again,
        };
        let calls = [filter(&self.calls, true)];
        let dial = self.dial.iter().map(|topic| filter(topic, false));
        calls.into_iter().chain(dial).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(user: &str, session: &str, home: &str) -> Place {
        let mut station = Values::new();
        station.set("ComputerName", "PC/17");
        station.set("SessionID", session);
        let who = Who {
            user: user.to_owned(),
            station,
        };
        let mut settings = Subscribe::new([]);
        settings.dial = true;
        Place::find(&settings, &who, home).unwrap()
    }

    #[test]
    fn one_client_id_per_user_session_and_home_that_every_broker_takes() {
        let first = place("a", "1", "/x");
        assert_eq!(first, place("a", "1", "/x"));
        assert_eq!(first.client_id.len(), 22);
        for other in [
            place("b", "1", "/x"),
            place("a", "2", "/x"),
            place("a", "1", "/y"),
        ] {
            assert_ne!(first.client_id, other.client_id);
        }
        assert_eq!(first.presence, "jtel/workstations/a/PC%2F17");
        assert_eq!(
            first
                .filters()
                .iter()
                .map(|filter| (filter.topic.as_str(), filter.again))
                .collect::<Vec<_>>(),
            [("jtel/calls/a", true), ("jtel/dial/a", false)]
        );
    }
}
