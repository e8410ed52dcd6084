//! The calls of the last minute, so that one that comes twice runs once. They outlive the process.
//!
//! Only keyed hashes are kept, never values, and the key goes with them: whatever the journal keeps, nobody learns from
//! this who called.

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mc_hooks::CallEvent;
use mc_secret::trust;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use crate::random;

/// The longest that a call is remembered.
pub(crate) const LONGEST: Duration = Duration::from_mins(1);
/// How many calls are remembered. A flood of more forgets the oldest first.
const MOST: usize = 65_536;

/// What makes two calls the same.
pub(crate) type Fingerprint = [u8; 16];

/// Whether a call is on disk: not known yet, yes, or no.
pub(crate) type Written = watch::Receiver<Option<bool>>;

/// A call that came a moment ago.
#[derive(Debug, Clone)]
pub(crate) struct Recent {
    pub(crate) id: String,
    /// Whether it came so late that nothing ran for it.
    pub(crate) late: bool,
    pub(crate) written: Written,
    until: u64,
}

/// The calls of the last minute.
#[derive(Debug)]
pub(crate) struct RecentCalls {
    key: String,
    calls: HashMap<Fingerprint, Recent>,
    ends: VecDeque<(u64, Fingerprint)>,
}

impl RecentCalls {
    /// Those that an earlier process kept, and the file for those to come. Without a file, those of this process alone.
    pub(crate) fn open(state: &Path) -> (Self, RecentFile) {
        let path = state.join("recent-calls");
        let old = path.with_extension("old");
        let (mut key, mut kept) = (None, Vec::new());
        for text in [&old, &path]
            .into_iter()
            .filter_map(|path| fs::read_to_string(path).ok())
        {
            let mut lines = text.lines();
            key = lines.next().map(str::to_owned).or(key);
            kept.extend(lines.filter_map(parse));
        }
        let key = key
            .filter(|key| key.len() == 64)
            .or_else(|| random::hex::<32>().ok())
            .unwrap_or_default();
        let mut calls = Self {
            key,
            calls: HashMap::new(),
            ends: VecDeque::new(),
        };
        let (now, longest) = (now(), millis(LONGEST));
        let mut lines = String::new();
        for (fingerprint, until, id, late) in kept {
            // One that ends later than any can stems from a clock that went wrong.
            if until > now && until <= now + longest {
                lines.push_str(&line(&fingerprint, until, &id, late));
                let written = watch::channel(Some(true)).1;
                let recent = Recent {
                    id,
                    late,
                    written,
                    until,
                };
                calls.insert(fingerprint, recent);
            }
        }
        let mut file = RecentFile {
            path,
            old,
            key: calls.key.clone(),
            file: None,
        };
        let _ = fs::remove_file(&file.old);
        if let Err(error) = file.begin(&lines) {
            tracing::warn!(%error, "the calls of the last minute are forgotten at the next start");
        }
        (calls, file)
    }

    /// A hash over all names and values. The order in which extra names came does not count, nor does their letter case.
    pub(crate) fn fingerprint(&self, event: &CallEvent) -> Fingerprint {
        let mut members: Vec<(String, &str)> = event
            .iter()
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        members.sort_unstable();
        let mut hash = Sha256::new();
        hash.update(self.key.as_bytes());
        for (name, value) in members {
            for part in [name.as_str(), value] {
                hash.update(part.len().to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        let digest: [u8; 32] = hash.finalize().into();
        let mut fingerprint = Fingerprint::default();
        fingerprint.copy_from_slice(&digest[..16]);
        fingerprint
    }

    /// The same call, if it came a moment ago.
    pub(crate) fn find(&mut self, fingerprint: &Fingerprint) -> Option<Recent> {
        let now = now();
        // One that ends later than any can stems from before the clock was set back.
        let holds = |until| until > now && until <= now + millis(LONGEST);
        while let Some(&(until, old)) = self.ends.front() {
            if holds(until) && self.calls.len() <= MOST {
                break;
            }
            self.ends.pop_front();
            if self.calls.get(&old).is_some_and(|call| call.until == until) {
                self.calls.remove(&old);
            }
        }
        // Those that end sooner may stand behind others.
        self.calls
            .get(fingerprint)
            .filter(|call| holds(call.until))
            .cloned()
    }

    /// Remembers a call for so long; the line is for the file.
    pub(crate) fn remember(
        &mut self,
        fingerprint: Fingerprint,
        id: &str,
        late: bool,
        window: Duration,
        written: Written,
    ) -> String {
        let until = now() + millis(window.min(LONGEST));
        let recent = Recent {
            id: id.to_owned(),
            late,
            written,
            until,
        };
        self.insert(fingerprint, recent);
        line(&fingerprint, until, id, late)
    }

    /// Forgets a call: it was not accepted.
    pub(crate) fn forget(&mut self, fingerprint: &Fingerprint) {
        self.calls.remove(fingerprint);
    }

    fn insert(&mut self, fingerprint: Fingerprint, recent: Recent) {
        self.ends.push_back((recent.until, fingerprint));
        self.calls.insert(fingerprint, recent);
    }
}

/// Where they are kept. Not waited for by the disk: it is the end of the process that they outlive.
#[derive(Debug)]
pub(crate) struct RecentFile {
    path: PathBuf,
    /// The file of the minute before.
    old: PathBuf,
    key: String,
    /// The file, and when it was begun.
    file: Option<(File, u64)>,
}

impl RecentFile {
    /// Adds a line.
    pub(crate) fn add(&mut self, line: &str) -> io::Result<()> {
        match &mut self.file {
            Some((file, begun)) if now().abs_diff(*begun) < millis(LONGEST) => {
                file.write_all(line.as_bytes())
            }
            _ => {
                self.file = None;
                let moved = fs::rename(&self.path, &self.old);
                if let Err(error) = moved.or_else(|error| match error.kind() {
                    io::ErrorKind::NotFound => Ok(()),
                    _ => Err(error),
                }) {
                    tracing::warn!(%error, "the calls of the last minute cannot be kept");
                }
                self.begin(line)
            }
        }
    }

    /// Begins a new file with these lines.
    fn begin(&mut self, lines: &str) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            trust::create_private_folder(folder)?;
        }
        let mut file = trust::open_private_file(&self.path)?;
        file.set_len(0)?;
        file.write_all(format!("{}\n{lines}", self.key).as_bytes())?;
        self.file = Some((file, now()));
        Ok(())
    }
}

fn line(fingerprint: &Fingerprint, until: u64, id: &str, late: bool) -> String {
    let late = if late { " late" } else { "" };
    format!(
        "{:032x} {until} {id}{late}\n",
        u128::from_be_bytes(*fingerprint)
    )
}

fn parse(line: &str) -> Option<(Fingerprint, u64, String, bool)> {
    let mut words = line.split(' ');
    let fingerprint = u128::from_str_radix(words.next()?, 16).ok()?.to_be_bytes();
    let until = words.next()?.parse().ok()?;
    let id = words.next().filter(|id| !id.is_empty())?;
    Some((
        fingerprint,
        until,
        id.to_owned(),
        words.next() == Some("late"),
    ))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Milliseconds since 1970: what another process can compare.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str) -> CallEvent {
        CallEvent::from_pairs([("CallID", id), ("ANumber", "49199123456")]).unwrap()
    }

