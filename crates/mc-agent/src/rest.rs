//! The telephone system's REST side: one client for all calls, with the token as it is now.

use std::sync::{Mutex, PoisonError};

use mc_routing::{
    Body, Client, ClientOptions, Error, RunAnswer, SetupError, Token, TokenError, Verdict,
};
use mc_secret::SecretError;

use crate::clock::ServerClock;
use crate::settings::Jtel;

/// Why an application did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
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

/// Makes a client when one is needed, and keeps it while the token stays the same.
#[derive(Debug)]
pub(crate) struct RestClient {
    jtel: Jtel,
    options: ClientOptions,
    clock: ServerClock,
    client: Mutex<Option<Client>>,
}

impl RestClient {
    pub(crate) fn new(jtel: Jtel, options: ClientOptions, clock: ServerClock) -> Self {
        Self {
            jtel,
            options,
            clock,
            client: Mutex::default(),
        }
    }

    pub(crate) fn jtel(&self) -> &Jtel {
        &self.jtel
    }

    /// Runs an application once, within what the client is patient for. What the server's clock says is kept.
    pub(crate) async fn run(&self, application: u64, body: &Body) -> Result<RunAnswer, RunError> {
        let target = self.jtel.base_url.run(application);
        let answer = self.get().await?.run(&target, body).await?;
        if let Some(date) = answer.date {
            self.clock.heard(date);
        }
        Ok(answer)
    }

    /// The client with the token as it is now: one that was renewed meanwhile counts at once.
    ///
    /// The credential store is asked on a thread of its own, for it may take seconds to wake up.
    async fn get(&self) -> Result<Client, RunError> {
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
