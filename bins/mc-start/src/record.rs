//! What came of the last start, in a small file beside the log: for `status`, and for whoever collects it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use mc_cli::{Folders, timestamp};
use mc_secret::trust;
use serde_json::{Map, Value};

/// Its name in the folder of the state.
const NAME: &str = "mc-start.last.json";

/// The longest text in it, in characters, and the longest file that is read.
const LONGEST_TEXT: usize = 500;
const LONGEST_FILE: u64 = 64 * 1024;

/// A start, as far as it has come. Names and values: docs/helpdesk.md.
#[derive(Debug, Default)]
pub(crate) struct Record(Map<String, Value>);

impl Record {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), shortened(value.into()));
    }

    /// Puts it in the place of the start before, not of one that began later. What cannot be kept leaves none: an older one
    /// would be taken for it.
    ///
    /// # Errors
    ///
    /// The system's: nothing is kept.
    pub(crate) fn keep(&self, folders: &Folders) -> io::Result<()> {
        let Some(path) = path(folders) else {
            return Ok(());
        };
        let at = |record: &Map<String, Value>| Some(record.get("at")?.as_str()?.to_owned());
        // One from the future is of a clock that was wrong.
        let now = Some(timestamp(SystemTime::now()));
        if last(folders).is_some_and(|last| at(&last) > at(&self.0) && at(&last) <= now) {
            return Ok(());
        }
        let text = Value::from(self.0.clone()).to_string();
        replace(&path, text.as_bytes()).inspect_err(|_| {
            // In a folder that cannot be written the file perhaps can.
            if fs::remove_file(&path).is_err() {
                let _ = fs::File::options().write(true).truncate(true).open(&path);
            }
        })
    }
}

fn shortened(value: Value) -> Value {
    match value {
        Value::String(text) => text.chars().take(LONGEST_TEXT).collect::<String>().into(),
        Value::Array(list) => list.into_iter().map(shortened).collect(),
        value => value,
    }
}

/// The last start; none where there was none or nothing could be kept.
pub(crate) fn last(folders: &Folders) -> Option<Map<String, Value>> {
    let path = path(folders)?;
    if fs::metadata(&path).ok()?.len() > LONGEST_FILE {
        return None;
    }
    match serde_json::from_slice(&fs::read(path).ok()?) {
        Ok(Value::Object(record)) => Some(record),
        _ => None,
    }
}

/// What came of the report, and what was said about it.
pub(crate) fn report(last: &Map<String, Value>) -> String {
    let text = |name: &str| last.get(name).and_then(Value::as_str).unwrap_or_default();
    match (text("report"), text("said")) {
        (report, "") => report.to_owned(),
        (report, said) => format!("{report}: {said}"),
    }
}

fn path(folders: &Folders) -> Option<PathBuf> {
    folders.state.as_ref().map(|state| state.join(NAME))
}

/// Whole or not at all, whoever reads it meanwhile.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    trust::create_private_folder(path.parent().unwrap_or(Path::new("")))?;
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = trust::open_private_file(&new)?;
    let written = file.set_len(0).and_then(|()| file.write_all(text));
    drop(file);
    written
        .and_then(|()| fs::rename(&new, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(&new);
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_small_replaced_and_never_half() {
        let folder = tempfile::tempdir().unwrap();
        let mut folders = Folders::default();
        folders.state = Some(folder.path().join("state"));
        assert!(last(&folders).is_none());
        let mut record = Record::default();
        record.set("text", "ü".repeat(5000));
        record.keep(&folders).unwrap();
        let mut record = Record::default();
        record.set("exit", 21);
        record.set("text", "ü".repeat(5000));
        record.set("list", vec!["ü".repeat(5000); 40]);
        record.keep(&folders).unwrap();
        let read = last(&folders).unwrap();
        assert_eq!(read["exit"], 21);
        assert_eq!(read["text"].as_str().unwrap().chars().count(), LONGEST_TEXT);
        let state = folders.state.as_ref().unwrap();
        assert_eq!(
            fs::read_dir(state).unwrap().count(),
            1,
            "nothing is left behind"
        );
        fs::write(state.join(NAME), "{\"exit\":").unwrap();
        assert!(last(&folders).is_none());
    }
    fn state(folder: &Path) -> Folders {
        let mut folders = Folders::default();
        folders.state = Some(folder.to_owned());
        folders
    }

    fn begun(at: &str) -> Record {
        let mut record = Record::default();
        record.set("at", at);
        record
    }

    #[test]
    fn a_start_that_began_later_is_not_replaced_by_one_that_ends_later() {
        let folder = tempfile::tempdir().unwrap();
        let folders = state(folder.path());
        let (first, second) = ("2026-01-01T08:00:00Z", "2026-01-01T08:00:09Z");
        begun(second).keep(&folders).unwrap();
        begun(first).keep(&folders).unwrap();
        assert_eq!(last(&folders).unwrap()["at"], second);
        // The clock was wrong.
        begun("9999-01-01T08:00:00Z").keep(&folders).unwrap();
        begun(second).keep(&folders).unwrap();
        assert_eq!(last(&folders).unwrap()["at"], second);
    }

    #[test]
    fn what_cannot_be_kept_leaves_no_older_start() {
        let folder = tempfile::tempdir().unwrap();
        let folders = state(folder.path());
        begun("2026-01-01T08:00:00Z").keep(&folders).unwrap();
        // What is written beside it first is in the way of itself.
        let beside = folder
            .path()
            .join(NAME)
            .with_extension(format!("{}.new", std::process::id()));
        fs::create_dir(&beside).unwrap();
        begun("2026-01-01T08:00:09Z").keep(&folders).unwrap_err();
        assert!(last(&folders).is_none());
    }
}
