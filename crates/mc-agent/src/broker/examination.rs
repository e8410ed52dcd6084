//! The way to a broker, step by step: for `doctor`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mc_secret::Provider;
use mc_template::Values;
use tokio::time::timeout;

use crate::broker::link::{self, Handle, Link};
use crate::broker::password::password;
use crate::broker::place::{Place, Who};
use crate::broker::signal::{Filter, Login, Signal};
use crate::broker::step::BrokerStep;
use crate::broker::stream;
use crate::random;
use crate::settings::{BrokerUrl, Subscribe};

/// How long a broker may take for each answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokerCheck {
    /// The broker.
    pub broker: String,
    /// The step.
    pub step: BrokerStep,
    /// What is as it should be, or what is not, and what to do about it.
    pub result: Result<String, String>,
}

/// Goes the way to each broker, as far as it leads. Nothing is changed there: a message that says `"probe"` is sent to this
/// workstation's presence topic, and is not kept.
///
/// Without a user the way ends at the login.
pub async fn examine_broker(
    settings: &Subscribe,
    user: Option<&str>,
    station: &Values,
    secrets: Option<Arc<dyn Provider>>,
) -> Vec<BrokerCheck> {
    let mut checks = Vec::new();
    for broker in &settings.brokers {
        let mut way = Way {
            broker,
            checks: Vec::new(),
        };
        way.go(settings, user, station, secrets.clone()).await;
        checks.append(&mut way.checks);
    }
    checks
}

struct Way<'a> {
    broker: &'a BrokerUrl,
    checks: Vec<BrokerCheck>,
}

impl Way<'_> {
    /// Notes a step; what it brought, if it was one forward.
    fn step<T, E: ToString>(
        &mut self,
        step: BrokerStep,
        result: Result<T, E>,
        good: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        let said = match &result {
            Ok(value) => Ok(good(value)),
            Err(error) => Err(error.to_string()),
        };
        self.checks.push(BrokerCheck {
            broker: self.broker.to_string(),
            step,
            result: said,
        });
        result.ok()
    }

    /// As far as it leads; `None` where it ended early.
    async fn go(
        &mut self,
        settings: &Subscribe,
        user: Option<&str>,
        station: &Values,
        secrets: Option<Arc<dyn Provider>>,
    ) -> Option<()> {
        let broker = self.broker;
        let checks = &mut self.checks;
        let stream = stream::connect(broker, settings, |step, said| {
            checks.push(BrokerCheck {
                broker: broker.to_string(),
                step,
                result: Ok(said),
            });
        });
        let stream = match stream.await {
            Ok(stream) => stream,
            Err(error) => {
                return self.step(error.step(), Err(error), |(): &()| String::new());
            }
        };
        let password = password(settings.password.as_ref(), secrets).await;
        let password = match password {
            Ok(password) => password,
            Err(error) => return self.step(BrokerStep::Login, Err(error), |(): &()| String::new()),
        };
        let login = Login {
            client_id: format!("mcdoctor{}", random::hex::<6>().unwrap_or_default()),
            user: settings.user.clone(),
            password,
            will: None,
            clean: true,
            keeps: false,
        };
        let (handle, mut link) = link::open(settings.version, &login, stream);
        let let_in = answer(&mut link, |signal| {
            matches!(signal, Signal::Connected).then_some(())
        });
        let as_whom = settings.user.as_deref().unwrap_or("nobody");
        self.step(BrokerStep::Login, let_in.await, |()| {
            format!("as {as_whom}")
        })?;
        let who = Who {
            user: user?.to_owned(),
            station: station.clone(),
        };
        let place = Place::find(settings, &who, "");
        let place = match place {
            Ok(place) => place,
            Err(error) => {
                return self.step(BrokerStep::Subscription, Err(error), |(): &()| {
                    String::new()
                });
            }
        };
        self.subscribe(&handle, &mut link, &place).await?;
        self.round_trip(&handle, &mut link, &place).await;
        handle.end(&[]).await;
        let _ = answer(&mut link, |_| None::<()>).await;
        Some(())
    }

    async fn subscribe(&mut self, handle: &Handle, link: &mut Link, place: &Place) -> Option<()> {
        let mut filters = place.filters();
        filters.push(Filter {
            topic: place.presence.clone(),
            again: true,
        });
        handle.subscribe(&filters).await;
        let answers = answer(link, |signal| match signal {
            Signal::Subscribed(answers) => Some(answers),
            _ => None,
        });
        let taken = answers
            .await
            .and_then(|answers| Filter::refused(&filters, &answers).map_or(Ok(()), Err));
        self.step(BrokerStep::Subscription, taken, |()| {
            format!("{} is taken", place.calls)
        })
    }

    /// A message to the own presence topic, and back.
    async fn round_trip(&mut self, handle: &Handle, link: &mut Link, place: &Place) {
        let probe = random::id();
        let message = format!("{{\"probe\":\"{probe}\"}}");
        let began = Instant::now();
        handle
            .publish(&place.presence, message.clone().into_bytes(), false)
            .await;
        let back = answer(link, |signal| match signal {
            Signal::Message(back) if back.payload == message.as_bytes() => Some(()),
            _ => None,
        });
        let back = back.await.map_err(|error| {
            format!(
                "a message to {} does not come back ({error}); let this user write and read there (ACL)",
                place.presence
            )
        });
        self.step(BrokerStep::RoundTrip, back, |()| {
            format!(
                "{} and back in {} ms",
                place.presence,
                began.elapsed().as_millis()
            )
        });
    }
}

/// The first signal that is an answer, or why there is none.
async fn answer<T>(link: &mut Link, wanted: impl Fn(Signal) -> Option<T>) -> Result<T, String> {
    let found = timeout(PATIENCE, async {
        loop {
            match link.next().await {
                Ok(signal) => {
                    if let Some(found) = wanted(signal) {
                        return Ok(found);
                    }
                }
                Err(lost) => return Err(lost.to_string()),
            }
        }
    });
    found
        .await
        .unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())))
}
