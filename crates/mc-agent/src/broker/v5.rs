//! MQTT 5.

use mc_secret::Pending;
use rumqttc_v5::mqttbytes::v5::{
    ConnectReturnCode, DisconnectReasonCode, LastWill, Packet, PubAck, PubAckReason,
    RetainForwardRule, SubscribeReasonCode,
};
use rumqttc_v5::mqttbytes::{Error as PacketError, QoS};
use rumqttc_v5::{
    AckMode, AsyncClient, ConnectionError, Event, EventLoop, ManualAck, MqttOptions,
    PersistedAckMode, PersistedSession, PublishOptions, SessionStore, SessionStoreError,
    SessionStoreKey, StateError, SubscribeFilterInput,
};

use crate::broker::duplex::Stream;
use crate::broker::login::log_in;
use crate::broker::signal::{
    Ack, Filter, KEEP_ALIVE, LARGEST, Login, Lost, Message, SESSION, Signal, UNDER_WAY,
};
use crate::broker::websocket::too_large;

pub(crate) fn open(login: &Login, stream: Stream) -> (AsyncClient, EventLoop) {
    // The address is not used: there is a connection already.
    let mut options = MqttOptions::new(login.client_id.as_str(), "broker");
    options
        .set_keep_alive(KEEP_ALIVE)
        .set_clean_start(login.clean)
        .set_session_store(NothingUnderWay)
        .set_session_expiry_interval(login.keeps.then_some(SESSION))
        .set_receive_maximum(Some(UNDER_WAY))
        // For each that may be under way there is a place from the start: without a limit, 16 MiB.
        .set_outgoing_inflight_upper_limit(UNDER_WAY)
        .set_max_packet_size(Some(LARGEST))
        .set_ack_mode(AckMode::Manual);
    log_in!(options, login, stream, |topic| {
        LastWill::new(topic, Vec::new(), QoS::AtLeastOnce, true, None)
    });
    AsyncClient::builder(options).unbounded().build()
}

/// What this side kept of a session that the broker kept: nothing of ours is under way. What it sent and has no
/// acknowledgement for comes again, and needs no memory here.
#[derive(Debug)]
struct NothingUnderWay;

impl SessionStore for NothingUnderWay {
    fn load<'a>(
        &'a self,
        key: &'a SessionStoreKey,
    ) -> Pending<'a, Result<Option<PersistedSession>, SessionStoreError>> {
        Box::pin(std::future::ready(Ok(Some(PersistedSession {
            format_version: 1,
            client_id: key.client_id().to_owned(),
            clean_start: false,
            session_expiry_interval: Some(SESSION),
            outgoing_inflight_upper_limit: Some(UNDER_WAY),
            ack_mode: PersistedAckMode::Manual,
            last_pkid: 0,
            last_puback: 0,
            replay: Vec::new(),
            incoming_qos2: Vec::new(),
        }))))
    }

    fn save<'a>(
        &'a self,
        _: &'a SessionStoreKey,
        _: &'a PersistedSession,
    ) -> Pending<'a, Result<(), SessionStoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn clear<'a>(&'a self, _: &'a SessionStoreKey) -> Pending<'a, Result<(), SessionStoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

pub(crate) async fn next(events: &mut EventLoop) -> Result<Signal, Lost> {
    let packet = match events.poll().await.map_err(lost)? {
        Event::Incoming(packet) => packet,
        Event::Outgoing(_) | Event::Auth(_) => return Ok(Signal::Nothing { incoming: false }),
    };
    Ok(match packet {
        Packet::ConnAck(_) => Signal::Connected,
        Packet::SubAck(answer) => {
            let codes = answer.return_codes.iter();
            Signal::Subscribed(
                codes
                    .map(|code| match code {
                        SubscribeReasonCode::Success(_) => Ok(()),
                        other => Err(format!("{other:?}")),
                    })
                    .collect(),
            )
        }
        Packet::PubAck(answer) => Signal::Published(match answer.reason {
            PubAckReason::Success | PubAckReason::NoMatchingSubscribers => Ok(()),
            other => Err(format!("{other:?}")),
        }),
        Packet::Publish(message) => {
            let pkid = message.pkid;
            let properties = message.properties.as_ref();
            Signal::Message(Message {
                retained: message.retain,
                again: message.dup,
                expires: properties.and_then(|properties| properties.message_expiry_interval),
                ack: (message.qos != QoS::AtMostOnce)
                    .then(|| Ack::V5(ManualAck::PubAck(PubAck::new(pkid, None)))),
                topic: message.topic.to_vec(),
                payload: message.payload.to_vec(),
            })
        }
        _ => Signal::Nothing { incoming: true },
    })
}

fn lost(error: ConnectionError) -> Lost {
    use ConnectReturnCode as Code;
    match error {
        ConnectionError::ConnectionRefused(code)
        | ConnectionError::MqttState(StateError::ConnFail { reason: code }) => match code {
            Code::BadUserNamePassword | Code::NotAuthorized | Code::Banned => Lost::login(code),
            Code::UnsupportedProtocolVersion | Code::RefusedProtocolVersion => Lost::Refused(
                "the broker does not speak MQTT 5; write protocol = \"3.1.1\"".to_owned(),
            ),
            other => Lost::refused(other),
        },
        ConnectionError::MqttState(StateError::ServerDisconnect { reason_code, .. }) => {
            match reason_code {
                DisconnectReasonCode::SessionTakenOver => Lost::TakenOver,
                other => Lost::Broken(format!("the broker ended the connection: {other:?}")),
            }
        }
        ConnectionError::MqttState(StateError::IncomingPacketTooLarge { .. }) => Lost::TooLarge,
        ConnectionError::MqttState(StateError::Deserialization(PacketError::Io(error)))
            if too_large(&error) =>
        {
            Lost::TooLarge
        }
        ConnectionError::MqttState(StateError::Deserialization(PacketError::Io(error))) => {
            Lost::broke_off(error)
        }
        ConnectionError::MqttState(StateError::Deserialization(error)) => Lost::Broken(format!(
            "the broker's answer is not MQTT 5 ({error}); if it speaks an older one, write protocol = \"3.1.1\""
        )),
        ConnectionError::MqttState(StateError::AwaitPingResp) => Lost::silent(),
        ConnectionError::RequestsDone => Lost::Ended,
        other => Lost::broke_off(other),
    }
}

pub(crate) async fn subscribe(client: &AsyncClient, filters: &[Filter]) {
    let filters = filters.iter().map(|filter| {
        let qos = if filter.again {
            QoS::AtLeastOnce
        } else {
            QoS::AtMostOnce
        };
        // A call that is retained is old, and is told once.
        SubscribeFilterInput::new(filter.topic.as_str(), qos)
            .retain_forward_rule(RetainForwardRule::OnNewSubscribe)
    });
    drop(client.subscribe_many(filters).await);
}

pub(crate) async fn publish(client: &AsyncClient, topic: &str, payload: Vec<u8>, retain: bool) {
    let options = PublishOptions::at_least_once().retain(retain);
    drop(client.publish(topic, payload, options).await);
}
