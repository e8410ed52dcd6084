//! A program as a desktop knows it.

use std::path::{Path, PathBuf};

use crate::hotkey::Hotkey;
#[cfg(doc)]
use crate::scope::InstallScope;

/// A program that is started at logon and asked when a link is clicked, for this user or for all ([`InstallScope`]).
///
/// Which program opens a link is the user's choice. Installing makes this one eligible, and the one that is asked where
/// nothing else was chosen before; it never takes a link away from another program.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Application {
    /// What people call it; on Windows also its key in the registry.
    pub name: String,
    /// What the system calls it: the desktop entry's file name without `.desktop`, lower case by custom.
    pub id: String,
    /// What it does, in a few words.
    pub summary: String,
    /// Its file.
    pub program: PathBuf,
    /// Parameters that always stand first.
    pub parameters: Vec<String>,
    /// Parameters that stand before a link; the link is the last one.
    pub link_parameters: Vec<String>,
    /// The kinds of link, without their colon.
    pub schemes: Vec<String>,
    /// File names under which it may be installed besides its own, on Windows: a link that goes to one of them goes to
    /// it.
    pub executables: Vec<String>,
    /// What a key starts.
    pub shortcut: Option<Shortcut>,
}

/// A shortcut that a key starts: one in the Start menu of Windows. Desktops on Linux let only the person choose keys.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shortcut {
    /// What people call it; its file's name.
    pub name: String,
    /// What it does, in a few words.
    pub summary: String,
    /// The program's parameters, behind those that always stand first.
    pub parameters: Vec<String>,
    /// The key, where there is to be one. Without it, installing leaves a shortcut as it is.
    pub hotkey: Option<Hotkey>,
}

impl Shortcut {
    /// A shortcut without a key.
    pub fn new(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            summary: summary.into(),
            parameters: Vec::new(),
            hotkey: None,
        }
    }

    /// Sets [`Shortcut::parameters`].
    #[must_use]
    pub fn parameters<T: Into<String>>(mut self, parameters: impl IntoIterator<Item = T>) -> Self {
        self.parameters = parameters.into_iter().map(Into::into).collect();
        self
    }

    /// Sets [`Shortcut::hotkey`].
    #[must_use]
    pub fn hotkey(mut self, hotkey: Option<Hotkey>) -> Self {
        self.hotkey = hotkey;
        self
    }
}

impl Application {
    /// A program of this name, which opens no links yet.
    pub fn new(name: impl Into<String>, program: impl Into<PathBuf>) -> Self {
        let name = name.into();
        Self {
            id: name.to_lowercase(),
            name,
            summary: String::new(),
            program: program.into(),
            parameters: Vec::new(),
            link_parameters: Vec::new(),
            schemes: Vec::new(),
            executables: Vec::new(),
            shortcut: None,
        }
    }

    /// Sets [`Application::id`]; without it, the name in lower case.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Sets [`Application::summary`].
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    /// Sets [`Application::parameters`].
    #[must_use]
    pub fn parameters<T: Into<String>>(mut self, parameters: impl IntoIterator<Item = T>) -> Self {
        self.parameters = parameters.into_iter().map(Into::into).collect();
        self
    }

    /// Sets [`Application::link_parameters`].
    #[must_use]
    pub fn link_parameters<T: Into<String>>(
        mut self,
        parameters: impl IntoIterator<Item = T>,
    ) -> Self {
        self.link_parameters = parameters.into_iter().map(Into::into).collect();
        self
    }

    /// Sets [`Application::schemes`].
    #[must_use]
    pub fn schemes<T: Into<String>>(mut self, schemes: impl IntoIterator<Item = T>) -> Self {
        self.schemes = schemes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets [`Application::executables`].
    #[must_use]
    pub fn executables<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.executables = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets [`Application::shortcut`].
    #[must_use]
    pub fn shortcut(mut self, shortcut: Shortcut) -> Self {
        self.shortcut = Some(shortcut);
        self
    }

    /// The shortcut and its key, if there is to be one.
    pub(crate) fn key(&self) -> Option<(&Shortcut, Hotkey)> {
        let shortcut = self.shortcut.as_ref()?;
        Some((shortcut, shortcut.hotkey?))
    }

    /// The program that stands beside this one and has the same name with a `w` behind it, if there is one: on Windows
    /// the twin without a console window, which is what a logon entry or a link should start.
    pub fn windowless_twin(program: &Path) -> Option<PathBuf> {
        let stem = program.file_stem()?.to_str()?;
        let twin = program.with_file_name(format!("{stem}w.exe"));
        (cfg!(windows) && twin.is_file()).then_some(twin)
    }

    /// The program, the parameters that always stand first, then these.
    pub(crate) fn words<'a>(&'a self, more: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        [self.program.display().to_string()]
            .into_iter()
            .chain(self.parameters.iter().cloned())
            .chain(more.into_iter().map(str::to_owned))
            .collect()
    }
}
