//! Starting a program of ours in a world of its own.

use crate::watch::lock;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A home for one copy of the programs: configuration, state and instance apart from every other copy's.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
}

/// What of the machine a program under test must not see.
const SCRUBBED: &[&str] = &[
    "API_TOKEN",
    "MINICLIENT_CONFIG",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "RUST_LOG",
    "CARGO",
    "CLIENTNAME",
    "SESSIONNAME",
    "DISPLAY",
    "WAYLAND_DISPLAY",
];

impl Home {
    /// A new empty one.
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        for name in ["home", "config", "state", "cache", "data"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder in it");
        }
        Self { folder }
    }

    /// Its folder, which is `MINICLIENT_HOME` for the programs.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into it and gives its path.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).expect("a file in the home");
        path
    }

    /// Writes the user's `miniclient.toml`.
    pub fn config(&self, text: &str) -> PathBuf {
        self.write("miniclient.toml", text)
    }

    /// A workspace program that lives here: own `MINICLIENT_HOME`, `HOME` and XDG folders; no token, no proxy, no
    /// desktop; working directory here; nothing on standard input.
    pub fn command(&self, program: &str) -> Command {
        self.command_at(&crate::program(program))
    }

    /// The same for a program at a path.
    pub fn command_at(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for name in SCRUBBED {
            command.env_remove(name);
        }
        command
            .env("MINICLIENT_HOME", self.path())
            // English, wherever the test runs.
            .env("LC_ALL", "C.UTF-8")
            .current_dir(self.path())
            .stdin(Stdio::null());
        if cfg!(unix) {
            let own = |name: &str| self.path().join(name);
            command
                .env("HOME", own("home"))
                .env("XDG_CONFIG_HOME", own("config"))
                .env("XDG_STATE_HOME", own("state"))
                .env("XDG_CACHE_HOME", own("cache"))
                .env("XDG_DATA_HOME", own("data"))
                // Without an address the bus of whoever runs the tests would be found by its place, and their desktop
                // would show what the tests cause.
                .env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
        }
        command
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

/// What a program said and how it ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finished {
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output; bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
    /// From start to end.
    pub took: Duration,
}

impl Finished {
    /// Checks the exit code.
    ///
    /// # Panics
    ///
    /// When it is another one: the message shows everything the program said.
    #[must_use]
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "exit code; stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }
}

/// Runs a program to its end and keeps what it says.
///
/// # Panics
///
/// When it cannot be started, or does not end in time: then it is killed, and the message shows what it said.
pub fn run(command: &mut Command, within: Duration) -> Finished {
    run_with_input(command, b"", within)
}

/// The same with bytes on standard input.
///
/// # Panics
///
/// As [`run`].
pub fn run_with_input(command: &mut Command, input: &[u8], within: Duration) -> Finished {
    if !input.is_empty() {
        command.stdin(Stdio::piped());
    }
    let mut running = Running::start(command);
    if let Some(mut stdin) = running.child.stdin.take() {
        let input = input.to_vec();
        // A program that does not read must not block the test.
        thread::spawn(move || stdin.write_all(&input));
    }
    running.finish(within)
}

/// A program that runs while the test does other things; killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    name: String,
    started: Instant,
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
}

/// Starts it; tried again where Wine fails by itself, which it does now and then when many programs start at once.
fn spawn(command: &mut Command) -> io::Result<Child> {
    const ERROR_INTERNAL_ERROR: i32 = 1359;
    for _ in 0..4 {
        match command.spawn() {
            Err(error) if cfg!(windows) && error.raw_os_error() == Some(ERROR_INTERNAL_ERROR) => {}
            started => return started,
        }
    }
    command.spawn()
}

