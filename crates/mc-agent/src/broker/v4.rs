//! MQTT 3.1.1.

use rumqttc_v4::mqttbytes::v4::{ConnectReturnCode, LastWill, Packet, PubAck, SubscribeReasonCode};
use rumqttc_v4::mqttbytes::{Error as PacketError, QoS};
use rumqttc_v4::{
    AckMode, AsyncClient, ConnectionError, Event, EventLoop, ManualAck, MqttOptions,
    PublishOptions, StateError, SubscribeFilterInput,
};

use crate::broker::duplex::Stream;
use crate::broker::login::log_in;
use crate::broker::signal::{Ack, Filter, KEEP_ALIVE, LARGEST, Login, Lost, Message, Signal};
use crate::broker::websocket::too_large;

pub(crate) fn open(login: &Login, stream: Stream) -> (AsyncClient, EventLoop) {
    // The address is not used: there is a connection already.
    let mut options = MqttOptions::new(login.client_id.as_str(), "broker");
    let largest = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    options
        .set_keep_alive(KEEP_ALIVE)
        .set_clean_session(login.clean || !login.keeps)
        .set_max_packet_size(largest, largest)
        .set_ack_mode(AckMode::Manual);
    log_in!(options, login, stream, |topic| {
        LastWill::new(topic, Vec::new(), QoS::AtLeastOnce, true)
    });
    AsyncClient::builder(options).unbounded().build()
}

pub(crate) async fn next(events: &mut EventLoop) -> Result<Signal, Lost> {
    let packet = match events.poll().await.map_err(lost)? {
        Event::Incoming(packet) => packet,
        Event::Outgoing(_) => return Ok(Signal::Nothing { incoming: false }),
    };
    Ok(match packet {
        Packet::ConnAck(_) => Signal::Connected,
        Packet::SubAck(answer) => {
            let codes = answer.return_codes.iter();
            Signal::Subscribed(
                codes
                    .map(|code| match code {
                        SubscribeReasonCode::Success(_) => Ok(()),
                        SubscribeReasonCode::Failure => Err("Failure".to_owned()),
                    })
                    .collect(),
            )
        }
        Packet::PubAck(_) => Signal::Published(Ok(())),
        Packet::Publish(message) => Signal::Message(Message {
            retained: message.retain,
            again: message.dup,
            expires: None,
            ack: (message.qos != QoS::AtMostOnce)
                .then(|| Ack::V4(ManualAck::PubAck(PubAck::new(message.pkid)))),
            topic: message.topic.to_vec(),
            payload: message.payload.to_vec(),
        }),
        _ => Signal::Nothing { incoming: true },
    })
}

fn lost(error: ConnectionError) -> Lost {
    use ConnectReturnCode as Code;
    match error {
        ConnectionError::ConnectionRefused(code) => match code {
            Code::BadUserNamePassword | Code::NotAuthorized => Lost::login(code),
            Code::RefusedProtocolVersion => {
                Lost::Refused("the broker does not speak MQTT 3.1.1; remove `protocol`".to_owned())
            }
            other => Lost::refused(other),
        },
        ConnectionError::MqttState(StateError::Deserialization(
            PacketError::PayloadSizeLimitExceeded(_),
        )) => Lost::TooLarge,
        ConnectionError::MqttState(StateError::Deserialization(PacketError::Io(error)))
            if too_large(&error) =>
        {
            Lost::TooLarge
        }
        ConnectionError::MqttState(StateError::Deserialization(PacketError::Io(error))) => {
            Lost::broke_off(error)
        }
        ConnectionError::MqttState(StateError::Deserialization(error)) => {
            Lost::Broken(format!("the broker's answer is not MQTT 3.1.1 ({error})"))
        }
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
        SubscribeFilterInput::new(filter.topic.as_str(), qos)
    });
    drop(client.subscribe_many(filters).await);
}

pub(crate) async fn publish(client: &AsyncClient, topic: &str, payload: Vec<u8>, retain: bool) {
    let options = PublishOptions::at_least_once().retain(retain);
    drop(client.publish(topic, payload, options).await);
}
