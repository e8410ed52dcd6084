//! Linux desktops: a desktop entry that names the kinds of link, the user's list of default programs, an autostart
//! entry (freedesktop.org: Desktop Entry, MIME Applications Associations, Autostart).
//!
//! The default is set with `xdg-mime`, which knows the desktops' own ways; where it is missing, in the list that all
//! of them read, `mimeapps.list`.

mod entry;
mod list;
#[cfg(feature = "session-end")]
pub(super) mod signals;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mc_process::resolve;

use crate::application::Application;
use crate::change::{Change, InstallError};

struct Folders {
    config: PathBuf,
    data: PathBuf,
}

impl Folders {
    fn of_this_user() -> Result<Self, InstallError> {
        let base = directories::BaseDirs::new().ok_or(InstallError::NoFolder)?;
        Ok(Self {
            config: base.config_dir().to_owned(),
            data: base.data_dir().to_owned(),
        })
    }

    fn entry(&self, id: &str) -> PathBuf {
        self.data.join("applications").join(id)
    }

    fn autostart(&self, id: &str) -> PathBuf {
        self.config.join("autostart").join(id)
    }

    fn defaults(&self) -> PathBuf {
        self.config.join("mimeapps.list")
    }
}

/// The entry's file name, by which lists of default programs know it.
fn id(application: &Application) -> String {
    format!("{}.desktop", application.id)
}

pub(crate) fn install(application: &Application) -> Result<Vec<Change>, InstallError> {
    let folders = Folders::of_this_user()?;
    let id = id(application);
    write(&folders.autostart(&id), &entry::autostart(application))?;
    let mut done = vec![Change::StartsAtLogon];
    // Asked before the entry is there: a program that names the kind of link may be the default by being the only one.
    let free: Vec<bool> = application
        .schemes
        .iter()
        .map(|scheme| opener(scheme).is_none_or(|opener| opener == id))
        .collect();
    write(&folders.entry(&id), &entry::links(application))?;
    for (scheme, free) in application.schemes.iter().zip(free) {
        if free {
            make_default(&folders, &id, scheme)?;
        }
        let scheme = scheme.clone();
        done.push(if opens(application, &scheme) {
            Change::OpensLinks { scheme }
        } else {
            Change::OthersOpenLinks {
                opener: opener(&scheme).unwrap_or_default(),
                advice: format!(
                    "to change that: xdg-mime default {id} {}",
                    list::kind(&scheme)
                ),
                scheme,
            }
        });
    }
    Ok(done)
}

pub(crate) fn uninstall(application: &Application) -> Result<Vec<Change>, InstallError> {
    let folders = Folders::of_this_user()?;
    let id = id(application);
    let mut undone = Vec::new();
    if remove(&folders.autostart(&id))? {
        undone.push(Change::StartsNoLonger);
    }
    let links = remove(&folders.entry(&id))?;
    let path = folders.defaults();
    let before = read(&path);
    let after = list::without(&before, &id);
    if after != before {
        write(&path, &after)?;
    }
    if links || after != before {
        undone.push(Change::OpensLinksNoLonger);
    }
    Ok(undone)
}

/// The entry's id, such as `org.gnome.Calls.desktop`, which is what the desktops' tools call a program.
pub(crate) fn opener(scheme: &str) -> Option<String> {
    if let Some(mut query) = xdg_mime() {
        let output = query
            .args(["query", "default", &list::kind(scheme)])
            .output()
            .ok()?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() {
            return (!said.is_empty()).then_some(said);
        }
    }
    let folders = Folders::of_this_user().ok()?;
    list::default(&read(&folders.defaults()), scheme)
}

pub(crate) fn opens(application: &Application, scheme: &str) -> bool {
    opener(scheme).is_some_and(|opener| opener == id(application))
}

fn make_default(folders: &Folders, id: &str, scheme: &str) -> Result<(), InstallError> {
    let made = xdg_mime().is_some_and(|mut command| {
        let status = command.args(["default", id, &list::kind(scheme)]).status();
        status.is_ok_and(|status| status.success())
    });
    if !made {
        let path = folders.defaults();
        write(&path, &list::with(&read(&path), scheme, id))?;
    }
    Ok(())
}

fn xdg_mime() -> Option<Command> {
    let mut command = Command::new(resolve("xdg-mime", None).ok()?);
    command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .env_remove("API_TOKEN");
    // It would ask a session bus for the desktop; without one it does well.
    if env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
        command.env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    }
    Some(command)
}

/// A list that is not there is empty.
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// Written beside and moved into place: half a list would lose the user's other choices.
fn write(path: &Path, text: &str) -> Result<(), InstallError> {
    let denied = |source| InstallError::Denied {
        place: path.display().to_string(),
        source,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(denied)?;
    }
    let beside = path.with_extension("new");
    fs::write(&beside, text).map_err(denied)?;
    fs::rename(&beside, path).map_err(denied)
}

fn remove(path: &Path) -> Result<bool, InstallError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(InstallError::Denied {
            place: path.display().to_string(),
            source,
        }),
    }
}

/// A program that is started without a terminal has the journal of the desktop session.
pub(crate) fn errors_are_seen() -> bool {
    true
}

pub(crate) fn show_error(_title: &str, _text: &str) {}