impl Running {
    /// Starts it, collecting both outputs.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Self {
        Self::try_start(command).unwrap_or_else(|reason| panic!("{reason}"))
    }

    /// [`Self::start`] for callers that tell a failure themselves.
    ///
    /// # Errors
    ///
    /// A sentence, when it cannot be started.
    pub fn try_start(command: &mut Command) -> Result<Self, String> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = spawn(command).map_err(|e| format!("{name} does not start: {e}"))?;
        let (stdout, stderr) = (Arc::default(), Arc::default());
        let readers = [
            child.stdout.take().map(|pipe| collect(pipe, &stdout)),
            child.stderr.take().map(|pipe| collect(pipe, &stderr)),
        ];
        let readers = readers.into_iter().flatten().collect();
        Ok(Self {
            child,
            name,
            started: Instant::now(),
            stdout,
            stderr,
            readers,
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Standard output so far.
    pub fn stdout(&self) -> String {
        text(&self.stdout)
    }

    /// Standard error so far.
    pub fn stderr(&self) -> String {
        text(&self.stderr)
    }

    /// Waits until `look` finds something in what it said so far on both outputs.
    ///
    /// # Panics
    ///
    /// When `within` has passed or the program has ended without it.
    pub fn wait_said<T>(
        &mut self,
        what: &str,
        within: Duration,
        mut look: impl FnMut(&str) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + within;
        loop {
            let ended = self.ended();
            if ended.is_some() {
                self.join_readers();
            }
            let said = format!("{}{}", self.stdout(), self.stderr());
            if let Some(found) = look(&said) {
                return found;
            }
            assert!(
                ended.is_none(),
                "{} ended without {what}, saying:\n{said}",
                self.name
            );
            assert!(
                Instant::now() < deadline,
                "{}: no {what} within {within:?}; it said:\n{said}",
                self.name
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether and how it ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the state of a child")
    }

    /// Waits for its end.
    ///
    /// # Panics
    ///
    /// When it does not end in time: it is killed, and the message shows what it said.
    pub fn finish(self, within: Duration) -> Finished {
        self.try_finish(within)
            .unwrap_or_else(|reason| panic!("{reason}"))
    }

    /// [`Self::finish`] for callers that tell a failure themselves.
    ///
    /// # Errors
    ///
    /// A sentence with what it said, when it does not end in time.
    pub fn try_finish(mut self, within: Duration) -> Result<Finished, String> {
        let deadline = Instant::now() + within;
        let status = loop {
            if let Some(status) = self.ended() {
                break status;
            }
            if Instant::now() >= deadline {
                let _ = self.child.kill();
                let said = format!("{}{}", self.stdout(), self.stderr());
                return Err(format!(
                    "{} did not end within {within:?}; it said:\n{said}",
                    self.name
                ));
            }
            thread::sleep(Duration::from_millis(2));
        };
        let took = self.started.elapsed();
        self.join_readers();
        let code = status.code().unwrap_or(-1);
        Ok(Finished {
            code,
            stdout: self.stdout(),
            stderr: self.stderr(),
            took,
        })
    }

    /// Ends it at once, as a crash would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// A child of the program may hold the pipes open: then what was read so far must do.
    fn join_readers(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(2);
        while self.readers.iter().any(|r| !r.is_finished()) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(mut pipe: impl Read + Send + 'static, into: &Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    let into = Arc::clone(into);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(n @ 1..) = pipe.read(&mut buffer) {
            lock(&into).extend_from_slice(&buffer[..n]);
        }
    })
}

fn text(bytes: &Mutex<Vec<u8>>) -> String {
    String::from_utf8_lossy(&lock(bytes)).into_owned()
}

/// Whether `needle` is nowhere in these texts: for tokens that must not leak.
pub fn nowhere(needle: &str, texts: &[impl AsRef<OsStr>]) -> bool {
    !texts
        .iter()
        .any(|t| t.as_ref().to_string_lossy().contains(needle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ArgDump;

    #[test]
    fn a_home_is_all_a_program_sees() {
        let (home, dump) = (Home::new(), ArgDump::new());
        let mut command = home.command("argdump");
        let finished = run(command.envs([dump.env()]), Duration::from_secs(20)).expect_code(0);
        assert_eq!(
            (finished.stdout.as_str(), finished.stderr.as_str()),
            ("", "")
        );
        let env = dump.only().env;
        assert_eq!(env.get("MINICLIENT_HOME").map(Path::new), Some(home.path()));
        assert!(!env.contains_key("API_TOKEN") && !env.contains_key("HTTP_PROXY"));
    }

    #[test]
    fn input_reaches_the_program() {
        let (home, dump) = (Home::new(), ArgDump::new());
        let mut command = home.command("argdump");
        command.envs([dump.env()]).env("ARGDUMP_STDIN", "1");
        let _ = run_with_input(&mut command, b"{}", Duration::from_secs(20)).expect_code(0);
        assert_eq!(dump.only().stdin.as_deref(), Some("{}"));
    }

    #[test]
    #[should_panic(expected = "did not end within")]
    fn a_program_that_stays_is_killed_and_named() {
        let (home, dump) = (Home::new(), ArgDump::new());
        let never = dump.folder().join("never");
        run(
            home.command("argdump")
                .envs([dump.env()])
                .env("ARGDUMP_UNTIL", never),
            Duration::from_millis(300),
        );
    }

    #[test]
    fn what_a_program_says_before_it_fails_is_seen() {
        let home = Home::new();
        let mut command = home.command("argdump");
        let mut running = Running::start(&mut command);
        running.wait_said("its complaint", Duration::from_secs(20), |said| {
            said.contains("ARGDUMP_OUT").then_some(())
        });
        assert_eq!(running.finish(Duration::from_secs(20)).code, 125);
    }
}
