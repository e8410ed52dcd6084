//! Words under way.

use mc_template::Names;
use mc_template::words::{SplitError, Word};

use crate::shell::construct::{Construct, Found};
use crate::shell::lines::{glued, missing_quote};

/// What a shell makes of a line.
#[derive(Debug, Default)]
pub(crate) struct Split {
    pub(crate) words: Vec<Word>,
    /// What it would have acted upon, in the order of the line.
    pub(crate) found: Vec<Found>,
    /// Where the first backslashes stand that are two to Windows and one to other shells.
    pub(crate) doubled: Option<usize>,
    /// Where the first single quote stands inside a URL.
    pub(crate) in_url: Option<usize>,
    /// An option of `OData` that a shell would have taken for a variable.
    pub(crate) odata: Option<&'static str>,
    word: Option<Word>,
}

/// Options that take a file's name.
const FILES: [&str; 12] = [
    "-T",
    "--upload-file",
    "-o",
    "--output",
    "-E",
    "--cert",
    "--key",
    "--cacert",
    "-K",
    "--config",
    "-c",
    "--cookie-jar",
];

impl Split {
    pub(super) fn push(&mut self, text: &str, at: usize) {
        self.begin(at).push(text, at);
    }

    /// The word under way; one begins at `at` if there is none.
    pub(super) fn begin(&mut self, at: usize) -> &mut Word {
        self.word.get_or_insert_with(|| Word::new(at))
    }

    /// The text of the word under way.
    pub(super) fn text(&self) -> Option<&str> {
        self.word.as_ref().map(|word| word.text.as_str())
    }

    /// Leaves the word under way out.
    pub(super) fn forget(&mut self) {
        self.word = None;
    }

    pub(super) fn end(&mut self) {
        self.words.extend(self.word.take());
    }

    /// Notes a variable that stands behind `text` in the word under way: in the name of a file as that, and none that is an
    /// option of `OData`.
    pub(super) fn variable(&mut self, line: &str, at: usize, text: &str, construct: Construct) {
        const ODATA: [&str; 11] = [
            "$select=",
            "$filter=",
            "$top=",
            "$expand=",
            "$orderby=",
            "$count=",
            "$skip=",
            "$search=",
            "$apply=",
            "$format=",
            "$skiptoken=",
        ];
        let begins = text.is_empty() || text.ends_with(['?', '&']);
        let option = ODATA
            .into_iter()
            .find(|option| line[at..].starts_with(option));
        if let Some(option) = option.filter(|_| begins) {
            self.odata.get_or_insert(option);
            return;
        }
        let named = text.starts_with(['@', '<']) || text.contains("=@") || text.contains("=<");
        let last = self.words.last().map_or("", |word| &word.text);
        let construct = match construct {
            Construct::Variable { name } if named || FILES.contains(&last) => {
                Construct::PathVariable { name }
            }
            other => other,
        };
        self.found(at, construct);
    }

    /// Notes a `$` or backtick at `at` of the line that means something to a POSIX shell.
    pub(super) fn substitution(&mut self, line: &str, at: usize, names: Option<&Names>) {
        let construct = if line[at..].starts_with('`') {
            Some(Construct::Substitution { mark: "`" })
        } else {
            Construct::dollar_of_shell(line, at, names)
        };
        if let Some(construct) = construct {
            let text = self.text().unwrap_or_default().to_owned();
            self.variable(line, at, &text, construct);
        }
    }

    /// Notes an option at `at`, behind a line's end, that the word under way takes in.
    pub(super) fn goes_on(&mut self, line: &str, at: usize) {
        if self.word.is_some()
            && let Some(construct) = glued(line, at)
        {
            self.found(at, construct);
        }
    }

    /// Behind a text in quotes from `open` to `behind`, which may be none of the command's: nothing more is read then.
    pub(super) fn closed(
        &mut self,
        line: &str,
        open: usize,
        behind: usize,
    ) -> Result<(), SplitError> {
        let Some(construct) = missing_quote(line, open, behind) else {
            return Ok(());
        };
        self.found(open, construct);
        let quote = line[open..].chars().next().unwrap_or('\'');
        Err(SplitError::new(line, quote, open))
    }

    /// What was read, or why it could not be; of a quote that is not closed because of something else, that is told.
    pub(super) fn unless_lost(self, read: Result<(), SplitError>) -> Result<Self, SplitError> {
        let lost = |found: &Found| {
            matches!(
                found.construct,
                Construct::LostQuotes
                    | Construct::MissingQuote { .. }
                    | Construct::WrongCopy
                    | Construct::Operator { .. }
                    | Construct::QuotedOperator { .. }
                    | Construct::NextLine { .. }
            )
        };
        match read {
            Err(error) if !self.found.iter().any(lost) => Err(error),
            _ => Ok(self),
        }
    }

    pub(super) fn found(&mut self, at: usize, construct: Construct) {
        self.found.push(Found { at, construct });
    }
}
