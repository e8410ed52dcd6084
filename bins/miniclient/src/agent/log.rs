//! The log: what the agent did, for the helpdesk. In the state folder, bounded, without call values.
//!
//! Values of calls do not go into the log: they are in the journal, from which a caller can be erased. What other
//! programs or servers said is escaped, so that no line can be forged.

use mc_secret::trust;
use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// At this size the log becomes the older log, and a new one begins: at most twice this lies on the disk.
const LARGEST: u64 = 1024 * 1024;

/// Writes the log to the state folder from here on; `MINICLIENT_LOG` filters it (`debug`, `mc_hooks=trace`). Without
/// a folder, or when it cannot be written, the agent does without: a log is not worth a missed call.
pub(crate) fn start(state: Option<&Path>) -> Option<PathBuf> {
    let folder = state?.join("logs");
    let log = Log::open(&folder).ok()?;
    let path = log.path.clone();
    let filter =
        EnvFilter::try_from_env("MINICLIENT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Shared(Arc::new(Mutex::new(log))));
    // In a test there may be one already.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(layer)
        .try_init();
    Some(path)
}

#[derive(Debug)]
struct Log {
    path: PathBuf,
    file: File,
    size: u64,
}

impl Log {
    fn open(folder: &Path) -> io::Result<Self> {
        trust::create_private_folder(folder)?;
        let path = folder.join("miniclient.log");
        let mut file = trust::open_private_file(&path)?;
        let size = file.seek(SeekFrom::End(0))?;
        Ok(Self { path, file, size })
    }

    fn turn_over(&mut self) -> io::Result<()> {
        let older = self.path.with_extension("old.log");
        match fs::remove_file(&older) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        fs::rename(&self.path, &older)?;
        self.file = trust::open_private_file(&self.path)?;
        self.size = 0;
        Ok(())
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.size + line.len() as u64 > LARGEST && self.turn_over().is_err() {
            // Rather no log than a full disk.
            return Ok(line.len());
        }
        self.file.write_all(line)?;
        self.size += line.len() as u64;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[derive(Debug, Clone)]
struct Shared(Arc<Mutex<Log>>);

impl Write for Shared {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Shared {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded() {
        let state = tempfile::tempdir().unwrap();
        let mut log = Log::open(state.path()).unwrap();
        let line = [b'x'; 1000];
        for _ in 0..3 * LARGEST / 1000 {
            log.write_all(&line).unwrap();
        }
        let sizes: Vec<_> = fs::read_dir(state.path())
            .unwrap()
            .map(|e| e.unwrap().metadata().unwrap().len())
            .collect();
        assert_eq!(sizes.len(), 2);
        assert!(
            sizes.iter().all(|&size| size > 0 && size <= LARGEST),
            "{sizes:?}"
        );
    }
}
