//! Dialling: through a routing application, a REST call or a program. At most once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mc_hooks::{Outcome, Report, Runner, Task};
use mc_routing::{Body, Delivery, Error};
use mc_secret::text::one_line;
use mc_template::{DialNumber, Values};
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use crate::dial_error::DialError;
use crate::dial_way::Way;
use crate::in_force::InForce;
use crate::journal::Journal;
use crate::protocol::{DialOrigin, DialOutcome, Dialled};
use crate::random;
use crate::rest::{RestClient, RunError, refusal};
use crate::settings::DialAction;
use crate::station::{KnownUser, STATION_FIELDS, Station};

/// The same number within this time is a double click.
const DOUBLE_CLICK: Duration = Duration::from_secs(2);

/// The name under which a dial is reported, where calls have a hook's.
const NAME: &str = "dial";

/// Dials, one number or many at once, each once.
#[derive(Debug)]
pub(crate) struct Dialler {
    rules: InForce,
    journal: Arc<Journal>,
    station: Station,
    user: KnownUser,
    recent: Mutex<Vec<Recent>>,
}

/// A number that was dialled a moment ago.
#[derive(Debug)]
struct Recent {
    number: DialNumber,
    since: Instant,
    dialled: watch::Receiver<Option<Dialled>>,
}

impl Dialler {
    pub(crate) fn new(
        rules: InForce,
        journal: Arc<Journal>,
        station: Station,
        user: KnownUser,
    ) -> Self {
        Self {
            rules,
            journal,
            station,
            user,
            recent: Mutex::default(),
        }
    }

    /// Where it is written down what is dialled.
    #[cfg(feature = "broker")]
    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Dials. `accepted` is called once the number is written down, before anything slow but the user, who may be waited
    /// for. What is refused is in the journal, too.
    ///
    /// Once polled, the order is carried out and noted whatever becomes of this future.
    pub(crate) async fn dial(
        self: &Arc<Self>,
        number: &DialNumber,
        from: DialOrigin,
        patience: Duration,
        accepted: impl FnOnce(),
    ) -> Result<Dialled, DialError> {
        let (dialler, number) = (Arc::clone(self), number.clone());
        let (tell, told) = oneshot::channel();
        let order = tokio::spawn(async move {
            let accepted = || {
                let _ = tell.send(());
            };
            let dialled = dialler.try_to_dial(&number, from, patience, accepted).await;
            if let Err(error) = &dialled {
                dialler
                    .journal
                    .refused(from, number.as_str(), &error.to_string())
                    .await;
            }
            dialled
        });
        if told.await.is_ok() {
            accepted();
        }
        order.await.map_err(|error| self.journal.given_up(error))?
    }

