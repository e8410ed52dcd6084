#![doc = include_str!("../README.md")]

mod address;
mod bind;
mod class;
mod command;
mod eval;
mod expression;
mod flow;
mod found;
mod function;
mod item;
mod kind;
mod member;
mod named;
mod names;
mod note;
mod object;
mod outcome;
mod parse;
mod reader;
mod refusal;
mod repeat;
mod request;
mod script;
mod start;
mod state;
mod statement;
mod syntax;
mod text;
mod value;

pub use note::{Fate, Note};
pub use refusal::Refusal;
pub use script::{Fixed, Script, ScriptField, ScriptToken};

/// The longest script that is read, in bytes.
pub const LONGEST_SCRIPT: usize = 1024 * 1024;

/// Reads a launcher script of this file name, without running it. A script that is not understood is refused as what
/// its name says it is, when that is no PowerShell.
///
/// # Errors
///
/// [`Refusal`], when no call of a routing application can be carried over.
pub fn read_named(name: &str, bytes: &[u8]) -> Result<Script, Refusal> {
    let what = kind::by_name(name);
    read_as(bytes, what.is_some()).map_err(|refusal| match what {
        Some(what) => {
            let notes = kind::notes(&mc_secret::text::decode_or_guess(bytes));
            Refusal::OtherKind { what, notes }
        }
        None => refusal,
    })
}

/// Reads a launcher script, without running it.
///
/// # Errors
///
/// [`Refusal`], when no call of a routing application can be carried over.
pub fn read(bytes: &[u8]) -> Result<Script, Refusal> {
    read_as(bytes, false)
}

fn read_as(bytes: &[u8], commands: bool) -> Result<Script, Refusal> {
    if bytes.len() > LONGEST_SCRIPT {
        return Err(Refusal::TooLarge("1 MiB"));
    }
    let text = mc_secret::text::decode_or_guess(bytes);
    if let Some(what) = kind::by_text(&text) {
        let notes = kind::notes(&text);
        return Err(Refusal::OtherKind { what, notes });
    }
    let script = parse::parse(&text).map_err(|fault| Refusal::NotUnderstood {
        line: fault.line,
        what: fault.what,
    })?;
    let mut reader = reader::Reader::default();
    for line in kind::commands(&text, commands) {
        reader.lost(line, "a line of the command file that this is, too, which is not read; do by hand what it does");
    }
    for (at, line) in text.lines().enumerate() {
        let line = line.trim().to_lowercase();
        if line.starts_with("#requires") && line.contains("runasadministrator") {
            reader.lost(at + 1, "asks for an administrator's rights; mc-start, and the client with it, has those of whoever starts it");
        }
    }
    match reader.script(&script) {
        None => outcome::outcome(reader),
        Some(line) => Err(Refusal::NotUnderstood {
            line,
            what: syntax::ENDLESS,
        }),
    }
}
