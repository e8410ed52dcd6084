//! Where the token is, and `mc-start token`.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use mc_routing::Token;
use mc_secret::{Origin, Search, Source, Store};

use crate::Exit;
use crate::cli;
use crate::output;
use crate::settings::Settings;
use crate::sys::EchoOff;

/// The entry's service and name in the system's credential store; both programs use this one.
const SERVICE: &str = "miniclient";
const NAME: &str = "api-token";

/// A token is some hundred bytes; what is much longer is something else.
const LONGEST: usize = 16 * 1024;

/// The places where a token is looked for: the file, `API_TOKEN`, the credential store.
pub fn search(settings: &Settings) -> Search {
    let search = Search::new("token")
        .file(settings.token_file.clone())
        .env("API_TOKEN");
    match store() {
        Some(store) => search.source(Source::Store(store)),
        None => search,
    }
}

/// The store that keeps this user's token; none where no folder of the user's is known.
///
/// `MINICLIENT_HOME` keeps copies apart that run side by side: there it is a file in that folder.
fn store() -> Option<Store> {
    let variable = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(home) = variable("MINICLIENT_HOME") {
        return Some(Store::file(home.join("token")));
    }
    let base = if cfg!(windows) {
        variable("APPDATA")
    } else {
        variable("XDG_CONFIG_HOME").or_else(|| variable("HOME").map(|home| home.join(".config")))
    };
    let folder = base.filter(|base| base.is_absolute())?.join("miniclient");
    Some(Store::system(SERVICE, NAME, folder.join("token")))
}

/// Runs the command.
pub(crate) fn run(command: cli::Token, settings: &Settings) -> Exit {
    let Some(store) = store() else {
        output::note("there is no place for a token: neither APPDATA nor HOME is set");
        return Exit::Failed;
    };
    let done = match command {
        cli::Token::Set => set(&store),
        cli::Token::Clear => store.clear().map_err(|error| error.to_string()).map(|was| {
            output::line(if was {
                "The token is forgotten."
            } else {
                "There was no token."
            });
        }),
        cli::Token::Show => Token::find(&search(settings))
            .map_err(|error| error.to_string())
            .map(|token| {
                output::line(format_args!("There is a token, in {}.", token.origin()));
                for warning in token.warnings() {
                    output::note(warning);
                }
            }),
    };
    match done {
        Ok(()) => Exit::Done,
        Err(text) => {
            output::note(text);
            Exit::Failed
        }
    }
}

fn set(store: &Store) -> Result<(), String> {
    let text =
        read().map_err(|error| format!("the token cannot be read from standard input: {error}"))?;
    let token = Token::new(&text, Origin::Program)
        .map_err(|error| error.to_string().replace("the program", "standard input"))?;
    let place = store
        .set(token.secret())
        .map_err(|error| error.to_string())?;
    output::line(format_args!("The token is kept in {place}."));
    if std::env::var_os("API_TOKEN").is_some_and(|value| !value.is_empty()) {
        output::note("API_TOKEN is set, too, and wins; remove it from the environment");
    }
    Ok(())
}

/// One line of standard input: never a parameter, which every user of the computer can see.
fn read() -> io::Result<String> {
    let input = io::stdin();
    let mut bytes = Vec::new();
    if input.is_terminal() {
        let _ = write!(io::stderr(), "Token (it is not shown): ");
        let _ = io::stderr().flush();
        let hidden = EchoOff::new();
        io::Read::take(input.lock(), LONGEST as u64).read_until(b'\n', &mut bytes)?;
        drop(hidden);
        let _ = writeln!(io::stderr());
    } else {
        io::Read::read_to_end(
            &mut io::Read::take(input.lock(), LONGEST as u64),
            &mut bytes,
        )?;
    }
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text"))
}
