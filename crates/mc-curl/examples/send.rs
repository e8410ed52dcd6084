//! Sends a curl command, prints the body of its last answer, and exits as curl does:
//! `cargo run -p mc-curl --example send -- -sS https://crm.example/`.
//!
//! The words are those that a shell made of the command line; in them, `$` is an ordinary character.
//! Exit code 125, which curl does not have: the command is refused.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that shows something"
)]

use std::process::ExitCode;

use mc_curl::{CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};

const REFUSED: u8 = 125;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // Each word in quotes, so that the reading of the line makes the same words of it.
    let words = std::env::args()
        .skip(1)
        .map(|word| format!("'{}'", word.replace('\'', r"'\''")));
    let line = words.collect::<Vec<_>>().join(" ");
    let command = match CurlCommand::read(&line, &Reading::literal()) {
        Ok(command) => command,
        Err(errors) => {
            eprintln!("{errors}");
            return REFUSED.into();
        }
    };
    let (values, numbers) = (Values::new(), Numbers::default());
    let sender = match Sender::new(SenderOptions::from_env()) {
        Ok(sender) => sender,
        Err(error) => {
            eprintln!("{error}");
            return REFUSED.into();
        }
    };
    match sender
        .send(&command, &Scope::new(&values, &numbers), None)
        .await
    {
        Ok(answer) => {
            if let Some(last) = answer.transfers.last() {
                print!("{}", String::from_utf8_lossy(&last.body));
            }
            if let Some(error) = answer.error() {
                eprintln!("{error}");
            }
            answer.exit_code().into()
        }
        Err(error) => {
            eprintln!("{error}");
            error.exit_code().into()
        }
    }
}
