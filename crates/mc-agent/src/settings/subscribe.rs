//! Calls that come through a message broker.

use std::path::PathBuf;
use std::time::Duration;

use mc_http::ProxySetting;
use mc_secret::SecretRef;

use super::broker_url::BrokerUrl;
use super::topic::Topic;

/// Calls that come through a message broker.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscribe {
    /// The brokers, nodes of one cluster: the next one is tried when one cannot be reached.
    pub brokers: Vec<BrokerUrl>,
    /// Which MQTT they speak.
    pub version: MqttVersion,
    /// Where calls come.
    pub topic: Topic,
    /// Where it is told that this workstation is there.
    pub presence: Topic,
    /// Whether numbers to dial are taken from [`Self::DIAL`].
    pub dial: bool,
    /// Who logs in.
    pub user: Option<String>,
    /// With what.
    pub password: Option<SecretRef>,
    /// Certificates to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// What this workstation shows of itself in TLS.
    pub certificate: Option<ClientCertificate>,
    /// The way to brokers that are on another computer and speak TLS; to all others it is straight.
    pub proxy: ProxySetting,
    /// The time over which workstations spread that come back at once.
    pub reconnect_within: Duration,
}

impl Subscribe {
    /// Where calls come unless it is set otherwise.
    pub const TOPIC: &str = "jtel/calls/$UsersUID";
    /// Where presence is told unless it is set otherwise.
    pub const PRESENCE: &str = "jtel/workstations/$UsersUID/$ComputerName";
    /// Where numbers to dial come.
    pub const DIAL: &str = "jtel/dial/$UsersUID";

    /// Calls from these brokers, with MQTT 5 and the usual topics.
    pub fn new(brokers: impl IntoIterator<Item = BrokerUrl>) -> Self {
        #[expect(clippy::expect_used, reason = "a test reads both")]
        let topic = |text| Topic::parse(text).expect("the usual topics are right");
        Self {
            brokers: brokers.into_iter().collect(),
            version: MqttVersion::default(),
            topic: topic(Self::TOPIC),
            presence: topic(Self::PRESENCE),
            dial: false,
            user: None,
            password: None,
            ca_file: None,
            certificate: None,
            proxy: ProxySetting::System,
            reconnect_within: Duration::from_secs(30),
        }
    }
}

/// Which MQTT a broker speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MqttVersion {
    /// MQTT 5.
    #[default]
    V5,
    /// MQTT 3.1.1: a session does not end by itself, and messages do not expire.
    V311,
}

/// A certificate in PEM with its key in PEM (PKCS#8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The file with the certificate, and those that lead to its authority.
    pub certificate: PathBuf,
    /// The file with its key.
    pub key: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_topics_can_be_read() {
        let values = [("UsersUID", "agent.17"), ("ComputerName", "PC17")];
        let subscribe = Subscribe::new([]);
        assert_eq!(
            subscribe.presence.name(values).as_deref(),
            Ok("jtel/workstations/agent.17/PC17")
        );
        assert!(Topic::parse(Subscribe::DIAL).is_ok());
    }
}
