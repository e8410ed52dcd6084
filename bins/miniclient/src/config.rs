//! The configuration: found, read, checked as a whole, and turned into what the agent runs on.
//!
//! Everything that is wrong is told at once, each with file, line and a sentence that says what to do, and nothing
//! starts half-configured.

mod actions;
mod build;
mod dial;
mod duration;
mod expand;
pub mod explain;
mod hooks;
pub mod keys;
pub mod locate;
pub mod model;
pub mod problem;
mod reader;
mod section;
mod sections;
mod syntax;
mod text;
mod tree;

pub use explain::{Origin, Provenance};
pub use hooks::{AUTOMATIC_EXE, AUTOMATIC_REST};
pub use locate::{Candidate, FILE_NAME, Folders, Found, POLICY_FILE_NAME};
pub use model::{Config, Dial, DialAction, Journal, Jtel, Keep, Listen, Register};
pub use problem::{Problem, Problems};
pub use sections::field_names;

use std::path::Path;

use reader::Reader;
use text::SourceFile;
pub(crate) use text::cannot_read;
use tree::Table;

/// A configuration that was read, with what is worth saying about it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// What works but is probably not meant.
    pub warnings: Vec<Problem>,
}

/// Finds, reads and checks the configuration, and the machine's policy with it.
///
/// # Errors
///
/// Every problem there is, in the order of the files' lines.
pub fn load(folders: &Folders, config_file: Option<&Path>) -> Result<Loaded, Problems> {
    // Both are looked for before either is given up, so that both can be told.
    let found = locate::find(folders, config_file);
    let policy = locate::find_policy(folders);
    let (found, policy) = match (found, policy) {
        (Ok(found), Ok(policy)) => (found, policy),
        (found, policy) => {
            let problems = found.err().into_iter().chain(policy.err()).collect();
            return Err(Problems(problems));
        }
    };
    let (file, why) = match found {
        Some((file, why)) => (Some(file), why),
        None if policy.is_some() => (None, Found::Nowhere),
        None => return Err(Problems(vec![nothing_found(folders)])),
    };
    let policy_path = policy.as_ref().map(|policy| policy.path.clone());
    let file_path = file.as_ref().map(|file| file.path.clone());

    let mut loaded = read_files(file.into_iter().chain(policy).collect())?;
    loaded.config.file = file_path;
    loaded.config.policy = policy_path;
    loaded.config.found = why;
    Ok(loaded)
}

/// Reads a configuration from a text, as if it stood in `path`: relative paths start at the folder of `path`.
///
/// # Errors
///
/// As for [`load`].
pub fn read(path: &Path, text: &str) -> Result<Loaded, Problems> {
    read_files(vec![SourceFile::new(path.to_owned(), text.to_owned())])
}

/// The first file, with the others laid over it.
fn read_files(files: Vec<SourceFile>) -> Result<Loaded, Problems> {
    let mut root = Table::default();
    let mut syntax = Vec::with_capacity(files.len());
    for (index, file) in files.iter().enumerate() {
        let (table, faults) = syntax::parse(file, index);
        syntax.push((file.path.clone(), faults));
        root.replace_with(table);
    }
    let mut reader = Reader::new(files);
    let mut config = build::build(&mut reader, &root);
    let (problems, warnings, provenance) = reader.finish();

    // What the parser guessed of a line that is no TOML is not worth a second sentence.
    let mut all: Vec<Problem> = problems
        .into_iter()
        .filter(|problem| {
            let of_file = |path: &Path| problem.file.as_deref() == Some(path);
            syntax.iter().all(|(path, syntax)| {
                !of_file(path) || problem.line.is_none_or(|line| syntax.trusts(line))
            })
        })
        .collect();
    all.extend(syntax.into_iter().flat_map(|(_, syntax)| syntax.problems));
    all.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    if all.is_empty() {
        config.provenance = provenance;
        Ok(Loaded { config, warnings })
    } else {
        Err(Problems(all))
    }
}

fn nothing_found(folders: &Folders) -> Problem {
    let places: Vec<String> = folders
        .candidates(None)
        .iter()
        .map(|candidate| candidate.file.display().to_string())
        .collect();
    Problem::general(format!(
        "there is no configuration; `miniclient init` writes one to begin with (looked for {})",
        places.join(", ")
    ))
}
