//! What the real system has no REST for: `/sandbox/...`, for people and tests that play telephone system.
//!
//! There is no token here: the sandbox is for loopback, and whoever can reach it may play.

use crate::calls::{IncomingCall, Pushed};
use crate::faults::Fault;
use crate::life::Act;
use crate::rest::Refusal;
use crate::{Inner, new_token};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::sync::Arc;

type Shared = State<Arc<Inner>>;
type Answer = Result<Json<Value>, Refusal>;

pub(crate) fn routes() -> Router<Arc<Inner>> {
    Router::new()
        .route("/sandbox/calls", post(call))
        .route("/sandbox/calls/{ufn}/answer", post(answer))
        .route("/sandbox/calls/{ufn}/hangup", post(hang_up))
        .route("/sandbox/faults", post(add_fault).delete(clear_faults))
        .route("/sandbox/workstations", get(workstations))
        .route("/sandbox/dials", get(dials))
        .route("/sandbox/clients/{client}/token", post(token))
        .route("/sandbox/stop", post(stop))
}

/// The client that is meant: the sandbox's own unless another is named.
#[derive(Deserialize)]
struct Whose {
    #[serde(rename = "ClientsID")]
    client: Option<i64>,
}

fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|e| Refusal(StatusCode::BAD_REQUEST, e.to_string()))
}

/// A call event without `Event` and `CallID`; `CRMLink` is a template here.
async fn call(State(inner): Shared, Query(whose): Query<Whose>, bytes: Bytes) -> Answer {
    let given: Map<String, Value> = body(&bytes)?;
    let mut call = IncomingCall::default();
    for (name, value) in given {
        let Some(text) = value
            .as_str()
            .map(str::to_owned)
            .or_else(|| value.as_number().map(ToString::to_string))
        else {
            return Err(Refusal(
                StatusCode::BAD_REQUEST,
                format!("{name} must be a string"),
            ));
        };
        match name.to_lowercase().as_str() {
            "usersuid" => call.users_uid = text,
            "crmlink" | "crmurl" => call.crm_url = Some(text),
            "event" => {
                return Err(Refusal(
                    StatusCode::BAD_REQUEST,
                    "a call that comes in is ringing".to_owned(),
                ));
            }
            _ => call.values.push((name, text)),
        }
    }
    let pushed = inner
        .call(whose.client.unwrap_or(inner.client), &call)
        .await?;
    Ok(shown(&pushed))
}

/// What was pushed, where, and what the workstation answered.
fn shown(pushed: &Pushed) -> Json<Value> {
    let milliseconds = u64::try_from(pushed.took.as_millis()).unwrap_or(u64::MAX);
    Json(json!({
        "UFN": pushed.ufn, "event": pushed.event, "url": pushed.url, "status": pushed.status,
        "answer": pushed.answer, "milliseconds": milliseconds,
    }))
}

/// The user takes the call.
async fn answer(
    State(inner): Shared,
    Query(whose): Query<Whose>,
    Path(ufn): Path<String>,
) -> Answer {
    act(&inner, &whose, &ufn, Act::Answer).await
}

/// One of both puts the receiver down.
async fn hang_up(
    State(inner): Shared,
    Query(whose): Query<Whose>,
    Path(ufn): Path<String>,
) -> Answer {
    act(&inner, &whose, &ufn, Act::HangUp).await
}

async fn act(inner: &Inner, whose: &Whose, ufn: &str, act: Act) -> Answer {
    match inner.act(whose.client.unwrap_or(inner.client), ufn, act)? {
        Some(owed) => Ok(shown(&inner.tell(owed).await?)),
        None => Ok(Json(json!({"UFN": ufn}))),
    }
}

async fn add_fault(State(inner): Shared, bytes: Bytes) -> Answer {
    let fault: Fault = body(&bytes)?;
    inner.faults.add(fault);
    Ok(Json(json!({"status": 200})))
}

async fn clear_faults(State(inner): Shared) -> Json<Value> {
    inner.faults.clear();
    Json(json!({"status": 200}))
}

async fn workstations(State(inner): Shared, Query(whose): Query<Whose>) -> Answer {
    Ok(Json(json!(
        inner
            .database
            .workstations(whose.client.unwrap_or(inner.client))?
    )))
}

async fn dials(State(inner): Shared, Query(whose): Query<Whose>) -> Answer {
    Ok(Json(json!(
        inner.database.dials(whose.client.unwrap_or(inner.client))?
    )))
}

/// Ends the program, where a signal cannot.
async fn stop(State(inner): Shared) -> Json<Value> {
    inner.stop.notify_one();
    Json(json!({"status": 200}))
}

/// A new token; the old one is void at once.
async fn token(State(inner): Shared, Path(client): Path<i64>) -> Answer {
    let token =
        new_token().map_err(|e| Refusal(StatusCode::INTERNAL_SERVER_ERROR, e.to_string()))?;
    inner.database.put_client(client, "Sandbox", &token)?;
    Ok(Json(json!({"token": token})))
}
