//! `open`: shows the running instance's page in the browser.

use std::path::Path;
use std::time::{Duration, Instant};

use super::running::{client, failed};
use crate::cli::OpenArguments;
use crate::{App, Exit};

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
    let opened = tokio::task::spawn_blocking(move || mc_process::open_page_file(&page)).await;
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
