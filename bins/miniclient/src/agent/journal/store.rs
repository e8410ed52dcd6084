//! The journal's files.

use super::record::Record;
use mc_secret::trust;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// A folder with one file per day.
#[derive(Debug)]
pub(super) struct Store {
    folder: PathBuf,
    days: u32,
    today: Option<Day>,
}

/// The file that is written to.
#[derive(Debug)]
struct Day {
    name: String,
    file: File,
}

impl Store {
    pub(super) fn new(folder: PathBuf, days: u32) -> Self {
        Self {
            folder,
            days,
            today: None,
        }
    }

    /// Makes the folder, for this user alone.
    pub(super) fn create(&self) -> io::Result<()> {
        trust::create_private_folder(&self.folder)
    }

    /// Appends a line; a durable one is on disk afterwards. When it does not fit, nothing of it stays.
    pub(super) fn append(&mut self, record: &Record, durable: bool) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        let name = file_name(0);
        if self
            .today
            .as_ref()
            .is_none_or(|day| day.name != name || !self.folder.join(&name).exists())
        {
            self.today = Some(self.open(name)?);
            self.prune();
        }
        let Some(day) = &mut self.today else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let length = day.file.seek(SeekFrom::End(0))?;
        let written = day.file.write_all(&line).and_then(|()| {
            if durable {
                day.file.sync_data()
            } else {
                Ok(())
            }
        });
        if written.is_err() {
            // Half a line would swallow the next one.
            let _ = day.file.set_len(length);
        }
        written
    }

    fn open(&self, name: String) -> io::Result<Day> {
        let path = self.folder.join(&name);
        let mut file = trust::open_private_file(&path)?;
        // A crash, or a full disk, may have left half a line.
        if file.seek(SeekFrom::End(0))? > 0 {
            file.seek(SeekFrom::End(-1))?;
            let mut last = [0];
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                file.write_all(b"\n")?;
            }
        }
        sync_folder(&self.folder);
        Ok(Day { name, file })
    }

    /// Removes the files of days that are over.
    pub(super) fn prune(&self) {
        let oldest = file_name(self.days.saturating_sub(1));
        for name in self
            .names()
            .unwrap_or_default()
            .iter()
            .filter(|name| **name < oldest)
        {
            if let Err(error) = fs::remove_file(self.folder.join(name)) {
                tracing::warn!(%error, name, "an old journal file cannot be removed");
            }
        }
    }

    /// All lines, the oldest first. Lines that cannot be read are passed over.
    pub(super) fn records(&self) -> io::Result<Vec<Record>> {
        let mut records = Vec::new();
        for name in self.names()? {
            for line in lines(&self.folder.join(name))? {
                records.extend(serde_json::from_slice::<Record>(&line));
            }
        }
        Ok(records)
    }

    /// Removes what belongs to the calls of the matching records. Each file is replaced as a whole or not at all.
    pub(super) fn erase(&mut self, matches: &dyn Fn(&Record) -> bool) -> io::Result<usize> {
        let records = self.records()?;
        let ids: HashSet<&str> = records
            .iter()
            .filter(|record| matches(record))
            .filter_map(Record::id)
            .collect();
        if ids.is_empty() {
            return Ok(0);
        }
        // Windows does not replace a file that is open.
        self.today = None;
        for name in self.names()? {
            let path = self.folder.join(&name);
            let (mut kept, mut changed) = (Vec::new(), false);
            for line in lines(&path)? {
                // A line that cannot be read may hold the number too.
                let stays = serde_json::from_slice::<Record>(&line)
                    .is_ok_and(|record| record.id().is_none_or(|id| !ids.contains(id)));
                if stays {
                    kept.extend(line);
                    kept.push(b'\n');
                }
                changed |= !stays;
            }
            if changed {
                self.replace(&path, &kept)?;
            }
        }
        Ok(ids.len())
    }

    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let temporary = path.with_extension("new");
        let _ = fs::remove_file(&temporary);
        let mut file = trust::open_private_file(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, path)?;
        sync_folder(&self.folder);
        Ok(())
    }

    /// The files' names, the oldest first. Other files in the folder are left alone.
    fn names(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(
                entry?
                    .file_name()
                    .into_string()
                    .ok()
                    .filter(|name| is_journal(name)),
            );
        }
        names.sort_unstable();
        Ok(names)
    }
}

/// `2026-11-22.jsonl`, that many days ago.
fn file_name(days_ago: u32) -> String {
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let day = today.saturating_sub(jiff::Span::new().days(days_ago.min(100_000)));
    format!("{day}.jsonl")
}

fn is_journal(name: &str) -> bool {
    name.strip_suffix(".jsonl")
        .is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

fn lines(path: &Path) -> io::Result<Vec<Vec<u8>>> {
    BufReader::new(File::open(path)?)
        .split(b'\n')
        .filter(|line| line.as_ref().map_or(true, |line| !line.is_empty()))
        .collect()
}

/// Makes a new or renamed file's name durable. Only Unix needs it, and can.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
