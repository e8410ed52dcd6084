//! Linux desktops: a desktop entry that names the kinds of link, the user's list of default programs, an autostart
//! entry (freedesktop.org: Desktop Entry, MIME Applications Associations, Autostart).
//!
//! The default is set with `xdg-mime`, which knows the desktops' own ways; where it is missing, in the list that all
//! of them read, `mimeapps.list`.

mod entry;
mod list;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mc_process::resolve;

use super::{Installed, LinkError, SCHEMES};

/// The entry's file name, by which lists of default programs know it.
const ID: &str = "miniclient.desktop";

struct Folders {
    config: PathBuf,
    data: PathBuf,
}

impl Folders {
    fn of_this_user() -> Result<Self, LinkError> {
        let base = directories::BaseDirs::new().ok_or(LinkError::NoFolder)?;
        Ok(Self {
            config: base.config_dir().to_owned(),
            data: base.data_dir().to_owned(),
        })
    }

    fn entry(&self) -> PathBuf {
        self.data.join("applications").join(ID)
    }

    fn autostart(&self) -> PathBuf {
        self.config.join("autostart").join(ID)
    }

    fn defaults(&self) -> PathBuf {
        self.config.join("mimeapps.list")
    }
}

pub(super) fn register(installed: &Installed) -> Result<Vec<String>, LinkError> {
    let folders = Folders::of_this_user()?;
    write(
        &folders.autostart(),
        &entry::autostart(&installed.words(&[])),
    )?;
    let mut done = vec!["It starts at logon.".to_owned()];
    // Asked before the entry is there: a program that names the kind of link may be the default by being the only one.
    let free = SCHEMES.map(|scheme| owner(scheme).is_none_or(|owner| owner == ID));
    write(
        &folders.entry(),
        &entry::links(&installed.words(&["--dial-uri"]), &SCHEMES),
    )?;
    for (scheme, free) in SCHEMES.into_iter().zip(free) {
        if free {
            make_default(&folders, scheme)?;
        }
        done.push(if is_ours(scheme) {
            format!("It opens {scheme}: links.")
        } else {
            format!(
                "{scheme}: links are still opened by {}; to change that: xdg-mime default {ID} {}",
                owner(scheme).unwrap_or_default(),
                list::kind(scheme)
            )
        });
    }
    Ok(done)
}

pub(super) fn unregister() -> Result<Vec<String>, LinkError> {
    let folders = Folders::of_this_user()?;
    let mut undone = Vec::new();
    if remove(&folders.autostart())? {
        undone.push("It starts no longer at logon.".to_owned());
    }
    let links = remove(&folders.entry())?;
    let path = folders.defaults();
    let before = read(&path);
    let after = list::without(&before, ID);
    if after != before {
        write(&path, &after)?;
    }
    if links || after != before {
        undone.push("It opens links no longer.".to_owned());
    }
    Ok(undone)
}

/// The entry's id, such as `org.gnome.Calls.desktop`, which is what the desktops' tools call a program.
pub(super) fn owner(scheme: &str) -> Option<String> {
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

pub(super) fn is_ours(scheme: &str) -> bool {
    owner(scheme).as_deref() == Some(ID)
}

fn make_default(folders: &Folders, scheme: &str) -> Result<(), LinkError> {
    let made = xdg_mime().is_some_and(|mut command| {
        let status = command.args(["default", ID, &list::kind(scheme)]).status();
        status.is_ok_and(|status| status.success())
    });
    if !made {
        let path = folders.defaults();
        write(&path, &list::with(&read(&path), scheme, ID))?;
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
fn write(path: &Path, text: &str) -> Result<(), LinkError> {
    let denied = |source| LinkError::Denied {
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

fn remove(path: &Path) -> Result<bool, LinkError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(LinkError::Denied {
            place: path.display().to_string(),
            source,
        }),
    }
}
