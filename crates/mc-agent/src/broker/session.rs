//! One connection after the other of a session with a broker, and what one leaves to the next.

use std::sync::Arc;
use std::time::Duration;

use mc_template::Values;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::broker::announcement;
use crate::broker::courier::Parcel;
use crate::broker::link::{Handle, Link};
use crate::broker::place::{Place, Who};
use crate::broker::signal::{Filter, Lost, Message, Signal};
use crate::stop;

/// How long a broker may take to let us in.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long each half of a goodbye may take.
const FAREWELL: Duration = Duration::from_secs(1);
/// A message that was sent before is as old as the last word over the connection before at least. With more between them than
/// this, the message is old.
const OLD: Duration = Duration::from_secs(30);

/// How a connection ended.
pub(crate) enum End {
    /// We are to stop.
    Stop,
    /// Another user, or another name of this workstation.
    Changed,
    /// It is lost.
    Lost(Lost),
}

/// What a connection happens in.
pub(crate) struct Surroundings<'a> {
    pub(crate) who: &'a Who,
    pub(crate) version: &'a str,
    pub(crate) user: watch::Receiver<Option<String>>,
    pub(crate) station: watch::Receiver<Option<Values>>,
    /// Told when calls are taken.
    pub(crate) connected: &'a (dyn Fn() + Sync),
}

/// What happens next.
enum Next {
    /// The workstation was looked at.
    Look,
    Lost(String),
    Signal(Result<Signal, Lost>),
}

/// One connection.
struct Connection<'a> {
    handle: Handle,
    place: &'a Place,
    around: &'a Surroundings<'a>,
    filters: Vec<Filter>,
    since: jiff::Timestamp,
    /// What was told of this workstation last.
    told: Option<Vec<u8>>,
    /// Told when a call that came over it could not be written down.
    stuck: Arc<Notify>,
}

impl Connection<'_> {
    /// Tells that this workstation is there, if that was not told.
    async fn tell(&mut self, station: &Values) {
        let Surroundings { who, version, .. } = self.around;
        let online = announcement::online(&who.user, station, version, self.since);
        if self.told.as_ref() != Some(&online) {
            let topic = &self.place.presence;
            self.handle.publish(topic, online.clone(), true).await;
            self.told = Some(online);
        }
    }
}

/// What one connection leaves to the next.
pub(crate) struct Session {
    parcels: mpsc::Sender<Parcel>,
    /// When the broker was heard last over the connection before.
    heard: Option<Instant>,
    /// The same of this one.
    hearing: Option<Instant>,
    /// Whether what the broker keeps is to be thrown away.
    clean: bool,
    connected: bool,
}

impl Session {
    pub(crate) fn new(parcels: mpsc::Sender<Parcel>) -> Self {
        Self {
            parcels,
            heard: None,
            hearing: None,
            clean: false,
            connected: false,
        }
    }

    /// Another connection begins.
    pub(crate) fn begin(&mut self) {
        self.heard = self.hearing.take().or(self.heard);
        self.connected = false;
    }

    /// Whether calls were taken over the last connection.
    pub(crate) fn connected(&self) -> bool {
        self.connected
    }

    /// Whether the broker is to throw away what it kept.
    pub(crate) fn starts_clean(&self) -> bool {
        self.clean
    }

    /// Lives through a connection.
    pub(crate) async fn run(
        &mut self,
        handle: Handle,
        mut link: Link,
        place: &Place,
        around: &Surroundings<'_>,
        stop: &mut watch::Receiver<bool>,
    ) -> End {
        let (tell, mut signals) = mpsc::channel(8);
        // Ends with this connection, whatever becomes of it.
        let mut polling = JoinSet::new();
        polling.spawn(async move {
            loop {
                let signal = link.next().await;
                let over = signal.is_err();
                if tell.send(signal).await.is_err() || over {
                    return;
                }
            }
        });
        let mut connection = Connection {
            handle,
            place,
            around,
            filters: place.filters(),
            since: jiff::Timestamp::now(),
            told: None,
            stuck: Arc::default(),
        };
        let (mut user, mut station) = (around.user.clone(), around.station.clone());
        let let_in = tokio::time::sleep(PATIENCE);
        tokio::pin!(let_in);
        let end = loop {
            let next = tokio::select! {
                () = stop::told(stop) => break End::Stop,
                () = another(&mut user, &around.who.user) => break End::Changed,
                Ok(()) = station.changed() => Next::Look,
                () = connection.stuck.notified() => Next::Lost("a call cannot be written to the journal; it is asked for again".to_owned()),
                () = &mut let_in, if !self.connected => {
                    Next::Lost(format!("the broker gave no answer within {} s", PATIENCE.as_secs()))
                }
                signal = signals.recv() => Next::Signal(signal.unwrap_or(Err(Lost::Ended))),
            };
            let station = station.borrow_and_update().clone();
            let station = station.as_ref().unwrap_or(&around.who.station);
            let ended = match next {
                Next::Look if renamed(&around.who.station, station) => Some(End::Changed),
                Next::Look => {
                    if connection.told.is_some() {
                        connection.tell(station).await;
                    }
                    None
                }
                Next::Lost(text) => Some(End::Lost(Lost::Broken(text))),
                Next::Signal(Ok(signal)) => self.take(signal, &mut connection, station).await,
                Next::Signal(Err(lost)) => {
                    self.clean = lost == Lost::TooLarge;
                    Some(End::Lost(lost))
                }
            };
            if let Some(end) = ended {
                break end;
            }
        };
        if matches!(end, End::Stop | End::Changed) && connection.told.is_some() {
            self.goodbye(&connection, &mut signals).await;
        }
        end
    }