    fn remember(calls: &mut RecentCalls, id: &str, window: Duration) -> String {
        let fingerprint = calls.fingerprint(&call(id));
        calls.remember(
            fingerprint,
            id,
            id == "late",
            window,
            watch::channel(None).1,
        )
    }

    #[test]
    fn f58_what_came_a_moment_ago_is_known_to_the_next_process() {
        let state = tempfile::tempdir().unwrap();
        let (mut calls, mut file) = RecentCalls::open(state.path());
        for (id, window) in [("a", LONGEST), ("b", Duration::ZERO)] {
            file.add(&remember(&mut calls, id, window)).unwrap();
        }
        let text = fs::read_to_string(state.path().join("recent-calls")).unwrap();
        assert!(!text.contains("49199123456"), "{text}");
        for _ in 0..2 {
            let (mut calls, _) = RecentCalls::open(state.path());
            let known = |calls: &mut RecentCalls, id| {
                let fingerprint = calls.fingerprint(&call(id));
                calls.find(&fingerprint).map(|call| call.id)
            };
            assert_eq!(known(&mut calls, "a").as_deref(), Some("a"));
            assert_eq!(known(&mut calls, "b"), None, "its time is over");
            assert_eq!(known(&mut calls, "c"), None);
        }
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nothing_longer() {
        let state = tempfile::tempdir().unwrap();
        let (mut calls, _) = RecentCalls::open(state.path());
        let fingerprint = calls.fingerprint(&call("a"));
        let kept = |until| Recent {
            late: false,
            id: "a".to_owned(),
            written: watch::channel(Some(true)).1,
            until,
        };
        calls.insert(fingerprint, kept(now() + millis(LONGEST) / 2));
        assert!(calls.find(&fingerprint).is_some());
        calls.insert(fingerprint, kept(now() + millis(2 * LONGEST)));
        assert!(calls.find(&fingerprint).is_none());
    }

    #[test]
    fn a_minute_is_kept_in_two_files() {
        let state = tempfile::tempdir().unwrap();
        let old = state.path().join("recent-calls.old");
        let (mut calls, mut file) = RecentCalls::open(state.path());
        file.add(&remember(&mut calls, "a", LONGEST)).unwrap();
        file.add(&remember(&mut calls, "b", LONGEST)).unwrap();
        assert!(!old.exists(), "one minute is one file");
        if let Some((_, begun)) = &mut file.file {
            *begun -= millis(LONGEST);
        }
        file.add(&remember(&mut calls, "c", LONGEST)).unwrap();
        assert!(old.exists(), "the minute before has its own");
        file.add(&remember(&mut calls, "d", LONGEST)).unwrap();
        let (calls, _) = RecentCalls::open(state.path());
        assert_eq!(calls.calls.len(), 4);
    }

    #[test]
    fn what_was_not_accepted_may_come_again() {
        let state = tempfile::tempdir().unwrap();
        let (mut calls, _) = RecentCalls::open(state.path());
        let fingerprint = calls.fingerprint(&call("a"));
        remember(&mut calls, "a", LONGEST);
        calls.forget(&fingerprint);
        assert!(calls.find(&fingerprint).is_none());
    }

    #[test]
    fn what_is_no_file_of_ours_is_nothing() {
        let state = tempfile::tempdir().unwrap();
        for text in [
            "",
            "x",
            "\n\n\n",
            "zz 1 a\n00 x a\n00 1\n00 99999999999999 a\n",
        ] {
            fs::write(state.path().join("recent-calls"), text).unwrap();
            assert!(RecentCalls::open(state.path()).0.calls.is_empty());
        }
    }

    #[test]
    fn a_flood_is_remembered_within_bounds() {
        let state = tempfile::tempdir().unwrap();
        let (mut calls, _) = RecentCalls::open(state.path());
        let fingerprint = |n: usize| (n as u128).to_be_bytes();
        for n in 0..MOST + 10 {
            calls.remember(fingerprint(n), "x", false, LONGEST, watch::channel(None).1);
        }
        assert!(calls.find(&fingerprint(MOST + 9)).is_some());
        assert!(calls.find(&fingerprint(0)).is_none());
        assert!(calls.calls.len() <= MOST);
    }
}
