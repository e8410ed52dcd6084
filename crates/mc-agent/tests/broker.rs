//! A broker that is away is told of after a minute, once in each absence; and how often one is asked who is not reached.
#![cfg(feature = "broker")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mc_agent::journal::Journal;
use mc_agent::settings::{MqttVersion, Subscribe};
use mc_agent::{Agent, AgentHandle, BrokerState, Feed, Happening, Settings, SettingsSource};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// An agent that looks for its broker there.
async fn agent(state: &Path, broker: &TcpListener, within: Duration) -> AgentHandle {
    let address = broker.local_addr().unwrap();
    let mut subscribe = Subscribe::new([format!("mqtt://{address}").parse().unwrap()]);
    subscribe.reconnect_within = within;
    subscribe.version = MqttVersion::V311;
    agent_with(state, subscribe).await
}

async fn agent_with(state: &Path, subscribe: Subscribe) -> AgentHandle {
    let settings = Settings::new("test", "1", state)
        .users_uid("agent.17")
        .subscribe(subscribe);
    let agent = Agent::open(settings).await.unwrap();
    let handle = agent.handle();
    tokio::spawn(agent.run(None));
    handle
}

/// After what time it is told that the broker is away, if that is within this limit.
async fn told(feed: &mut Feed, limit: Duration) -> Option<Duration> {
    let since = Instant::now();
    let away = async {
        loop {
            match feed.next().await {
                Some(Happening::BrokerAway(status)) => {
                    assert_eq!(status.state, BrokerState::Away);
                    assert!(status.error.is_some());
                    return since.elapsed();
                }
                Some(_) => {}
                None => panic!("the agent ended"),
            }
        }
    };
    timeout(limit, away).await.ok()
}

/// The next packet: its first byte, and what follows its length. Packets here are short.
async fn packet(stream: &mut TcpStream) -> io::Result<(u8, Vec<u8>)> {
    let kind = stream.read_u8().await?;
    let mut length = usize::from(stream.read_u8().await?);
    if length > 127 {
        length = length - 128 + usize::from(stream.read_u8().await?) * 128;
    }
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).await?;
    Ok((kind, rest))
}

