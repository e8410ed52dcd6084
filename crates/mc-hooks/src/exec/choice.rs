//! Whether a value would choose the code that an interpreter runs: the script, or a file or module that an option names.

use super::code::wrapped;
use super::own::{Piece, Read, gives, operands, options, powershell, shell};
use super::table::Code;

/// Long options that take a file or a module of code, whichever interpreter has them.
const FILES: &[&str] = &[
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "--preload",
    "--import-map",
    "--rcfile",
    "--init-file",
    "--file",
    "--from-file",
    "--load",
];

/// The first parameter whose value would choose what is run.
pub(super) fn choice_left_to_a_value(code: Code, pieces: &[Piece<'_>]) -> Option<usize> {
    match code {
        Code::Shell => {
            let operand = match shell(pieces) {
                Read::Operand(at) => Some(at),
                _ => None,
            };
            let own = operand.unwrap_or(pieces.len());
            named_by_option(&pieces[..own], "", "").or_else(|| chosen(pieces, operand?))
        }
        Code::Options {
            code,
            word,
            stop,
            long,
            long_word,
            file,
        } => {
            let words = format!("{code}{word}");
            let long_words = [long, long_word].concat();
            match options(pieces, file, &words, stop, FILES, &long_words) {
                Read::Variable(at) => {
                    let prefix = pieces[at].prefix;
                    let attached = prefix.ends_with('=')
                        || pieces[at]
                            .option_letters()
                            .is_some_and(|letters| letters.ends_with(|end| file.contains(end)));
                    (attached || chooses(prefix)).then_some(at)
                }
                // Behind code that is given in place all operands are its own.
                Read::Operand(at)
                    if !pieces[..at]
                        .iter()
                        .any(|piece| gives(piece, code, word, long)) =>
                {
                    chosen(pieces, at)
                }
                Read::Operand(_) | Read::End => None,
            }
        }
        Code::Flag {
            word,
            file,
            operand: false,
            ..
        }
        | Code::FirstOperand { word, file } => named_by_option(pieces, file, word),
        Code::Flag { word, file, .. } => {
            let is_option = |piece: &Piece<'_>| piece.prefix.starts_with(['-', '+']);
            let first = pieces.iter().position(|piece| !is_option(piece))?;
            named_by_option(&pieces[..=first], file, word).or_else(|| chosen(pieces, first))
        }
        Code::AfterWord(_) => {
            // A command (`run`, `test`), and the script behind it; or the script alone.
            let mut operands = operands(pieces, "");
            let first = operands.next()?;
            let script = pieces[first].prefix.contains(['.', '/', '\\', ':']);
            named_by_option(pieces, "", "").or_else(|| {
                chosen(pieces, first).or_else(|| {
                    operands
                        .next()
                        .filter(|_| !script)
                        .and_then(|at| chosen(pieces, at))
                })
            })
        }
        Code::PowerShell { operand } => match powershell(pieces, operand) {
            Read::Operand(at) => chosen(pieces, at),
            Read::Variable(_) | Read::End => None,
        },
        Code::None => {
            let is_option =
                |piece: &Piece<'_>| piece.prefix.starts_with('-') || piece.prefix.starts_with("//");
            chosen(pieces, pieces.iter().position(|piece| !is_option(piece))?)
        }
        Code::Wrapper { first } => {
            let own = wrapped(pieces);
            let before = own.map_or(pieces.len(), |(at, _)| at);
            started(&pieces[..before]).filter(|_| first).or_else(|| {
                let (at, inner) = own?;
                choice_left_to_a_value(inner, &pieces[at + 1..]).map(|found| found + at + 1)
            })
        }
        Code::FromOperand { .. }
        | Code::AfterOperand { .. }
        | Code::FromWord(_)
        | Code::Cmd
        | Code::Subject => None,
    }
}

/// Whether the value after this text would say where the file is, and not what it is called there.
fn chooses(prefix: &str) -> bool {
    prefix.trim_matches(['/', '\\', '.']).is_empty() || prefix.ends_with("://")
}

fn chosen(pieces: &[Piece<'_>], at: usize) -> Option<usize> {
    (!pieces[at].constant && chooses(pieces[at].prefix)).then_some(at)
}

/// The first parameter whose value would be the file of one of these options or of [`FILES`].
fn named_by_option(pieces: &[Piece<'_>], file: &str, word: &str) -> Option<usize> {
    (0..pieces.len()).find(|&at| {
        let piece = &pieces[at];
        if piece.constant {
            return false;
        }
        let own = gives(piece, file, word, FILES)
            && match piece.long_option() {
                Some((_, attached)) => attached && piece.prefix.ends_with('='),
                None => piece.prefix.ends_with(|end| file.contains(end)),
            };
        let behind = |before: &Piece<'_>| {
            gives(before, file, word, FILES)
                && match before.long_option() {
                    Some((_, attached)) => !attached,
                    None => before.prefix.ends_with(|end| file.contains(end)),
                }
        };
        own || (at > 0
            && chooses(piece.prefix)
            && pieces[at - 1].constant
            && behind(&pieces[at - 1]))
    })
}

/// The program itself, where a value is it: behind options, settings and numbers alone.
fn started(pieces: &[Piece<'_>]) -> Option<usize> {
    let passed = |piece: &Piece<'_>| {
        piece.prefix.contains('=')
            || piece
                .prefix
                .starts_with(|first: char| matches!(first, '-' | '+') || first.is_ascii_digit())
    };
    let first = pieces.iter().position(|piece| !passed(piece))?;
    chosen(pieces, first)
}
