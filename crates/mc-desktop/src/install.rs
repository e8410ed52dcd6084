//! Installing a program, and undoing it.

use crate::application::Application;
use crate::change::{Change, InstallError};
use crate::scope::InstallScope;
use crate::sys;

impl Application {
    /// Installs it; says what changed and what did not.
    ///
    /// # Errors
    ///
    /// [`InstallError`]; what was done before it stays, and installing again completes it.
    pub fn install(&self, scope: &InstallScope) -> Result<Vec<Change>, InstallError> {
        // On Windows a quote cannot stand in a path, and in a command line it would end a word.
        let unfit = |c: char| c.is_control() || (cfg!(windows) && c == '"');
        let fits = |word: &str| !word.contains(unfit);
        if !self.program.to_str().is_some_and(fits) {
            return Err(InstallError::Word {
                word: self.program.clone(),
            });
        }
        let of_shortcut = self.shortcut.iter().flat_map(|one| &one.parameters);
        let words = self.parameters.iter().chain(&self.link_parameters);
        for word in words.chain(of_shortcut) {
            if !fits(word) {
                return Err(InstallError::Word { word: word.into() });
            }
        }
        sys::install(self, scope)?;
        let links = self.schemes.iter().map(|scheme| {
            let scheme = scheme.clone();
            if sys::opens(self, scope, &scheme) {
                return Change::OpensLinks { scheme };
            }
            Change::OthersOpenLinks {
                opener: sys::opener(scope, &scheme).unwrap_or_default(),
                advice: sys::how_to_choose(self, &scheme),
                scheme,
            }
        });
        let key = self.key().map(|(shortcut, hotkey)| Change::Key {
            hotkey,
            shortcut: shortcut.name.clone(),
        });
        Ok(std::iter::once(Change::StartsAtLogon)
            .chain(links)
            .chain(key)
            .collect())
    }

    /// Undoes [`Application::install`], whichever copy of the program did it; empty when there was nothing to undo.
    ///
    /// # Errors
    ///
    /// [`InstallError`]; what could be undone was.
    pub fn uninstall(&self, scope: &InstallScope) -> Result<Vec<Change>, InstallError> {
        sys::uninstall(self, scope)
    }

    /// Whether links of this scheme come to this program when this user clicks them.
    pub fn opens(&self, scheme: &str) -> bool {
        sys::opens(self, &InstallScope::User, scheme)
    }
}

/// Which program opens links of this scheme for this user now, as the system calls it; `None` when there is none.
pub fn opener(scheme: &str) -> Option<String> {
    sys::opener(&InstallScope::User, scheme)
}