/// Lets a workstation in, and gives it its subscription.
async fn let_in(stream: &mut TcpStream) -> io::Result<()> {
    let (kind, _) = packet(stream).await?;
    assert_eq!(kind, 0x10, "CONNECT");
    stream.write_all(&[0x20, 2, 0, 0]).await?;
    loop {
        if let (0x82, asked) = packet(stream).await? {
            return stream.write_all(&[0x90, 3, asked[0], asked[1], 1]).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_does_not_answer_is_told_of_after_a_minute_and_once() {
    // The second one waits for long between two tries, and is told of in time all the same.
    for within in [Duration::from_secs(5), Duration::from_hours(3)] {
        let state = tempfile::tempdir().unwrap();
        // Takes connections, and says nothing.
        let broker = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let handle = agent(state.path(), &broker, within).await;
        let mut feed = handle.feed();
        let minute = Duration::from_mins(1);
        let after = told(&mut feed, Duration::from_hours(1)).await.unwrap();
        // A try that is under way is waited for.
        assert!(
            after >= minute && after < minute + Duration::from_secs(20),
            "{after:?}"
        );
        assert_eq!(told(&mut feed, minute * 10).await, None);
        handle.stop();
    }
}

#[tokio::test]
async fn an_absence_begins_when_the_connection_is_lost() {
    let state = tempfile::tempdir().unwrap();
    let broker = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let handle = agent(state.path(), &broker, Duration::from_secs(5)).await;
    let mut feed = handle.feed();
    for _ in 0..2 {
        let patience = Duration::from_secs(30);
        let accepted = async {
            loop {
                let (mut stream, _) = broker.accept().await.unwrap();
                // Those that were given up in between have ended.
                if let_in(&mut stream).await.is_ok() {
                    return stream;
                }
            }
        };
        let stream = timeout(patience, accepted).await.unwrap();
        let connected = async {
            while handle.status().broker.unwrap().state != BrokerState::Connected {
                tokio::task::yield_now().await;
            }
        };
        timeout(patience, connected).await.unwrap();
        drop(stream);
        // Nobody answers for a while.
        tokio::time::pause();
        let after = told(&mut feed, Duration::from_hours(1)).await.unwrap();
        assert!(after >= Duration::from_mins(1), "{after:?}");
        assert_eq!(told(&mut feed, Duration::from_mins(10)).await, None);
        tokio::time::resume();
    }
    handle.stop();
}

/// Settings that name a user, or none.
struct Named {
    state: PathBuf,
    broker: SocketAddr,
    user: watch::Receiver<Option<&'static str>>,
}

impl SettingsSource for Named {
    fn read(&self) -> Result<Settings, String> {
        let url = format!("mqtt://{}", self.broker).parse().unwrap();
        let mut subscribe = Subscribe::new([url]);
        subscribe.reconnect_within = Duration::from_secs(5);
        subscribe.version = MqttVersion::V311;
        let mut settings = Settings::new("test", "1", &self.state).subscribe(subscribe);
        settings.users_uid = self.user.borrow().map(str::to_owned);
        Ok(settings)
    }
}

/// Nobody was away while no user was known, nor while calls were taken for another one.
#[tokio::test]
async fn an_absence_begins_with_the_first_failure() {
    for before in [None, Some("agent.17")] {
        let state = tempfile::tempdir().unwrap();
        let broker = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (user, named) = watch::channel(before);
        let source = Named {
            state: state.path().to_owned(),
            broker: broker.local_addr().unwrap(),
            user: named,
        };
        let agent = Agent::open(source.read().unwrap()).await.unwrap();
        let agent = agent.reloads_from(source);
        let handle = agent.handle();
        tokio::spawn(agent.run(None));
        let mut feed = handle.feed();
        let mut taken = None;
        if before.is_some() {
            let (mut stream, _) = broker.accept().await.unwrap();
            let_in(&mut stream).await.unwrap();
            while handle.status().broker.unwrap().state != BrokerState::Connected {
                tokio::task::yield_now().await;
            }
            taken = Some(stream);
        }
        tokio::time::pause();
        // Not so long that a ping, which nobody answers here, ends what is taken.
        tokio::time::sleep(Duration::from_secs(20)).await;
        if before.is_none() {
            tokio::time::sleep(Duration::from_mins(2)).await;
        }
        user.send_replace(Some("agent.18"));
        handle.reload().await.unwrap();
        let status = loop {
            let status = handle.status().broker.unwrap();
            if status.state == BrokerState::Connecting {
                break status;
            }
            // Lets the time go on.
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        assert_eq!(status.error, None);
        // Nobody answers any more.
        let after = told(&mut feed, Duration::from_hours(1)).await.unwrap();
        assert!(after >= Duration::from_mins(1), "{before:?} {after:?}");
        drop(taken);
        handle.stop();
        tokio::time::resume();
    }
}

/// Of two calls that cannot be written down each would cut a connection; the second one, the next connection.
#[tokio::test]
#[cfg_attr(
    windows,
    ignore = "the folder of an open journal cannot be removed there"
)]
async fn calls_that_were_not_written_down_do_not_cut_the_next_connection() {
    let state = tempfile::tempdir().unwrap();
    let broker = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let handle = agent(state.path(), &broker, Duration::from_millis(300)).await;
    let publish = async |stream: &mut TcpStream| {
        for id in [1, 2] {
            let call = format!(r#"{{"CallID":"{id}"}}"#);
            let topic = "jtel/calls/agent.17";
            let mut packet = vec![0x32, u8::try_from(topic.len() + call.len() + 4).unwrap()];
            packet.extend([0, u8::try_from(topic.len()).unwrap()]);
            packet.extend(topic.bytes().chain([0, id]).chain(call.bytes()));
            stream.write_all(&packet).await.unwrap();
        }
    };
    let (mut stream, _) = broker.accept().await.unwrap();
    let_in(&mut stream).await.unwrap();
    let folder = Journal::folder_in(state.path());
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    publish(&mut stream).await;
    while packet(&mut stream).await.is_ok() {}
    tokio::time::sleep(Duration::from_millis(200)).await;
    std::fs::remove_file(&folder).unwrap();

    let (mut stream, _) = broker.accept().await.unwrap();
    let_in(&mut stream).await.unwrap();
    publish(&mut stream).await;
    let mut acknowledged = Vec::new();
    while acknowledged.len() < 2 {
        if let (0x40, id) = packet(&mut stream).await.unwrap() {
            acknowledged.push(id);
        }
    }
    assert_eq!(acknowledged, [[0, 1], [0, 2]]);
    let status = handle.status().broker.unwrap();
    assert_eq!((status.state, status.error), (BrokerState::Connected, None));
    handle.stop();
}

/// How long an agent, which waits for up to 30 s between two tries, takes for 40 of them through a proxy that says this.
async fn tries(answer: &str) -> Duration {
    let state = tempfile::tempdir().unwrap();
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut subscribe = Subscribe::new(["mqtts://broker.invalid".parse().unwrap()]);
    subscribe.reconnect_within = Duration::from_secs(30);
    let url = format!("http://pc17:x@{}", proxy.local_addr().unwrap());
    subscribe.proxy = url.parse().unwrap();
    let handle = agent_with(state.path(), subscribe).await;
    let since = Instant::now();
    for failures in 1..=40 {
        let (mut stream, _) = proxy.accept().await.unwrap();
        // What bytes need is no time that the agent waits.
        tokio::time::resume();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            asked.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        let status = loop {
            let status = handle.status().broker.unwrap();
            if status.failures == failures {
                break status;
            }
            tokio::task::yield_now().await;
        };
        let error = status.error.unwrap();
        assert!(error.contains(&answer[9..12]), "{error}");
        tokio::time::pause();
    }
    handle.stop();
    since.elapsed()
}

/// Wrong passwords lock accounts. Waits are random: 40 of up to five minutes are never as short as 40 of up to 30 s (a chance
/// of one in 10^12), which may begin 10 s late each.
#[tokio::test(start_paused = true)]
async fn a_proxy_that_refuses_the_password_is_asked_more_rarely_than_one_that_does_not_find_the_broker()
 {
    let most = Duration::from_secs(40 * (30 + 10));
    let away = tries("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").await;
    assert!(away <= most, "{away:?}");
    let refused = tries(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    assert!(refused > most, "{refused:?}");
}
