//! Standard output and standard error: results go to the one, diagnostics to the other.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use mc_secret::text::printable;
use serde::Serialize;

use crate::Exit;
use crate::colour::Colour;
use crate::findings::{Findings, Mark};
use crate::language::{Language, Translator};
use crate::settings::SettingsProblem;

/// Where a program writes.
///
/// Whoever reads may go away first (`... | head`), and a program without a window has nobody who reads at all. A line
/// that cannot be written is no panic, which is what `println!` would make of it; where a result is lost in another way, as
/// on a full disk, [`Output::ended`] says so.
///
/// It speaks English until it is told to [speak](Output::speak) another language. What is for programs, [`Output::json`],
/// and what somebody else said, [`Output::data`] and [`Output::text`], is the same in all of them.
///
/// Callers and servers have their words in all of it. What people read is [printable]; a program gets `data` as it is.
#[derive(Debug)]
#[non_exhaustive]
pub struct Output {
    program: &'static str,
    /// The table of another language, read when there is something to say.
    table: OnceLock<Option<fn() -> &'static str>>,
    translator: OnceLock<Translator>,
    /// Why a result was not written, for the first that was not.
    lost: OnceLock<io::Error>,
}

impl Output {
    /// The streams of this process, for a program of this name.
    pub const fn new(program: &'static str) -> Self {
        Self {
            program,
            table: OnceLock::new(),
            translator: OnceLock::new(),
            lost: OnceLock::new(),
        }
    }

    /// From here on people are spoken to in this language, `german` being the table of messages for German. Only the
    /// first call counts.
    pub fn speak(&self, language: Language, german: fn() -> &'static str) {
        let _ = self.table.set(match language {
            Language::English => None,
            Language::German => Some(german),
        });
    }

    /// A text in the language that is spoken, for places that are neither of the two streams.
    pub fn translated<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.translator() {
            Some(translator) => translator.translate(text),
            None => Cow::Borrowed(text),
        }
    }

    fn translator(&self) -> Option<&Translator> {
        let table = (*self.table.get()?)?;
        Some(self.translator.get_or_init(|| Translator::new(&[table()])))
    }

    /// In the language that is spoken, and printable.
    fn said<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = self.translated(text);
        let replaced = match printable(&text) {
            Cow::Owned(replaced) => Some(replaced),
            Cow::Borrowed(_) => None,
        };
        replaced.map_or(text, Cow::Owned)
    }

    fn write(&self, text: impl Display) {
        let mut stream = io::stdout().lock();
        let written = write!(stream, "{text}").and_then(|()| stream.flush());
        if let Err(error) = written {
            let _ = self.lost.set(error);
        }
    }

    fn write_error(text: impl Display) {
        let _ = write!(io::stderr().lock(), "{text}");
    }

    /// Whether a result could not be written: whoever goes on producing them may end.
    pub fn is_lost(&self) -> bool {
        self.lost.get().is_some()
    }

    /// How the program ends: not well, where a result was lost. Who reads no longer wants no more, and misses nothing.
    #[must_use]
    pub fn ended(&self, exit: Exit) -> Exit {
        match self.lost.get() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.note(&format_args!(
                    "the result cannot be written to standard output: {error}"
                ));
                exit.and(Exit::Failed)
            }
            _ => exit,
        }
    }

    /// One line of result.
    pub fn line(&self, text: impl Display) {
        self.write(format_args!("{}\n", self.said(&text.to_string())));
    }

    /// One line of result in a colour, where there are any.
    pub fn line_in(&self, colour: Colour, text: impl Display) {
        let text = text.to_string();
        self.write(format_args!("{}\n", colour.paint(&self.said(&text))));
    }

    /// One line of result that is nobody's message: it stays as it is, and is printable on a terminal.
    pub fn data(&self, text: impl Display) {
        let text = format!("{text}\n");
        if io::stdout().is_terminal() {
            self.write(printable(&text));
        } else {
            self.write(text);
        }
    }

    /// What a `doctor` found.
    pub fn findings(&self, findings: &Findings) {
        let paint = |mark: Mark, text: String| {
            let colour = match mark {
                Mark::Ok => Colour::Good,
                Mark::Note => Colour::Notable,
                Mark::Fail => Colour::Bad,
            };
            colour.paint(&text).into_owned()
        };
        self.write(findings.said(&|text| self.said(text), &paint));
    }

    /// The definitions of a command line, in the language that is spoken.
    #[cfg(feature = "clap")]
    pub fn command(&self, command: clap::Command) -> clap::Command {
        match self.translator() {
            Some(translator) => crate::language::translated(command, translator),
            None => command,
        }
    }

    /// The help that was made of definitions which [`Output::command`] gave.
    #[cfg(feature = "clap")]
    pub fn help(&self, text: &str) -> String {
        match self.translator() {
            Some(translator) => crate::language::help(text, translator),
            None => text.to_owned(),
        }
    }

    /// A result that brings its own line ends and language.
    pub fn text(&self, text: &str) {
        self.write(printable(text));
    }

    /// A result for programs: one JSON document on one line.
    pub fn json<T: Serialize + ?Sized>(&self, value: &T) {
        match serde_json::to_string(value) {
            Ok(text) => self.data(text),
            Err(error) => self.note(&format_args!("cannot print the result as JSON: {error}")),
        }
    }

    /// One line of diagnosis, with the program's name before it.
    pub fn note<T: Display + ?Sized>(&self, text: &T) {
        let text = text.to_string();
        Self::write_error(format_args!("{}: {}\n", self.program, self.said(&text)));
    }

    /// A diagnosis that brings its own shape and line ends.
    pub fn note_text(&self, text: impl Display) {
        Self::write_error(self.said(&text.to_string()));
    }

    /// A problem with the settings: `file:line: what to do`, or the program's name where it is about no file.
    pub fn problem(&self, problem: &SettingsProblem) {
        let problem = SettingsProblem {
            text: self.said(&problem.text).into_owned(),
            ..problem.clone()
        };
        let before = match problem.file {
            Some(_) => String::new(),
            None => format!("{}: ", self.program),
        };
        Self::write_error(format_args!("{before}{problem}\n"));
    }

    /// Something about the settings that works and is probably not meant.
    pub fn warning(&self, warning: &SettingsProblem) {
        self.problem(&SettingsProblem {
            text: format!("warning: {}", warning.text),
            ..warning.clone()
        });
    }
}