    async fn try_to_dial(
        &self,
        number: &DialNumber,
        from: DialOrigin,
        patience: Duration,
        accepted: impl FnOnce(),
    ) -> Result<Dialled, DialError> {
        let rules = self.rules.get();
        let way = rules.dial.as_ref().ok_or(DialError::NotConfigured)?;
        if from != DialOrigin::Command && number.has_codes() && !way.settings.allow_codes {
            return Err(DialError::Codes);
        }
        if way.denies(number) {
            return Err(DialError::Denied(number.clone()));
        }
        let patience = if rules.registers {
            patience
        } else {
            Duration::ZERO
        };
        let user = self.user.within(patience).await.ok_or(DialError::NoUser)?;
        let mut accepted = Some(accepted);
        let mut accept = || {
            if let Some(accepted) = accepted.take() {
                accepted();
            }
        };
        let tell = loop {
            match self.repeats(number) {
                Ok(tell) => break tell,
                Err(mut first) => {
                    accept();
                    // An error means that the first one was not dialled after all.
                    let dialled = first.wait_for(Option::is_some).await;
                    if let Some(first) = dialled.ok().and_then(|dialled| dialled.clone()) {
                        return Ok(Dialled {
                            repeated: true,
                            ..first
                        });
                    }
                }
            }
        };
        let id = random::id();
        self.journal.dial(&id, from, number.as_str()).await?;
        accept();
        let since = Instant::now();
        let (outcome, text) = self.carry_out(way, &rules.runner, number, user, &id).await;
        let dialled = Dialled {
            id,
            number: number.as_str().to_owned(),
            outcome,
            text,
            millis: u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX),
            repeated: false,
        };
        tell.send_replace(Some(dialled.clone()));
        self.journal.dialled(from, &dialled);
        tracing::info!(
            id = dialled.id,
            ?outcome,
            millis = dialled.millis,
            "dialled"
        );
        Ok(dialled)
    }

    /// Where to tell what becomes of a number; or where that is told, if it is being dialled or was a moment ago.
    fn repeats(
        &self,
        number: &DialNumber,
    ) -> Result<watch::Sender<Option<Dialled>>, watch::Receiver<Option<Dialled>>> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        // One whose sender went without a word was not dialled; nor was one that failed.
        recent.retain(|one| match &*one.dialled.borrow() {
            Some(dialled) if dialled.outcome == DialOutcome::Failed => false,
            Some(_) => one.since.elapsed() < DOUBLE_CLICK,
            None => one.dialled.has_changed().is_ok(),
        });
        if let Some(first) = recent.iter().find(|one| one.number == *number) {
            return Err(first.dialled.clone());
        }
        let (tell, dialled) = watch::channel(None);
        recent.push(Recent {
            number: number.clone(),
            since: Instant::now(),
            dialled,
        });
        Ok(tell)
    }

    async fn carry_out(
        &self,
        way: &Way,
        runner: &Runner,
        number: &DialNumber,
        user: String,
        id: &str,
    ) -> (DialOutcome, String) {
        let mut values = Values::new();
        values.set("DialNumber", way.outgoing(number));
        values.set("GivenNumber", number.as_str());
        values.set("UsersUID", user);
        for (name, value) in self.station.values().await.iter() {
            values.set(name, value);
        }
        match &way.settings.action {
            DialAction::Application(application) => {
                let Some(rest) = &way.rest else {
                    let text = "no telephone system is known to dial through";
                    return (DialOutcome::Failed, text.to_owned());
                };
                let call = by_application(rest, *application, &values);
                // The client ends by itself; this is for what comes before it, as a credential store that hangs.
                let limit = way.limit() + Duration::from_secs(1);
                tokio::time::timeout(limit, call).await.unwrap_or_else(|_| {
                    let text = format!("no answer within {} s", way.limit().as_secs());
                    (DialOutcome::Unknown, text)
                })
            }
            DialAction::Action(action) => {
                let task = Task::new(id, NAME, action, &values).timeout(way.limit_of(action));
                of_report(runner.perform(task).await)
            }
        }
    }
}

/// The routing application gets `Action`, `DialNumber`, `GivenNumber` (where that is another), `UsersUID` and the workstation, in this order; what is not known is null.
fn body(values: &Values) -> Body {
    let given = values.get("GivenNumber") != values.get("DialNumber");
    let names = ["DialNumber"]
        .into_iter()
        .chain(given.then_some("GivenNumber"))
        .chain(["UsersUID"])
        .chain(STATION_FIELDS.iter().map(|field| field.name()));
    let fields = names.map(|name| {
        (
            name.to_owned(),
            values.get(name).map_or(Value::Null, Value::from),
        )
    });
    [("Action".to_owned(), Value::from("dial"))]
        .into_iter()
        .chain(fields)
        .collect()
}

async fn by_application(
    rest: &RestClient,
    application: u64,
    values: &Values,
) -> (DialOutcome, String) {
    match rest.run(application, &body(values)).await {
        Ok(answer) => match refusal(&answer) {
            Some(text) => (
                DialOutcome::Failed,
                format!("the telephone system refused: {text}"),
            ),
            None if answer.text.trim().is_empty() => {
                (DialOutcome::Ok, "the telephone system took it".to_owned())
            }
            None => (
                DialOutcome::Ok,
                format!("the telephone system took it: {}", one_line(&answer.text)),
            ),
        },
        Err(RunError::Call(error)) if unknown(&error) => (DialOutcome::Unknown, error.to_string()),
        Err(error) => (DialOutcome::Failed, error.to_string()),
    }
}

/// Whether the order may have been carried out. A gateway's 502 or 504 says only that no answer came from behind it.
fn unknown(error: &Error) -> bool {
    error.delivery() == Delivery::Unknown || matches!(error.status(), Some(502 | 504))
}

fn of_report(report: Report) -> (DialOutcome, String) {
    let because = |what: &str| match &report.error {
        Some(error) => format!("{what}: {error}"),
        None => what.to_owned(),
    };
    match report.outcome {
        Outcome::Ok | Outcome::Running => (DialOutcome::Ok, report.done),
        Outcome::HttpError => {
            let status = report.status.map(|status| status.to_string());
            let status = status.unwrap_or_default();
            (
                DialOutcome::Failed,
                format!("{} was answered with status {status}", report.done),
            )
        }
        // The order went out and its end was not seen.
        Outcome::Timeout => (DialOutcome::Unknown, because("it took too long")),
        Outcome::Cancelled => (DialOutcome::Unknown, because("the agent was stopped")),
        outcome => (DialOutcome::Failed, because(outcome.as_str())),
    }
}
