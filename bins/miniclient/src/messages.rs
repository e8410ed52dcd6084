//! What a person is told who sees no terminal: a title, and a sentence. All of it stands here, so that it can be said in
//! another language.

use crate::app::OUTPUT;

/// A word to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) title: String,
    pub(crate) text: String,
}

impl Message {
    fn new(title: String, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { title, text }
    }

    /// A link, or what the clipboard holds, is none to a number.
    pub(crate) fn no_number(why: &str) -> Self {
        Self::new("MiniClient: nothing was dialled".to_owned(), why)
    }

    /// A number was not dialled.
    pub(crate) fn not_dialled(number: &str, why: &str) -> Self {
        Self::new(format!("MiniClient: {number} was not dialled"), why)
    }

    /// Nobody knows whether it was.
    pub(crate) fn unknown(number: &str, why: &str) -> Self {
        let title = format!("MiniClient: it is not known whether {number} was dialled");
        Self::new(title, why)
    }

    /// It was dialled, and something that stood beside the number was not.
    pub(crate) fn left_out(number: &str, left_out: &str) -> Self {
        Self::new(
            format!("MiniClient: {number} is being dialled"),
            format!("without {left_out}"),
        )
    }

    /// Shows it, without waiting for the person.
    pub(crate) fn show(&self) {
        mc_desktop::notify(
            &OUTPUT.translated(&self.title),
            &OUTPUT.translated(&self.text),
        );
    }
}

/// The clipboard holds something else. Never what: it may be a password.
pub(crate) const CLIPBOARD: &str = "the clipboard holds no number that can be dialled";

/// An agent was started for a link and ended at once.
pub(crate) fn agent_ended(code: Option<i32>) -> String {
    let code = code.map_or_else(|| "a signal".to_owned(), |code| format!("code {code}"));
    format!(
        "miniclient was not running; it was started and ended with {code}: `miniclient` in a terminal says why"
    )
}

/// An agent was started for a link and is not ready.
pub(crate) const AGENT_SLOW: &str =
    "miniclient was not running; it was started and is not ready yet: try again in a moment";

/// The configuration has problems, so no agent can be started.
pub(crate) const CONFIGURATION: &str =
    "miniclient is not running, and its configuration has problems: `miniclient check` names them";
