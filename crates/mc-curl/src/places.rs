//! Named secrets, each read where it is kept when it is needed.

use std::time::Duration;

use mc_secret::{Secret, Source, Unavailable};
use tokio::time::timeout;

/// How long a place may take: a credential store that has to be woken up, a file on a server.
const TIME: Duration = Duration::from_secs(5);

/// Where secrets are kept, by their names in templates without the group's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(pub(crate) Vec<(String, Source)>);

impl Places {
    /// The secret as it is there now.
    pub(crate) async fn read(&self, name: &str) -> Result<Secret, Unavailable> {
        let read = async {
            let mut places = self.0.iter();
            let place = places.find(|(known, _)| known.eq_ignore_ascii_case(name));
            let (_, source) = place.ok_or("nothing says where it is kept")?;
            let source = source.clone();
            let read = tokio::task::spawn_blocking(move || match source.find() {
                Ok(Some(found)) => Ok(found.secret),
                Ok(None) => Err(source.absent()),
                Err(error) => Err(error.to_string()),
            });
            match timeout(TIME, read).await {
                Ok(Ok(found)) => found,
                Ok(Err(_)) => Err("it could not be looked for".to_owned()),
                Err(_) => Err(format!("it could not be read within {} s", TIME.as_secs())),
            }
        };
        let read: Result<_, String> = read.await;
        read.map_err(|reason| Unavailable::new(format!("secret.{name}"), reason))
    }
}
