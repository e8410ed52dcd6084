//! The telephone system's REST side: one client for all calls, with the token as it is now.

use std::sync::{Mutex, PoisonError};

use mc_routing::{Client, ClientOptions, RunAnswer, SetupError, Token, TokenError, Verdict};
use mc_secret::SecretError;

use crate::settings::Jtel;

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// There is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The CA file or the system's TLS cannot be used.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// Makes a client when one is needed, and keeps it while the token stays the same.
#[derive(Debug)]
pub(crate) struct RestClient {
    jtel: Jtel,
    options: ClientOptions,
    client: Mutex<Option<Client>>,
}

impl RestClient {
    pub(crate) fn new(jtel: Jtel, options: ClientOptions) -> Self {
        Self {
            jtel,
            options,
            client: Mutex::default(),
        }
    }

    pub(crate) fn jtel(&self) -> &Jtel {
        &self.jtel
    }

    /// The client with the token as it is now: one that was renewed meanwhile counts at once.
    ///
    /// The credential store is asked on a thread of its own, for it may take seconds to wake up.
    pub(crate) async fn get(&self) -> Result<Client, ClientError> {
        let search = self.jtel.token_search();
        let found = tokio::task::spawn_blocking(move || Token::find(&search)).await;
        let token = found.unwrap_or_else(|_| {
            Err(TokenError::Secret(SecretError::Nowhere {
                name: "token".to_owned(),
                places: vec!["it could not be looked for".to_owned()],
            }))
        })?;
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = client.as_ref().filter(|kept| kept.token() == Some(&token)) {
            return Ok(client.clone());
        }
        for warning in token.warnings() {
            tracing::warn!("{warning}");
        }
        Ok(client
            .insert(Client::new(token, self.options.clone())?)
            .clone())
    }
}

/// What a routing application says when it ran and could not do what was asked.
pub(crate) fn refusal(answer: &RunAnswer) -> Option<String> {
    match answer.verdict() {
        Verdict::Refused { reason } => Some(reason),
        _ => None,
    }
}
