//! Starting the agent for a link that was clicked while none runs.

use std::io;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use mc_desktop::Application;
use mc_process::{Ended, Launch, LaunchError};

use super::running::client;
use crate::{App, Exit, messages};

/// How long the new agent may take to say that it runs, each time it is asked.
const HELLO: Duration = Duration::from_secs(1);

/// How often it is asked.
const PAUSE: Duration = Duration::from_millis(50);

/// Starts it, once, and waits until it answers.
pub(crate) async fn start(app: &App, until: Instant) -> Result<(), (Exit, String)> {
    if let Err(exit) = app.load() {
        return Err((exit, messages::CONFIGURATION.to_owned()));
    }
    let (tell, ended) = mpsc::channel();
    launch(app, move |exit| {
        // Nobody waits any more where it runs well.
        let _ = tell.send(exit);
    })
    .map_err(|error| (Exit::NotRunning, error))?;
    let client = client(app);
    // One that is there and not ready may yet find out that it cannot run.
    while !client.hello(HELLO).await.is_ok_and(|running| running.ready) {
        // One that ended well found another that runs.
        if let Ok(exit) = ended.try_recv()
            && !exit.success()
        {
            return Err((Exit::NotRunning, messages::agent_ended(exit.code)));
        }
        if Instant::now() >= until {
            return Err((Exit::NotRunning, messages::AGENT_SLOW.to_owned()));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

fn launch(app: &App, ended: impl FnOnce(Ended) + Send + 'static) -> Result<u32, String> {
    let own = |error: io::Error| format!("cannot find this program's own file: {error}");
    let program = std::env::current_exe().map_err(own)?;
    let program = Application::windowless_twin(&program).unwrap_or(program);
    let mut launch = Launch::new(program).args(app.options().map_err(own)?);
    // Not where the link was clicked: the agent would keep that folder from being removed.
    if let Some(home) = std::env::home_dir().filter(|home| home.is_dir()) {
        launch = launch.current_dir(home);
    }
    let started = launch.detach_and_watch(ended);
    started.map_err(|error: LaunchError| error.to_string())
}
