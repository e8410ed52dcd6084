//! `init`: a commented configuration to begin with.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use mc_cli::settings::{Layer, Trusted};
use mc_secret::trust::create_private_folder;

use crate::cli::InitArguments;
use crate::config::FILE_NAME;
use crate::{App, Exit};

/// What is written. `check` accepts it as it is.
pub const TEXT: &str = include_str!("init.toml");

/// Runs the command.
pub(crate) fn run(app: &App, arguments: &InitArguments) -> Exit {
    if arguments.print {
        app.output.text(TEXT);
        return Exit::Done;
    }
    let Some(file) = app
        .config_file
        .clone()
        .or_else(|| app.folders.user_file(FILE_NAME))
    else {
        app.output.note(
            "this user has no configuration folder; name a file: miniclient --config FILE init",
        );
        return Exit::Failed;
    };
    match write(&file) {
        Ok(()) => {
            app.output.line(format_args!("{}: written", file.display()));
            Exit::Done
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            app.output.note(&format!(
                "{} is there already and stays as it is; `miniclient init --print` shows what would be written",
                file.display()
            ));
            Exit::Failed
        }
        Err(error) => {
            let why = mc_cli::with_disk_advice(&error);
            app.output
                .note(&format!("{} cannot be written: {why}", file.display()));
            Exit::Failed
        }
    }
}

/// Writes a new file, which is there whole and can be believed, or not at all. One that is there is never opened, not even
/// for a moment.
fn write(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        create_private_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // Commands in it may come to hold passwords.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(file)?;
    let written = new.write_all(TEXT.as_bytes());
    drop(new);
    // As the agent will read it: not from a folder in which others can put another in its place.
    let read = || Layer::read(file, true, Some(Trusted::User));
    let good = written.and_then(|()| read().map_err(|problem| io::Error::other(problem.text)));
    if good.is_err() {
        let _ = fs::remove_file(file);
    }
    good.map(drop)
}
