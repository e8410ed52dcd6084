//! What a `doctor` found, for people and for programs.

use std::borrow::Cow;
use std::fmt::Display;

use mc_secret::text::printable;
use serde::Serialize;
use serde_json::{Map, Value};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Mark {
    /// All is well.
    Ok,
    /// It works, and somebody should know.
    Note,
    /// It does not work.
    Fail,
}

impl Mark {
    const ALL: [Self; 3] = [Self::Ok, Self::Note, Self::Fail];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Fail => "FAIL",
        }
    }
}

/// How a text of ours is said in a language.
type Say<'s, 'f> = &'s dyn Fn(&'f str) -> Cow<'f, str>;

/// How a mark is shown.
type Paint<'s> = &'s dyn Fn(Mark, String) -> String;

/// The room for what a finding is about; a longer word makes more for all.
const ABOUT: usize = 11;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// How much it matters.
    #[serde(rename = "state")]
    pub mark: Mark,
    /// What was looked at, in a word or two.
    pub about: &'static str,
    /// What was found.
    pub text: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<&'static str>,
}

/// Everything found, in the order in which it was looked at. It prints as text, one line per finding, and serializes
/// to `{"ok", "findings", "settings", "identity"}`, whose names do not change.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Findings {
    list: Vec<Finding>,
    settings: Map<String, Value>,
    identity: Map<String, Value>,
}

impl Findings {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// All is well with this.
    pub fn ok(&mut self, about: &'static str, text: impl Display) {
        self.add(Mark::Ok, about, text, None);
    }

    /// This works, and somebody should know; with what to do about it.
    pub fn note(&mut self, about: &'static str, text: impl Display, advice: Option<&'static str>) {
        self.add(Mark::Note, about, text, advice);
    }

    /// This does not work; with what to do about it.
    pub fn fail(&mut self, about: &'static str, text: impl Display, advice: Option<&'static str>) {
        self.add(Mark::Fail, about, text, advice);
    }

    /// A finding of any kind.
    pub fn add(
        &mut self,
        mark: Mark,
        about: &'static str,
        text: impl Display,
        advice: Option<&'static str>,
    ) {
        self.list.push(Finding {
            mark,
            about,
            text: text.to_string(),
            advice,
        });
    }

    /// Where a setting came from; its value is not told, for some are secrets.
    pub fn setting(&mut self, name: &str, origin: impl Display) {
        self.settings
            .insert(name.to_owned(), origin.to_string().into());
    }

    /// A field of the workstation's identity.
    pub fn identity(&mut self, name: &str, value: Option<&str>) {
        self.identity.insert(name.to_owned(), value.into());
    }

    /// Makes failures of these kinds notes, because something that was found out later says that they do no harm.
    pub fn soften(&mut self, about: &[&str], advice: &'static str) {
        let failed =
            |finding: &&mut Finding| finding.mark == Mark::Fail && about.contains(&finding.about);
        for finding in self.list.iter_mut().filter(failed) {
            finding.mark = Mark::Note;
            finding.advice = Some(advice);
        }
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.list.iter()
    }

    /// Whether anything does not work.
    pub fn failed(&self) -> bool {
        self.list.iter().any(|finding| finding.mark == Mark::Fail)
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for Findings {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::json!({
            "ok": !self.failed(),
            "findings": self.list,
            "settings": self.settings,
            "identity": self.identity,
        })
        .serialize(serializer)
    }
}

impl Finding {
    /// As a line, in a language.
    fn said<'f>(&'f self, say: Say<'_, 'f>, paint: Paint<'_>, width: usize) -> String {
        let mark = say(self.mark.as_str());
        let marks = Mark::ALL.map(|mark| say(mark.as_str()).chars().count());
        let marks = marks.into_iter().max().unwrap_or(0);
        let (about, text) = (say(self.about), say(&self.text));
        let advice = match self.advice {
            Some(advice) => format!("; {}", say(advice)),
            None => String::new(),
        };
        let mark = paint(self.mark, format!("{mark:<marks$}"));
        format!("{mark} {about:<width$} {text}{advice}")
    }
}

impl Findings {
    /// All of it, in a language.
    pub(crate) fn said<'f>(&'f self, say: Say<'_, 'f>, paint: Paint<'_>) -> String {
        let about = self
            .list
            .iter()
            .map(|finding| say(finding.about).chars().count());
        let about = about.max().unwrap_or(0).max(ABOUT);
        let mut said = String::new();
        for finding in &self.list {
            said += &finding.said(say, paint, about);
            said.push('\n');
        }
        // What is known is nobody's message.
        for (title, values) in [
            ("Who and where this workstation is:", &self.identity),
            ("Where each setting comes from:", &self.settings),
        ] {
            if !values.is_empty() {
                said.extend(["\n", &say(title), "\n"]);
            }
            let width = values
                .keys()
                .map(|name| name.chars().count())
                .max()
                .unwrap_or(0);
            for (name, value) in values {
                let value = value.as_str().map_or_else(|| say("not known"), printable);
                said.extend([&format!("  {name:<width$}  "), &*value, "\n"]);
            }
        }
        said
    }
}

impl Display for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.said(&|text| text.into(), &|_, mark| mark, ABOUT))
    }
}

impl Display for Findings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.said(&|text| text.into(), &|_, mark| mark))
    }
}
