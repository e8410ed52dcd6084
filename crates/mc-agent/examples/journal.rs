//! Lists the newest calls of a journal: `cargo run --example journal -- FOLDER`.

use std::path::PathBuf;

use mc_agent::journal::{Entry, History};

#[expect(clippy::print_stdout, reason = "an example")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("which folder?")?;
    for entry in History::of(folder).entries()?.take(10) {
        match entry? {
            Entry::Call { at, event, .. } => println!("{at}  {event}"),
            Entry::Dial { at, number, .. } => println!("{at}  dial {number}"),
            _ => {}
        }
    }
    Ok(())
}
