//! Files that a command sends. They are read for every call, as curl does, so that another program may
//! write them in between; and once for it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use crate::error::RequestError;

/// The largest file that is sent. Requests are held in memory, and calls come many at a time.
pub(crate) const LARGEST: u64 = 16 * 1024 * 1024;

/// How long the files of one call may take where nothing else limits them: a server that holds them may be gone.
const TIME: Duration = Duration::from_secs(10);

/// What was found of a file.
#[derive(Clone)]
enum Found {
    Content(Bytes),
    Absent(String),
    Fault(String),
}

/// The files of one call. What was not read ahead is read when it is asked for.
#[derive(Default)]
pub(crate) struct Files(HashMap<PathBuf, Found>);

impl Files {
    /// Reads files where they hold up nobody else, until the deadline.
    pub(crate) async fn ahead(
        paths: impl Iterator<Item = &Path>,
        deadline: Option<Instant>,
    ) -> Self {
        let latest = Instant::now() + TIME;
        let until = deadline.map_or(latest, |deadline| deadline.min(latest));
        let mut files = HashMap::new();
        for path in paths.map(Path::to_owned) {
            if files.contains_key(&path) {
                continue;
            }
            let file = path.clone();
            let read = spawn_blocking(move || look(&file));
            let found = match timeout_at(until, read).await {
                Ok(Ok(found)) => found,
                _ => Found::Fault("it could not be read in time".to_owned()),
            };
            files.insert(path, found);
        }
        Self(files)
    }

    fn find(&self, path: &Path) -> Found {
        let ahead = self.0.get(path).cloned();
        ahead.unwrap_or_else(|| look(path))
    }

    pub(crate) fn read(&self, path: &Path) -> Result<Bytes, RequestError> {
        match self.find(path) {
            Found::Content(content) => Ok(content),
            Found::Absent(reason) | Found::Fault(reason) => Err(RequestError::File {
                path: path.to_owned(),
                reason,
            }),
        }
    }

    /// One that need not be there.
    pub(crate) fn read_if_there(&self, path: &Path) -> Result<Option<Bytes>, RequestError> {
        match self.find(path) {
            Found::Absent(_) => Ok(None),
            _ => self.read(path).map(Some),
        }
    }
}

/// Reads one file, now.
pub(crate) fn read(path: &Path) -> Result<Bytes, RequestError> {
    Files::default().read(path)
}

fn look(path: &Path) -> Found {
    if let Err(error) = fs::metadata(path) {
        return Found::Absent(error.to_string());
    }
    let content = regular(path).and_then(|()| {
        let mut content = Vec::new();
        File::open(path)?
            .take(LARGEST + 1)
            .read_to_end(&mut content)?;
        Ok(content)
    });
    match content {
        Ok(content) if content.len() as u64 > LARGEST => {
            Found::Fault(format!("it is larger than {} MiB", LARGEST / (1024 * 1024)))
        }
        Ok(content) => Found::Content(content.into()),
        Err(error) => Found::Fault(error.to_string()),
    }
}

/// Refuses what is no file, before it is opened: a pipe waits then until somebody writes, and a device might never end.
pub(crate) fn regular(path: &Path) -> io::Result<()> {
    if fs::metadata(path)?.is_file() {
        Ok(())
    } else {
        Err(io::Error::other("it is not a regular file"))
    }
}
