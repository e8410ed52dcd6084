//! `history`: the calls, what the hooks did for them, and what was dialled.

mod clock;
mod follow;
mod lines;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use mc_agent::AskError;
use mc_agent::journal::{Entry, History, Journal};
use mc_ipc::IpcError;

use self::follow::Follow;
use super::running::{client, failed};
use crate::cli::HistoryArguments;
use crate::{App, Exit};

/// How long a running instance may take to say that it runs.
const HELLO: Duration = Duration::from_secs(1);

/// How often it is looked for something new.
const PAUSE: Duration = Duration::from_millis(200);

/// Among so many of the newest something may change.
const CHANGING: usize = 200;

/// Prints the newest calls, the newest last, or erases those of a number.
pub(crate) async fn run(app: &App, arguments: &HistoryArguments) -> Exit {
    match &arguments.erase {
        Some(number) => erase(app, number).await,
        None => list(app, arguments).await,
    }
}

async fn erase(app: &App, number: &str) -> Exit {
    match client(app).erase(number).await {
        Ok(erased) => {
            app.output.line(format!("erased {erased}"));
            Exit::Done
        }
        Err(error) => failed(app, &error),
    }
}

async fn list(app: &App, arguments: &HistoryArguments) -> Exit {
    let Some(folder) = folder(app) else {
        app.output
            .note("there is no journal: this user has no home folder");
        return Exit::Failed;
    };
    match print(app, arguments, History::of(folder)).await {
        Ok(()) => Exit::Done,
        Err(error) => {
            app.output
                .note(&format!("the journal cannot be read: {error}"));
            Exit::Failed
        }
    }
}

async fn print(app: &App, arguments: &HistoryArguments, history: History) -> io::Result<()> {
    // Before it is read: what is written meanwhile is something new.
    let mut size = history.size()?;
    let newest = |history: &History, count: usize| {
        let entries = history.entries()?;
        let wanted = |entry: &io::Result<Entry>| {
            !arguments.missed || entry.as_ref().map_or(true, lines::is_missed)
        };
        let mut newest = entries
            .filter(wanted)
            .take(count)
            .collect::<io::Result<Vec<_>>>()?;
        newest.reverse();
        // Programs get what was written down.
        if !arguments.json {
            history.complete(&mut newest)?;
        }
        io::Result::Ok(newest)
    };
    let history = history.agent_runs(runs(app).await);
    if !arguments.follow {
        let newest = newest(&history, arguments.count)?;
        if newest.is_empty() && !arguments.json && arguments.count > 0 {
            app.output.note(if arguments.missed {
                "no call was missed, as far as the journal goes back"
            } else {
                "the journal has no calls yet"
            });
        }
        for entry in newest {
            if arguments.json {
                app.output.json(&entry);
            } else {
                lines::print(app.output, &entry);
            }
        }
        return Ok(());
    }
    let all = newest(&history, arguments.count.max(CHANGING))?;
    let mut follow = Follow::new(app.output, arguments.json);
    let (old, shown) = all.split_at(all.len().saturating_sub(arguments.count));
    follow.pass_over(old);
    follow.show(shown);
    while !app.output.is_lost() {
        tokio::time::sleep(PAUSE).await;
        let now = history.size()?;
        if now != size {
            size = now;
            let history = history.clone().agent_runs(runs(app).await);
            follow.show(&newest(&history, CHANGING)?);
        }
    }
    Ok(())
}

fn folder(app: &App) -> Option<PathBuf> {
    app.folders.state.as_deref().map(Journal::folder_in)
}

/// Whether an instance runs; one that does not answer does.
async fn runs(app: &App) -> bool {
    !matches!(
        client(app).hello(HELLO).await,
        Err(AskError::Call(IpcError::NotRunning))
    )
}
