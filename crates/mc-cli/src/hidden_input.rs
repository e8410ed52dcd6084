//! A secret, typed or piped in.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use mc_secret::{Secret, text};

use crate::sys::{EchoOff, LONGEST_LINE};

/// Reads a secret from standard input, never from a parameter, which every user of the computer can see. At a terminal it
/// asks with the prompt, on standard error and in the words given, and one line is read that is not shown; else all of the input.
///
/// # Errors
///
/// What the system says, an input that is not text, and one that is longer than a secret or than the terminal hands over.
pub fn read_secret(prompt: &str) -> io::Result<Secret> {
    let input = io::stdin();
    let limit = Secret::LONGEST as u64 + 1;
    let mut bytes = Vec::new();
    let mut longest = None;
    if input.is_terminal() {
        let _ = write!(io::stderr(), "{prompt}: ");
        let _ = io::stderr().flush();
        let hidden = EchoOff::new();
        input.lock().take(limit).read_until(b'\n', &mut bytes)?;
        drop(hidden);
        let _ = writeln!(io::stderr());
        longest = LONGEST_LINE;
    } else {
        input.lock().take(limit).read_to_end(&mut bytes)?;
    }
    secret(&bytes, longest).map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))
}

/// What was read, whole; `longest` is what the terminal hands over of a line, of which it drops the rest.
fn secret(bytes: &[u8], longest: Option<usize>) -> Result<Secret, String> {
    if longest.is_some_and(|longest| bytes.len() >= longest) {
        return Err(
            "the terminal drops the end of so long a line; pipe the secret in, as in `... < FILE`"
                .to_owned(),
        );
    }
    if bytes.len() > Secret::LONGEST {
        return Err("it is longer than 64 KiB, which no secret is".to_owned());
    }
    let text = text::decode(bytes).map_err(|_| "it is not text".to_owned())?;
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_whole_or_not_at_all() {
        let whole = |length| secret(&vec![b'x'; length], None);
        for length in [1, 20_000, Secret::LONGEST] {
            assert_eq!(whole(length).unwrap().expose().len(), length);
        }
        assert!(whole(Secret::LONGEST + 1).unwrap_err().contains("64 KiB"));
        assert_eq!(secret(b"x\xff", None), Err("it is not text".to_owned()));
        // As a PowerShell that pipes UTF-16 writes it.
        assert_eq!(secret(b"a\0b\0", None).unwrap().expose(), "ab");
        let typed = |length| secret(&vec![b'x'; length], Some(4096));
        assert!(typed(4095).is_ok());
        assert!(typed(4096).unwrap_err().contains("terminal"));
    }
}
