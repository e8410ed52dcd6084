//! Dialling: through a routing application, a REST call or a program. At most once.

use std::time::Duration;

use mc_hooks::{Engine, Outcome, Report, Task};
use mc_routing::{Body, Delivery, Error, RetryPolicy};
use mc_template::{DialNumber, Values};
use serde_json::Value;

use super::Shared;
use crate::config::{Dial, DialAction, Jtel};
use crate::{rest, station};

/// The longest that dialling may take when the configuration does not say: the telephone system itself waits up to 10 s for the
/// application's result.
const LIMIT: Duration = Duration::from_secs(20);

/// The name under which a dial is reported, where calls have a hook's.
const NAME: &str = "dial";

/// What became of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialled {
    /// It is being dialled; the text says by whom.
    Done(String),
    /// It was not dialled.
    Failed(String),
    /// The order was given, and no answer came: it may be ringing. Never repeated.
    Unknown(String),
}

/// Dials.
pub async fn dial(shared: &Shared, number: &DialNumber, id: &str) -> Dialled {
    let Some(settings) = &shared.config.dial else {
        return Dialled::Failed(
            "dialling is not configured: add [dial] to the configuration".to_owned(),
        );
    };
    let limit = settings.timeout.unwrap_or(LIMIT);
    let values = values(shared, number).await;
    match &settings.action {
        DialAction::Application(application) => {
            let Some(jtel) = &shared.config.jtel else {
                return Dialled::Failed("there is no [jtel] in the configuration".to_owned());
            };
            let call = by_application(shared, jtel, *application, &values, limit);
            // The client ends by itself; this is for what comes before it, as a credential store that hangs.
            let Ok(dialled) = tokio::time::timeout(limit + Duration::from_secs(1), call).await
            else {
                return Dialled::Unknown(format!("no answer within {} s", limit.as_secs()));
            };
            dialled
        }
        DialAction::Action(_) => by_action(shared, settings, &values, id, limit).await,
    }
}

/// What a dial brings: the fields of the request and the variables of a template.
async fn values(shared: &Shared, number: &DialNumber) -> Values {
    let mut values = Values::new();
    values.set("DialNumber", number.as_str());
    if let Some(user) = shared.user() {
        values.set("UsersUID", user);
    }
    for (name, value) in station::collect(&shared.config).await.iter() {
        values.set(name, value);
    }
    values
}

/// The routing application gets `Action`, `DialNumber`, `UsersUID` and the workstation, in this order; what is not known is null.
fn body(values: &Values) -> Body {
    let names = ["DialNumber", "UsersUID"]
        .into_iter()
        .chain(station::FIELDS.iter().map(|field| field.name()));
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
    shared: &Shared,
    jtel: &Jtel,
    application: u64,
    values: &Values,
    limit: Duration,
) -> Dialled {
    // One try: even an answer that invites another one (503, 504) may come from a balancer behind which somebody dials already.
    let options = rest::options(jtel)
        .timeout(limit)
        .retry(RetryPolicy::never());
    let client = match rest::client(&shared.folders, jtel, options).await {
        Ok(client) => client,
        Err(error) => return Dialled::Failed(error.to_string()),
    };
    match client
        .run(&jtel.base_url.run(application), &body(values))
        .await
    {
        Ok(answer) => match rest::refusal(&answer) {
            Some(text) => Dialled::Failed(format!("the telephone system refused: {text}")),
            None if answer.text.trim().is_empty() => {
                Dialled::Done("the telephone system took it".to_owned())
            }
            None => Dialled::Done(format!(
                "the telephone system took it: {}",
                mc_secret::text::one_line(&answer.text)
            )),
        },
        Err(error) if unknown(&error) => Dialled::Unknown(error.to_string()),
        Err(error) => Dialled::Failed(error.to_string()),
    }
}

/// Whether the order may have been carried out. A gateway's 502 or 504 says only that no answer came from behind it.
fn unknown(error: &Error) -> bool {
    error.delivery() == Delivery::Unknown || matches!(error.status(), Some(502 | 504))
}

async fn by_action(
    shared: &Shared,
    settings: &Dial,
    values: &Values,
    id: &str,
    limit: Duration,
) -> Dialled {
    let DialAction::Action(action) = &settings.action else {
        return Dialled::Failed("there is nothing to dial with".to_owned());
    };
    let task = Task::new(id, NAME, action, values).with_timeout(settings.timeout.or(Some(limit)));
    of_report(
        Engine::new(shared.config.numbers.clone())
            .env_remove("API_TOKEN")
            .perform(task)
            .await,
    )
}

fn of_report(report: Report) -> Dialled {
    let because = |what: &str| match &report.error {
        Some(error) => format!("{what}: {error}"),
        None => what.to_owned(),
    };
    match report.outcome {
        Outcome::Ok | Outcome::Running => Dialled::Done(report.done),
        Outcome::HttpError => {
            let status = report
                .status
                .map(|status| status.to_string())
                .unwrap_or_default();
            Dialled::Failed(format!("{} was answered with status {status}", report.done))
        }
        // The order went out and its end was not seen.
        Outcome::Timeout => Dialled::Unknown(because("it took too long")),
        outcome => Dialled::Failed(because(outcome.as_str())),
    }
}
