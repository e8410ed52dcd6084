//! `[subscribe]`: the message broker that calls come through.

use mc_agent::settings::{BrokerUrl, ClientCertificate, MqttVersion, Topic};
use mc_cli::settings::{Reader, Section};

use super::model::Subscribe;
use super::secrets::{self, Named};

/// What else the configuration has.
pub(super) struct Surroundings<'a> {
    pub(super) secrets: &'a [Named],
    /// Whether numbers can be dialled.
    pub(super) dials: bool,
    /// Whether the user is known, or will be.
    pub(super) user: bool,
}

/// Reads the section.
pub(super) fn subscribe(
    reader: &mut Reader,
    section: &Section<'_>,
    around: &Surroundings<'_>,
) -> Option<Subscribe> {
    let insecure = section.switch("insecure").unwrap_or(false);
    let broker = |text: &str| {
        let broker: BrokerUrl = text.parse().map_err(|error| format!("{error}"))?;
        if broker.is_encrypted() || broker.is_local() || insecure {
            return Ok(broker);
        }
        let scheme = match broker.web_socket() {
            Some(_) => "wss",
            None => "mqtts",
        };
        Err(format!(
            "calls and the password would cross the network readable; write {scheme}://{}, or insecure = true if that is meant",
            broker.host()
        ))
    };
    let texts = section.texts("broker").unwrap_or_default();
    let brokers: Vec<_> = texts
        .iter()
        .filter_map(|text| reader.parsed("broker", Some(*text), broker))
        .collect();
    if texts.is_empty() && section.has("broker") {
        let text = "`broker` is an empty list; name one";
        reader.problem(section.key_place("broker"), text);
    }
    let all_local = brokers
        .iter()
        .all(|broker| broker.is_local() || broker.is_encrypted());
    let all_straight = brokers
        .iter()
        .all(|broker| broker.is_local() || !broker.is_encrypted());
    let mut subscribe = Subscribe::new(brokers);
    if section
        .text("protocol")
        .is_some_and(|text| text.value == "3.1.1")
    {
        subscribe.version = MqttVersion::V311;
    }
    if let Some(topic) = reader.parsed("topic", section.text("topic"), Topic::parse) {
        subscribe.topic = topic;
    }
    if let Some(topic) = reader.parsed("presence", section.text("presence"), Topic::parse) {
        subscribe.presence = topic;
    }
    subscribe.dial = section.switch("dial").unwrap_or(false);
    if subscribe.dial && !around.dials {
        let text = "`dial` needs to know how numbers are dialled; add [dial]";
        reader.problem(section.key_place("dial"), text);
    }
    subscribe.user = section.text("user").map(|text| text.value.to_owned());
    subscribe.password = section
        .text("password")
        .and_then(|text| secrets::reference(reader, "password", text, around.secrets));
    if section.has("password") && !section.has("user") {
        let text = "a password goes with a user; add `user`";
        reader.problem(section.key_place("password"), text);
    }
    subscribe.ca_file = section.file("ca_file");
    subscribe.certificate = certificate(reader, section);
    if let Some(proxy) = reader.parsed("proxy", section.text("proxy"), str::parse) {
        subscribe.proxy = proxy;
    }
    if let Some(time) = section.duration("reconnect_within") {
        subscribe.reconnect_within = time;
    }
    if insecure && all_local {
        let text = "`insecure` changes nothing here: no broker is mqtt:// or ws:// on another computer; take it out";
        reader.warning(section.key_place("insecure"), text);
    }
    if section.has("proxy") && all_straight {
        let text = "`proxy` changes nothing here: a proxy leads to mqtts:// and wss:// on other computers alone; take it out";
        reader.warning(section.key_place("proxy"), text);
    }
    if !around.user {
        let text = "[subscribe] waits for the ACD user, and nobody will tell who that is; add UsersUID at the top, or [register] with users_uid_from";
        reader.warning(section.place, text);
    }
    (!subscribe.brokers.is_empty()).then_some(subscribe)
}

/// Both files, or neither.
fn certificate(reader: &mut Reader, section: &Section<'_>) -> Option<ClientCertificate> {
    match (section.has("certificate"), section.has("key")) {
        (true, true) => Some(ClientCertificate {
            certificate: section.file("certificate")?,
            key: section.file("key")?,
        }),
        (false, false) => None,
        (true, false) => {
            let text = "`certificate` goes with its key; add `key`";
            reader.refuse(section.key_place("certificate"), text)
        }
        (false, true) => {
            let text = "`key` goes with its certificate; add `certificate`";
            reader.refuse(section.key_place("key"), text)
        }
    }
}
