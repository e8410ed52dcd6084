//! `miniclient install` and `uninstall`: started at logon, asked when a link is clicked.

#[cfg(unix)]
mod linux;
#[cfg(unix)]
mod openers;
#[cfg(unix)]
mod proof;
#[cfg(windows)]
pub(crate) mod windows;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use testkit::{ArgDump, Home, program};

const PATIENCE: Duration = Duration::from_mins(1);

/// The program in a folder with a blank in its name, its windowless twin replaced by one that reports its start.
struct Installed {
    home: Home,
    dump: ArgDump,
    folder: PathBuf,
}

impl Installed {
    /// With a windowless twin that writes down what it was started with.
    fn new() -> Self {
        let installed = Self::without_twin();
        installed.dump.install(&installed.path("miniclientw"), &[]);
        installed
    }

    fn without_twin() -> Self {
        let home = Home::new();
        let folder = home.path().join("Program Files");
        fs::create_dir(&folder).unwrap();
        let installed = Self {
            home,
            dump: ArgDump::new(),
            folder,
        };
        let at = installed.path("miniclient");
        let from = program("miniclient");
        if fs::hard_link(&from, &at).is_err() {
            fs::copy(&from, &at).unwrap();
        }
        installed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command_at(&self.path("miniclient"));
        command.args(arguments).env_remove("MINICLIENT_HOME");
        command
    }
}
