//! From words to options: what `curl` does with its argument list.

use std::path::PathBuf;

use mc_template::Context;
use mc_template::words::{Word, split_curl};

use super::command::{CurlWarning, Reading};
use super::draft::Draft;
use super::error::{CurlError, Problem};
use super::operation::Operation;
use super::options::{self, Argument};
use super::text::{Marked, Text};

/// An argument, or a URL: a piece of a word with its place in it.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) text: String,
    /// The option as written, or empty for a URL that stands alone.
    pub(super) option: String,
    word: Word,
    /// Where the piece begins in the word.
    from: usize,
}

impl Piece {
    /// Where a place in the piece stands in the line.
    pub(super) fn position(&self, offset: usize) -> usize {
        self.word.position(self.from + offset)
    }

    /// The piece from a place in it to another.
    pub(super) fn part(&self, from: usize, to: usize) -> Self {
        Self {
            text: self.text[from..to].to_owned(),
            from: self.from + from,
            ..self.clone()
        }
    }
}

/// What is being read, and what was found wrong with it.
pub(super) struct Reader<'r> {
    pub(super) line: &'r str,
    pub(super) reading: &'r Reading<'r>,
    pub(super) errors: Vec<CurlError>,
    pub(super) warnings: Vec<CurlWarning>,
}

impl<'r> Reader<'r> {
    pub(super) fn new(line: &'r str, reading: &'r Reading<'r>) -> Self {
        Self {
            line,
            reading,
            errors: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn error(&mut self, offset: usize, problem: Problem) {
        self.errors.push(CurlError::new(self.line, offset, problem));
    }

    pub(super) fn bad(&mut self, piece: &Piece, reason: impl Into<String>) {
        self.error(
            piece.position(0),
            Problem::BadArgument {
                option: piece.option.clone(),
                reason: reason.into(),
            },
        );
    }

    pub(super) fn warn(&mut self, piece: &Piece, text: &str) {
        self.warn_at(piece, 0, text);
    }

    pub(super) fn warn_at(&mut self, piece: &Piece, offset: usize, text: &str) {
        self.warnings.push(CurlWarning::new(
            self.line,
            piece.position(offset),
            text.to_owned(),
        ));
    }

    /// A piece as a template for its context.
    pub(super) fn text(&mut self, piece: &Piece, context: Context) -> Option<Text> {
        match Text::parse(&piece.text, context, self.reading.names) {
            Ok(text) => {
                for warning in text
                    .template()
                    .map(mc_template::Template::warnings)
                    .unwrap_or_default()
                {
                    self.warn_at(piece, warning.offset, &warning.text);
                }
                Some(text)
            }
            Err(error) => {
                self.error(piece.position(error.offset), Problem::Template(error));
                None
            }
        }
    }

    /// A piece in which no variable may stand.
    pub(super) fn literal(&mut self, piece: &Piece, place: &'static str) -> Option<String> {
        let text = self.text(piece, Context::Plain)?;
        let fixed = text.fixed().map(str::to_owned);
        if fixed.is_none() {
            self.error(
                piece.position(0),
                Problem::Variable {
                    option: piece.option.clone(),
                    place,
                },
            );
        }
        fixed
    }

    /// A file's path: relative ones start at the configuration's folder.
    pub(super) fn file(&mut self, piece: &Piece) -> Option<PathBuf> {
        let name = self.literal(piece, "a file's name")?;
        self.path(piece, &name)
    }

    pub(super) fn path(&mut self, piece: &Piece, name: &str) -> Option<PathBuf> {
        match name {
            "" => self.bad(piece, "the file's name is missing"),
            "-" | "." => self.bad(piece, "there is no standard input to read; name a file"),
            _ => match self.reading.path(name) {
                Ok(path) => return Some(path),
                Err(reason) => self.bad(piece, reason),
            },
        }
        None
    }

    pub(super) fn marked<'p>(&self, piece: &'p Piece) -> Marked<'p> {
        Marked::new(&piece.text, self.reading.names)
    }

    /// Reads the whole line.
    pub(super) fn read(&mut self) -> Vec<Operation> {
        let words = match split_curl(self.line) {
            Ok(words) => words,
            Err(error) => {
                self.error(error.offset, Problem::OpenQuote { quote: error.quote });
                return Vec::new();
            }
        };
        let mut operations = Vec::new();
        let mut draft = Draft::default();
        let mut words = words.into_iter().peekable();
        let is_program = words.peek().is_some_and(|first| is_curl(&first.text));
        let program = if is_program { words.next() } else { None };
        let mut last = program.map_or(0, |word| word.start);
        let mut options_over = false;
        while let Some(word) = words.next() {
            last = word.start;
            if options_over || !word.text.starts_with('-') {
                if let Some(operator) = shell_operator(&word.text) {
                    let mut operator = operator.to_owned();
                    if let Some(next) = words.next().filter(|_| operator.len() == word.text.len()) {
                        operator = format!("{operator} {}", bare_word(&next.text));
                    }
                    self.error(
                        word.start,
                        Problem::Shell {
                            operator: operator.trim_end().to_owned(),
                        },
                    );
                    break;
                }
                let text = word.text.clone();
                draft.urls.push(Piece {
                    text,
                    option: String::new(),
                    word,
                    from: 0,
                });
                continue;
            }
            match word.text.as_str() {
                "--" => options_over = true,
                "-" => self.error(
                    word.start,
                    Problem::Stray {
                        hint: "; there is no standard input to read",
                    },
                ),
                text if text.starts_with("--") => {
                    self.long(&word, &mut words, &mut draft, &mut operations);
                }
                _ => self.cluster(&word, &mut words, &mut draft, &mut operations),
            }
        }
        if let Some(operation) = self.finish(draft, last) {
            operations.push(operation);
        }
        operations
    }

