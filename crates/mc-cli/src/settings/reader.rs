//! The layers of a configuration while it is read, and what was found in them: problems are collected, so that the
//! first does not hide the others.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::key::Schema;
use super::layer::{Layer, LayerOrigin};
use super::problem::SettingsProblem;
use super::provenance::{Provenance, SettingOrigin};
use super::syntax::{self, Syntax};
use super::tree::{Place, Table, Text};
use super::{expand, offset};

/// The layers of a configuration, and what was found in them.
#[derive(Debug)]
pub struct Reader {
    schema: &'static Schema,
    layers: Vec<Layer>,
    syntax: Vec<Syntax>,
    problems: Vec<(Place, String)>,
    warnings: Vec<(Place, String)>,
    provenance: Provenance,
}

/// What was found while a configuration was read.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Review {
    /// What must be put right, in the order of the files' lines.
    pub problems: Vec<SettingsProblem>,
    /// What works and is probably not meant, likewise.
    pub warnings: Vec<SettingsProblem>,
    /// Where each setting came from.
    pub provenance: Provenance,
}

impl Reader {
    /// Lays the layers over each other, the later over the earlier, key by key. The table is what they say together.
    pub fn new(schema: &'static Schema, layers: Vec<Layer>) -> (Self, Table) {
        let mut root = Table::default();
        let mut faults = Vec::with_capacity(layers.len());
        let mut problems = Vec::new();
        for (index, layer) in layers.iter().enumerate() {
            let (table, fault) = match &layer.origin {
                LayerOrigin::File(_) => syntax::parse(schema, layer, index),
                LayerOrigin::Named { table, faults, .. } => {
                    let told = faults
                        .iter()
                        .map(|(at, text)| (Place::new(index, *at..*at), text.clone()));
                    problems.extend(told);
                    let mut table = table.clone();
                    table.in_layer(index);
                    (table, Syntax::default())
                }
            };
            faults.push(fault);
            root.replace_with(table);
        }
        let reader = Self {
            schema,
            layers,
            syntax: faults,
            problems,
            warnings: Vec::new(),
            provenance: Provenance::default(),
        };
        (reader, root)
    }

    /// The table of settings.
    pub fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// Something that must be put right.
    pub fn problem(&mut self, place: Place, text: impl Into<String>) {
        self.problems.push((place, text.into()));
    }

    /// The same, where a value was wanted.
    pub fn refuse<T>(&mut self, place: Place, text: impl Into<String>) -> Option<T> {
        self.problem(place, text);
        None
    }

    /// Something that works and is probably not meant.
    pub fn warning(&mut self, place: Place, text: impl Into<String>) {
        self.warnings.push((place, text.into()));
    }

    /// Parses a text that is given; what the parser says of it is a problem of this key.
    pub fn parsed<T, E: Display>(
        &mut self,
        key: &str,
        text: Option<Text<'_>>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = text?;
        match parse(text.value) {
            Ok(value) => Some(value),
            Err(error) => self.refuse(text.place, format!("`{key}`: {error}")),
        }
    }

    /// A path as it is meant, with `%NAME%` replaced; what cannot be meant is a problem of this key.
    pub fn expanded(&mut self, key: &str, text: Text<'_>) -> Option<String> {
        // A shell has expanded what came from a command line.
        if self
            .layers
            .get(text.place.layer)
            .is_none_or(|layer| layer.folder().is_none())
        {
            return Some(text.value.to_owned());
        }
        // "C:\temp\new" is good TOML with a tab and a line end in it, and never what was meant.
        if text.value.chars().any(char::is_control) {
            let sentence = format!(
                "in double quotes a backslash begins an escape; put the path in single quotes: {key} = '...'"
            );
            return self.refuse(text.place, sentence);
        }
        match expand::expand(text.value, |name| std::env::var_os(name)) {
            Ok(path) => Some(path),
            Err(name) => {
                let sentence = format!(
                    "`{key}`: the environment has no variable {name}, so %{name}% means nothing here"
                );
                self.refuse(text.place, sentence)
            }
        }
    }

