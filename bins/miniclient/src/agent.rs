//! The agent as a program: the one instance of this session, with the configuration it finds.

pub(crate) mod log;
mod notices;
mod source;

use mc_agent::{Agent, AgentHandle, ReloadError, StartError};
use mc_cli::with_disk_advice;
use mc_desktop::{EndWatch, HangUp};
use mc_ipc::{Acquired, Instance};
use tokio::sync::watch;

use self::log::Log;
use self::notices::Telling;
use crate::commands::running::exit_of;
use crate::config::{self, Loaded, SettingsProblem};
use crate::messages::Message;
use crate::{App, Exit};

/// Runs until it is stopped; when one runs already in this session, says so.
pub(crate) async fn run(app: &App) -> Exit {
    let log = log::start(app.folders.state.as_deref());
    serve(app, log)
        .await
        .unwrap_or_else(|failed| failed.tell(app))
}

async fn serve(app: &App, log: Log) -> Result<Exit, NotRun> {
    let owner = match Instance::acquire(&app.instance()).await {
        Ok(Acquired::Owner(owner)) => owner,
        Ok(Acquired::Running(running)) => {
            if !running.ready {
                let text = format!(
                    "an instance (process {}) is just ending; try again in a moment",
                    running.pid
                );
                return Err(NotRun::new(Exit::NoAnswer, text));
            }
            app.output.line(format!(
                "miniclient runs already in this session ({}, process {})",
                running.build, running.pid
            ));
            return Ok(Exit::Done);
        }
        Ok(_) => return Ok(Exit::Failed),
        Err(error) => {
            let text = with_disk_advice(&error);
            return Err(NotRun::new(exit_of(&error), text));
        }
    };
    let (agent, telling) = match open(app, log).await {
        Ok(opened) => opened,
        Err(failed) => {
            owner.close().await;
            return Err(failed);
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
    Ok(Exit::Done)
}

/// Everything that can be wrong is found here, before anything is served.
async fn open(app: &App, log: Log) -> Result<(Agent, watch::Receiver<Telling>), NotRun> {
    for doubt in &log.doubts {
        app.output.note(doubt);
        tracing::warn!("{doubt}");
    }
    let loaded = config::load(&app.folders, app.config_file.as_deref());
    let Loaded {
        config, warnings, ..
    } = loaded.map_err(|problems| NotRun {
        exit: Exit::Config,
        why: problems.iter().cloned().collect(),
    })?;
    for warning in &warnings {
        app.output.warning(warning);
        tracing::warn!("{warning}");
    }
    let source = source::ConfigSource::new(&app.folders, app.config_file.as_deref());
    let settings = source
        .settings(config)
        .map_err(|text| NotRun::new(Exit::Failed, text))?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        log = ?log.path,
        "the agent starts"
    );
    let opened = Agent::open(settings).await;
    let telling = source.telling();
    let opened = opened.map(|agent| (agent.reloads_from(source), telling));
    opened.map_err(|error| {
        // A port that is denied is none of the disk's.
        match &error {
            StartError::Listen(_) => NotRun::new(Exit::Config, error.to_string()),
            _ => NotRun::new(Exit::Failed, with_disk_advice(&error)),
        }
    })
}

/// Why no agent runs.
struct NotRun {
    exit: Exit,
    why: Vec<SettingsProblem>,
}

impl NotRun {
    fn new(exit: Exit, text: String) -> Self {
        Self {
            exit,
            why: vec![SettingsProblem::general(text)],
        }
    }

    /// On standard error, and wherever else somebody may look: at logon nobody sees standard error.
    fn tell(self, app: &App) -> Exit {
        let mut lines = Vec::new();
        for problem in &self.why {
            app.output.problem(problem);
            let line = problem.to_string().replace(char::is_control, " ");
            tracing::error!("{line}");
            lines.push(line);
        }
        // A copy that is kept apart is a trial.
        if app.folders.home.is_none() {
            mc_cli::system_log("miniclient", self.exit, &lines.join("; "));
        }
        if !mc_desktop::errors_are_seen() {
            Message::not_started(&lines).show();
        }
        self.exit
    }
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
