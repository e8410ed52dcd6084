//! The agent as a program: the one instance of this session, with the configuration it finds.

mod log;
mod notices;
mod source;

use mc_agent::{Agent, AgentHandle, ReloadError, StartError};
use mc_cli::with_disk_advice;
use mc_desktop::{EndWatch, HangUp};
use mc_ipc::{Acquired, Instance};
use tokio::sync::watch;

use self::notices::Telling;
use crate::commands::running::exit_of;
use crate::config::Loaded;
use crate::{App, Exit};

/// Runs until it is stopped; when one runs already in this session, says so.
pub(crate) async fn run(app: &App) -> Exit {
    let owner = match Instance::acquire(&app.instance()).await {
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
            app.output.note(&with_disk_advice(&error));
            return exit_of(&error);
        }
    };
    let (agent, telling) = match open(app).await {
        Ok(opened) => opened,
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
    let hang_up = tokio::spawn(reload_at_hang_up(handle.clone(), HangUp::new()));
    let listening = handle.status().listen;
    let notices = tokio::spawn(notices::run(handle.feed(), telling, listening.clone()));
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
    hang_up.abort();
    notices.abort();
    signals.abort();
    Exit::Done
}

/// Everything that can be wrong is found here, before anything is served.
async fn open(app: &App) -> Result<(Agent, watch::Receiver<Telling>), Exit> {
    let Loaded {
        config, warnings, ..
    } = app.load()?;
    for warning in &warnings {
        app.output.warning(warning);
    }
    let log = log::start(app.folders.state.as_deref());
    let source = source::ConfigSource::new(&app.folders, app.config_file.as_deref());
    let settings = source.settings(config).map_err(|text| {
        app.output.note(&text);
        Exit::Failed
    })?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        ?log,
        "the agent starts"
    );
    let opened = Agent::open(settings).await;
    let telling = source.telling();
    let opened = opened.map(|agent| (agent.reloads_from(source), telling));
    opened.map_err(|error| {
        // A port that is denied is none of the disk's.
        let (said, exit) = match &error {
            StartError::Listen(_) => (error.to_string(), Exit::Config),
            _ => (with_disk_advice(&error), Exit::Failed),
        };
        app.output.note(&said);
        exit
    })
}

/// Reads the configuration again at each SIGHUP. What is wrong with it is in the log and in `status`.
async fn reload_at_hang_up(handle: AgentHandle, hang_up: std::io::Result<HangUp>) {
    let mut hang_up = match hang_up {
        Ok(hang_up) => hang_up,
        Err(error) => {
            tracing::warn!("SIGHUP is not noticed: {error}");
            return;
        }
    };
    loop {
        hang_up.received().await;
        if matches!(handle.reload().await, Err(ReloadError::Ending)) {
            return;
        }
    }
}
