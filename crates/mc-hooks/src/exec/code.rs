//! Whether a variable stands in code.
//!
//! Decided from the templates' own text when the configuration is read. What an interpreter takes for
//! code is given by its own rules: the POSIX shell's ("sh: OPTIONS"), `about_PowerShell_exe`, `cmd /?`,
//! and the manuals of the languages.

use super::interpreter::interpreter;
use super::own::{Piece, gives, operands, options, powershell, shell, variable_from};
use super::table::{Code, Guard};

/// The first parameter that has a variable in code text.
pub(super) fn variable_in_code(code: Code, pieces: &[Piece<'_>]) -> Option<usize> {
    match code {
        Code::None => None,
        Code::Shell => shell(pieces).code(),
        Code::Options {
            code,
            word,
            stop,
            long,
            long_word,
            ..
        } => options(pieces, code, word, stop, long, long_word).code(),
        Code::Flag { script: true, .. } if begins_with_script(pieces) => None,
        Code::Flag {
            code, word, long, ..
        } => after_flag(pieces, code, word, long),
        Code::FirstOperand { word, .. } => first_operand(pieces, word),
        Code::AfterOperand { word } => {
            let operand = operands(pieces, word).next()?;
            variable_from(pieces, operand + 1)
        }
        Code::FromOperand { word } => {
            let operand = operands(pieces, word).next()?;
            variable_from(pieces, operand)
        }
        Code::AfterWord(wanted) => {
            let at = operands(pieces, "").find(|&at| pieces[at].prefix == wanted)?;
            let code = at + 1 + operands(&pieces[at + 1..], "").next()?;
            (!pieces[code].constant).then_some(code)
        }
        Code::FromWord(wanted) => {
            let at = pieces.iter().position(|piece| piece.prefix == wanted)?;
            variable_from(pieces, at + 1)
        }
        Code::Cmd => {
            let at = pieces.iter().position(|piece| {
                let text = piece.prefix.to_ascii_lowercase();
                text.starts_with('/') && ["/c", "/k", "/r"].iter().any(|flag| text.contains(flag))
            })?;
            variable_from(pieces, at)
        }
        Code::PowerShell { operand } => powershell(pieces, operand).code(),
        Code::Wrapper { .. } => {
            // `env -S`: one parameter that is split into a command line.
            if let Some(at) = after_flag(pieces, "S", "uCa", &["--split-string"]) {
                return Some(at);
            }
            in_wrapped(pieces)
        }
        Code::Subject => in_wrapped(pieces).or_else(|| {
            pieces
                .iter()
                .position(|piece| !piece.constant && decides(piece.prefix))
        }),
    }
}

/// The first parameter that has a variable in code of an interpreter that is named before it, whatever program starts
/// it: a terminal, a container, another user's session. A name of another kind is a word of the program's own
/// (`crm open ..`).
pub(super) fn behind_any_program(pieces: &[Piece<'_>]) -> Option<usize> {
    pieces.iter().enumerate().find_map(|(at, piece)| {
        let found = interpreter(piece.prefix).filter(|_| piece.constant)?;
        let reads_code = matches!(
            found.code,
            Code::Shell | Code::Options { .. } | Code::Cmd | Code::PowerShell { .. }
        );
        let code = variable_in_code(found.code, &pieces[at + 1..]).filter(|_| reads_code)?;
        Some(code + at + 1)
    })
}

fn in_wrapped(pieces: &[Piece<'_>]) -> Option<usize> {
    let (at, inner) = wrapped(pieces)?;
    variable_in_code(inner, &pieces[at + 1..]).map(|found| found + at + 1)
}

/// Whether the value after this text would choose the file, the address or the option.
fn decides(prefix: &str) -> bool {
    prefix.trim_start_matches(['-', '/']).is_empty()
        || prefix.ends_with(['@', '<'])
        || prefix.ends_with("://")
}

/// The first parameter that begins like an option and goes on with a variable, where the value could
/// make it one that takes code: `-$X` with `cprint(1)` is `-cprint(1)`.
pub(super) fn option_left_to_a_value(code: Code, pieces: &[Piece<'_>]) -> Option<usize> {
    (0..pieces.len()).find(|&at| {
        !pieces[at].constant
            && pieces[at].prefix.starts_with(['-', '/', '+'])
            && becomes_code(code, pieces, at).unwrap_or(false)
    })
}

/// Whether a value at the beginning of this parameter could be an option that the interpreter itself,
/// and not the script that it runs, would read.
pub(super) fn value_can_be_option(code: Code, pieces: &[Piece<'_>], at: usize) -> bool {
    becomes_code(code, pieces, at).unwrap_or(!matches!(code, Code::None))
}

/// Tries what a value could complete a parameter's beginning to. None: for this interpreter options that take
/// code are not all there is to fear, or not known.
fn becomes_code(code: Code, pieces: &[Piece<'_>], at: usize) -> Option<bool> {
    const LETTERS: &[&str] = &["c", "e", "E", "p", "r", "B", "R"];
    const LONG: &[&str] = &["--eval", "--print", "--command", "--run", "--init-command"];
    match code {
        Code::Shell
        | Code::Options { .. }
        | Code::Flag { .. }
        | Code::Cmd
        | Code::PowerShell { .. } => {}
        Code::Wrapper { .. } => {
            let (program, inner) = wrapped(pieces).filter(|(program, _)| *program < at)?;
            return becomes_code(inner, &pieces[program + 1..], at - program - 1);
        }
        _ => return None,
    }
    let prefix = pieces[at].prefix;
    let begun = if prefix.is_empty() { "-" } else { prefix };
    let slash = prefix.is_empty().then(|| "/c".to_owned());
    let short = LETTERS.iter().map(|letter| format!("{begun}{letter}"));
    let long = LONG.iter().filter(|name| name.starts_with(begun));
    let mut completed = short.chain(long.map(|&name| name.to_owned())).chain(slash);
    Some(completed.any(|prefix| {
        let mut tried = pieces.to_vec();
        tried[at] = Piece {
            prefix: &prefix,
            constant: false,
        };
        variable_in_code(code, &tried) == Some(at)
    }))
}

/// The guard of a program that a wrapper starts.
pub(super) fn wrapped_guard(code: Code, pieces: &[Piece<'_>]) -> Option<&'static Guard> {
    if !matches!(code, Code::Wrapper { .. } | Code::Subject) {
        return None;
    }
    pieces.iter().enumerate().find_map(|(at, piece)| {
        let found = interpreter(piece.prefix).filter(|_| piece.constant)?;
        found
            .guard
            .or_else(|| wrapped_guard(found.code, &pieces[at + 1..]))
    })
}

pub(super) fn wrapped(pieces: &[Piece<'_>]) -> Option<(usize, Code)> {
    pieces.iter().enumerate().find_map(|(at, piece)| {
        let found = interpreter(piece.prefix).filter(|_| piece.constant)?;
        Some((at, found.code))
    })
}

/// Whether the first parameter is certainly a file's name, and no option, channel or value.
fn begins_with_script(pieces: &[Piece<'_>]) -> bool {
    pieces.first().is_some_and(|first| {
        first.constant && first.prefix.starts_with(|c: char| !matches!(c, '-' | '+'))
    })
}

/// The first parameter with a variable that follows one of these options or begins with it.
fn after_flag(pieces: &[Piece<'_>], code: &str, word: &str, long: &[&str]) -> Option<usize> {
    let flagged = |piece: &Piece<'_>| gives(piece, code, word, long);
    (0..pieces.len()).find(|&at| {
        !pieces[at].constant && (flagged(&pieces[at]) || (at > 0 && flagged(&pieces[at - 1])))
    })
}

fn first_operand(pieces: &[Piece<'_>], word: &str) -> Option<usize> {
    if let Some(at) = after_flag(pieces, "e", word, &["--expression", "--source"]) {
        return Some(at);
    }
    let operand = operands(pieces, word).next()?;
    // Code from a file: the operands are data. What stands behind the code is no option.
    let file = |piece| gives(piece, "f", word, &["--file", "--from-file"]);
    if pieces[..operand].iter().any(file) {
        return None;
    }
    (!pieces[operand].constant).then_some(operand)
}

#[cfg(test)]
mod tests;
