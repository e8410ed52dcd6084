//! Calls that come through a message broker (MQTT): the agent connects out to it, and nobody needs to reach this workstation.
//!
//! A call is acknowledged to the broker when the journal has it. What was not acknowledged comes again over the next
//! connection, and is known then.

mod absence;
mod announcement;
mod courier;
mod duplex;
mod examination;
mod link;
mod log;
mod login;
mod order;
mod pacing;
mod password;
mod place;
mod refusal;
mod session;
mod signal;
mod step;
mod stream;
mod tunnel;
mod v4;
mod v5;
mod websocket;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mc_secret::Provider;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};

use self::absence::Absence;
use self::courier::Courier;
use self::log::Log;
use self::pacing::Pacing;
use self::password::password;
use self::place::{Place, Who};
use self::session::{End, Session};
use self::signal::{Login, Lost};
use crate::clock::ServerClock;
use crate::dial::Dialler;
use crate::feed::{Happening, Teller};
use crate::intake::Intake;
use crate::protocol::{BrokerState, BrokerStatus};
use crate::random;
use crate::refusals::Refusals;
use crate::settings::{BrokerUrl, Subscribe};
use crate::station::{KnownUser, Station};
use crate::stop;
use crate::timestamp::seconds;

pub use self::examination::{BrokerCheck, examine_broker};
pub use self::step::BrokerStep;

/// How many messages may wait to be written down.
const WAITING: usize = 64;
/// How long what was taken may take to be written down at the end.
const FAREWELL: Duration = Duration::from_secs(2);
/// Who was let in for so long is no longer one who is refused.
const STEADY: Duration = Duration::from_mins(1);

/// Where secrets are looked up; settings that are read again replace it.
pub(crate) type Secrets = Arc<Mutex<Option<Arc<dyn Provider>>>>;

/// Takes calls from a broker.
pub(crate) struct Subscriber {
    pub(crate) settings: Subscribe,
    pub(crate) version: String,
    /// The folder of the agent's state, for the client id.
    pub(crate) home: String,
    pub(crate) intake: Intake,
    pub(crate) dialler: Arc<Dialler>,
    pub(crate) clock: ServerClock,
    pub(crate) user: KnownUser,
    pub(crate) station: Station,
    pub(crate) secrets: Secrets,
    pub(crate) state: Arc<BrokerView>,
    pub(crate) teller: Teller,
}

/// The connection as `status` sees it.
#[derive(Debug)]
pub(crate) struct BrokerView {
    status: watch::Sender<BrokerStatus>,
    refusals: Arc<Refusals>,
}

impl BrokerView {
    pub(crate) fn new(settings: &Subscribe) -> Self {
        let status = BrokerStatus {
            broker: settings
                .brokers
                .first()
                .map(ToString::to_string)
                .unwrap_or_default(),
            state: BrokerState::Waiting,
            since: seconds(jiff::Timestamp::now()),
            topic: None,
            error: None,
            failures: 0,
            refused: 0,
        };
        Self {
            status: watch::Sender::new(status),
            refusals: Arc::default(),
        }
    }

    pub(crate) fn status(&self) -> BrokerStatus {
        let mut status = self.status.borrow().clone();
        status.refused = self.refusals.total();
        status
    }

    fn set(&self, state: BrokerState, change: impl FnOnce(&mut BrokerStatus)) {
        self.status.send_modify(|status| {
            if status.state != state {
                status.since = seconds(jiff::Timestamp::now());
            }
            // What was waited for is there.
            if status.state == BrokerState::Waiting {
                status.error = None;
            }
            status.state = state;
            change(status);
        });
    }
}

impl Subscriber {
    /// Takes calls until `stop` becomes true, and says goodbye.
    pub(crate) async fn keep(self, stop: watch::Receiver<bool>) {
        let (parcels, inbox) = mpsc::channel(WAITING);
        let courier = Courier {
            intake: self.intake.clone(),
            dialler: Arc::clone(&self.dialler),
            clock: self.clock.clone(),
            refusals: Arc::clone(&self.state.refusals),
            failures: Refusals::default(),
        };
        let mut carrying = tokio::task::JoinSet::new();
        carrying.spawn(courier.run(inbox));
        self.connect(parcels, stop).await;
        self.state.set(BrokerState::Ended, |_| {});
        let _ = timeout(FAREWELL, carrying.join_next()).await;
    }

