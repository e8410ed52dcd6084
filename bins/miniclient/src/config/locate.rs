//! Where configuration and state are, and which configuration counts.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::Problem;
use super::text::{SourceFile, cannot_read};
use crate::sys;
use mc_secret::trust::{self, Trusted};

/// The name of the configuration file in each of the folders.
pub const FILE_NAME: &str = "miniclient.toml";

/// The name of the policy in the machine's folder.
pub const POLICY_FILE_NAME: &str = "miniclient.policy.toml";

/// The folders, and what the environment says about them. All can be set, so that tests and embedders need no
/// particular machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Folders {
    /// `MINICLIENT_CONFIG`: a configuration file.
    pub config_from_environment: Option<PathBuf>,
    /// `MINICLIENT_HOME`: stands in for the user's configuration and state folders and separates copies side by side.
    pub home: Option<PathBuf>,
    /// The user's configuration folder.
    pub user: Option<PathBuf>,
    /// The folder of the executable.
    pub executable: Option<PathBuf>,
    /// The machine's configuration folder, which only administrators may write. No environment variable moves it.
    pub machine: Option<PathBuf>,
    /// Where the journal and logs are kept.
    pub state: Option<PathBuf>,
}

impl Folders {
    /// The folders of this process's user and machine.
    pub fn of_this_process() -> Self {
        let variable = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(|value| absolute(Path::new(&value)))
        };
        let base = directories::BaseDirs::new();
        let home = variable("MINICLIENT_HOME");
        let user = home.clone().or_else(|| {
            base.as_ref()
                .map(|base| base.config_dir().join("miniclient"))
        });
        let state = match &home {
            Some(home) => Some(home.join("state")),
            None => base.as_ref().map(|base| {
                base.state_dir()
                    .unwrap_or_else(|| base.data_local_dir())
                    .join("miniclient")
            }),
        };
        Self {
            config_from_environment: variable("MINICLIENT_CONFIG"),
            home,
            user,
            executable: std::env::current_exe()
                .ok()
                .and_then(|file| file.parent().map(Path::to_owned)),
            machine: sys::machine_folder(),
            state,
        }
    }

    /// The configuration file that `init` writes: the user's own.
    pub fn user_file(&self) -> Option<PathBuf> {
        self.user.as_ref().map(|folder| folder.join(FILE_NAME))
    }

    /// The policy file of the machine, whether it is there or not.
    pub fn policy_file(&self) -> Option<PathBuf> {
        self.machine
            .as_ref()
            .map(|folder| folder.join(POLICY_FILE_NAME))
    }

    /// The places where a configuration is looked for, the first found being used whole.
    pub fn candidates(&self, config_file: Option<&Path>) -> Vec<Candidate> {
        let named = |file: &Path, place| {
            vec![Candidate {
                file: absolute(file),
                place,
            }]
        };
        if let Some(file) = config_file {
            return named(file, Found::CommandLine);
        }
        if let Some(file) = &self.config_from_environment {
            return named(file, Found::Environment);
        }
        [
            (&self.user, Found::User),
            (&self.executable, Found::Executable),
            (&self.machine, Found::Machine),
        ]
        .into_iter()
        .filter_map(|(folder, place)| {
            folder.as_ref().map(|folder| Candidate {
                file: folder.join(FILE_NAME),
                place,
            })
        })
        .collect()
    }
}

/// A place where a configuration may be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// The file, absolute.
    pub file: PathBuf,
    /// Why it is looked for there.
    pub place: Found,
}

/// Why a configuration file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Found {
    /// `--config` names it.
    CommandLine,
    /// `MINICLIENT_CONFIG` names it.
    Environment,
    /// It is in the user's configuration folder.
    #[default]
    User,
    /// It is beside the executable.
    Executable,
    /// It is the machine's.
    Machine,
    /// There is none, only a policy.
    Nowhere,
}

/// The configuration that counts, and why; none when there is no such file anywhere.
pub(super) fn find(
    folders: &Folders,
    config_file: Option<&Path>,
) -> Result<Option<(SourceFile, Found)>, Problem> {
    for candidate in folders.candidates(config_file) {
        let named = matches!(candidate.place, Found::CommandLine | Found::Environment);
        let trusted = candidate.place == Found::Machine;
        if let Some(file) = read(&candidate.file, trusted, named)? {
            return Ok(Some((file, candidate.place)));
        }
    }
    Ok(None)
}

/// The machine's policy, if there is one.
pub(super) fn find_policy(folders: &Folders) -> Result<Option<SourceFile>, Problem> {
    match folders.policy_file() {
        Some(file) => read(&file, true, false),
        None => Ok(None),
    }
}

/// Reads a file; none if it is not there, unless it was `named`. A machine's file must be one that administrators
/// alone can write: whoever could write it would run programs as everybody else.
fn read(path: &Path, machine: bool, named: bool) -> Result<Option<SourceFile>, Problem> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if !named && is_absent(&error) => return Ok(None),
        // Windows opens no folder, and says only that it may not.
        Err(_) if path.is_dir() => return Err(is_folder(path)),
        Err(error) => return Err(Problem::in_file(path, cannot_read(&error))),
    };
    // Unix opens it.
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(is_folder(path));
    }
    if machine {
        trusted(path, &file)?;
    }
    SourceFile::read(path, file).map(Some)
}

fn is_folder(path: &Path) -> Problem {
    Problem::in_file(path, "this is a folder; name the file in it".to_owned())
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// The file as it was opened, and its folder: a file in a folder that others may write can be replaced at any time.
fn trusted(path: &Path, file: &File) -> Result<(), Problem> {
    let refuse = |what: &Path, why: &str| {
        Problem::in_file(
            path,
            format!(
                "this file counts only if administrators alone can write it and its folder, but {}: {why}",
                what.display()
            ),
        )
    };
    let judge =
        |what: &Path, file: &File| match trust::others_may_write(file, Trusted::Administrators) {
            Ok(None) => Ok(()),
            Ok(Some(why)) => Err(refuse(what, &why)),
            Err(error) => Err(refuse(
                what,
                &format!("its permissions cannot be read: {error}"),
            )),
        };
    judge(path, file)?;
    // Behind a link the folder that counts is the one where the file really is.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut folders: Vec<&Path> = [path.parent(), real.parent()]
        .into_iter()
        .flatten()
        .collect();
    folders.dedup();
    for folder in folders {
        match trust::open_folder(folder) {
            Ok(opened) => judge(folder, &opened)?,
            Err(error) => return Err(refuse(folder, &cannot_read(&error))),
        }
    }
    Ok(())
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
