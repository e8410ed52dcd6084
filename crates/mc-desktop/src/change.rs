//! What installing changed, and why it could not.

use std::io;
use std::path::PathBuf;

use crate::hotkey::Hotkey;

/// One thing that installing or uninstalling did, or left as it was. Displays as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Change {
    /// The program starts at logon.
    #[error("It starts at logon.")]
    StartsAtLogon,
    /// The program starts no longer at logon.
    #[error("It starts no longer at logon.")]
    StartsNoLonger,
    /// Links of this scheme come to the program.
    #[error("It opens {scheme}: links.")]
    OpensLinks {
        /// The scheme, `tel`.
        scheme: String,
    },
    /// Links of this scheme go to another program still: that is the user's choice.
    #[error("{scheme}: links are still opened by {opener}; {advice}")]
    OthersOpenLinks {
        /// The scheme.
        scheme: String,
        /// What the system calls the other program.
        opener: String,
        /// How the user can change that.
        advice: String,
    },
    /// No link comes to the program any more.
    #[error("It opens links no longer.")]
    OpensLinksNoLonger,
    /// A key starts a shortcut to the program.
    #[error("{hotkey} starts \"{shortcut}\", which is in the Start menu.")]
    Key {
        /// The key.
        hotkey: Hotkey,
        /// What the shortcut is called.
        shortcut: String,
    },
    /// No key starts a shortcut to the program any more.
    #[error("No key starts it any longer.")]
    KeyNoLonger,
}

/// Why installing or uninstalling did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// A file or registry key cannot be written or removed.
    #[error("cannot change {place}: {source}")]
    Denied {
        /// What.
        place: String,
        /// What the system says.
        source: io::Error,
    },
    /// It is for every user of the machine, and this one may not change that.
    #[error(
        "only an administrator may change {place}, which is for every user; run it {how}, or install for this user alone"
    )]
    NotAdministrator {
        /// What.
        place: String,
        /// How an administrator runs a program here.
        how: &'static str,
    },
    /// Desktops here let only the person choose what a key starts.
    #[error(
        "a desktop's keys are the person's own: in its keyboard settings (GNOME: Keyboard, Custom Shortcuts; KDE: Shortcuts, \
         Add Command), let {hotkey} start: {command}"
    )]
    OwnKeys {
        /// The key.
        hotkey: Hotkey,
        /// What it should start.
        command: String,
    },
    /// The user has no folder for such settings.
    #[error("there is no folder for desktop entries: set HOME")]
    NoFolder,
    /// A line that is longer than the system starts at logon.
    #[error(
        "the line that would start it at logon has {length} characters, and Windows starts at most {longest}; keep the \
         program and its configuration in folders with shorter names: {line}"
    )]
    TooLong {
        /// Its characters.
        length: usize,
        /// How many there may be.
        longest: usize,
        /// The line.
        line: String,
    },
    /// A word that cannot be written into a command line of the system.
    #[error("{} cannot be registered: it holds a character that a command line cannot hold", .word.display())]
    Word {
        /// The program's path or the parameter.
        word: PathBuf,
    },
}
