//! From words to options: what `curl` does with its argument list.

use std::iter::{Cloned, Peekable};
use std::slice::Iter;

use mc_secret::text;
use mc_template::words::Word;

use crate::alone;
use crate::around::is_curl;
use crate::draft::{Draft, Mention};
use crate::error::{CurlError, Problem};
use crate::input::{Input, Piece};
use crate::operation::Operation;
use crate::option::{Argument, CurlOption, Does};
use crate::shell::Construct;
use crate::table::{self, TABLE};

/// Reads the words of a command; what is wrong is told to the input.
pub(crate) fn operations(input: &mut Input<'_>, words: &[Word]) -> Vec<Operation> {
    let mut parser = Parser {
        input: &mut *input,
        words: words.iter().cloned().peekable(),
        draft: Draft::default(),
        operations: Vec::new(),
    };
    parser.read();
    let operations = parser.operations;
    alone::check(input, words);
    operations
}

struct Parser<'p, 'r> {
    input: &'p mut Input<'r>,
    words: Peekable<Cloned<Iter<'p, Word>>>,
    draft: Draft,
    operations: Vec<Operation>,
}

impl Parser<'_, '_> {
    fn read(&mut self) {
        let program = self.words.next_if(|first| is_curl(&first.text));
        let mut last = program.map_or(0, |word| word.start);
        let mut options_over = false;
        while let Some(word) = self.words.next() {
            last = word.start;
            match word.text.as_str() {
                "--" if !options_over => options_over = true,
                "-" if !options_over => self.input.error(
                    word.start,
                    Problem::Stray {
                        word: "-".to_owned(),
                        hint: "there is no standard input to read",
                    },
                ),
                text if !options_over && text.starts_with("--") => self.long(&word),
                text if !options_over && text.starts_with('-') => self.cluster(&word),
                text => match shell_operator(text) {
                    Some(operator) => {
                        let operator = self.with_next(operator, text);
                        return {
                            self.input.error(word.start, Problem::Shell { operator });
                            self.finish(last);
                        };
                    }
                    None => self.draft.urls.push(Piece::new("", word, 0)),
                },
            }
        }
        self.finish(last);
    }

    /// An operator, with the word behind it if it stands alone.
    fn with_next(&mut self, operator: &str, word: &str) -> String {
        let next = self.words.next().filter(|_| operator.len() == word.len());
        let next = next.map_or_else(String::new, |next| bare_word(&next.text).to_owned());
        format!("{operator} {next}").trim_end().to_owned()
    }

    /// Ends the operation under way.
    fn finish(&mut self, at: usize) {
        let draft = std::mem::take(&mut self.draft);
        if draft.urls.is_empty() {
            self.input.error(at, Problem::MissingUrl);
        }
        self.operations.extend(draft.build(self.input));
    }

    fn long(&mut self, word: &Word) {
        let name = &word.text[2..];
        let (found, on) = match (table::by_long(name), name.strip_prefix("no-")) {
            (None, Some(plain)) => (table::by_long(plain), false),
            (found, _) => (found, true),
        };
        let option = format!("--{name}");
        let problem = match (found, name.split_once('=')) {
            (Some(found), _)
                if on
                    || found.argument() == Argument::Switch
                    || matches!(found.does, Does::Refuse { .. }) =>
            {
                self.apply(found, on, &option, word.start, None);
                return;
            }
            (Some(found), _) => Problem::NotASwitch {
                option: format!("--{}", found.long),
            },
            (None, Some((before, _))) => Problem::EqualSign {
                option: format!("--{}", bare_word(before)),
            },
            (None, None)
                if name
                    .strip_prefix("expand-")
                    .is_some_and(|plain| table::by_long(plain).is_some()) =>
            {
                self.words.next();
                Problem::Unsupported {
                    option,
                    reason: "write the text, or one of the variables that templates have",
                }
            }
            (None, None) => {
                let mut letters = name.chars();
                let short = letters.next().and_then(table::by_short);
                let short = short.filter(|_| letters.next().is_none());
                if short.is_some_and(|short| short.argument().name().is_some()) {
                    self.words.next();
                }
                Problem::Unknown {
                    option: format!("--{}", bare_word(name)),
                    suggestion: short.map(|short| short.long).or_else(|| similar(name)),
                }
            }
        };
        self.input.error(word.start, problem);
    }

