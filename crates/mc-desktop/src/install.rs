//! Installing a program for this user, and undoing it.

use crate::application::Application;
use crate::change::{Change, InstallError};
use crate::sys;

impl Application {
    /// Installs it for this user; says what changed and what did not.
    ///
    /// # Errors
    ///
    /// [`InstallError`]; what was done before it stays, and installing again completes it.
    pub fn install(&self) -> Result<Vec<Change>, InstallError> {
        let fits = |word: &str| !word.contains(|c: char| c.is_control() || c == '"');
        if !self.program.to_str().is_some_and(fits) {
            return Err(InstallError::Word {
                word: self.program.clone(),
            });
        }
        for word in self.parameters.iter().chain(&self.link_parameters) {
            if !fits(word) {
                return Err(InstallError::Word { word: word.into() });
            }
        }
        sys::install(self)
    }

    /// Undoes [`Application::install`], whichever copy of the program did it; empty when there was nothing to undo.
    ///
    /// # Errors
    ///
    /// [`InstallError`]; what could be undone was.
    pub fn uninstall(&self) -> Result<Vec<Change>, InstallError> {
        sys::uninstall(self)
    }

    /// Whether links of this scheme come to this program.
    pub fn opens(&self, scheme: &str) -> bool {
        sys::opens(self, scheme)
    }
}

/// Which program opens links of this scheme now, as the system calls it; `None` when there is none.
pub fn opener(scheme: &str) -> Option<String> {
    sys::opener(scheme)
}
