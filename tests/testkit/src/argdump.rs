//! What the `argdump` program reports, and how a test asks for it and reads it.

use crate::watch::wait_for;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// One start of `argdump`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Dump {
    /// The path by which it was started.
    pub program: String,
    /// Its arguments, without those that begin with `--argdump-`. Ones that are no Unicode have U+FFFD in them.
    pub args: Vec<String>,
    /// On Windows, the command line that `GetCommandLineA` gives, in the machine's ANSI code page; elsewhere none.
    pub ansi_line: Option<Vec<u8>>,
    /// The working directory.
    pub cwd: PathBuf,
    /// The whole environment; entries that are no Unicode are left out.
    pub env: BTreeMap<String, String>,
    /// Standard input to its end, when asked for.
    pub stdin: Option<String>,
    /// On Linux, the open descriptors and what they are; elsewhere empty.
    pub fds: BTreeMap<u32, String>,
    /// Its process id.
    pub pid: u32,
    /// The process id of the grandchild it started, when asked for.
    pub grandchild: Option<u32>,
}

/// A folder in which every start of `argdump` leaves one file.
///
/// How it is told to the program, first found: leading arguments `--argdump-<key>=<value>`; variables
/// `ARGDUMP_<KEY>`; lines `<key>=<value>` in the file `<program>.argdump` beside it. The last needs neither arguments
/// nor environment, so it works whatever the starter passes on. Keys:
///
/// | key | meaning |
/// | --- | --- |
/// | `out` | a folder (one file per start) or a file to write the dump to; needed |
/// | `stdin` | `1`: read standard input to its end first |
/// | `grandchild` | a file: starts a grandchild that lives until this file is there |
/// | `until` | a file: after the dump, live until it is there |
/// | `say` | a text, written to standard output, and after an `!` to standard error |
/// | `exit` | the exit code |
#[derive(Debug)]
pub struct ArgDump {
    folder: TempDir,
}

impl ArgDump {
    /// A new empty folder.
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// The program itself.
    pub fn program() -> PathBuf {
        crate::program("argdump")
    }

    /// The folder the dumps go to; also a place for the files that `until` and `grandchild` name.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The variable that tells the program where to write.
    pub fn env(&self) -> (&'static str, &Path) {
        ("ARGDUMP_OUT", self.folder.path())
    }

    /// A copy of the program under another name, told by a file beside it where to write and what else to do.
    pub fn install(&self, path: &Path, keys: &[(&str, &str)]) -> PathBuf {
        let path = with_exe_suffix(path);
        crate::place_program(&Self::program(), &path).expect("the program can be copied");
        let mut control = format!("out={}\n", self.folder.path().display());
        for (key, value) in keys {
            control.extend([key, "=", value, "\n"]);
        }
        fs::write(control_file(&path), control).expect("the control file can be written");
        path
    }

    /// The dumps so far, in the order of their starts.
    pub fn dumps(&self) -> Vec<Dump> {
        let files = fs::read_dir(self.folder.path()).expect("the folder can be read");
        let mut paths: Vec<PathBuf> = files.filter_map(|f| Some(f.ok()?.path())).collect();
        paths.retain(|p| p.extension().is_some_and(|e| e == "json"));
        paths.sort();
        paths.iter().map(|p| read(p)).collect()
    }

    /// Waits for `n` dumps.
    ///
    /// # Panics
    ///
    /// When `within` has passed.
    pub fn wait_for(&self, n: usize, within: Duration) -> Vec<Dump> {
        wait_for(within, &format!("{n} starts of argdump"), || {
            Some(self.dumps()).filter(|d| d.len() >= n)
        })
    }

    /// The only dump, waiting up to 20 s for it.
    ///
    /// # Panics
    ///
    /// When there is none in time, or more than one.
    pub fn only(&self) -> Dump {
        let mut dumps = self.wait_for(1, Duration::from_secs(20));
        assert_eq!(dumps.len(), 1, "not one start: {dumps:?}");
        dumps.swap_remove(0)
    }
}

impl Default for ArgDump {
    fn default() -> Self {
        Self::new()
    }
}

/// Where the program of this path looks for its instructions.
pub fn control_file(program: &Path) -> PathBuf {
    let mut name = program.as_os_str().to_owned();
    name.push(".argdump");
    PathBuf::from(name)
}

fn with_exe_suffix(path: &Path) -> PathBuf {
    if cfg!(windows) && path.extension().is_none() {
        path.with_extension("exe")
    } else {
        path.to_owned()
    }
}

fn read(path: &Path) -> Dump {
    let text = fs::read(path).expect("a dump can be read");
    serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process_alive;
    use std::io::Write;
    use std::process::{Command, Stdio};

    #[test]
    fn arguments_arrive_exactly() {
        let dump = ArgDump::new();
        let hostile = [
            "",
            "a b",
            "\"q\"",
            "back\\slash\\",
            "trailing\\\\",
            "%PATH%",
            "äöü €",
            "--argdump",
            "'",
            "*",
        ];
        let status = Command::new(ArgDump::program())
            .args(hostile)
            .envs([dump.env()])
            .status()
            .unwrap();
        assert!(status.success());
        assert_eq!(dump.only().args, hostile);
    }

    #[test]
    fn instructions_may_stand_in_front() {
        let dump = ArgDump::new();
        let out = format!("--argdump-out={}", dump.folder().display());
        let status = Command::new(ArgDump::program())
            .args([&out, "--argdump-exit=7", "a", "--argdump-exit=8"])
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(7));
        assert_eq!(dump.only().args, ["a", "--argdump-exit=8"]);
    }

    #[test]
    fn a_copy_reads_its_instructions_beside_it() {
        let (dump, folder) = (ArgDump::new(), TempDir::new().unwrap());
        let copy = dump.install(&folder.path().join("ACDMiniClient"), &[("exit", "3")]);
        let status = Command::new(copy)
            .current_dir(folder.path())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(3));
        assert_eq!(
            dump.only().cwd.canonicalize().unwrap(),
            folder.path().canonicalize().unwrap()
        );
    }

    #[test]
    fn standard_input_and_environment_are_reported() {
        let dump = ArgDump::new();
        let mut child = Command::new(ArgDump::program())
            .envs([dump.env()])
            .env("ARGDUMP_STDIN", "1")
            .env("COLOUR", "grün")
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all("Straße".as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success());
        let dump = dump.only();
        assert_eq!(dump.stdin.as_deref(), Some("Straße"));
        assert_eq!(dump.env["COLOUR"], "grün");
    }

    #[test]
    fn a_grandchild_lives_until_its_file_is_there() {
        let dump = ArgDump::new();
        let file = dump.folder().join("enough");
        let status = Command::new(ArgDump::program())
            .envs([dump.env()])
            .env("ARGDUMP_GRANDCHILD", &file)
            .status()
            .unwrap();
        assert!(status.success());
        let grandchild = dump.only().grandchild.expect("a grandchild");
        assert!(process_alive(grandchild));
        fs::write(file, "").unwrap();
        crate::wait_until(Duration::from_secs(20), "the end of the grandchild", || {
            !process_alive(grandchild)
        });
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn open_descriptors_are_listed() {
        let dump = ArgDump::new();
        assert!(
            Command::new(ArgDump::program())
                .envs([dump.env()])
                .stdin(Stdio::null())
                .status()
                .unwrap()
                .success()
        );
        let fds = dump.only().fds;
        assert_eq!(fds.get(&0).map(String::as_str), Some("/dev/null"));
    }
}
