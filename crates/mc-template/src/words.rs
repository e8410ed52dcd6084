//! Command lines, split into words by the rules of Windows.
//!
//! A line is split first; each word is a template afterwards. So no value can add, split or remove a word.
//!
//! The Windows rules are those of Microsoft's C runtime (Microsoft Learn, "Parsing C command-line
//! arguments"), for parameters, that is without the special rule for the program's own name; they hold on
//! every system here. One thing is added: a line break outside quotes separates words as a space does,
//! because a command may be written over several lines of a configuration file.

use std::fmt;

/// One word of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word {
    /// The word without its quotes.
    pub text: String,
    /// Where it begins in the line, an opening quote included; bytes.
    pub start: usize,
    /// Where `text` continues after something that is in the line alone: places in `text` and in the line.
    jumps: Vec<(usize, usize)>,
}

impl Word {
    /// An empty word that begins at `start` of its line: for those who split lines by rules of their own.
    pub const fn new(start: usize) -> Self {
        Self {
            text: String::new(),
            start,
            jumps: Vec::new(),
        }
    }

    /// Adds a text that stands at `at` of the line, or, where it is not the line's own (what an escape stands for), was
    /// made from what stands there.
    pub fn push(&mut self, text: &str, at: usize) {
        if self.position(self.text.len()) != at {
            self.jumps.push((self.text.len(), at));
        }
        self.text.push_str(text);
    }

    fn push_char(&mut self, character: char, at: usize) {
        self.push(character.encode_utf8(&mut [0; 4]), at);
    }

    /// Where a place in [`Word::text`] stands in the line; both in bytes.
    ///
    /// For messages about a part of a word: quotes and escapes in the line are counted.
    pub fn position(&self, offset: usize) -> usize {
        let (text, line) = self
            .jumps
            .iter()
            .rfind(|(text, _)| *text <= offset)
            .copied()
            .unwrap_or((0, self.start));
        line + (offset - text)
    }
}

/// A quote that is opened and not closed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SplitError {
    /// The quote: `"` or `'`.
    pub quote: char,
    /// Where it stands: bytes from the start of the text.
    pub offset: usize,
    /// The line in which it stands, the first being 1.
    pub line: usize,
    /// Where it stands in its line: characters, the first being 1.
    pub column: usize,
}

impl SplitError {
    /// A quote that stands at byte `offset` of `line` and is not closed.
    pub fn new(line: &str, quote: char, offset: usize) -> Self {
        let before = &line[..offset];
        let line_start = before.rfind('\n').map_or(0, |line_break| line_break + 1);
        Self {
            quote,
            offset,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for SplitError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            quote,
            line,
            column,
            ..
        } = self;
        write!(out, "the quote {quote} at column {column}")?;
        if *line > 1 {
            write!(out, " of line {line}")?;
        }
        write!(
            out,
            " is not closed; close it, or write \\{quote} for the character itself"
        )
    }
}

impl std::error::Error for SplitError {}

/// Splits parameters by the Windows rules, on every system.
///
/// - Spaces, tabs and line breaks separate words; inside `".."` they are characters.
/// - `""` inside quotes is a quote, `""` alone an empty word.
/// - Backslashes are characters, except before a double quote: there two of them are one, and an odd one
///   makes the quote a character.
/// - `'` is a character.
///
/// ```
/// use mc_template::words::split_windows;
///
/// let words = split_windows(r#"/number:$ANumber "/group:$GroupName" C:\dir\ it's "" "say \"hi\"""#)?;
/// let words: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
/// assert_eq!(
///     words,
///     ["/number:$ANumber", "/group:$GroupName", r"C:\dir\", "it's", "", r#"say "hi""#]
/// );
/// # Ok::<(), mc_template::words::SplitError>(())
/// ```
///
/// # Errors
///
/// A double quote that is not closed.
pub fn split_windows(line: &str) -> Result<Vec<Word>, SplitError> {
    let text: Vec<_> = line.char_indices().collect();
    split_windows_text(line, &text, &BLANKS, |_, _, _| ())
}

/// What separates parameters in a configuration. (To a program of Windows a line's end is a character.)
pub const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The same, of what another reader made of a line: `text` has each character that is left, behind its place in `line`
/// in bytes, as [`str::char_indices`] gives them; `blanks` separate words.
///
/// `bare` is told of each ordinary character outside quotes: its place, the character, and whether it begins a word.
///
/// ```
/// use mc_template::words::split_windows_text;
///
/// // What the command prompt makes of `a^ b`.
/// let words = split_windows_text("a^ b", &[(0, 'a'), (2, ' '), (3, 'b')], &[' ', '\t'], |_, _, _| ())?;
/// assert_eq!((words[1].text.as_str(), words[1].start), ("b", 3));
/// # Ok::<(), mc_template::words::SplitError>(())
/// ```
///
/// # Errors
///
/// A double quote that is not closed.
pub fn split_windows_text(
    line: &str,
    text: &[(usize, char)],
    blanks: &[char],
    mut bare: impl FnMut(usize, char, bool),
) -> Result<Vec<Word>, SplitError> {
    let quote_at = |at: usize| matches!(text.get(at), Some((_, '"')));
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    // Where the quote stands that is open.
    let mut open = None;
    let mut at = 0;
    while let Some(&(place, next)) = text.get(at) {
        if open.is_none() && blanks.contains(&next) {
            words.extend(word.take());
            at += 1;
            continue;
        }
        let begins = word.is_none();
        let word = word.get_or_insert_with(|| Word::new(place));
        match next {
            '\\' => {
                let run = text[at..].iter().take_while(|(_, c)| *c == '\\').count();
                // Before a quote each pair is one, and an odd one makes the quote a character.
                let (every, end) = if quote_at(at + run) {
                    (2, at + run + run % 2)
                } else {
                    (1, at + run)
                };
                for (place, kept) in text[at..end].iter().skip(every - 1).step_by(every) {
                    word.push_char(*kept, *place);
                }
                at = end;
                continue;
            }
            '"' if open.is_some() && quote_at(at + 1) => {
                at += 1;
                word.push_char('"', text[at].0);
            }
            '"' if open.is_some() => open = None,
            '"' => open = Some(place),
            _ => {
                if open.is_none() {
                    bare(place, next, begins);
                }
                word.push_char(next, place);
            }
        }
        at += 1;
    }
    words.extend(word);
    match open {
        Some(offset) => Err(SplitError::new(line, '"', offset)),
        None => Ok(words),
    }
}

/// Quotes a word for a POSIX shell: as it is where nothing in it is special, else in `'..'`.
///
/// ```
/// use mc_template::words::quote_posix;
/// assert_eq!(quote_posix("https://crm.example/a"), "https://crm.example/a");
/// assert_eq!(quote_posix("it's $5"), r"'it'\''s $5'");
/// ```
pub fn quote_posix(word: &str) -> String {
    let plain = |next: char| {
        next.is_ascii_alphanumeric()
            || matches!(
                next,
                '-' | '_' | '.' | '/' | ':' | ',' | '+' | '@' | '%' | '='
            )
    };
    // A leading `=` is special in zsh.
    if !word.is_empty() && !word.starts_with('=') && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