    /// Whether the line of a place is TOML; what the parser made of another is a guess.
    pub(super) fn trusts(&self, place: Place) -> bool {
        let line = self
            .layers
            .get(place.layer)
            .map(|layer| layer.line(place.start));
        let syntax = self.syntax.get(place.layer);
        syntax
            .zip(line)
            .is_none_or(|(syntax, line)| syntax.trusts(line))
    }

    /// How many problems there are so far.
    pub fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// Turns every problem from the `from`th on into a warning: what is switched off must not keep the rest from
    /// working.
    pub fn soften(&mut self, from: usize) {
        let from = from.min(self.problems.len());
        self.warnings.extend(self.problems.drain(from..));
    }

    /// The place of byte `offset` of a text: its line, and its column to be named in the sentence.
    pub fn place_in(&self, text: Text<'_>, offset: usize) -> (Place, usize) {
        let Some(layer) = self.layers.get(text.place.layer) else {
            return (text.place, 1);
        };
        let start = offset::in_file(layer, text, offset);
        (
            Place::new(text.place.layer, start..start),
            layer.column(start),
        )
    }

    /// The line of a place.
    pub fn line(&self, place: Place) -> usize {
        self.layers
            .get(place.layer)
            .map_or(1, |layer| layer.line(place.start))
    }

    /// The beginning of the first layer, for what stands nowhere.
    pub fn start(&self) -> Place {
        Place::new(0, 0..0)
    }

    /// The folder at which relative paths of this place start: that of the file that names them.
    pub fn folder(&self, place: Place) -> &Path {
        let layer = self.layers.get(place.layer);
        layer.and_then(Layer::folder).unwrap_or(Path::new(""))
    }

    /// Remembers where a setting came from.
    pub(super) fn remember(&mut self, setting: String, place: Place) {
        let Some(layer) = self.layers.get(place.layer) else {
            return;
        };
        let origin = match &layer.origin {
            LayerOrigin::File(path) => SettingOrigin::File {
                path: path.clone(),
                line: layer.line(place.start),
            },
            LayerOrigin::Named { .. } => SettingOrigin::Named(layer.label(place.start).to_owned()),
        };
        self.provenance.insert(setting, origin);
    }

    /// All that was found.
    pub fn finish(mut self) -> Review {
        // What the parser guessed of a line that is no TOML is not worth a second sentence.
        let problems = std::mem::take(&mut self.problems).into_iter();
        self.problems = problems.filter(|(place, _)| self.trusts(*place)).collect();
        for (index, syntax) in self.syntax.iter().enumerate() {
            for (line, text) in &syntax.problems {
                let start = self.layers[index].line_start(*line);
                self.problems
                    .push((Place::new(index, start..start), text.clone()));
            }
        }
        Review {
            problems: self.told(&self.problems),
            warnings: self.told(&self.warnings),
            provenance: self.provenance,
        }
    }

    fn told(&self, found: &[(Place, String)]) -> Vec<SettingsProblem> {
        let mut found: Vec<_> = found.iter().collect();
        found.sort_by_key(|(place, _)| (place.layer, place.start));
        found.dedup();
        let found = found.into_iter();
        found
            .map(|(place, text)| self.located(*place, text))
            .collect()
    }

    /// A sentence about a place, with its file and line.
    pub fn located(&self, place: Place, text: &str) -> SettingsProblem {
        let Some(layer) = self.layers.get(place.layer) else {
            return SettingsProblem::general(text);
        };
        match &layer.origin {
            LayerOrigin::File(path) => {
                SettingsProblem::in_file(path, text).at_line(layer.line(place.start))
            }
            LayerOrigin::Named { .. } => {
                SettingsProblem::general(format!("{}: {text}", layer.label(place.start)))
            }
        }
    }

    /// The files among the layers.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.layers
            .iter()
            .filter_map(|layer| layer.path().map(Path::to_owned))
    }
}
