//! Linux: desktop entries, the list of default programs, an autostart entry (freedesktop.org: Desktop Entry, MIME
//! Applications Associations, Autostart).
//!
//! A user's default is set with `xdg-mime`, which knows the desktops' own ways; where it is missing, and for all users, in
//! the list that all of them read, `mimeapps.list`.

#[cfg(feature = "notify")]
mod bus;
#[cfg(feature = "notify")]
mod descriptor;
mod entry;
mod folders;
pub(super) mod hand_over;
mod list;
mod mime;
#[cfg(feature = "notify")]
pub(super) mod notices;
#[cfg(feature = "notify")]
pub(super) mod notify;
#[cfg(feature = "session-end")]
pub(super) mod signals;
mod tool;

use std::path::Path;

use self::folders::{Folders, read, read_to_change};
use self::mime::xdg_mime;
use crate::application::Application;
use crate::change::{Change, InstallError};
use crate::scope::InstallScope;
use crate::undone::Undone;

/// The entry's file name, by which lists of default programs know it.
fn entry_name(application: &Application) -> String {
    format!("{}.desktop", application.id)
}

pub(crate) fn install(application: &Application, scope: &InstallScope) -> Result<(), InstallError> {
    if let Some((shortcut, hotkey)) = application.key() {
        return Err(InstallError::OwnKeys {
            hotkey,
            command: entry::shortcut(application, shortcut),
        });
    }
    let folders = Folders::of(scope)?;
    let (id, entry) = (application.id.as_str(), entry_name(application));
    folders.write(&folders.autostart(id), &entry::autostart(application))?;
    // Asked before the entry is there: a program that names the kind of link may be the default by being the only one.
    let is_free = |scheme: &&String| opener(scope, scheme).is_none_or(|opener| opener == entry);
    let free: Vec<&String> = application.schemes.iter().filter(is_free).collect();
    let script = folders.script(id);
    let links = if let Some(links) = entry::links(application) {
        remove_script(&folders, &script)?;
        links
    } else {
        folders.write(&script, &entry::script(application))?;
        entry::links_by(application, &folders.in_use(&script))
    };
    folders.write(&folders.entry(id), &links)?;
    for scheme in free {
        make_default(&folders, scope, &entry, scheme)?;
    }
    Ok(())
}

pub(crate) fn uninstall(
    application: &Application,
    scope: &InstallScope,
) -> Result<Vec<Change>, InstallError> {
    let folders = Folders::of(scope)?;
    let id = application.id.as_str();
    let mut undone = Undone::default();
    if undone.step(folders.remove(&folders.autostart(id))) {
        undone.change(Change::StartsNoLonger);
    }
    let mut links = undone.step(folders.remove(&folders.entry(id)));
    undone.step(remove_script(&folders, &folders.script(id)));
    links |= undone.step(leave_list(&folders, &entry_name(application)));
    if links {
        undone.change(Change::OpensLinksNoLonger);
    }
    undone.end()
}

/// Whether the entry was in the list of default programs.
fn leave_list(folders: &Folders, entry: &str) -> Result<bool, InstallError> {
    let before = read_to_change(&folders.defaults)?;
    let after = list::without(&before, entry);
    if after == before {
        return Ok(false);
    }
    folders.write(&folders.defaults, &after)?;
    Ok(true)
}

fn remove_script(folders: &Folders, script: &Path) -> Result<(), InstallError> {
    if folders.remove(script)?
        && let Some(folder) = script.parent()
    {
        // What else is in it is not ours.
        let _ = std::fs::remove_dir(folder);
    }
    Ok(())
}

/// The entry's file name, such as `org.gnome.Calls.desktop`, which is what the desktops' tools call a program.
pub(crate) fn opener(scope: &InstallScope, scheme: &str) -> Option<String> {
    let folders = Folders::of(scope).ok()?;
    if *scope != InstallScope::User {
        return folders.default_of_all(scheme);
    }
    if let Some(said) = xdg_mime(&["query", "default", &list::kind(scheme)]) {
        return (!said.is_empty()).then_some(said);
    }
    list::default(&read(&folders.defaults), scheme)
}

pub(crate) fn opens(application: &Application, scope: &InstallScope, scheme: &str) -> bool {
    opener(scope, scheme).is_some_and(|opener| opener == entry_name(application))
}

/// How the user makes this the program that opens such links.
pub(crate) fn how_to_choose(application: &Application, scheme: &str) -> String {
    format!(
        "to change that: xdg-mime default {} {}",
        entry_name(application),
        list::kind(scheme)
    )
}

fn make_default(
    folders: &Folders,
    scope: &InstallScope,
    entry: &str,
    scheme: &str,
) -> Result<(), InstallError> {
    let kind = list::kind(scheme);
    if *scope == InstallScope::User && xdg_mime(&["default", entry, &kind]).is_some() {
        return Ok(());
    }
    let list = list::with(&read_to_change(&folders.defaults)?, scheme, entry);
    folders.write(&folders.defaults, &list)
}

/// A program that is started without a terminal has the journal of the desktop session.
pub(crate) fn errors_are_seen() -> bool {
    true
}

pub(crate) fn show_error(_title: &str, _text: &str) {}
