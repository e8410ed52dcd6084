//! Makes a command's requests.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mc_secret::{Provider, Unavailable};
use mc_template::Scope;
use tokio::time::Instant;
use url::Url;

use crate::answer::Answer;
use crate::command::CurlCommand;
use crate::error::{RequestError, SenderError};
use crate::exchange::{self, Limits};
use crate::files::Files;
use crate::hidden::Hidden;
use crate::pool::{Pool, SenderOptions};
use crate::request::Request;

/// Makes requests, over one warm pool of connections for each distinct set of connection options.
///
/// Belongs to the Tokio runtime on which it is first used, of either kind. Clones share the pools.
#[derive(Clone)]
pub struct Sender {
    pub(crate) pool: Arc<Pool>,
    kept: usize,
    longest_wait: Option<Duration>,
}

impl Sender {
    /// A sender with these options. Connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// A `ca_file` that cannot be read or holds no certificate.
    pub fn new(options: SenderOptions) -> Result<Self, SenderError> {
        Ok(Self {
            kept: options.body_kept,
            longest_wait: None,
            pool: Arc::new(Pool::new(options)?),
        })
    }

    /// The same sender, with the same connections, that keeps so many bytes of an answer's body in place of
    /// [`SenderOptions::body_kept`].
    #[must_use]
    pub fn body_kept(mut self, bytes: usize) -> Self {
        self.kept = bytes;
        self
    }

    /// The same sender, with the same connections, that tries nothing again where the server asks for a longer wait than
    /// this (`Retry-After`): the last answer counts then, and [`Transfer::error`](crate::Transfer::error) says so. Without
    /// it, and without a deadline, it waits as long as it is asked to, as curl does.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = Some(wait);
        self
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
                    let reuse = self
                        .pool
                        .reuse(settings, &operation.first_method(), &url, 0);
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
        let deadline = at(deadline);
        let files = Files::ahead(command.read_per_call(), deadline).await;
        let requests = command.requests_with(scope, &files)?;
        Ok(self.exchange(requests, deadline, None).await)
    }

    async fn exchange(
        &self,
        requests: Vec<Request>,
        deadline: Option<Instant>,
        hidden: Option<Hidden<'_>>,
    ) -> Answer {
        let limits = Limits {
            kept: self.kept,
            wait: self.longest_wait,
            deadline,
        };
        exchange::all(&self.pool, &limits, requests, hidden).await
    }

    /// As [`Sender::send`], with the values of [`CurlCommand::hidden`] that `provider` gives. A request that is answered
    /// with 401, by the server it was first sent to, goes out once more if there is another value then.
    ///
    /// What the provider takes counts against `deadline`.
    ///
    /// # Errors
    ///
    /// As for [`Sender::send`]; and a value that is not to be had. Nothing was sent then.
    pub async fn send_with(
        &self,
        command: &CurlCommand,
        scope: &Scope<'_>,
        provider: &dyn Provider,
        deadline: Option<Duration>,
    ) -> Result<Answer, RequestError> {
        let deadline = at(deadline);
        let files = Files::ahead(command.read_per_call(), deadline).await;
        // What cannot be sent whatever the values are needs none.
        command.shown(scope, &files)?;
        let hidden = exchange::in_time(deadline, Hidden::of(command, *scope, files, provider));
        let hidden = hidden.await.unwrap_or_else(|| {
            let name = command.hidden().next().unwrap_or_default();
            Err(Unavailable::new(name, "it did not come in time"))
        })?;
        let requests = hidden.requests()?;
        Ok(self.exchange(requests, deadline, Some(hidden)).await)
    }
}

fn at(time: Option<Duration>) -> Option<Instant> {
    time.and_then(|time| Instant::now().checked_add(time))
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("options", &self.pool.options)
            .finish_non_exhaustive()
    }
}
