//! A secret, typed or piped in.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use mc_secret::Secret;

use crate::sys::EchoOff;

/// A secret has some hundred bytes; what is much longer is something else.
const LONGEST: u64 = 16 * 1024;

/// Reads a secret from standard input, never from a parameter, which every user of the computer can see. At a terminal it
/// asks with the prompt, on standard error and in the words given, and one line is read that is not shown; else all of the input.
///
/// # Errors
///
/// What the system says, and an input that is not text.
pub fn read_secret(prompt: &str) -> io::Result<Secret> {
    let input = io::stdin();
    let mut bytes = Vec::new();
    if input.is_terminal() {
        let _ = write!(io::stderr(), "{prompt}: ");
        let _ = io::stderr().flush();
        let hidden = EchoOff::new();
        input.lock().take(LONGEST).read_until(b'\n', &mut bytes)?;
        drop(hidden);
        let _ = writeln!(io::stderr());
    } else {
        input.lock().take(LONGEST).read_to_end(&mut bytes)?;
    }
    let text = String::from_utf8(bytes);
    text.map(Secret::new)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text"))
}
