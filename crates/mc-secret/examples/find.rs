//! Looks for a secret in a file and in the environment, and shows where it is, never what it is.
//!
//!     cargo run -p mc-secret --example find -- FILE VARIABLE

use std::env;
use std::error::Error;
use std::io::{self, Write as _};

use mc_secret::Search;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut search = Search::new("secret").file(arguments.next().map(Into::into));
    if let Some(variable) = arguments.next() {
        search = search.env(variable);
    }
    let found = search.find()?;
    writeln!(io::stdout(), "{:?} from {}", found.secret, found.origin)?;
    for warning in &found.warnings {
        writeln!(io::stderr(), "{warning}")?;
    }
    Ok(())
}