    /// Short options in one word: `-sSkXPOST`.
    fn cluster(&mut self, word: &Word) {
        let of_powershell = |name: &&&str| word.text[1..].eq_ignore_ascii_case(name);
        if let Some(name) = OF_POWERSHELL.iter().find(of_powershell) {
            // The address is one to curl, too.
            if *name != "Uri" {
                self.words.next_if(|next| !next.text.starts_with('-'));
            }
            let option = format!("-{name}");
            let reason = "it is of PowerShell's Invoke-WebRequest, which is called curl there: write curl's options, \
                          `-X METHOD`, `-H 'Name: value'`, `-d BODY`, and the URL alone";
            let told = |error: &CurlError| matches!(error.problem, Problem::Unsupported { reason: said, .. } if said == reason);
            if !self.input.errors.iter().any(told) {
                self.input
                    .error(word.start, Problem::Unsupported { option, reason });
            }
            return;
        }
        if let Some(found) = table::by_long(&word.text[1..]).filter(|found| found.long.len() > 2) {
            if found.argument().name().is_some() {
                self.words.next();
            }
            let (option, suggestion) = (word.text.clone(), Some(found.long));
            return self
                .input
                .error(word.start, Problem::Unknown { option, suggestion });
        }
        for (at, letter) in word.text.char_indices().skip(1) {
            let option = format!("-{letter}");
            let place = word.position(at);
            let Some(found) = table::by_short(letter) else {
                let problem = Problem::Unknown {
                    option: text::shown(&option),
                    suggestion: None,
                };
                return self.input.error(place, problem);
            };
            let rest = at + letter.len_utf8();
            let attached =
                (rest < word.text.len()).then(|| Piece::new(&option, word.clone(), rest));
            self.apply(found, true, &option, place, attached);
            if found.argument().name().is_some() {
                return;
            }
        }
    }

    /// Takes an option's argument, which may be in the same word, and does what the option does.
    fn apply(
        &mut self,
        found: &CurlOption,
        on: bool,
        option: &str,
        at: usize,
        attached: Option<Piece>,
    ) {
        let mention = || Mention {
            on,
            option: option.to_owned(),
            at,
        };
        let argument = found.argument().name().filter(|_| on);
        let piece = argument.and_then(|_| {
            attached.or_else(|| self.words.next().map(|next| Piece::new(option, next, 0)))
        });
        if let Some(piece) = &piece
            && let Some(operator) = shell_operator(&piece.text)
            && self.input.is_bare(piece)
        {
            let operator = operator.to_owned();
            self.input
                .error(piece.position(0), Construct::Operator { operator }.into());
            return;
        }
        match (found.does, piece) {
            (Does::Alone(does) | Does::Switch(does), _) => does(&mut self.draft, mention()),
            (Does::Literal(_, does), Some(piece)) => does(&mut self.draft, self.input, &piece),
            (Does::Template(_, does), Some(piece)) => does(&mut self.draft, piece),
            (Does::Literal(argument, _) | Does::Template(argument, _), None) => {
                let option = option.to_owned();
                self.input
                    .error(at, Problem::MissingArgument { option, argument });
            }
            (Does::Next, _) => self.finish(at),
            (Does::Refuse { .. }, _) => {
                let option = option.to_owned();
                let reason = found.meaning;
                self.input
                    .error(at, Problem::Unsupported { option, reason });
            }
        }
    }
}

/// The parameters of another program that PowerShell calls curl; curl's letters give none of these words.
const OF_POWERSHELL: [&str; 8] = [
    "Uri",
    "Method",
    "Headers",
    "Body",
    "ContentType",
    "UseBasicParsing",
    "TimeoutSec",
    "OutFile",
];

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
    let mut found = TABLE.iter().filter(|one| one.long.starts_with(&lower));
    let first = found.next()?;
    (found.next().is_none() || first.long == lower).then_some(first.long)
}