    /// Does what a signal asks for; how the connection ends, if it does.
    async fn take(
        &mut self,
        signal: Signal,
        connection: &mut Connection<'_>,
        station: &Values,
    ) -> Option<End> {
        if !matches!(signal, Signal::Nothing { incoming: false }) {
            self.hearing = Some(Instant::now());
        }
        let Connection {
            handle,
            place,
            around,
            filters,
            ..
        } = &*connection;
        match signal {
            Signal::Connected => {
                self.clean = false;
                // Whatever the broker kept: one that crashed may have kept a session without its subscriptions.
                handle.subscribe(filters).await;
                connection.tell(station).await;
            }
            Signal::Subscribed(answers) => {
                if let Some(text) = Filter::refused(filters, &answers) {
                    return Some(End::Lost(Lost::Refused(text)));
                }
                self.connected = true;
                (around.connected)();
            }
            Signal::Published(Err(why)) => tracing::warn!(
                topic = place.presence,
                "the broker does not take this workstation's presence ({why}); check its rules (ACL)"
            ),
            Signal::Message(message) => {
                let parcel = self.parcel(message, connection);
                if self.parcels.send(parcel).await.is_err() {
                    return Some(End::Stop);
                }
            }
            Signal::Published(Ok(())) | Signal::Nothing { .. } => {}
        }
        None
    }

    fn parcel(&self, message: Message, connection: &Connection<'_>) -> Parcel {
        if let Some(dial) = &connection.place.dial
            && is_topic(&message.topic, dial)
        {
            return Parcel::Dial(message);
        }
        let old = message.again && self.heard.is_none_or(|heard| heard.elapsed() > OLD);
        Parcel::Call {
            message,
            old,
            from: connection.handle.clone(),
            stuck: Arc::clone(&connection.stuck),
        }
    }

    /// What was taken is written down and acknowledged, then it is told that this workstation goes.
    async fn goodbye(
        &self,
        connection: &Connection<'_>,
        signals: &mut mpsc::Receiver<Result<Signal, Lost>>,
    ) {
        let (mark, marked) = oneshot::channel();
        let written = async {
            if self.parcels.send(Parcel::Mark(mark)).await.is_ok() {
                let _ = marked.await;
            }
        };
        // What comes meanwhile is not acknowledged: it is for the next connection.
        tokio::pin!(written);
        let all = async {
            loop {
                tokio::select! {
                    () = &mut written => return,
                    Some(_) = signals.recv() => {}
                }
            }
        };
        let _ = timeout(FAREWELL, all).await;
        let Connection { handle, place, .. } = connection;
        handle.publish(&place.presence, Vec::new(), true).await;
        handle.end(&connection.filters).await;
        let gone = async { while !matches!(signals.recv().await, None | Some(Err(_))) {} };
        if timeout(FAREWELL, gone).await.is_err() {
            tracing::warn!("the broker could not be told in time that this workstation is gone");
        }
    }
}

/// Completes when the user is another one.
async fn another(user: &mut watch::Receiver<Option<String>>, than: &str) {
    // An error cannot be: the sender lives as long as the agent.
    let _ = user.wait_for(|user| user.as_deref() != Some(than)).await;
}

/// Whether this workstation has another name in its topics or its client id.
fn renamed(before: &Values, now: &Values) -> bool {
    ["WindowsLoginName", "ComputerName", "SessionID"]
        .iter()
        .any(|name| before.get(name) != now.get(name))
}

/// Whether what a broker says is this topic. `RabbitMQ` takes dots and slashes for the same, and says slashes.
fn is_topic(said: &[u8], topic: &str) -> bool {
    let level = |byte: u8| if byte == b'.' { b'/' } else { byte };
    said.iter().copied().map(level).eq(topic.bytes().map(level))
}

#[cfg(test)]
mod tests {
    use super::is_topic;

    #[test]
    fn a_topic_is_known_however_the_broker_writes_dots() {
        for (said, is) in [
            ("jtel/dial/agent.17", true),
            ("jtel/dial/agent/17", true),
            ("jtel/dial/agent.18", false),
            ("jtel/dial/agent.17/", false),
            ("jtel/calls/agent.17", false),
        ] {
            assert_eq!(
                is_topic(said.as_bytes(), "jtel/dial/agent.17"),
                is,
                "{said}"
            );
        }
    }
}
