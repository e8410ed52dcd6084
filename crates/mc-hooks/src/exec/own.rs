//! An interpreter's own options: how they are read, and where they end.

/// What can be known of a parameter before there is a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// The text before its first variable.
    pub(super) prefix: &'a str,
    /// Whether that is all of it.
    pub(super) constant: bool,
}

impl Piece<'_> {
    pub(super) fn option_letters(&self) -> Option<&str> {
        let letters = self.prefix.strip_prefix(['-', '+'])?;
        (!letters.is_empty() && !letters.starts_with('-')).then_some(letters)
    }

    /// A long option's name and whether its value follows after `=`.
    pub(super) fn long_option(&self) -> Option<(&str, bool)> {
        if !self.prefix.starts_with("--") {
            return None;
        }
        Some(match self.prefix.split_once('=') {
            Some((name, _)) => (name, true),
            None => (self.prefix, false),
        })
    }
}

/// Whether a parameter gives one of these options: by a letter, alone or in a bundle up to one that takes a word, or by
/// a long name or the beginning of one, which is how GNU's `getopt_long` reads them.
pub(super) fn gives(piece: &Piece<'_>, options: &str, word: &str, long: &[&str]) -> bool {
    if let Some((name, _)) = piece.long_option() {
        return name.len() > 2 && long.iter().any(|full| full.starts_with(name));
    }
    piece.option_letters().is_some_and(|letters| {
        let first = letters.find(|given| options.contains(given) || word.contains(given));
        first.is_some_and(|at| letters[at..].starts_with(|given| options.contains(given)))
    })
}

pub(super) fn variable_from(pieces: &[Piece<'_>], start: usize) -> Option<usize> {
    (start..pieces.len()).find(|&at| !pieces[at].constant)
}

/// Where the reading of an interpreter's own options ended.
pub(super) enum Read {
    /// At a variable in what an option takes.
    Variable(usize),
    /// At the first operand.
    Operand(usize),
    /// With the last of them.
    End,
}

impl Read {
    pub(super) fn code(self) -> Option<usize> {
        match self {
            Self::Variable(at) => Some(at),
            Self::Operand(_) | Self::End => None,
        }
    }
}

pub(super) fn shell(pieces: &[Piece<'_>]) -> Read {
    let mut code = false;
    let mut word = false;
    for (at, piece) in pieces.iter().enumerate() {
        if word {
            word = false;
        } else if let Some((name, attached)) = piece.long_option() {
            if matches!(name, "--command" | "--init-command") {
                if !piece.constant {
                    return Read::Variable(at);
                }
                code |= !attached;
            }
            word = matches!(name, "--rcfile" | "--init-file");
        } else if let Some(letters) = piece.option_letters() {
            code |= letters.contains(['c', 'C']);
            if code && !piece.constant {
                return Read::Variable(at);
            }
            word = letters.ends_with(['o', 'O']);
        } else if code {
            // The first operand is code after `-c`, else a script, and what follows is its own.
            return if piece.constant {
                Read::End
            } else {
                Read::Variable(at)
            };
        } else {
            return Read::Operand(at);
        }
    }
    Read::End
}

pub(super) fn options(
    pieces: &[Piece<'_>],
    code: &str,
    word: &str,
    stop: &str,
    long: &[&str],
    long_word: &[&str],
) -> Read {
    let mut pending = false;
    let mut stops = false;
    let mut skip = false;
    for (at, piece) in pieces.iter().enumerate() {
        if pending {
            if !piece.constant {
                return Read::Variable(at);
            }
            pending = false;
        } else if skip {
            skip = false;
        } else if let Some((name, attached)) = piece.long_option() {
            if name == "--" {
                return if at + 1 < pieces.len() {
                    Read::Operand(at + 1)
                } else {
                    Read::End
                };
            }
            if long.contains(&name) {
                if !piece.constant {
                    return Read::Variable(at);
                }
                pending = !attached;
            }
            skip = !attached && !pending && long_word.contains(&name);
        } else if let Some(letters) = piece.option_letters() {
            for (position, letter) in letters.char_indices() {
                let last = position + letter.len_utf8() == letters.len();
                stops = stop.contains(letter);
                if code.contains(letter) {
                    if !piece.constant {
                        return Read::Variable(at);
                    }
                    pending = last;
                    break;
                }
                if stops {
                    return Read::End;
                }
                if word.contains(letter) {
                    skip = last && piece.constant;
                    break;
                }
            }
        } else {
            return Read::Operand(at);
        }
        if stops && !pending {
            return Read::End;
        }
    }
    Read::End
}

/// Where the operands stand. `word` are the letters that take one; of the long names those of [`LONG_WORDS`] do.
pub(super) fn operands<'a>(
    pieces: &'a [Piece<'_>],
    word: &'a str,
) -> impl Iterator<Item = usize> + 'a {
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

/// Parameters of PowerShell that take a word. `-e` alone is `-EncodedCommand`, so it is asked for first.
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

pub(super) fn powershell(pieces: &[Piece<'_>], operand_is_code: bool) -> Read {
    let code_from = |at| variable_from(pieces, at).map_or(Read::End, Read::Variable);
    let mut skip = false;
    for (at, piece) in pieces.iter().enumerate() {
        if skip {
            skip = false;
            continue;
        }
        let text = piece.prefix.to_lowercase();
        let Some(name) = text.strip_prefix(['-', '/', '\u{2013}', '\u{2014}', '\u{2015}']) else {
            return if operand_is_code {
                code_from(at)
            } else {
                Read::Operand(at)
            };
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
            return code_from(at);
        }
        if stands_for("file") {
            return if at + 1 < pieces.len() {
                Read::Operand(at + 1)
            } else {
                Read::End
            };
        }
        skip = !attached
            && (WORDS.iter().any(|full| stands_for(full))
                || matches!(name, "ep" | "wd" | "if" | "of"));
    }
    Read::End
}
