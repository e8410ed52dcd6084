//! Keeps a password where the system keeps passwords, and finds it again.
//!
//!     echo geheim | cargo run -p embed-secret -- set crm FOLDER
//!     cargo run -p embed-secret -- find crm FOLDER
//!     cargo run -p embed-secret -- clear crm FOLDER
//!
//! `find` looks into the file `FOLDER/crm`, the environment variable `EMBED_SECRET`, and the credential store, which
//! is the file `FOLDER/crm.kept` where the system has none.

use std::env;
use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use mc_secret::{Found, Origin, Search, Source, Store};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [command, name, folder] = arguments.as_slice() else {
        return Err("usage: embed-secret set|find|clear NAME FOLDER".into());
    };
    let folder = PathBuf::from(folder);
    let store = Store::system("embed-secret", name, folder.join(format!("{name}.kept")));
    let store = Source::Store(store);
    let mut out = io::stdout();
    match command.as_str() {
        "set" => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text)?;
            let found = Found::new(&text, Origin::Program)?;
            writeln!(out, "kept in {}", store.set(&found.secret)?)?;
        }
        "find" => {
            let search = Search::new(name)
                .file(Some(folder.join(name)))
                .env("EMBED_SECRET")
                .source(store);
            let found = search.find()?;
            // `found.secret.expose()` is for the one place that sends it; `{:?}` shows nothing of it.
            writeln!(out, "{:?} from {}", found.secret, found.origin)?;
            for warning in &found.warnings {
                writeln!(io::stderr(), "{warning}")?;
            }
        }
        "clear" if store.clear()? => writeln!(out, "forgotten")?,
        "clear" => writeln!(out, "there was none")?,
        _ => return Err("the command is set, find or clear".into()),
    }
    Ok(())
}
