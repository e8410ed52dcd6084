//! The journal's files: one per day.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use mc_secret::trust;

use crate::journal::lines::LinesFromEnd;
use crate::journal::record::Record;
use crate::sys;

/// Events under one `CallID` that are further apart are of two calls: some systems count from one again.
const ONE_CALL: SignedDuration = SignedDuration::from_hours(12);

/// A folder with one file per day.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    days: u32,
    today: Option<Day>,
    /// The calls that were erased: what is noted of them later is not kept either.
    erased: HashSet<String>,
}

/// The file that is written to.
#[derive(Debug)]
struct Day {
    name: String,
    path: PathBuf,
    file: File,
}

impl Store {
    pub(crate) fn new(folder: PathBuf, days: u32) -> Self {
        Self {
            folder,
            days,
            today: None,
            erased: HashSet::new(),
        }
    }

    /// Sets how many days are kept, and removes what is too old by that.
    pub(crate) fn keep_days(&mut self, days: u32) {
        self.days = days;
        self.prune();
    }

    /// Appends lines; durable ones are on disk afterwards. When they do not fit, nothing of them stays.
    pub(crate) fn append<'a>(
        &mut self,
        records: impl IntoIterator<Item = &'a Record>,
        durable: bool,
    ) -> io::Result<()> {
        let is_erased = |record: &Record| record.id().is_some_and(|id| self.erased.contains(id));
        let mut lines = Vec::new();
        for record in records.into_iter().filter(|record| !is_erased(record)) {
            serde_json::to_writer(&mut lines, record)?;
            lines.push(b'\n');
        }
        if lines.is_empty() {
            return Ok(());
        }
        let file = self.file()?;
        let length = file.seek(SeekFrom::End(0))?;
        let written = file
            .write_all(&lines)
            .and_then(|()| if durable { file.sync_data() } else { Ok(()) });
        if written.is_err() {
            // Half a line would swallow the next one.
            let _ = file.set_len(length);
        }
        written
    }

    /// The file of today, wherever that of a moment ago went.
    fn file(&mut self) -> io::Result<&mut File> {
        let name = file_name(0);
        let day = match self.today.take() {
            Some(day) if day.name == name && sys::is_at(&day.file, &day.path) => day,
            _ => {
                let day = self.open(name)?;
                self.prune();
                day
            }
        };
        Ok(&mut self.today.insert(day).file)
    }

    fn open(&self, name: String) -> io::Result<Day> {
        trust::create_private_folder(&self.folder)?;
        let path = self.folder.join(&name);
        let mut file = sys::open_file(&path)?;
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
        Ok(Day { name, path, file })
    }

    /// Removes the files of days that are over: by the clock, and by the files themselves, of which the newest days
    /// stay whatever the clock says.
    pub(crate) fn prune(&self) {
        let mut names = names(&self.folder).unwrap_or_default();
        let keep = usize::try_from(self.days).unwrap_or(usize::MAX);
        names.truncate(names.len().saturating_sub(keep));
        let oldest = file_name(self.days.saturating_sub(1));
        for name in names.iter().filter(|name| **name < oldest) {
            if let Err(error) = fs::remove_file(self.folder.join(name)) {
                tracing::warn!(%error, name, "an old journal file cannot be removed");
            }
        }
    }

    /// Removes what belongs to the calls of the matching records. Each file is replaced as a whole or not at all.
    pub(crate) fn erase(&mut self, matches: &dyn Fn(&Record) -> bool) -> io::Result<usize> {
        let names = names(&self.folder)?;
        let (mut ids, mut calls) = (HashSet::new(), Vec::new());
        for name in &names {
            for line in LinesFromEnd::open(&self.folder.join(name))? {
                if let Ok(record) = serde_json::from_slice::<Record>(&line?)
                    && matches(&record)
                {
                    ids.extend(record.id().map(ToOwned::to_owned));
                    calls.extend(record.call_id().map(|(at, call)| (at, call.to_owned())));
                }
            }
        }
        // What became of these calls may have come without the number.
        let is_of_them = |record: &Record| {
            record.call_id().is_some_and(|(at, call)| {
                calls
                    .iter()
                    .any(|(then, one)| one == call && at.duration_since(*then).abs() < ONE_CALL)
            })
        };
        for name in names.iter().filter(|_| !calls.is_empty()) {
            for line in LinesFromEnd::open(&self.folder.join(name))? {
                if let Ok(record) = serde_json::from_slice::<Record>(&line?)
                    && is_of_them(&record)
                {
                    ids.extend(record.id().map(ToOwned::to_owned));
                }
            }
        }
        if ids.is_empty() {
            return Ok(0);
        }
        // Windows does not replace a file that is open.
        self.today = None;
        for name in names {
            let path = self.folder.join(&name);
            let (mut kept, mut changed) = (Vec::new(), false);
            for line in LinesFromEnd::open(&path)? {
                let line = line?;
                // A line that cannot be read may hold the number too.
                let stays = serde_json::from_slice::<Record>(&line)
                    .is_ok_and(|record| record.id().is_none_or(|id| !ids.contains(id)));
                if stays {
                    kept.push(line);
                }
                changed |= !stays;
            }
            if changed {
                kept.reverse();
                kept.push(Vec::new());
                self.replace(&path, &kept.join(&b'\n'))?;
            }
        }
        let erased = ids.len();
        self.erased.extend(ids);
        Ok(erased)
    }

    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let temporary = path.with_extension("new");
        let _ = fs::remove_file(&temporary);
        let mut file = sys::open_file(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, path)?;
        sync_folder(&self.folder);
        Ok(())
    }
}

/// The names of a journal's files in the order in which they were written: those of days to come stem from a clock that
/// went wrong, so they are older than what the clock says now. Other files in the folder are left alone.
pub(crate) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
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
    let today = file_name(0);
    names.sort_unstable_by(|a, b| (*a <= today, a).cmp(&(*b <= today, b)));
    Ok(names)
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

/// Makes a new or renamed file's name durable. Only Unix needs it, and can.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
