//! The same for programs without a runtime: every call blocks its thread. Needs the feature `blocking`.
//!
//! ```no_run
//! use mc_ipc::{Deadlines, HandOver, InstanceOptions, Reply, blocking, serde_json::json};
//!
//! # fn main() -> Result<(), mc_ipc::IpcError> {
//! let options = InstanceOptions::new("viewer", "viewer 1.0");
//! match blocking::acquire_or_request(&options, "open", &json!("a.txt"), Deadlines::default())? {
//!     HandOver::First(mut owner) => {
//!         let stopper = owner.stopper();
//!         owner.serve(move |request| {
//!             if request.kind == "quit" {
//!                 stopper.stop();
//!             }
//!             Reply::Done(json!("opened"))
//!         });
//!         owner.close();
//!     }
//!     HandOver::Done(reply) => println!("the other instance says {reply}"),
//!     _ => {}
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Within a tokio runtime these calls give an error: there the thread must not block.

use crate::{
    client::InstanceClient,
    deadline::Deadlines,
    election::{Acquired, HandOver, Instance},
    error::IpcError,
    handshake::RunningInstance,
    message::{IncomingRequest, Reply},
    options::InstanceOptions,
    owner,
};
use serde_json::Value;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::Notify,
    task::spawn_blocking,
};

/// As [`Instance::acquire_within`].
///
/// # Errors
/// As there.
pub fn acquire(options: &InstanceOptions, deadline: Duration) -> Result<Acquired<Owner>, IpcError> {
    let runtime = runtime()?;
    Ok(
        match runtime.block_on(Instance::acquire_within(options, deadline))? {
            Acquired::Owner(owner) => Acquired::Owner(Owner::new(owner, runtime)),
            Acquired::Running(running) => Acquired::Running(running),
        },
    )
}

/// As [`Instance::acquire_or_request`].
///
/// # Errors
/// As there.
pub fn acquire_or_request(
    options: &InstanceOptions,
    kind: &str,
    body: &Value,
    deadlines: Deadlines,
) -> Result<HandOver<Owner>, IpcError> {
    let runtime = runtime()?;
    let outcome = Instance::acquire_or_request(options, kind, body, deadlines);
    Ok(match runtime.block_on(outcome)? {
        HandOver::First(owner) => HandOver::First(Owner::new(owner, runtime)),
        HandOver::Done(reply) => HandOver::Done(reply),
    })
}

/// As [`InstanceClient::request`].
///
/// # Errors
/// As there.
pub fn request(
    options: &InstanceOptions,
    kind: &str,
    body: &Value,
    deadlines: Deadlines,
) -> Result<Value, IpcError> {
    let client = InstanceClient::new(options);
    runtime()?.block_on(client.request(kind, body, deadlines))
}

/// As [`InstanceClient::hello`].
///
/// # Errors
/// As there.
pub fn hello(options: &InstanceOptions, deadline: Duration) -> Result<RunningInstance, IpcError> {
    runtime()?.block_on(InstanceClient::new(options).hello(deadline))
}

/// As [`InstanceClient::gone`].
///
/// # Errors
/// Where the thread cannot block.
pub fn gone(options: &InstanceOptions, deadline: Duration) -> Result<bool, IpcError> {
    Ok(runtime()?.block_on(InstanceClient::new(options).gone(deadline)))
}

/// This process is the instance until the value is closed or dropped. Clients are answered from a thread of its own.
#[derive(Debug)]
pub struct Owner {
    // Dropped first: it ends what runs on the runtime.
    inner: owner::Owner,
    runtime: Runtime,
    stop: Arc<Notify>,
}

impl Owner {
    fn new(inner: owner::Owner, runtime: Runtime) -> Self {
        Self {
            inner,
            runtime,
            stop: Arc::default(),
        }
    }

    /// The address, for logs and diagnosis.
    pub fn address(&self) -> &str {
        self.inner.address()
    }

    /// What ends [`serve`](Self::serve), from a handler or from another thread.
    pub fn stopper(&self) -> Stopper {
        Stopper(Arc::clone(&self.stop))
    }

    /// Answers requests until it is [stopped](Self::stopper). The handler runs on a thread of a pool for each request.
    pub fn serve<F>(&mut self, handler: F)
    where
        F: Fn(IncomingRequest) -> Reply + Send + Sync + 'static,
    {
        let handler = Arc::new(handler);
        let handler = move |request| {
            let handler = Arc::clone(&handler);
            async move {
                match spawn_blocking(move || handler(request)).await {
                    Ok(reply) => reply,
                    // The runtime is ending, or the handler panicked.
                    Err(e) => Reply::refused("handler_failed", e.to_string()),
                }
            }
        };
        self.runtime
            .block_on(self.inner.serve(handler, self.stop.notified()));
    }

    /// As [`Owner::close`](crate::Owner::close). Waits for handlers that still run.
    pub fn close(self) {
        self.runtime.block_on(self.inner.close());
    }
}

/// Ends [`Owner::serve`].
#[derive(Debug, Clone)]
pub struct Stopper(Arc<Notify>);

impl Stopper {
    /// Ends it now, or as soon as it begins.
    pub fn stop(&self) {
        self.0.notify_one();
    }
}

/// One thread that works also while nobody blocks on it: an owner answers before it serves.
fn runtime() -> Result<Runtime, IpcError> {
    if Handle::try_current().is_ok() {
        let source = io::Error::other("this thread belongs to a tokio runtime");
        return Err(IpcError::system("block", source));
    }
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| IpcError::system("start a thread", e))
}
