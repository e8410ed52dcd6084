//! The same calls for programs without a runtime.

use std::io;
use std::panic::resume_unwind;
use std::thread;

use crate::{
    BaseUrl, Body, ClientOptions, Error, Records, RoutingApplication, RunAnswer, RunUrl,
    SetupError, Token, client,
};

/// A [`Client`](crate::Client) whose calls block until they are done.
///
/// Each runs on a thread of its own, with a runtime that ends with it: it may be used anywhere, even where a runtime
/// runs already, which it then blocks.
#[derive(Debug, Clone)]
pub struct Client(client::Client);

impl Client {
    /// Makes a client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When the CA file or the system's TLS cannot be used.
    pub fn new(token: Token, options: ClientOptions) -> Result<Self, SetupError> {
        client::Client::new(token, options).map(Self)
    }

    /// Runs a routing application and waits for its result; see [`Client::run`](crate::Client::run).
    ///
    /// # Errors
    ///
    /// [`Error::delivery`] tells how far the call got.
    pub fn run(&self, application: &RunUrl, body: &Body) -> Result<RunAnswer, Error> {
        block_on(self.0.run(application, body))
    }

    /// See [`Client::probe`](crate::Client::probe).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn probe(&self, base: &BaseUrl) -> Result<u16, Error> {
        block_on(self.0.probe(base))
    }

    /// See [`Client::applications`](crate::Client::applications).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn applications(&self, base: &BaseUrl) -> Result<Records<RoutingApplication>, Error> {
        block_on(self.0.applications(base))
    }

    /// See [`Client::users`](crate::Client::users).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn users(&self, base: &BaseUrl) -> Result<Records<Body>, Error> {
        block_on(self.0.users(base))
    }
}

impl From<client::Client> for Client {
    /// A client that was made in another way, [`with_http`](crate::Client::with_http) for one. Its connections must not
    /// be kept from one call to the next.
    fn from(client: client::Client) -> Self {
        Self(client)
    }
}

fn block_on<T: Send>(call: impl Future<Output = Result<T, Error>> + Send) -> Result<T, Error> {
    let failed = |source: io::Error| Error::Runtime { source };
    thread::scope(|scope| {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(failed)?;
            runtime.block_on(call)
        };
        let thread = thread::Builder::new()
            .name("mc-routing".to_owned())
            .spawn_scoped(scope, run)
            .map_err(failed)?;
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
