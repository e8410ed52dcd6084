//! `open`: shows the running instance's page in the browser.

use std::path::Path;
use std::time::{Duration, Instant};

use mc_routing::Token;

use super::running::{client, failed};
use crate::cli::OpenArguments;
use crate::{App, Exit, config};

/// Less than the file lives that nobody asks for.
const PATIENCE: Duration = Duration::from_secs(9);

/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(50);

/// Hands the browser a file that takes it there. Only this user can read it, and no command line shows what is in it.
pub(crate) async fn run(app: &App, arguments: &OpenArguments) -> Exit {
    if !cfg!(feature = "page") {
        app.output.note(
            "this miniclient was built without its page (feature `page`); `miniclient history` shows the calls",
        );
        return Exit::Refused;
    }
    let file = match client(app).open_page().await {
        Ok(file) => file,
        Err(error) => return failed(app, &error),
    };
    if arguments.print {
        app.output.data(file.display());
        return Exit::Done;
    }
    let page = file.clone();
    let secret = secret_variables(app);
    let open = move || mc_process::open_page_file(&page, &secret);
    let opened = tokio::task::spawn_blocking(open).await;
    if let Err(error) = opened.unwrap_or_else(|error| Err(error.into())) {
        app.output.note(&format!(
            "no browser can be opened: {error}; open this file in one within 10 s: {}",
            file.display()
        ));
        return Exit::Failed;
    }
    if taken(&file).await {
        return Exit::Done;
    }
    app.output.note(&format!(
        "no browser has asked for the page; can yours read {}? If not, another one may: name it in BROWSER",
        file.parent().unwrap_or(&file).display()
    ));
    Exit::NoAnswer
}

/// What the browser does not get of the environment. A configuration that cannot be read names nothing, and is told by
/// other commands.
fn secret_variables(app: &App) -> Vec<String> {
    let mut names = vec![Token::VARIABLE.to_owned()];
    if let Ok(loaded) = config::load(&app.folders, app.config_file.as_deref()) {
        names.extend(loaded.config.secret_variables().map(str::to_owned));
    }
    names
}

/// Waits until the browser was let in, which ends the file.
async fn taken(file: &Path) -> bool {
    let until = Instant::now() + PATIENCE;
    while file.exists() {
        if Instant::now() >= until {
            return false;
        }
        tokio::time::sleep(PAUSE).await;
    }
    true
}
