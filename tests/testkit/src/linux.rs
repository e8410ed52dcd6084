//! Programs of the Linux that a test runs on: also of the one below Wine, for which there is the program `linux`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A program of this machine's Linux, found as its shell finds it. Arguments that are paths stay as this system writes
/// them.
pub fn linux(program: &str) -> Command {
    if cfg!(windows) {
        let mut command = Command::new(crate::program("linux"));
        command.arg(program);
        command
    } else {
        Command::new(program)
    }
}

/// How a program of Linux names this file.
#[cfg(unix)]
pub fn linux_path(path: &Path) -> String {
    path.display().to_string()
}

/// How a program of Linux names this file.
///
/// # Panics
///
/// Where there is no Wine, for then there is no Linux either.
#[cfg(windows)]
pub fn linux_path(path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    let Some((drive, rest)) = path.split_once(":/") else {
        return path;
    };
    if drive.eq_ignore_ascii_case("z") {
        return format!("/{rest}");
    }
    // Wine's own name of its folder: \??\Z:\...
    let prefix = std::env::var("WINECONFIGDIR").expect("a program under Wine");
    let prefix = linux_path(&PathBuf::from(prefix.replace(r"\??\", "")));
    let drive = drive.to_ascii_lowercase();
    format!("{prefix}/dosdevices/{drive}:/{rest}")
}

/// Where this system finds a file of Linux.
pub(crate) fn here(path: &str) -> PathBuf {
    if cfg!(windows) {
        format!("Z:{path}").into()
    } else {
        path.into()
    }
}
