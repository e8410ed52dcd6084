//! The files of a configuration while it is read, and what was found in them: problems are collected, so that the
//! first does not hide the others.

use std::collections::BTreeMap;
use std::path::Path;

use super::Problem;
use super::explain::{Origin, Provenance};
use super::text::SourceFile;
use super::tree::{Place, offset_in_file};

/// The files of a configuration, and what was found in them.
#[derive(Debug)]
pub(super) struct Reader {
    files: Vec<SourceFile>,
    problems: Vec<(Place, String)>,
    warnings: Vec<(Place, String)>,
    provenance: BTreeMap<String, Origin>,
}

/// A text and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'t> {
    pub(super) value: &'t str,
    pub(super) place: Place,
}

impl Reader {
    pub(super) fn new(files: Vec<SourceFile>) -> Self {
        Self {
            files,
            problems: Vec::new(),
            warnings: Vec::new(),
            provenance: BTreeMap::new(),
        }
    }

    /// Something that must be put right before anything starts.
    pub(super) fn problem(&mut self, place: Place, text: impl Into<String>) {
        self.problems.push((place, text.into()));
    }

    /// Something that works and is probably not meant.
    pub(super) fn warning(&mut self, place: Place, text: impl Into<String>) {
        self.warnings.push((place, text.into()));
    }

    /// How many problems there are so far.
    pub(super) fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// Turns every problem from the `from`th on into a warning: what is switched off must not keep the rest from
    /// working.
    pub(super) fn soften(&mut self, from: usize) {
        self.warnings
            .extend(self.problems.drain(from.min(self.problems.len())..));
    }

    /// The place of byte `offset` of a text: its line, and its column to be named in the sentence.
    pub(super) fn place_in(&self, text: Text<'_>, offset: usize) -> (Place, usize) {
        let Some(source) = self.files.get(text.place.file) else {
            return (text.place, 1);
        };
        let start = offset_in_file(source, text.place, text.value, offset);
        let place = Place {
            start,
            end: start,
            ..text.place
        };
        (place, source.column(start))
    }

    /// The line of a place.
    pub(super) fn line(&self, place: Place) -> usize {
        self.files
            .get(place.file)
            .map_or(1, |source| source.line(place.start))
    }

    /// The beginning of the first file, for what stands nowhere.
    #[expect(
        clippy::unused_self,
        reason = "a place has a meaning for a reader alone"
    )]
    pub(super) fn start(&self) -> Place {
        Place {
            file: 0,
            start: 0,
            end: 0,
        }
    }

    /// A text that stands in no file.
    pub(super) fn built_in<'t>(&self, value: &'t str) -> Text<'t> {
        Text {
            value,
            place: self.start(),
        }
    }

    /// The folder at which relative paths of this place start: that of the file that names them.
    pub(super) fn folder(&self, place: Place) -> &Path {
        self.files
            .get(place.file)
            .and_then(|file| file.path.parent())
            .unwrap_or(Path::new(""))
    }

    /// Remembers where a setting came from.
    pub(super) fn remember(&mut self, setting: String, place: Place) {
        if let Some(source) = self.files.get(place.file) {
            let origin = Origin::File {
                path: source.path.clone(),
                line: source.line(place.start),
            };
            self.provenance.insert(setting, origin);
        }
    }

    /// All that was found, in the order of the files' lines.
    pub(super) fn finish(self) -> (Vec<Problem>, Vec<Problem>, Provenance) {
        let Self {
            files,
            problems,
            warnings,
            provenance,
        } = self;
        let place = |found: Vec<(Place, String)>| {
            let mut found = found;
            found.sort_by_key(|(place, _)| (place.file, place.start));
            found.dedup();
            found
                .into_iter()
                .map(|(place, text)| match files.get(place.file) {
                    Some(source) => Problem {
                        file: Some(source.path.clone()),
                        line: Some(source.line(place.start)),
                        text,
                    },
                    None => Problem::general(text),
                })
                .collect()
        };
        (
            place(problems),
            place(warnings),
            Provenance::new(provenance),
        )
    }
}
