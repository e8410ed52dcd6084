//! What becomes of each line.

/// What becomes of a line of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It is in the settings.
    Carried,
    /// The launcher does not need it; the note says why.
    Irrelevant,
    /// It is in no setting; the note says why, and what to do.
    NotCarried,
}

/// What becomes of a line of the script, in words. No note holds a value of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The line, from 1.
    pub line: usize,
    /// What becomes of it.
    pub fate: Fate,
    /// Why.
    pub text: String,
}
