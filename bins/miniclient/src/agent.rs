//! The agent as a program: the one instance of this session, with the configuration it finds.

mod log;

use std::sync::Arc;

use mc_agent::{Agent, RESERVED_KINDS, Settings, StartError};
use mc_desktop::EndWatch;
use mc_ipc::{Acquired, Instance, InstanceOptions, IpcError};

use crate::config::{Config, Loaded};
use crate::{App, Exit};

/// Which instance the folders of this app belong to.
pub fn instance(app: &App) -> InstanceOptions {
    InstanceOptions::new(
        "miniclient",
        concat!("miniclient ", env!("CARGO_PKG_VERSION")),
    )
    .home(app.folders.home.as_deref())
    .reserved_kinds(RESERVED_KINDS)
}

/// Runs until it is stopped; when one runs already in this session, says so.
pub async fn run(app: &App) -> Exit {
    let owner = match Instance::acquire(&instance(app)).await {
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
    let agent = match open(app).await {
        Ok(agent) => agent,
        Err(exit) => {
            owner.close().await;
            return exit;
        }
    };
    let handle = agent.handle();
    // From here on a signal, or the end of the session, means an orderly end. A log-off goes on when the watch is dropped,
    // which is when everything below is done.
    let watch = EndWatch::new();
    let signals = tokio::spawn({
        let handle = handle.clone();
        async move {
            match watch {
                Ok(mut watch) => {
                    watch.requested().await;
                    handle.stop();
                    std::future::pending::<()>().await;
                }
                Err(error) => {
                    tracing::warn!("signals and the end of the session are not noticed: {error}");
                }
            }
        }
    });
    let listening = handle.status().listen;
    if let Some(error) = listening.as_ref().and_then(|listen| listen.error.as_ref()) {
        app.output.note(&format!("{error}; it is tried again"));
    }
    app.output
        .note(&match listening.filter(|listen| listen.error.is_none()) {
            Some(listening) => format!(
                "running; calls can be pushed to http://{}/v1/calls",
                listening.address
            ),
            None => "running".to_owned(),
        });
    agent.run(Some(owner)).await;
    signals.abort();
    Exit::Done
}

/// Everything that can be wrong is found here, before anything is served.
async fn open(app: &App) -> Result<Agent, Exit> {
    let Loaded {
        config, warnings, ..
    } = app.load()?;
    for warning in &warnings {
        app.output.warning(warning);
    }
    let log = log::start(app.folders.state.as_deref());
    let vault = Arc::clone(&config.vault);
    let settings = settings(app, config)?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        ?log,
        "the agent starts"
    );
    let agent = Agent::open(settings).await.map_err(|error| {
        app.output.note(&error.to_string());
        match error {
            StartError::Listen(_) => Exit::Config,
            _ => Exit::Failed,
        }
    })?;
    // Ahead of the first call, and of each token's end.
    tokio::spawn(async move { vault.keep_tokens().await });
    Ok(agent)
}

/// What the agent runs on, from the configuration.
fn settings(app: &App, config: Config) -> Result<Settings, Exit> {
    let Some(state) = app.folders.state.as_deref() else {
        app.output
            .note("there is no folder for the journal: this user has no home folder");
        return Err(Exit::Failed);
    };
    let mut settings = Settings::new("miniclient", env!("CARGO_PKG_VERSION"), state);
    settings.env_remove = config.secret_variables().map(str::to_owned).collect();
    settings.secrets = Some(config.vault);
    settings.config_file = config.file;
    settings.users_uid = config.users_uid;
    settings.numbers = config.numbers;
    settings.hooks = config.hooks;
    settings.advice = Some(crate::advice::run);
    settings.jtel = config.jtel;
    settings.register = config.register;
    settings.dial = config.dial;
    settings.listen = config.listen;
    settings.retention = config.journal;
    Ok(settings)
}
