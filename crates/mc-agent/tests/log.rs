//! What is tried all day is in the log once: the log is small, and something else is looked for in it.
#![cfg(all(feature = "broker", feature = "push"))]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::{Debug, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mc_agent::mc_hooks::{CallEvent, Hook, Matcher, Open};
use mc_agent::mc_template::Names;
use mc_agent::settings::{
    Dial, DialAction, Jtel, Keep, Listen, MqttVersion, Register, Retention, Subscribe,
};
use mc_agent::{Agent, AgentHandle, BrokerState, CallSource, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

/// The log, from `info` on.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// The log of this thread.
    fn here() -> (Self, DefaultGuard) {
        let log = Self::default();
        let guard = tracing::subscriber::set_default(log.clone());
        (log, guard)
    }

    /// The lines that hold this.
    fn lines(&self, text: &str) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines
            .iter()
            .filter(|line| line.contains(text))
            .cloned()
            .collect()
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

async fn start(settings: Settings) -> AgentHandle {
    let agent = Agent::open(settings).await.unwrap();
    let handle = agent.handle();
    tokio::spawn(agent.run(None));
    handle
}

fn subscribe(broker: impl IntoIterator<Item = std::net::SocketAddr>) -> Subscribe {
    let url = |address| format!("mqtt://{address}").parse().unwrap();
    let mut subscribe = Subscribe::new(broker.into_iter().map(url).collect::<Vec<_>>());
    subscribe.version = MqttVersion::V311;
    subscribe.dial = true;
    subscribe
}

fn with_broker(state: &Path, subscribe: Subscribe) -> Settings {
    Settings::new("test", "1", state)
        .users_uid("agent.17")
        .subscribe(subscribe)
}

/// An address where nothing is.
async fn nowhere() -> std::net::SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    socket.local_addr().unwrap()
}

#[tokio::test(start_paused = true)]
async fn f63_what_fails_all_day_is_logged_once() {
    let state = tempfile::tempdir().unwrap();
    let (log, _guard) = Log::here();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    std::fs::write(state.path().join("token"), "the-token-of-the-telephone").unwrap();
    let mut jtel = Jtel::new(format!("http://{}", nowhere().await).parse().unwrap());
    jtel.token_file = Some(state.path().join("token"));
    let brokers = [nowhere().await, nowhere().await];
    let settings = with_broker(&state.path().join("state"), subscribe(brokers))
        .listen(Listen::new(taken.local_addr().unwrap()))
        .register(jtel, Register::new(1));
    let handle = start(settings).await;
    tokio::time::sleep(Duration::from_hours(2)).await;
    for (what, times) in [
        ("cannot listen on", 1),
        ("broker=", 3),
        ("has been away for more than a minute", 1),
        ("registration:", 1),
    ] {
        let lines = log.lines(what);
        assert_eq!(
            lines.len(),
            times,
            "{what} {:?}",
            &lines[..lines.len().min(9)]
        );
    }
    handle.stop();
}

/// The next packet of a client: its first byte, and what follows its length.
async fn packet(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let kind = stream.read_u8().await.unwrap();
    let mut length = usize::from(stream.read_u8().await.unwrap());
    if length > 127 {
        length = length - 128 + usize::from(stream.read_u8().await.unwrap()) * 128;
    }
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).await.unwrap();
    (kind, rest)
}

/// Lets the next client in, and gives it its two subscriptions.
async fn let_in(broker: &TcpListener) -> TcpStream {
    let (mut stream, _) = broker.accept().await.unwrap();
    packet(&mut stream).await;
    stream.write_all(&[0x20, 2, 0, 0]).await.unwrap();
    loop {
        if let (0x82, asked) = packet(&mut stream).await {
            let answer = [0x90, 4, asked[0], asked[1], 1, 0];
            stream.write_all(&answer).await.unwrap();
            return stream;
        }
    }
}

/// Two agents with one client id throw each other out all day.
#[tokio::test]
async fn f63_a_connection_that_comes_and_goes_is_logged_once() {
    let state = tempfile::tempdir().unwrap();
    let (log, _guard) = Log::here();
    let broker = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut subscribe = subscribe([broker.local_addr().unwrap()]);
    subscribe.reconnect_within = Duration::from_millis(10);
    let handle = start(with_broker(state.path(), subscribe)).await;
    for _ in 0..20 {
        let stream = let_in(&broker).await;
        while handle.status().broker.unwrap().state != BrokerState::Connected {
            tokio::task::yield_now().await;
        }
        drop(stream);
    }
    assert_eq!(log.lines("calls are taken").len(), 2);
    assert_eq!(log.lines("WARN").len(), 1, "{:?}", log.lines("WARN"));
    handle.stop();
}

/// Where nothing is kept, the log is all there is; and it holds nothing of the call.
#[tokio::test]
async fn why_a_hook_failed_is_in_the_log() {
    let state = tempfile::tempdir().unwrap();
    let (log, _guard) = Log::here();
    let page = Open::parse("$CRMLink", &Names::call()).unwrap();
    let settings = Settings::new("test", "1", state.path())
        .users_uid("agent.17")
        .hooks([Hook::new("show", page)])
        .retention(Retention::new(7, Keep::None));
    let handle = start(settings).await;
    let event =
        CallEvent::from_pairs([("CRMLink", "file:///home/anna"), ("ANumber", "0900123456")]);
    let intake = handle.intake(CallSource::new("test"));
    intake.accept(event.unwrap()).await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), async {
        while log.lines("a hook ended").is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    let [line] = &log.lines("a hook ended")[..] else {
        panic!("{:?}", log.lines(""));
    };
    assert!(line.starts_with("WARN") && line.contains("show"), "{line}");
    assert!(line.contains("is not a complete http"), "{line}");
    assert!(!line.contains("anna") && !line.contains("0900"), "{line}");
    handle.stop();
}

/// Whatever the journal keeps: the log holds no numbers.
#[tokio::test]
async fn a_number_that_is_not_dialled_is_not_in_the_log() {
    let state = tempfile::tempdir().unwrap();
    let (log, _guard) = Log::here();
    let broker = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut dial = Dial::new(DialAction::Application(1));
    dial.deny = vec![Matcher::parse("0900*").unwrap()];
    let settings = with_broker(state.path(), subscribe([broker.local_addr().unwrap()]))
        .dial(dial)
        .retention(Retention::new(7, Keep::None));
    let handle = start(settings).await;
    let mut stream = let_in(&broker).await;
    let (topic, order) = ("jtel/dial/agent.17", r#"{"DialNumber":"0900123456"}"#);
    let mut packet = vec![0x30, u8::try_from(topic.len() + order.len() + 2).unwrap()];
    packet.extend([0, u8::try_from(topic.len()).unwrap()]);
    packet.extend(topic.bytes().chain(order.bytes()));
    stream.write_all(&packet).await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), async {
        while log.lines("was not dialled").is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
    assert_eq!(log.lines("0900123456"), [""; 0]);
    assert_eq!(log.lines("denied").len(), 1);
    handle.stop();
}
