//! What a launcher script sends and starts, and what of it is not certain.
//!
//!     cargo run -p embed-import -- start_mini_client.ps1
//!
//! Ends with 1 when anything of the script is not carried over.

use std::io::{self, Write};
use std::process::ExitCode;

use mc_import::Fate;

fn main() -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let Some(path) = std::env::args_os().nth(1) else {
        writeln!(out, "usage: embed-import FILE.ps1")?;
        return Ok(ExitCode::from(2));
    };
    let script = match mc_import::read(&std::fs::read(path)?) {
        Ok(script) => script,
        Err(refusal) => {
            writeln!(out, "nothing of it is certain: {refusal}")?;
            return Ok(ExitCode::FAILURE);
        }
    };
    writeln!(out, "calls   {}", script.url)?;
    for field in &script.fields {
        writeln!(out, "sends   {}", field.name())?;
    }
    writeln!(
        out,
        "starts  {}",
        script.client.as_deref().unwrap_or("(not certain)")
    )?;
    for note in script
        .notes
        .iter()
        .filter(|note| note.fate == Fate::NotCarried)
    {
        writeln!(out, "line {}: {}", note.line, note.text)?;
    }
    Ok(ExitCode::from(u8::from(!script.is_whole())))
}
