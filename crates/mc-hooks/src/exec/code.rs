//! Whether a variable stands in code.
//!
//! Decided from the templates' own text when the configuration is read. What an interpreter takes for
//! code is given by its own rules: the POSIX shell's ("sh: OPTIONS"), `about_PowerShell_exe`, `cmd /?`,
//! and the manuals of the languages.

use super::interpreter::interpreter;
use super::table::{Code, Guard};

/// What can be known of a parameter before there is a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// The text before its first variable.
    pub(super) prefix: &'a str,
    /// Whether that is all of it.
    pub(super) constant: bool,
}

impl Piece<'_> {
    fn option_letters(&self) -> Option<&str> {
        let letters = self.prefix.strip_prefix(['-', '+'])?;
        (!letters.is_empty() && !letters.starts_with('-')).then_some(letters)
    }

    /// A long option's name and whether its value follows after `=`.
    fn long_option(&self) -> Option<(&str, bool)> {
        if !self.prefix.starts_with("--") {
            return None;
        }
        Some(match self.prefix.split_once('=') {
            Some((name, _)) => (name, true),
            None => (self.prefix, false),
        })
    }
}

/// The first parameter that has a variable in code text.
pub(super) fn variable_in_code(code: Code, pieces: &[Piece<'_>]) -> Option<usize> {
    match code {
        Code::None => None,
        Code::Shell => shell(pieces),
        Code::Options {
            code,
            word,
            stop,
            long,
            long_word,
        } => options(pieces, code, word, stop, long, long_word),
        Code::Flag { script: true, .. } if begins_with_script(pieces) => None,
        Code::Flag {
            code, word, long, ..
        } => after_flag(pieces, code, word, long),
        Code::FirstOperand { word } => first_operand(pieces, word),
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
        Code::Cmd => {
            let at = pieces.iter().position(|piece| {
                let text = piece.prefix.to_ascii_lowercase();
                text.starts_with('/') && ["/c", "/k", "/r"].iter().any(|flag| text.contains(flag))
            })?;
            variable_from(pieces, at)
        }
        Code::PowerShell { operand } => powershell(pieces, operand),
        Code::Wrapper => {
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
        Code::Wrapper => {
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
    if !matches!(code, Code::Wrapper | Code::Subject) {
        return None;
    }
    pieces.iter().enumerate().find_map(|(at, piece)| {
        let found = interpreter(piece.prefix).filter(|_| piece.constant)?;
        found
            .guard
            .or_else(|| wrapped_guard(found.code, &pieces[at + 1..]))
    })
}

fn wrapped(pieces: &[Piece<'_>]) -> Option<(usize, Code)> {
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

/// Whether a parameter gives one of these options: by a letter, alone or in a bundle up to one that takes a word, or by
/// a long name or the beginning of one, which is how GNU's `getopt_long` reads them.
fn gives(piece: &Piece<'_>, options: &str, word: &str, long: &[&str]) -> bool {
    if let Some((name, _)) = piece.long_option() {
        return name.len() > 2 && long.iter().any(|full| full.starts_with(name));
    }
    piece.option_letters().is_some_and(|letters| {
        let first = letters.find(|given| options.contains(given) || word.contains(given));
        first.is_some_and(|at| letters[at..].starts_with(|given| options.contains(given)))
    })
}

fn variable_from(pieces: &[Piece<'_>], start: usize) -> Option<usize> {
    (start..pieces.len()).find(|&at| !pieces[at].constant)
}

fn shell(pieces: &[Piece<'_>]) -> Option<usize> {
    let mut code = false;
    let mut word = false;
    for (at, piece) in pieces.iter().enumerate() {
        if word {
            word = false;
        } else if let Some((name, attached)) = piece.long_option() {
            if matches!(name, "--command" | "--init-command") {
                if !piece.constant {
                    return Some(at);
                }
                code |= !attached;
            }
            word = matches!(name, "--rcfile" | "--init-file");
        } else if let Some(letters) = piece.option_letters() {
            code |= letters.contains(['c', 'C']);
            if code && !piece.constant {
                return Some(at);
            }
            word = letters.ends_with(['o', 'O']);
        } else {
            // The first operand: code after `-c`, else a script, and what follows is its own.
            return (code && !piece.constant).then_some(at);
        }
    }
    None
}

fn options(
    pieces: &[Piece<'_>],
    code: &str,
    word: &str,
    stop: &str,
    long: &[&str],
    long_word: &[&str],
) -> Option<usize> {
    let mut pending = false;
    let mut skip = false;
    for (at, piece) in pieces.iter().enumerate() {
        if pending {
            if !piece.constant {
                return Some(at);
            }
            pending = false;
        } else if skip {
            skip = false;
        } else if let Some((name, attached)) = piece.long_option() {
            if name == "--" {
                return None;
            }
            if long.contains(&name) {
                if !piece.constant {
                    return Some(at);
                }
                pending = !attached;
            }
            skip = !attached && long_word.contains(&name);
        } else if let Some(letters) = piece.option_letters() {
            for (position, letter) in letters.char_indices() {
                let last = position + letter.len_utf8() == letters.len();
                if code.contains(letter) {
                    if !piece.constant {
                        return Some(at);
                    }
                    pending = last;
                    break;
                }
                if stop.contains(letter) {
                    return None;
                }
                if word.contains(letter) {
                    skip = last && piece.constant;
                    break;
                }
            }
        } else {
            return None;
        }
    }
    None
}

/// Where the operands stand. `word` are the letters that take one; of the long names those of [`LONG_WORDS`] do.
fn operands<'a>(pieces: &'a [Piece<'_>], word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let mut skip = 0;
    pieces.iter().enumerate().filter_map(move |(at, piece)| {
        if skip > 0 {
            skip -= 1;
            return None;
        }
        if let Some((name, attached)) = piece.long_option() {
            let words = LONG_WORDS.iter().find(|(full, _)| *full == name);
            skip = words.filter(|_| !attached).map_or(0, |(_, words)| *words);
            return None;
        }
        let Some(letters) = piece.option_letters() else {
            return Some(at);
        };
        skip = usize::from(piece.constant && letters.ends_with(|letter| word.contains(letter)));
        None
    })
}

/// The long options of jq, awk, sed and deno that take words, and how many.
const LONG_WORDS: &[(&str, usize)] = &[
    ("--arg", 2),
    ("--argjson", 2),
    ("--slurpfile", 2),
    ("--rawfile", 2),
    ("--indent", 1),
    ("--assign", 1),
    ("--field-separator", 1),
    ("--include", 1),
    ("--load", 1),
    ("--line-length", 1),
    ("--file", 1),
    ("--from-file", 1),
    ("--ext", 1),
];

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

fn powershell(pieces: &[Piece<'_>], operand_is_code: bool) -> Option<usize> {
    // Those that take a word. `-e` alone is `-EncodedCommand`, so it is asked for first.
    const WORDS: &[&str] = &[
        "executionpolicy",
        "windowstyle",
        "version",
        "inputformat",
        "outputformat",
        "psconsolefile",
        "configurationname",
        "configurationfile",
        "custompipename",
        "settingsfile",
        "workingdirectory",
    ];
    let mut skip = false;
    for (at, piece) in pieces.iter().enumerate() {
        if skip {
            skip = false;
            continue;
        }
        let text = piece.prefix.to_lowercase();
        let Some(name) = text.strip_prefix(['-', '/', '\u{2013}', '\u{2014}', '\u{2015}']) else {
            return operand_is_code.then(|| variable_from(pieces, at)).flatten();
        };
        let (name, attached) = match name.split_once(':') {
            Some((name, _)) => (name, true),
            None => (name, false),
        };
        let stands_for = |full: &str| !name.is_empty() && full.starts_with(name);
        let code = [
            "command",
            "commandwithargs",
            "encodedcommand",
            "encodedarguments",
        ]
        .iter()
        .any(|full| stands_for(full))
            || matches!(name, "ec" | "cwa" | "ea");
        if code {
            return variable_from(pieces, at);
        }
        if stands_for("file") {
            return None;
        }
        skip = !attached
            && (WORDS.iter().any(|full| stands_for(full))
                || matches!(name, "ep" | "wd" | "if" | "of"));
    }
    None
}

#[cfg(test)]
mod tests;
