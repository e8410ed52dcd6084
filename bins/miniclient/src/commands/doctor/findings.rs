//! What was found, for people and for programs.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::output::Output;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// All is well.
    Ok,
    /// It works, and somebody should know.
    Note,
    /// It does not work.
    Fail,
}

#[derive(Debug, Serialize)]
struct Finding {
    state: State,
    about: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
}

/// Everything found, in the order in which it was looked at.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    settings: Map<String, Value>,
    identity: Map<String, Value>,
}

impl Findings {
    pub(super) fn ok(&mut self, about: &'static str, text: impl Into<String>) {
        self.add(State::Ok, about, text.into(), None);
    }

    pub(super) fn note(
        &mut self,
        about: &'static str,
        text: impl Into<String>,
        advice: Option<&'static str>,
    ) {
        self.add(State::Note, about, text.into(), advice);
    }

    pub(super) fn fail(
        &mut self,
        about: &'static str,
        text: impl Into<String>,
        advice: Option<&'static str>,
    ) {
        self.add(State::Fail, about, text.into(), advice);
    }

    fn add(
        &mut self,
        state: State,
        about: &'static str,
        text: String,
        advice: Option<&'static str>,
    ) {
        self.list.push(Finding {
            state,
            about,
            text,
            advice,
        });
    }

    /// Where a setting came from.
    pub(super) fn setting(&mut self, name: &str, from: String) {
        self.settings.insert(name.to_owned(), from.into());
    }

    /// A field of the identity.
    pub(super) fn identity(&mut self, name: &str, value: Option<&str>) {
        self.identity.insert(name.to_owned(), value.into());
    }

    /// What was found out about the way to the server counts less once the server has answered: it was reached, if by another way.
    pub(super) fn reached_anyway(&mut self, about: &[&str]) {
        for finding in self
            .list
            .iter_mut()
            .filter(|finding| about.contains(&finding.about))
        {
            if finding.state == State::Fail {
                finding.state = State::Note;
                finding.advice =
                    Some("the server answers all the same, so a proxy leads there: nothing to do");
            }
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn failed(&self) -> bool {
        self.list.iter().any(|finding| finding.state == State::Fail)
    }

    pub(super) fn print(&self, output: &Output, json: bool) {
        if json {
            return output.json(&serde_json::json!({
                "ok": !self.failed(),
                "findings": self.list,
                "settings": self.settings,
                "identity": self.identity,
            }));
        }
        for Finding {
            state,
            about,
            text,
            advice,
        } in &self.list
        {
            let mark = match state {
                State::Ok => "ok",
                State::Note => "note",
                State::Fail => "FAIL",
            };
            match advice {
                Some(advice) => output.line(format_args!("{mark:<5}{about:<12}{text}; {advice}")),
                None => output.line(format_args!("{mark:<5}{about:<12}{text}")),
            }
        }
        section(
            output,
            "Who and where this workstation is",
            &self.identity,
            "not known",
        );
        section(output, "Where each setting comes from", &self.settings, "");
    }
}

fn section(output: &Output, title: &str, values: &Map<String, Value>, absent: &str) {
    if values.is_empty() {
        return;
    }
    output.line(format_args!("\n{title}:"));
    let width = values
        .keys()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or_default();
    for (name, value) in values {
        output.line(format_args!(
            "  {name:<width$}  {}",
            value.as_str().unwrap_or(absent)
        ));
    }
}
