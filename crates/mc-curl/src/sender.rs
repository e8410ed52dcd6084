//! Makes a command's requests.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mc_template::Scope;
use url::Url;

use crate::answer::Answer;
use crate::command::CurlCommand;
use crate::error::{RequestError, SenderError};
use crate::exchange;
use crate::pool::{Pool, SenderOptions};
use crate::request::Request;

/// Makes requests, over one warm pool of connections for each distinct set of connection options.
///
/// Belongs to the Tokio runtime on which it is first used, of either kind. Clones share the pools.
#[derive(Clone)]
pub struct Sender {
    pool: Arc<Pool>,
}

impl Sender {
    /// A sender with these options. Connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// A `ca_file` that cannot be read or holds no certificate.
    pub fn new(options: SenderOptions) -> Result<Self, SenderError> {
        Ok(Self {
            pool: Arc::new(Pool::new(options)?),
        })
    }

    /// Makes the pools ready that a command will use, so that its first call does not wait for the
    /// system's certificates to be read. Connects to nothing.
    ///
    /// # Errors
    ///
    /// A `--cacert` file that cannot be read or holds no certificate, a proxy's address that is not one.
    pub fn prepare(&self, command: &CurlCommand) -> Result<(), SenderError> {
        for operation in command.operations() {
            for scheme in ["http://host.invalid", "https://host.invalid"] {
                if let Ok(url) = Url::parse(scheme) {
                    let (settings, agent) = (&operation.settings, operation.fixed_agent());
                    let reuse = self.pool.reuse(settings, &operation.first_method(), &url);
                    self.pool.client(settings, &url, agent, reuse)?;
                }
            }
        }
        Ok(())
    }

    /// Renders a command and makes its requests, one after the other.
    ///
    /// Each attempt has the time that `-m` gives it, else 10 seconds; `deadline`, if given, is the time for
    /// all of them together, retries included.
    ///
    /// # Errors
    ///
    /// As for [`CurlCommand::requests`]: nothing was sent. What happens on the way is in the [`Answer`].
    pub async fn send(
        &self,
        command: &CurlCommand,
        scope: &Scope<'_>,
        deadline: Option<Duration>,
    ) -> Result<Answer, RequestError> {
        let requests = command.requests(scope)?;
        Ok(self.send_all(requests, deadline).await)
    }

    /// Makes requests that were rendered before. The future borrows nothing from their command.
    ///
    /// Dropping it gives the request under way up.
    pub async fn send_all(&self, requests: Vec<Request>, deadline: Option<Duration>) -> Answer {
        exchange::all(&self.pool, requests, deadline).await
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("options", &self.pool.options)
            .finish_non_exhaustive()
    }
}
