//! The report: who is logged in where, as one call of a routing application.

use std::time::Duration;

use mc_cli::Exit;
use mc_identity::{Query, Server, collect};
use mc_routing::{
    Body, Client, ClientOptions, Delivery, Error, RunAnswer, RunUrl, SetupError, TokenError,
    Verdict,
};
use serde_json::Value;

use crate::empty;
use crate::output::OUTPUT;
use crate::settings::{ReportField, Settings};
use crate::token;

/// The longest that finding out about the workstation may take; what is not known by then is reported as null.
const IDENTITY_LIMIT: Duration = Duration::from_secs(2);

/// Why the report was not delivered, or is not known to be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ReportError {
    /// There is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The CA file or the system's TLS cannot be used.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The call failed.
    #[error(transparent)]
    Call(#[from] Error),
}

impl ReportError {
    /// What it means for the run.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Call(error) if error.delivery() == Delivery::Unknown => Exit::Unknown,
            _ => Exit::NotDelivered,
        }
    }
}

/// The report's body: the fields in their order, then the fixed values.
pub(crate) fn body(settings: &Settings, url: &RunUrl) -> Body {
    let wanted = settings.fields.iter().filter_map(|field| match field {
        ReportField::Identity(field) => Some(*field),
        ReportField::Version => None,
    });
    let query = Query::default()
        .server(Server::new(url.host(), url.port()))
        .ip(settings.ip.clone())
        .fields(wanted)
        .limit(IDENTITY_LIMIT);
    let identity = collect(&query);
    let mut body = Body::new();
    for field in &settings.fields {
        let value = match field {
            ReportField::Identity(field) => identity.get(*field).map_or(Value::Null, Value::from),
            ReportField::Version => Value::from(env!("CARGO_PKG_VERSION")),
        };
        body.insert(field.name().to_owned(), value);
    }
    body.extend(settings.extra.iter().cloned());
    body
}

/// A client of the REST side with these settings.
///
/// # Errors
///
/// When there is no token, or the CA file cannot be used.
pub(crate) fn client(settings: &Settings, options: ClientOptions) -> Result<Client, ReportError> {
    let token = token::find(settings)?;
    for warning in token.warnings() {
        OUTPUT.note(warning);
    }
    let options = options
        .ca_file(settings.ca_file.clone())
        .proxy(settings.proxy.clone())
        .user_agent(concat!("mc-start/", env!("CARGO_PKG_VERSION")));
    Ok(Client::new(token, options)?)
}

/// A report that was made, delivered or not.
pub(crate) struct Reported {
    /// The fields that had no value.
    pub(crate) empty: Vec<String>,
    /// The answer, or an error whose message says what to do.
    pub(crate) answer: Result<RunAnswer, ReportError>,
}

/// Makes the report and waits for its answer.
pub(crate) async fn deliver(settings: &Settings, url: &RunUrl) -> Reported {
    // The trust is read while the identity is collected. Both block, but for at most their limits; nothing else runs on this
    // thread but the launcher's own timer.
    let (client, body) = std::thread::scope(|scope| {
        let body = scope.spawn(|| body(settings, url));
        (client(settings, ClientOptions::default()), body.join())
    });
    let body = body.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    Reported {
        empty: empty::fields(&body),
        answer: match client {
            Ok(client) => client.run(url, &body).await.map_err(Into::into),
            Err(error) => Err(error),
        },
    }
}

/// The application's no, in its own words, or that it said nothing at all.
pub(crate) fn refusal(answer: &RunAnswer) -> Option<String> {
    match answer.verdict() {
        Verdict::Refused { reason } => Some(reason),
        Verdict::Empty => Some(
            "the answer is empty: a branch of the routing application returns nothing".to_owned(),
        ),
        _ => None,
    }
}
