//! Where the token is, and `mc-start token`.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use mc_cli::{Exit, read_secret, with_disk_advice};
use mc_routing::{Token, TokenError};
use mc_secret::{Origin, SecretError, Source, Store};

use crate::cli;
use crate::output::OUTPUT;
use crate::settings::Settings;

/// The longest that something outside of this computer's memory is asked before it counts as dead.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);

/// The token. A credential store may never answer, and a file be on a share that is gone.
pub(crate) fn find(settings: &Settings) -> Result<Token, TokenError> {
    let kept = settings.folders.token_store().map(Source::Store);
    let search = Token::search(settings.token_file.clone(), kept);
    let store = if settings.token_file.is_some() {
        "the token's file or the credential store"
    } else {
        "the credential store"
    };
    let silent = || {
        let reason = "does not answer".to_owned();
        Err(TokenError::Secret(SecretError::Store { store, reason }))
    };
    in_time(move || Token::find(&search)).unwrap_or_else(silent)
}

/// What a call gives that may block for ever: it cannot be interrupted, but its thread can be left behind.
pub(crate) fn in_time<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (send, answer) = mpsc::channel();
    let thread = thread::Builder::new().spawn(move || send.send(call()));
    thread.ok()?;
    answer.recv_timeout(PATIENCE).ok()
}

/// Runs the command.
pub(crate) fn run(command: cli::Token, settings: &Settings) -> Exit {
    let Some(store) = settings.folders.token_store() else {
        OUTPUT.note("there is no place for a token: this user has no folder for settings");
        return Exit::Failed;
    };
    let done = match command {
        cli::Token::Set => set(&store),
        cli::Token::Clear => store
            .clear()
            .map_err(|error| with_disk_advice(&error))
            .map(|was| {
                OUTPUT.line(if was {
                    "The token is forgotten."
                } else {
                    "There was no token."
                });
            }),
        cli::Token::Show => find(settings)
            .map_err(|error| error.to_string())
            .map(|token| {
                OUTPUT.line(format_args!("There is a token, in {}.", token.origin()));
                for warning in token.warnings() {
                    OUTPUT.note(warning);
                }
            }),
    };
    match done {
        Ok(()) => Exit::Done,
        Err(text) => {
            OUTPUT.note(&text);
            Exit::Failed
        }
    }
}

fn set(store: &Store) -> Result<(), String> {
    let text = read_secret(&OUTPUT.translated("Token (it is not shown)"))
        .map_err(|error| format!("the token cannot be read from standard input: {error}"))?;
    let token = Token::new(text.expose(), Origin::Program)
        .map_err(|error| error.to_string().replace("the program", "standard input"))?;
    let place = store
        .set(token.secret())
        .map_err(|error| with_disk_advice(&error))?;
    OUTPUT.line(format_args!("The token is kept in {place}."));
    if std::env::var_os(Token::VARIABLE).is_some_and(|value| !value.is_empty()) {
        OUTPUT.note("API_TOKEN is set, too, and wins; remove it from the environment");
    }
    Ok(())
}
