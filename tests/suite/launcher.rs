//! The launcher, as a real process: what reaches the server, what becomes of the client, what it says and how it
//! ends.

mod client;
mod doctor;
mod failures;
mod import;
#[cfg(windows)]
mod message;
mod messages;
mod request;
mod settings;
mod status;
mod token;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use testkit::{Answer, ArgDump, Dump, Finished, Home, Recorder, program, run};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

const TOKEN: &str = "T0ken-that-nobody-may-see";

/// The path of a routing application, as in the vendor's script.
const TARGET: &str = "/rest/v1.0/1/routingApplications/run/1234";

/// A workstation: the launcher in a folder of its own, the vendor's client beside it.
struct Workstation {
    home: Home,
    dump: ArgDump,
    folder: PathBuf,
}

impl Workstation {
    /// With a client that reports how it was started and ends.
    fn new() -> Self {
        Self::with_client("ACDMiniClient.exe", &[])
    }

    /// With another client; the keys tell it what to do besides.
    fn with_client(name: &str, keys: &[(&str, &str)]) -> Self {
        let station = Self::without_client();
        station.dump.install(&station.folder.join(name), keys);
        station
    }

    fn without_client() -> Self {
        let home = Home::new();
        // Blanks and an umlaut, as in the folders that clients are installed in.
        let folder = home.path().join("Müller & Söhne");
        fs::create_dir(&folder).unwrap();
        let station = Self {
            home,
            dump: ArgDump::new(),
            folder,
        };
        for name in ["mc-start", "mc-startw"] {
            place(&program(name), &station.path(name));
        }
        station
    }

    /// A program of ours in the launcher's folder.
    fn path(&self, name: &str) -> PathBuf {
        self.folder
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Writes `mc-start.toml` beside the launcher.
    fn configure(&self, text: &str) -> PathBuf {
        let path = self.folder.join("mc-start.toml");
        fs::write(&path, text).unwrap();
        path
    }

    /// The launcher with these arguments and no token.
    fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command_at(&self.path("mc-start"));
        command.args(arguments);
        command
    }

    /// The launcher with the token in `API_TOKEN`.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare(arguments);
        command.env("API_TOKEN", TOKEN);
        command
    }

    /// Runs it with the URL of this server and the token.
    fn start(&self, server: &Recorder, arguments: &[&str]) -> Finished {
        let url = server.url(TARGET);
        let mut all = vec!["--url", url.as_str()];
        all.extend(arguments);
        run(&mut self.command(&all), PATIENCE)
    }

    /// How the client was started.
    fn client(&self) -> Dump {
        self.dump.only()
    }

    /// What the launcher noted for the helpdesk.
    fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("state/mc-start.log")).unwrap_or_default()
    }
}

/// A server whose application answers, with nothing against it.
fn answering(server: Recorder) -> Recorder {
    server.always(Answer::ok("{}"));
    server
}

/// Puts a program somewhere else: linked, as writing it anew could meet a fork of another test that keeps the file
/// open, and a file open for writing cannot be started (`ETXTBSY`); copied where the file system is another one.
fn place(program: &Path, at: &Path) {
    if fs::hard_link(program, at).is_err() {
        fs::copy(program, at).unwrap();
    }
}

/// Whether two paths are the same place, whatever their spelling.
#[track_caller]
fn assert_same_place(one: &Path, other: &Path) {
    assert_eq!(
        fs::canonicalize(one).unwrap(),
        fs::canonicalize(other).unwrap()
    );
}
