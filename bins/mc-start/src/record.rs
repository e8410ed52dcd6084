//! What came of the last start, in a small file beside the log: for `status`, and for whoever collects it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use mc_cli::Folders;
use mc_secret::trust;
use serde_json::{Map, Value};

/// Its name in the folder of the state.
const NAME: &str = "mc-start.last.json";

/// The longest text in it, in characters, and the longest file that is read.
const LONGEST_TEXT: usize = 500;
const LONGEST_FILE: u64 = 16 * 1024;

/// A start, as far as it has come. Names and values: docs/helpdesk.md.
#[derive(Debug, Default)]
pub(crate) struct Record(Map<String, Value>);

impl Record {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = match value.into() {
            Value::String(text) => text.chars().take(LONGEST_TEXT).collect::<String>().into(),
            value => value,
        };
        self.0.insert(name.to_owned(), value);
    }

    /// Puts it in the place of the start before. What cannot be kept is not: it is not worth a failed start.
    pub(crate) fn keep(&self, folders: &Folders) {
        if let Some(path) = path(folders) {
            let text = Value::from(self.0.clone()).to_string();
            let _ = replace(&path, text.as_bytes());
        }
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
        record.keep(&folders);
        let mut record = Record::default();
        record.set("exit", 21);
        record.set("text", "ü".repeat(5000));
        record.keep(&folders);
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
}
