//! The REST side as this configuration knows it: the token's places, and a client.

use mc_routing::{Client, ClientOptions, ProxySetting, RunAnswer, SetupError, Token, TokenError};
use mc_secret::text::one_line;
use mc_secret::{Search, SecretError, Source, Store};
use serde_json::Value;

use crate::config::{Folders, Jtel};

/// The entry's service and name in the system's credential store, and the file's in a folder: `mc-start token set`
/// writes them.
const SERVICE: &str = "miniclient";
const NAME: &str = "api-token";
const FILE: &str = "token";

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// There is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The CA file or the system's TLS cannot be used.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// The places where the token is looked for: the file, `API_TOKEN`, the credential store.
///
/// With `MINICLIENT_HOME` the store is a file in that folder, so that copies side by side keep apart.
pub fn token_search(folders: &Folders, jtel: &Jtel) -> Search {
    let search = Search::new("token")
        .file(jtel.token_file.clone())
        .env("API_TOKEN");
    match (&folders.home, &folders.user) {
        (Some(home), _) => search.source(Source::Store(Store::file(home.join(FILE)))),
        (None, Some(user)) => {
            let store = Store::system(SERVICE, NAME, user.join(FILE));
            search.source(Source::Store(store))
        }
        (None, None) => search,
    }
}

/// How calls to it are made.
pub fn options(jtel: &Jtel) -> ClientOptions {
    ClientOptions::default()
        .ca_file(jtel.ca_file.clone())
        .proxy(ProxySetting::System)
        .user_agent(concat!("miniclient/", env!("CARGO_PKG_VERSION")))
}

/// A client with the token as it is now: one that was renewed meanwhile counts at once.
///
/// The credential store is asked on a thread of its own, for it may take seconds to wake up.
///
/// # Errors
///
/// When there is no token, or the CA file cannot be used.
pub async fn client(
    folders: &Folders,
    jtel: &Jtel,
    options: ClientOptions,
) -> Result<Client, ClientError> {
    let search = token_search(folders, jtel);
    let found = tokio::task::spawn_blocking(move || Token::find(&search)).await;
    let token = found.unwrap_or_else(|_| {
        Err(TokenError::Secret(SecretError::Nowhere {
            name: "token".to_owned(),
            places: vec!["it could not be looked for".to_owned()],
        }))
    })?;
    for warning in token.warnings() {
        tracing::warn!("{warning}");
    }
    Ok(Client::new(token, options)?)
}

/// What a routing application says when it ran and could not do what was asked: an `error`, or `"result": "ERROR"`, in its JSON
/// answer. Applications are written by each customer; this is the form of the vendor's examples.
pub fn refusal(answer: &RunAnswer) -> Option<String> {
    let Some(Value::Object(fields)) = answer.json() else {
        return None;
    };
    let text = |name: &str| {
        let field = fields
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        field
            .and_then(|(_, value)| value.as_str())
            .filter(|text| !text.trim().is_empty())
    };
    match (text("error"), text("result")) {
        (Some(error), _) => Some(one_line(error)),
        (None, Some(result)) if result.eq_ignore_ascii_case("error") => {
            Some(one_line(&answer.text))
        }
        _ => None,
    }
}
