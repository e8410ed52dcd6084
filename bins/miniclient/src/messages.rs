//! What a person is told who sees no terminal: a title, and a sentence. All of it stands here, so that it can be said in
//! another language.

use mc_secret::text::one_line;

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

    /// A hook failed twice in a row.
    pub(crate) fn hook_fails(hook: &str, why: &str) -> Self {
        let title = format!("MiniClient: \"{hook}\" failed twice in a row");
        Self::new(
            title,
            format!("{why}; `miniclient history` shows every run"),
        )
    }

    /// The agent ended before it ran.
    pub(crate) fn not_started(problems: &[String]) -> Self {
        let first = one_line(problems.first().map(String::as_str).unwrap_or_default());
        let text = match problems.len() {
            1 => first,
            _ => format!("{first}; `miniclient check` names every problem"),
        };
        Self::new("MiniClient does not run".to_owned(), text)
    }

    /// The page of a call was asked for by a click, and does not open.
    pub(crate) fn not_shown(why: &str) -> Self {
        Self::new(
            "MiniClient: the page of the call was not opened".to_owned(),
            why.to_owned(),
        )
    }

    /// A changed configuration is not taken over.
    pub(crate) fn settings_refused(problems: &str) -> Self {
        let first = problems.lines().next().unwrap_or_default();
        Self::new(
            "MiniClient: the changed configuration is not used".to_owned(),
            format!("{first}; `miniclient check` names every problem"),
        )
    }

    /// The port for pushed calls is not open.
    pub(crate) fn no_port(why: &str) -> Self {
        Self::new(
            "MiniClient: calls cannot be pushed to this workstation".to_owned(),
            format!("{why}; it is tried again"),
        )
    }

    /// A call could not be written to the journal.
    pub(crate) fn not_written(why: &str) -> Self {
        Self::new("MiniClient: calls are not accepted".to_owned(), why)
    }

    /// The message broker has been away for a while.
    pub(crate) fn broker_away(why: &str) -> Self {
        Self::new(
            "MiniClient: no calls come through the message broker".to_owned(),
            format!("{why}; it is tried again"),
        )
    }

    /// A call rings.
    pub(crate) fn call(call: &CallWords) -> Self {
        Self::new(format!("Call from {}", call.caller()), call.for_whom())
    }

    /// A call was missed.
    pub(crate) fn missed(call: &CallWords) -> Self {
        Self::new(
            format!("Missed call from {}", call.caller()),
            call.for_whom(),
        )
    }

    /// In the person's language.
    pub(crate) fn translated(&self) -> Self {
        Self::new(
            OUTPUT.translated(&self.title).into_owned(),
            OUTPUT.translated(&self.text),
        )
    }

    /// Shows it, without waiting for the person.
    pub(crate) fn show(&self) {
        let Self { title, text } = self.translated();
        mc_desktop::notify(&title, &text);
    }
}

/// What is said of a call: each as it may be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CallWords {
    /// None: withheld.
    pub(crate) caller: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) service: Option<String>,
}

impl CallWords {
    fn caller(&self) -> &str {
        self.caller.as_deref().unwrap_or("a withheld number")
    }

    fn for_whom(&self) -> String {
        match (&self.group, &self.service) {
            (Some(group), Some(service)) => format!("for {group}, to {service}"),
            (Some(group), None) => format!("for {group}"),
            (None, Some(service)) => format!("to {service}"),
            (None, None) => String::new(),
        }
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
