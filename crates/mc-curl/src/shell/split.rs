//! Words under way.

use mc_template::words::Word;

use crate::shell::construct::{Construct, Found};

/// What a shell makes of a line.
#[derive(Debug, Default)]
pub(crate) struct Split {
    pub(crate) words: Vec<Word>,
    /// What it would have acted upon, in the order of the line.
    pub(crate) found: Vec<Found>,
    word: Option<Word>,
}

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

    pub(super) fn found(&mut self, at: usize, construct: Construct) {
        self.found.push(Found { at, construct });
    }
}
