//! The agent: the running instance that takes calls, runs hooks and dials.
//!
//! One process composes what the crates know: the instance and its channel (`mc-ipc`), the hooks (`mc-hooks`), the
//! journal, the HTTP listener, registration and dialling (`mc-routing`).

pub mod dial;
mod intake;
mod journal;
mod listen;
mod log;
pub mod register;
mod service;

pub use listen::Listening;

use crate::config::{Config, Folders, Keep, Loaded};
use crate::{App, Exit, station};
use intake::Intake;
use journal::Journal;
use listen::Door;
use mc_hooks::{Engine, Report, Runner};
use mc_identity::Field;
use mc_ipc::{Acquired, Instance, InstanceOptions, IpcError, Owner};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long hooks that run may go on when the agent is stopped.
const HOOKS_END: Duration = Duration::from_secs(3);
/// How long telling the telephone system may take then.
const UNREGISTER: Duration = Duration::from_secs(6);

/// What the parts of the running agent share.
#[non_exhaustive]
pub struct Shared {
    /// The configuration; its hooks are in the runner.
    pub config: Config,
    /// Where configuration, state and the token are.
    pub folders: Folders,
    /// Runs the hooks.
    pub runner: Runner,
    /// The ACD user of this workstation: from the configuration, or learnt at registration.
    pub user: watch::Sender<Option<String>>,
    /// Where calls can be pushed to.
    pub listening: Option<Listening>,
    /// How registration stands.
    pub registration: watch::Sender<register::Registration>,
    journal: Arc<Journal>,
    intake: Intake,
    stop: watch::Sender<bool>,
    since: String,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("listening", &self.listening)
            .field("since", &self.since)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn user(&self) -> Option<String> {
        self.user.borrow().clone()
    }

    fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// What `status` shows. No secret is in it.
    fn status(&self) -> Value {
        let hooks: Vec<_> = self.runner.hooks().map(|hook| hook.name.as_str()).collect();
        let listening = self.listening.as_ref().map(|listening| {
            json!({ "address": listening.address.to_string(), "token": if listening.random { "random" } else { "file" } })
        });
        json!({
            "pid": std::process::id(),
            "version": env!("CARGO_PKG_VERSION"),
            "since": self.since,
            "config": self.config.file,
            "user": self.user(),
            "hooks": hooks,
            "dial": self.config.dial.is_some(),
            "listen": listening,
            "registration": &*self.registration.borrow(),
            "journal": {
                "folder": self.journal.folder(),
                "days": self.config.journal.days,
                "keep": match self.journal.keep() { Keep::Full => "full", Keep::Masked => "masked", Keep::None => "none" },
            },
        })
    }
}

/// Which instance the folders of this app belong to.
pub fn instance(app: &App) -> InstanceOptions {
    InstanceOptions::new(
        "miniclient",
        concat!("miniclient ", env!("CARGO_PKG_VERSION")),
    )
    .home(app.folders.home.as_deref())
    // Whatever else asks, and however often: what ends the agent, and calls, have room.
    .reserved_kinds(["stop", "ring", "dial"])
}

/// Runs until it is stopped; when one runs already in this session, says so.
pub async fn run(app: &App) -> Exit {
    let mut owner = match Instance::acquire(&instance(app)).await {
        Ok(Acquired::Owner(owner)) => owner,
        Ok(Acquired::Running(running)) => {
            if !running.ready {
                app.output.note(&format!(
                    "an instance (process {}) is just ending; try again in a moment",
                    running.pid
                ));
                return Exit::NoAnswer;
            }
            app.output.line(format!(
                "miniclient runs already in this session ({}, process {})",
                running.build, running.pid
            ));
            return Exit::Done;
        }
        Ok(_) => return Exit::Failed,
        Err(error) => {
            app.output.note(&error.to_string());
            return match error {
                IpcError::NoAnswer { .. } => Exit::NoAnswer,
                IpcError::OtherPrivilege => Exit::OtherPrivilege,
                IpcError::PeerNotTrusted => Exit::PeerNotTrusted,
                IpcError::OtherProtocol { .. } => Exit::OtherProtocol,
                _ => Exit::Failed,
            };
        }
    };
    let exit = match prepare(app).await {
        Ok((shared, door)) => serve(app, &mut owner, shared, door).await,
        Err(exit) => exit,
    };
    owner.close().await;
    exit
}

