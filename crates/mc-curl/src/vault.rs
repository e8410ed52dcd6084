//! The values of `${secret.NAME}` and `${oauth.NAME}`, from where they are kept or fetched.

use mc_secret::{Pending, Provider, Secret, Source, Unavailable};

#[cfg(feature = "oauth")]
use crate::oauth::{self, OAuth};
use crate::places::Places;

/// Secrets by name, each read where it is kept whenever it is needed: one that was changed counts at once. With the
/// feature `oauth` access tokens, too.
///
/// ```
/// use mc_curl::Vault;
/// use mc_secret::Source;
///
/// let vault = Vault::new().secret("crm", Source::File("crm-token".into()));
/// assert_eq!(vault.secrets().map(|(name, _)| name).collect::<Vec<_>>(), ["crm"]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Vault {
    places: Places,
    #[cfg(feature = "oauth")]
    tokens: Vec<(String, OAuth)>,
}

impl Vault {
    /// Knows no secret.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a secret, without the group's name: `${secret.crm}` is `crm`.
    #[must_use]
    pub fn secret(mut self, name: impl Into<String>, source: Source) -> Self {
        self.places.0.push((name.into(), source));
        self
    }

    /// Adds an access token, without the group's name: `${oauth.crm}` is `crm`.
    #[cfg(feature = "oauth")]
    #[must_use]
    pub fn token(mut self, name: impl Into<String>, oauth: OAuth) -> Self {
        self.tokens.push((name.into(), oauth));
        self
    }

    /// The secrets and where they are kept, in the order in which they were added.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &Source)> {
        let places = self.places.0.iter();
        places.map(|(name, source)| (name.as_str(), source))
    }

    /// The names of the access tokens, without the group's.
    #[cfg(feature = "oauth")]
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|(name, _)| name.as_str())
    }

    /// Fetches each access token now and again before it ends, so that no request waits for one, until the future is
    /// dropped. A failure is not told: whoever asks for the token has it.
    #[cfg(feature = "oauth")]
    pub async fn keep_tokens(&self) {
        let mut all: Vec<Pending<'_, ()>> = Vec::new();
        for (_, oauth) in &self.tokens {
            all.push(Box::pin(oauth::keep(oauth, &self.places)));
        }
        // None of them ends.
        std::future::poll_fn(|context| {
            for one in &mut all {
                let _ = one.as_mut().poll(context);
            }
            std::task::Poll::<()>::Pending
        })
        .await;
    }

    #[cfg(feature = "oauth")]
    fn oauth(&self, name: &str) -> Option<&OAuth> {
        let own = name.strip_prefix("oauth.")?;
        let mut tokens = self.tokens.iter();
        let found = tokens.find(|(known, _)| known.eq_ignore_ascii_case(own));
        found.map(|(_, oauth)| oauth)
    }
}

impl Provider for Vault {
    fn get<'a>(&'a self, name: &'a str) -> Pending<'a, Result<Secret, Unavailable>> {
        Box::pin(async move {
            #[cfg(feature = "oauth")]
            if let Some(oauth) = self.oauth(name) {
                let token = oauth.token(&self.places).await;
                return token.map_err(|error| Unavailable::new(name, error.to_string()));
            }
            let own = name.strip_prefix("secret.").unwrap_or(name);
            self.places.read(own).await
        })
    }

    #[cfg(feature = "oauth")]
    fn renew<'a>(&'a self, name: &'a str, refused: &'a Secret) -> Pending<'a, Option<Secret>> {
        Box::pin(async move { self.oauth(name)?.renew(refused, &self.places).await })
    }
}
