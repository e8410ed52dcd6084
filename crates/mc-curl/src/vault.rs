//! The values of `${secret.NAME}`, from where they are kept.

use std::time::Duration;

use mc_secret::{Found, Pending, Provider, Secret, Source, Unavailable};
use tokio::time::timeout;

/// How long a place may take: a credential store that has to be woken up, a file on a server.
const TIME: Duration = Duration::from_secs(5);

/// Secrets by name, each read where it is kept whenever it is needed: one that was changed counts at once.
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
    places: Vec<(String, Source)>,
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
        self.places.push((name.into(), source));
        self
    }

    /// The secrets and where they are kept, in the order in which they were added.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.places
            .iter()
            .map(|(name, source)| (name.as_str(), source))
    }

    fn place(&self, name: &str) -> Result<&Source, &'static str> {
        let mut places = self.places.iter();
        let place = places.find(|(known, _)| known.eq_ignore_ascii_case(name));
        place
            .map(|(_, source)| source)
            .ok_or("nothing says where it is kept")
    }

    async fn read(&self, name: &str) -> Result<Secret, String> {
        let name = name.strip_prefix("secret.").unwrap_or(name);
        let source = self.place(name)?.clone();
        let read = tokio::task::spawn_blocking(move || find(&source));
        match timeout(TIME, read).await {
            Ok(Ok(found)) => found.map(|found| found.secret),
            Ok(Err(_)) => Err("it could not be looked for".to_owned()),
            Err(_) => Err(format!("it could not be read within {} s", TIME.as_secs())),
        }
    }
}

impl Provider for Vault {
    fn get<'a>(&'a self, name: &'a str) -> Pending<'a, Result<Secret, Unavailable>> {
        Box::pin(async move {
            let read = self.read(name).await;
            read.map_err(|reason| Unavailable::new(name, reason))
        })
    }
}

fn find(source: &Source) -> Result<Found, String> {
    match source.find() {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(source.absent()),
        Err(error) => Err(error.to_string()),
    }
}