    /// One connection after the other.
    async fn connect(
        &self,
        parcels: mpsc::Sender<courier::Parcel>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut pacing = Pacing::new(self.settings.reconnect_within);
        let mut session = Session::new(parcels);
        let (mut node, mut tried, mut failures) = (0, 0, 0);
        let mut absence = None;
        let log = Log::default();
        loop {
            if self.user.get().is_none() {
                absence = None;
            }
            let who = tokio::select! {
                () = stop::told(&mut stop) => return,
                who = self.who() => who,
            };
            let place = match Place::find(&self.settings, &who, &self.home) {
                Ok(place) => place,
                Err(error) => {
                    absence = None;
                    self.state
                        .set(BrokerState::Waiting, |status| status.error = Some(error));
                    tokio::select! {
                        () = stop::told(&mut stop) => return,
                        () = self.changes(&who) => continue,
                    }
                }
            };
            let Some(broker) = self.settings.brokers.get(node) else {
                return;
            };
            self.state.set(BrokerState::Connecting, |status| {
                status.broker = broker.to_string();
                status.topic = Some(place.calls.clone());
            });
            let began = Instant::now();
            let end = self
                .once(broker, &who, &place, &mut session, &log, &mut stop)
                .await;
            let worked = session.connected();
            if worked {
                (tried, failures, absence) = (0, 0, None);
                if began.elapsed() > STEADY {
                    pacing.worked();
                    log.steady();
                }
            }
            let lost = match end {
                End::Stop => return,
                End::Changed => continue,
                End::Lost(lost) => lost,
            };
            if !worked {
                tried += 1;
                failures += 1;
                node = (node + 1) % self.settings.brokers.len();
            }
            let since = if worked { Instant::now() } else { began };
            let absence = absence.get_or_insert_with(|| Absence::since(since));
            self.state.set(BrokerState::Away, |status| {
                status.error = Some(lost.to_string());
                status.failures = failures;
            });
            log.lost(broker, failures, &lost);
            // The next node of a cluster is asked at once.
            let refused = matches!(lost, Lost::Refused(_) | Lost::TakenOver);
            if !worked && !refused && tried < self.settings.brokers.len() {
                continue;
            }
            tried = 0;
            let again = Instant::now() + pacing.wait(refused, random::fraction());
            loop {
                tokio::select! {
                    () = stop::told(&mut stop) => return,
                    () = tokio::time::sleep_until(again) => break,
                    // It was our own network, or somebody else's login.
                    () = self.changes(&who) => break,
                    () = absence.too_long() => {
                        self.teller.tell(|| Happening::BrokerAway(self.state.status()));
                        log.away(broker);
                    }
                }
            }
        }
    }

    async fn once(
        &self,
        broker: &BrokerUrl,
        who: &Who,
        place: &Place,
        session: &mut Session,
        log: &Log,
        stop: &mut watch::Receiver<bool>,
    ) -> End {
        session.begin();
        let reached = async {
            let provider = self
                .secrets
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            let password = password(self.settings.password.as_ref(), provider).await;
            let password = password.map_err(Lost::Refused)?;
            let stream = stream::connect(broker, &self.settings, |_, _| {}).await?;
            Ok::<_, Lost>((password, stream))
        };
        let reached = tokio::select! {
            () = stop::told(stop) => return End::Stop,
            reached = reached => reached,
        };
        let (password, stream) = match reached {
            Ok(reached) => reached,
            Err(lost) => return End::Lost(lost),
        };
        let login = Login {
            client_id: place.client_id.clone(),
            user: self.settings.user.clone(),
            password,
            will: Some(place.presence.clone()),
            clean: session.starts_clean(),
            keeps: true,
        };
        let (handle, link) = link::open(self.settings.version, &login, stream);
        let connected = || {
            self.state.set(BrokerState::Connected, |status| {
                (status.error, status.failures) = (None, 0);
            });
            log.taken(broker, &place.calls);
        };
        session
            .run(
                handle,
                link,
                place,
                &session::Surroundings {
                    who,
                    version: &self.version,
                    user: self.user.watch(),
                    station: self.station.watch(),
                    connected: &connected,
                },
                stop,
            )
            .await
    }

    /// The user and the workstation, as soon as both are known.
    async fn who(&self) -> Who {
        let mut user = self.user.watch();
        if user.borrow().is_none() {
            let text = "no ACD user is known yet";
            self.state.set(BrokerState::Waiting, |status| {
                status.error = Some(text.to_owned());
            });
        }
        // An error cannot be: the sender is here.
        let known = user.wait_for(Option::is_some).await;
        let known = known.ok().and_then(|user| user.clone());
        Who {
            user: known.unwrap_or_default(),
            station: self.station.values().await,
        }
    }

    /// Completes when the user or the workstation is no more as it was.
    async fn changes(&self, who: &Who) {
        let (mut user, mut station) = (self.user.watch(), self.station.watch());
        // Errors cannot be: the senders are here.
        tokio::select! {
            _ = user.wait_for(|user| user.as_ref() != Some(&who.user)) => {}
            _ = station.wait_for(|station| station.as_ref() != Some(&who.station)) => {}
        }
    }
}
