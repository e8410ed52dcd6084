//! The REST side as the telephone system has it: `/rest/v1.0/{ClientsID}/...`.

use crate::Inner;
use crate::calls::CallError;
use crate::life::Act;
use crate::variables::Variables;
use crate::workflow::Surroundings;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

type Shared = State<Arc<Inner>>;

/// A status with its reason, as the REST side words it: `{"status": 404, "error": "..."}`.
pub(crate) struct Refusal(pub(crate) StatusCode, pub(crate) String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (
            self.0,
            Json(json!({"status": self.0.as_u16(), "error": self.1})),
        )
            .into_response()
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl From<CallError> for Refusal {
    fn from(error: CallError) -> Self {
        let status = match &error {
            CallError::UnknownUser(_) | CallError::UnknownCall(_) => StatusCode::NOT_FOUND,
            CallError::NotRegistered(_) | CallError::NotNow { .. } => StatusCode::CONFLICT,
            CallError::Unreachable { .. }
            | CallError::Refused { .. }
            | CallError::Unpublished { .. } => StatusCode::BAD_GATEWAY,
            CallError::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, chain(&error))
    }
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn refuse<T>(status: StatusCode, error: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(status, error.into()))
}

pub(crate) fn routes() -> Router<Arc<Inner>> {
    Router::new()
        .route("/rest/v1.0/{client}/routingApplications", get(applications))
        .route(
            "/rest/v1.0/{client}/routingApplications/run/{id}",
            post(run),
        )
        .route("/rest/v1.0/{client}/users", get(users))
        .route("/rest/v1.0/{client}/users/user/{id}", get(user))
        .route("/rest/v1.0/{client}/calls", get(calls))
        .route("/rest/v1.0/{client}/calls/{ufn}/answer", get(answer))
        .route("/rest/v1.0/{client}/calls/{ufn}/hangup", get(hang_up))
        .route("/rest/v1.0/{client}/calls/{ufn}/hold", get(hold))
}

/// The `ClientsID` of a request whose token is that client's.
struct Tenant(i64);

impl FromRequestParts<Arc<Inner>> for Tenant {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, inner: &Arc<Inner>) -> Result<Self, Refusal> {
        // One answer for every way to be wrong: which part it was is nobody's business.
        let wrong = || {
            Refusal(
                StatusCode::UNAUTHORIZED,
                "The token or the ClientsID is wrong".to_owned(),
            )
        };
        let path: Path<HashMap<String, String>> = Path::from_request_parts(parts, inner)
            .await
            .map_err(|_| wrong())?;
        let client = path
            .get("client")
            .and_then(|id| id.parse().ok())
            .ok_or_else(wrong)?;
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = token.and_then(|value| value.split_once(' '));
        match token {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                if inner.database.authorizes(client, token.trim())? {
                    Ok(Self(client))
                } else {
                    Err(wrong())
                }
            }
            _ => Err(wrong()),
        }
    }
}

/// The frame of every list.
fn list(records: &[Value], order_by: &str) -> Json<Value> {
    Json(json!({
        "filter": "", "limitStart": 0, "limitPageSize": -1, "records": records, "count": records.len(),
        "orderBy": order_by, "ascending": true, "status": 200,
    }))
}

async fn applications(
    State(inner): Shared,
    Tenant(client): Tenant,
) -> Result<Json<Value>, Refusal> {
    Ok(list(&inner.database.application_records(client)?, "Name"))
}

async fn users(State(inner): Shared, Tenant(client): Tenant) -> Result<Json<Value>, Refusal> {
    Ok(list(&inner.database.user_records(client, None)?, "UID"))
}

async fn user(
    State(inner): Shared,
    Tenant(client): Tenant,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    let records = match id.parse() {
        Ok(id) => inner.database.user_records(client, Some(id))?,
        Err(_) => Vec::new(),
    };
    if records.is_empty() {
        return refuse(StatusCode::NOT_FOUND, "User not found");
    }
    Ok(list(&records, "UID"))
}

/// Runs an application and waits for its result; a body that is empty has no variables.
async fn run(
    State(inner): Shared,
    Tenant(client): Tenant,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return refuse(
            StatusCode::BAD_REQUEST,
            "The Content-Type must be application/json",
        );
    }
    let mut variables = Variables::default();
    if !body.is_empty() {
        let json: Box<RawValue> = match serde_json::from_slice(&body) {
            Ok(json) => json,
            Err(e) => {
                return refuse(
                    StatusCode::BAD_REQUEST,
                    format!("The body is not JSON: {e}"),
                );
            }
        };
        if !json.get().starts_with('{') {
            return refuse(StatusCode::BAD_REQUEST, "The body must be a JSON object");
        }
        if let Err(reason) = variables.set_json("workData", &json) {
            return refuse(StatusCode::BAD_REQUEST, reason);
        }
    }
    let not_found = || {
        Refusal(
            StatusCode::NOT_FOUND,
            "Routing application not found".to_owned(),
        )
    };
    let id: u32 = id.parse().map_err(|_| not_found())?;
    if !inner.database.has_application(client, id)? {
        return Err(not_found());
    }
    let workflow = inner.workflows.get(&id).ok_or_else(not_found)?;
    let around = Surroundings {
        database: &inner.database,
        client,
        multi_tenant: inner.multi_tenant,
        broker: inner.broker.as_ref(),
    };
    match workflow.run(&around, variables) {
        Ok(Some(result)) => Ok(Json(result).into_response()),
        Ok(None) => {
            // Nothing tells the server that no result will come: it waits, and so does the caller.
            tokio::time::sleep(inner.result_wait).await;
            Ok(StatusCode::OK.into_response())
        }
        Err(reason) => refuse(StatusCode::INTERNAL_SERVER_ERROR, reason),
    }
}

async fn calls(State(inner): Shared, Tenant(client): Tenant) -> Result<Json<Value>, Refusal> {
    Ok(list(&inner.database.call_records(client)?, "UFN"))
}

type CallPath = Path<(String, String)>;

async fn answer(
    State(inner): Shared,
    Tenant(client): Tenant,
    Path((_, ufn)): CallPath,
) -> Result<Json<Value>, Refusal> {
    act(&inner, client, &ufn, Act::Answer)
}

async fn hang_up(
    State(inner): Shared,
    Tenant(client): Tenant,
    Path((_, ufn)): CallPath,
) -> Result<Json<Value>, Refusal> {
    act(&inner, client, &ufn, Act::HangUp)
}

async fn hold(
    State(inner): Shared,
    Tenant(client): Tenant,
    Path((_, ufn)): CallPath,
) -> Result<Json<Value>, Refusal> {
    act(&inner, client, &ufn, Act::Hold)
}

fn act(inner: &Arc<Inner>, client: i64, ufn: &str, act: Act) -> Result<Json<Value>, Refusal> {
    if let Some(owed) = inner.act(client, ufn, act)? {
        inner.tell_later(owed);
    }
    Ok(Json(json!({"status": 200})))
}