    pub(super) fn finish(&mut self, draft: Draft, at: usize) -> Option<Operation> {
        if draft.urls.is_empty() {
            self.error(at, Problem::MissingUrl);
        }
        draft.build(self)
    }

    fn long(
        &mut self,
        word: &Word,
        words: &mut impl Iterator<Item = Word>,
        draft: &mut Draft,
        operations: &mut Vec<Operation>,
    ) {
        let name = &word.text[2..];
        let (plain, on) = match (options::by_long(name), name.strip_prefix("no-")) {
            (None, Some(plain)) => (plain, false),
            _ => (name, true),
        };
        let option = format!("--{name}");
        if let Some(definition) = options::by_long(plain) {
            if !on && definition.argument != Argument::Switch {
                return self.error(
                    word.start,
                    Problem::NotASwitch {
                        option: format!("--{plain}"),
                    },
                );
            }
            let argument = match definition.argument.name() {
                None => None,
                Some(argument) => {
                    let Some(next) = words.next() else {
                        return self
                            .error(word.start, Problem::MissingArgument { option, argument });
                    };
                    let text = next.text.clone();
                    Some(Piece {
                        text,
                        option: option.clone(),
                        word: next,
                        from: 0,
                    })
                }
            };
            return self.apply(
                definition, on, argument, &option, word.start, draft, operations,
            );
        }
        if let Some(refusal) = options::refused_long(plain) {
            if refusal.argument {
                words.next();
            }
            return self.error(
                word.start,
                Problem::Unsupported {
                    option,
                    reason: refusal.reason,
                },
            );
        }
        let problem = match name.split_once('=') {
            Some((before, _)) => Problem::EqualSign {
                option: format!("--{}", bare_word(before)),
            },
            None => Problem::Unknown {
                option: format!("--{}", bare_word(name)),
                suggestion: similar(name),
            },
        };
        self.error(word.start, problem);
    }

    /// Short options in one word: `-sSkXPOST`.
    fn cluster(
        &mut self,
        word: &Word,
        words: &mut impl Iterator<Item = Word>,
        draft: &mut Draft,
        operations: &mut Vec<Operation>,
    ) {
        for (at, letter) in word.text.char_indices().skip(1) {
            let rest = at + letter.len_utf8();
            let option = format!("-{letter}");
            let place = word.position(at);
            if let Some(definition) = options::by_short(letter) {
                let Some(argument) = definition.argument.name() else {
                    self.apply(definition, true, None, &option, place, draft, operations);
                    continue;
                };
                let piece = if rest < word.text.len() {
                    let text = word.text[rest..].to_owned();
                    Some(Piece {
                        text,
                        option: option.clone(),
                        word: word.clone(),
                        from: rest,
                    })
                } else {
                    words.next().map(|next| Piece {
                        text: next.text.clone(),
                        option: option.clone(),
                        word: next,
                        from: 0,
                    })
                };
                match piece {
                    None => self.error(place, Problem::MissingArgument { option, argument }),
                    piece => self.apply(definition, true, piece, &option, place, draft, operations),
                }
                return;
            }
            if let Some(refusal) = options::refused_short(letter) {
                self.error(
                    place,
                    Problem::Unsupported {
                        option,
                        reason: refusal.reason,
                    },
                );
                if refusal.argument {
                    if rest == word.text.len() {
                        words.next();
                    }
                    return;
                }
            } else {
                return self.error(
                    place,
                    Problem::Unknown {
                        option,
                        suggestion: None,
                    },
                );
            }
        }
    }
}

/// `curl`, `curl.exe`, or a path to it, in any letter case.
fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.eq_ignore_ascii_case("curl") || name.eq_ignore_ascii_case("curl.exe")
}

/// The operator with which a word begins, if a shell would see one.
fn shell_operator(word: &str) -> Option<&str> {
    let begin = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if begin.starts_with(['>', '<']) {
        let end = begin.trim_start_matches(['>', '<', '&']);
        return Some(&word[..word.len() - end.len()]);
    }
    if begin.len() != word.len() {
        return None;
    }
    let end = word.trim_start_matches(['|', '&', ';']);
    (end.len() != word.len()).then(|| &word[..word.len() - end.len()])
}

/// A word for a message, cut where it could be more than a name.
fn bare_word(word: &str) -> &str {
    let end = word
        .char_indices()
        .take(24)
        .find(|(_, c)| !(c.is_ascii_alphanumeric() || "-._>&|".contains(*c)));
    let longest = word.char_indices().nth(24).map_or(word.len(), |(at, _)| at);
    &word[..end.map_or(longest, |(at, _)| at)]
}

/// The option that a wrong name may mean: the only one that it begins, or the same in lower case.
fn similar(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    if lower.is_empty() {
        return None;
    }
    let mut found = options::TABLE
        .iter()
        .filter(|one| one.long.starts_with(&lower));
    let first = found.next()?;
    (found.next().is_none() || first.long == lower).then_some(first.long)
}
