//! The message broker that calls are published to: a client of its own, once for each message.

use rumqttc_v5::mqttbytes::v5::{Packet, PubAckReason, PublishProperties};
use rumqttc_v5::{AsyncClient, Event, MqttOptions, PublishOptions};
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A call that nobody took for so long does not ring any more.
const EXPIRES: u32 = 30;
/// How long the broker may take to confirm.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a broker is: `mqtt://[USER:PASSWORD@]HOST[:PORT]`, for one on this computer.
#[derive(Clone, PartialEq, Eq)]
pub struct Broker {
    host: String,
    port: u16,
    login: Option<(String, String)>,
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mqtt://{}:{}", self.host, self.port)
    }
}

impl FromStr for Broker {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "write mqtt://HOST:PORT, or mqtt://USER:PASSWORD@HOST:PORT";
        let rest = text.strip_prefix("mqtt://").ok_or(WANTED)?;
        let (login, place) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((login, place)) => {
                let (user, password) = login.split_once(':').ok_or(WANTED)?;
                (Some((user.to_owned(), password.to_owned())), place)
            }
        };
        let (host, port) = place.split_once(':').unwrap_or((place, "1883"));
        if host.is_empty() {
            return Err(WANTED);
        }
        Ok(Self {
            host: host.to_owned(),
            port: port.parse().map_err(|_| WANTED)?,
            login,
        })
    }
}

impl Broker {
    /// Publishes a message, and waits until the broker has confirmed it.
    pub(crate) async fn publish(&self, topic: &str, payload: &str) -> Result<(), String> {
        tokio::time::timeout(PATIENCE, self.once(topic, payload))
            .await
            .unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())))
    }

    async fn once(&self, topic: &str, payload: &str) -> Result<(), String> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let id = format!("jtelsandbox{}n{number}", std::process::id());
        let mut options = MqttOptions::new(id, (self.host.as_str(), self.port));
        options.set_outgoing_inflight_upper_limit(1);
        if let Some((user, password)) = &self.login {
            options.set_credentials(user.as_str(), password.clone());
        }
        let (client, mut events) = AsyncClient::builder(options).build();
        let properties = PublishProperties {
            message_expiry_interval: Some(EXPIRES),
            ..PublishProperties::default()
        };
        let how = PublishOptions::at_least_once().properties(properties);
        let sent = client.publish(topic, payload, how).await;
        sent.map_err(|error| error.to_string())?;
        loop {
            let event = events.poll().await.map_err(|error| error.to_string())?;
            if let Event::Incoming(Packet::PubAck(answer)) = event {
                // Nobody may be there: the broker keeps it for whom it knows, and that is all that can be asked.
                return match answer.reason {
                    PubAckReason::Success | PubAckReason::NoMatchingSubscribers => Ok(()),
                    other => Err(format!("the broker refuses it: {other:?}")),
                };
            }
        }
    }
}

/// The topic of a user's calls, as workstations know it.
pub(crate) fn calls(uid: &str) -> String {
    format!("jtel/calls/{}", level(uid))
}

/// A value as one level of a topic.
pub(crate) fn level(value: &str) -> String {
    use fmt::Write as _;
    value.chars().fold(String::new(), |mut text, c| {
        if matches!(c, '/' | '+' | '#' | '$' | '%') || c.is_control() {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a String does not fail.
                let _ = write!(text, "%{byte:02X}");
            }
        } else {
            text.push(c);
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_have_a_login_which_is_not_shown() {
        let broker: Broker = "mqtt://jtel:ge:heim@broker.example:1884".parse().unwrap();
        assert_eq!(
            broker.login,
            Some(("jtel".to_owned(), "ge:heim".to_owned()))
        );
        assert_eq!(format!("{broker:?}"), "mqtt://broker.example:1884");
        for text in [
            "broker",
            "mqtt://",
            "mqtt://x:y",
            "mqtt://user@host",
            "mqtts://host",
        ] {
            assert!(text.parse::<Broker>().is_err(), "{text}");
        }
        assert_eq!(calls("a/b"), "jtel/calls/a%2Fb");
    }

    /// Both sides write a value into a topic alike, or a call goes where nobody listens.
    #[test]
    fn a_user_is_the_same_level_here_and_at_the_workstation() {
        let topic = mc_agent::settings::Topic::parse("jtel/calls/$UsersUID").unwrap();
        let each = ('\u{1}'..'\u{300}').map(String::from);
        let some = [
            "agent.17",
            "a/b",
            "$share",
            "a%2Fb",
            "Jürgen Weiß",
            "x\u{0}y",
        ];
        for user in each.chain(some.map(str::to_owned)) {
            let theirs = topic.name([("UsersUID", user.as_str())]);
            assert_eq!(theirs, Ok(calls(&user)), "{user:?}");
        }
    }
}