/// Everything that can be wrong is found here, before anything is served.
async fn prepare(app: &App) -> Result<(Arc<Shared>, Option<Door>), Exit> {
    let Loaded {
        mut config,
        warnings,
        ..
    } = app.load()?;
    for warning in &warnings {
        app.output.warning(warning);
    }
    let fail = |exit: Exit, text: &str| {
        app.output.note(text);
        exit
    };
    let log = log::start(app.folders.state.as_deref());
    let Some(state) = app.folders.state.as_deref() else {
        return Err(fail(
            Exit::Failed,
            "there is no folder for the journal: this user has no home folder",
        ));
    };
    let journal = Journal::open(state, &config.journal, &config.numbers)
        .map_err(|e| fail(Exit::Failed, &e.to_string()))?;
    let (door, listening) = match &config.listen {
        Some(settings) => {
            let opened = Door::open(settings, names().await)
                .await
                .map_err(|e| fail(Exit::Config, &e.to_string()))?;
            (Some(opened.0), Some(opened.1))
        }
        None => (None, None),
    };
    let journal = Arc::new(journal);
    let reports = Arc::clone(&journal);
    let observer = move |report: &Report| {
        tracing::info!(id = report.id, hook = report.hook, outcome = %report.outcome, millis = report.millis, "a hook ended");
        reports.report(report);
    };
    let runner = Runner::new(
        std::mem::take(&mut config.hooks),
        Engine::new(config.numbers.clone()).env_remove("API_TOKEN"),
        observer,
    );
    runner.set_station(station::collect(&config).await);
    let shared = Shared {
        folders: app.folders.clone(),
        runner,
        user: watch::Sender::new(config.users_uid.clone()),
        listening,
        registration: watch::Sender::default(),
        journal,
        intake: Intake::default(),
        stop: watch::Sender::new(false),
        since: jiff::Timestamp::now()
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string(),
        config,
    };
    tracing::info!(version = env!("CARGO_PKG_VERSION"), log = ?log, "the agent starts");
    Ok((Arc::new(shared), door))
}

async fn serve(app: &App, owner: &mut Owner, shared: Arc<Shared>, door: Option<Door>) -> Exit {
    let mut end = shared.stop.subscribe();
    let listener = door.map(|door| tokio::spawn(door.serve(Arc::clone(&shared), end.clone())));
    let registration = tokio::spawn(register::keep(Arc::clone(&shared), end.clone()));
    // From here on a signal means an orderly end.
    let watched = mc_desktop::EndWatch::new();
    let stopper = Arc::clone(&shared);
    let signals = tokio::spawn(async move {
        match watched {
            Ok(mut watch) => {
                watch.requested().await;
                stopper.stop();
                // A log-off goes on when the watch is dropped, which is when everything below is done.
                std::future::pending::<()>().await;
            }
            Err(error) => {
                tracing::warn!("signals and the end of the session are not noticed: {error}")
            }
        }
    });
    app.output.note(&match &shared.listening {
        Some(listening) => format!(
            "running; calls can be pushed to http://{}/v1/calls",
            listening.address
        ),
        None => "running".to_owned(),
    });

    let handler_shared = Arc::clone(&shared);
    let handler = move |request| service::handle(Arc::clone(&handler_shared), request);
    owner.serve(handler, stopped(&mut end)).await;

    tracing::info!("the agent ends");
    let unregistered = async {
        if tokio::time::timeout(UNREGISTER, registration)
            .await
            .is_err()
        {
            tracing::warn!(
                "the telephone system could not be told in time that this workstation is gone"
            );
        }
    };
    let closed = async {
        if let Some(listener) = listener {
            // An error would be a panic in it; there is nothing left to do for it.
            let _ = listener.await;
        }
        shared.runner.shutdown(HOOKS_END).await;
    };
    tokio::join!(unregistered, closed);
    signals.abort();
    shared.journal.flush().await;
    Exit::Done
}

/// The names of this computer, for the Host header.
async fn names() -> Vec<String> {
    let fields = [Field::ComputerName, Field::DnsName];
    let query = mc_identity::Query::default().fields(fields);
    let found = tokio::task::spawn_blocking(move || mc_identity::collect(&query)).await;
    found
        .map(|identity| {
            fields
                .into_iter()
                .filter_map(|field| identity.get(field))
                .collect()
        })
        .unwrap_or_default()
}

/// Completes when the agent is to end.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, and with it the agent.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// 16 hexadecimal digits that nobody had before.
fn random_id() -> String {
    let mut bytes = [0_u8; 8];
    if getrandom::fill(&mut bytes).is_err() {
        // Without randomness, the time will do.
        let nanos = jiff::Timestamp::now().as_nanosecond().to_le_bytes();
        bytes.copy_from_slice(&nanos[..8]);
    }
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
