//! Names that other programs have for a setting, and that no distance between words leads from to ours.

use crate::suggest::plain;

/// Names that people try, and what to write instead. It goes before "did you mean", which compares letters: the one
/// that looks alike can be another thing.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Habit {
    /// The heading under which they are tried; empty for the top of the file.
    pub section: &'static str,
    /// The names, a comma between them; however their letters, `_` and `-` are written. As one text they take half the room
    /// in a program that they would take as a list.
    pub names: &'static str,
    /// The setting that is meant, if it is one of this heading.
    pub meant: Option<&'static str>,
    /// Else what to do, as the end of a sentence that said that this is not a setting.
    pub advice: &'static str,
}

impl Habit {
    /// Names that are tried under a heading.
    pub const fn new(section: &'static str, names: &'static str, advice: &'static str) -> Self {
        Self {
            section,
            names,
            meant: None,
            advice,
        }
    }

    /// Names that are tried for one setting of a heading.
    pub const fn meant(section: &'static str, names: &'static str, right: &'static str) -> Self {
        Self {
            section,
            names,
            meant: Some(right),
            advice: "",
        }
    }

    /// Whether somebody who writes this name under this heading means what it is about.
    pub fn is(&self, section: &str, name: &str) -> bool {
        let wanted = plain(name);
        self.section == section && self.names.split(',').any(|name| plain(name) == wanted)
    }
}
