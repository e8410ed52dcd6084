//! What the running instance does when asked over the channel: the kinds of requests, their bodies and replies.

use super::Shared;
use super::journal::{DialFrom, DialOutcome, Via};
use super::{dial, random_id};
use mc_hooks::CallEvent;
use mc_ipc::{IncomingRequest, Reply};
use mc_template::DialNumber;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

/// `dial`.
#[derive(Debug, Deserialize)]
struct Dial {
    number: String,
    from: DialFrom,
}

/// `ring`.
#[derive(Debug, Deserialize)]
struct Ring {
    event: Value,
    #[serde(default)]
    wait: bool,
}

/// `history`.
#[derive(Debug, Deserialize)]
struct History {
    most: usize,
    #[serde(default)]
    from: super::journal::Cursor,
}

/// `history-erase`.
#[derive(Debug, Deserialize)]
struct Erase {
    number: String,
}

/// Answers a request.
pub(crate) async fn handle(shared: Arc<Shared>, request: IncomingRequest) -> Reply {
    let done = match request.kind.as_str() {
        "dial" => dial(&shared, &request).await,
        "ring" => ring(&shared, &request).await,
        "status" => Ok(shared.status()),
        "stop" => {
            shared.stop();
            Ok(json!({ "pid": std::process::id() }))
        }
        "history" => history(&shared, &request).await,
        "history-erase" => erase(&shared, &request).await,
        _ => Err(Reply::refused(
            "unknown_kind",
            "the running instance does not know this request",
        )),
    };
    done.map_or_else(|refusal| refusal, Reply::Done)
}

/// The body, as what the kind needs.
fn body<T: for<'de> Deserialize<'de>>(request: &IncomingRequest) -> Result<T, Reply> {
    T::deserialize(&request.body)
        .map_err(|error| Reply::refused("bad_request", format!("{}: {error}", request.kind)))
}

fn journal_refusal(error: &impl ToString) -> Reply {
    Reply::refused("journal", error.to_string())
}

async fn dial(shared: &Shared, request: &IncomingRequest) -> Result<Value, Reply> {
    let Dial { number, from } = body(request)?;
    let number = DialNumber::typed(&number).map_err(|e| Reply::refused("number", e.to_string()))?;
    let Some(settings) = &shared.config.dial else {
        return Err(Reply::refused(
            "not_configured",
            "dialling is not configured: add [dial] to the configuration",
        ));
    };
    if from == DialFrom::Link && number.has_codes() && !settings.allow_codes {
        let text = "* and # in a link may switch something instead of calling; see allow_codes under [dial]";
        return Err(Reply::refused("codes", text));
    }
    if denied(shared, settings, &number) {
        return Err(Reply::refused(
            "denied",
            format!("{number} is not to be dialled: see deny under [dial]"),
        ));
    }
    if shared.user().is_none() {
        let text = "no ACD user is known here: log in to the telephone system, or set UsersUID in the configuration";
        return Err(Reply::refused("no_user", text));
    }
    let id = random_id();
    shared
        .journal
        .dial(&id, from, number.as_str())
        .await
        .map_err(|e| journal_refusal(&e))?;
    request.accept();
    let since = Instant::now();
    let (outcome, text) = match dial::dial(shared, &number, &id).await {
        dial::Dialled::Done(text) => (DialOutcome::Ok, text),
        dial::Dialled::Failed(text) => (DialOutcome::Failed, text),
        dial::Dialled::Unknown(text) => (DialOutcome::Unknown, text),
    };
    let millis = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    shared.journal.dialled(&id, outcome, &text, millis);
    tracing::info!(id, ?outcome, millis, "dialled");
    Ok(
        json!({ "id": id, "number": number.as_str(), "outcome": outcome, "text": text, "millis": millis }),
    )
}

/// Whether a pattern matches the number in any way it can be written: a `deny` that a `+49` gets around would be
/// none.
fn denied(shared: &Shared, settings: &crate::config::Dial, number: &DialNumber) -> bool {
    let (plan, given) = (&shared.config.numbers, number.as_str());
    let plus = plan.plus(given);
    let prefixed = plus
        .strip_prefix('+')
        .map(|digits| format!("{}{digits}", plan.international_prefix));
    let mut forms = vec![
        given.to_owned(),
        plan.e164(given).into_owned(),
        plan.national(given).into_owned(),
    ];
    forms.extend(prefixed);
    forms.push(plus.into_owned());
    settings
        .deny
        .iter()
        .any(|pattern| forms.iter().any(|form| pattern.matches(form)))
}

async fn ring(shared: &Shared, request: &IncomingRequest) -> Result<Value, Reply> {
    let Ring { event, wait } = body(request)?;
    let event =
        CallEvent::from_value(&event).map_err(|e| Reply::refused("event", e.to_string()))?;
    let accepted = shared
        .intake
        .take(shared, event, Via::Ring)
        .await
        .map_err(|e| journal_refusal(&e))?;
    request.accept();
    let mut reply = json!(accepted);
    if wait {
        reply["reports"] = json!(accepted.reports().await);
    }
    Ok(reply)
}

async fn history(shared: &Shared, request: &IncomingRequest) -> Result<Value, Reply> {
    let History { most, from } = body(request)?;
    let page = shared
        .journal
        .page(&from, most)
        .await
        .map_err(|e| journal_refusal(&e))?;
    Ok(json!(page))
}

async fn erase(shared: &Shared, request: &IncomingRequest) -> Result<Value, Reply> {
    let Erase { number } = body(request)?;
    if !number.contains(|c: char| c.is_ascii_digit()) {
        return Err(Reply::refused("number", "there is no digit in this number"));
    }
    let erased = shared
        .journal
        .erase(&number)
        .await
        .map_err(|e| journal_refusal(&e))?;
    Ok(json!({ "erased": erased }))
}
