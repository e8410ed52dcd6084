//! The table of settings: every key, where it stands, what it takes and what it means.

use super::habit::Habit;
use crate::suggest::nearest;

/// What a setting takes.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Kind {
    /// Any text.
    Text,
    /// A text that is not empty.
    Filled,
    /// A text of digits.
    Digits,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Switch,
    /// A whole number from the first to the second.
    Number(u64, u64),
    /// A length of time, such as `"10s"`.
    Duration,
    /// A list of texts, none of them empty.
    Texts,
    /// The same; one text may stand for a list of it alone.
    TextOrTexts,
    /// A list of texts, empty ones too: the parameters of a program.
    Arguments,
    /// A list of known words, each once.
    Names(fn() -> Vec<&'static str>),
    /// A table of texts.
    Pairs,
    /// A table of whatever keys, with texts, numbers and switches.
    Values,
    /// A file: `%NAME%` expanded, relative to the file that names it.
    File(Missing),
    /// A program: `%NAME%` expanded, otherwise as it is written.
    Program,
}

impl Kind {
    /// Whether a variable of the environment can hold it.
    pub(super) const fn is_in_environment(&self) -> bool {
        !self.is_list() && !self.is_table()
    }

    /// Whether it is several texts.
    pub(super) const fn is_list(&self) -> bool {
        matches!(
            self,
            Self::Texts | Self::TextOrTexts | Self::Names(_) | Self::Arguments
        )
    }

    /// Whether it has keys of its own.
    pub(super) const fn is_table(&self) -> bool {
        matches!(self, Self::Pairs | Self::Values)
    }
}

/// What it means that a file that is named is not there.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Missing {
    /// It must be there.
    Problem,
    /// Something else stands in for it; this says what.
    Warning(&'static str),
}

/// A setting.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Key {
    /// The heading it stands under; empty for the top of the file.
    pub section: &'static str,
    /// Its name. Letters count: `AllowScripts` and `allowscripts` are two names.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What it takes, in a few words for people.
    pub takes: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to write, where the heading makes no sense without it.
    pub required: Option<&'static str>,
}

impl Key {
    /// A setting that may be left out.
    pub const fn new(
        section: &'static str,
        name: &'static str,
        kind: Kind,
        takes: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            section,
            name,
            kind,
            takes,
            meaning,
            required: None,
        }
    }

    /// Makes it one that its heading cannot do without, with an example of what to write.
    #[must_use]
    pub const fn required(mut self, example: &'static str) -> Self {
        self.required = Some(example);
        self
    }
}

/// All settings of a program's file.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Schema {
    /// What the file is usually called.
    pub file_name: &'static str,
    /// The settings, in the order of the documentation.
    pub keys: &'static [Key],
    /// The headings, likewise.
    pub sections: &'static [&'static str],
    /// The one of them that is a list: it is written `[[name]]`, any number of times.
    pub list: Option<&'static str>,
    /// Those of the headings below which each table has a name of the file's own: `[name.x]`.
    pub named: &'static [&'static str],
    /// What stands at the top of other programs' files: all read the same policies of the registry.
    pub foreign: &'static [&'static str],
    /// What the other program's file is called.
    pub foreign_file: &'static str,
    /// Names that people try.
    pub habits: &'static [Habit],
}

impl Schema {
    /// The settings of a file with this usual name.
    pub const fn new(
        file_name: &'static str,
        keys: &'static [Key],
        sections: &'static [&'static str],
        list: Option<&'static str>,
    ) -> Self {
        Self {
            file_name,
            keys,
            sections,
            list,
            named: &[],
            foreign: &[],
            foreign_file: "",
            habits: &[],
        }
    }

    /// Says below which headings each table has a name of the file's own.
    #[must_use]
    pub const fn named(mut self, sections: &'static [&'static str]) -> Self {
        self.named = sections;
        self
    }

    /// Names what stands at the top of the file of another program that reads the same policies.
    #[must_use]
    pub const fn foreign(mut self, file: &'static str, names: &'static [&'static str]) -> Self {
        self.foreign_file = file;
        self.foreign = names;
        self
    }

    /// Says what to write instead of names that people try.
    #[must_use]
    pub const fn habits(mut self, habits: &'static [Habit]) -> Self {
        self.habits = habits;
        self
    }

    /// The settings under a heading.
    pub fn under(&self, section: &str) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().filter(move |key| key.section == section)
    }

    /// One setting.
    pub fn key(&self, section: &str, name: &str) -> Option<&'static Key> {
        self.under(section).find(|key| key.name == name)
    }

    /// A heading as it is written in the file.
    pub fn heading(&self, section: &str) -> String {
        if self.list == Some(section) {
            format!("[[{section}]]")
        } else {
            format!("[{section}]")
        }
    }

    pub(super) fn is_section(&self, name: &str) -> bool {
        self.sections.contains(&name)
    }

    /// What to do about a key that is not known under a heading.
    pub(super) fn advice(&self, section: &str, name: &str) -> String {
        let habit = self.habits.iter().find(|habit| habit.is(section, name));
        if let Some(habit) = habit.filter(|habit| habit.meant.is_none()) {
            return habit.advice.to_owned();
        }
        let headings = if section.is_empty() {
            self.sections
        } else {
            &[]
        };
        let here = || {
            self.under(section)
                .map(|key| key.name)
                .chain(headings.iter().copied())
        };
        let meant = habit.and_then(|habit| habit.meant);
        if let Some(right) = meant.or_else(|| nearest(name, here())) {
            return format!("did you mean `{right}`?");
        }
        // The most frequent cause of a good key in a bad place: in TOML every line belongs to the heading above it.
        let elsewhere: Vec<String> = self
            .keys
            .iter()
            .filter(|key| key.section != section && key.name == name)
            .map(|key| match key.section {
                "" => "at the top of the file, before the first [heading]".to_owned(),
                other => format!("under {}", self.heading(other)),
            })
            .collect();
        if !elsewhere.is_empty() {
            return format!("it belongs {}", elsewhere.join(", or "));
        }
        if section.is_empty() && self.foreign.contains(&name) {
            return format!("it belongs in {}", self.foreign_file);
        }
        let names: Vec<String> = here().map(|name| format!("`{name}`")).collect();
        format!("known here: {}", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: Schema = Schema::new(
        "x.toml",
        &[
            Key::new("", "UsersUID", Kind::Text, "", ""),
            Key::new("", "AutomaticRESTCRMUrl", Kind::Switch, "", ""),
            Key::new("hook", "name", Kind::Text, "", ""),
            Key::new("hook", "timeout", Kind::Duration, "", ""),
            Key::new("jtel", "token_file", Kind::Text, "", ""),
            Key::new("listen", "token_file", Kind::Text, "", ""),
        ],
        &["hook", "jtel", "listen"],
        Some("hook"),
    )
    .foreign("y.toml", &["order", "client"])
    .habits(&[
        Habit::new("", "api_token,password", "put it into a file"),
        Habit::meant("hook", "called", "name"),
    ]);

    #[test]
    fn slips_are_understood() {
        for (section, written, meant) in [
            ("hook", "timout", "timeout"),
            ("hook", "nmae", "name"),
            ("", "automaticrestcrmurl", "AutomaticRESTCRMUrl"),
            ("", "AutomaticRESTCRMURI", "AutomaticRESTCRMUrl"),
            ("", "hooks", "hook"),
        ] {
            assert_eq!(
                SCHEMA.advice(section, written),
                format!("did you mean `{meant}`?")
            );
        }
        assert_eq!(
            SCHEMA.advice("hook", "colour"),
            "known here: `name`, `timeout`"
        );
    }

    #[test]
    fn names_of_other_programs_are_known_before_letters_are_compared() {
        for (section, written, advice) in [
            ("", "api_token", "put it into a file"),
            ("", "ApiToken", "put it into a file"),
            ("", "API-TOKEN", "put it into a file"),
            ("hook", "called", "did you mean `name`?"),
            ("", "order", "it belongs in y.toml"),
        ] {
            assert_eq!(SCHEMA.advice(section, written), advice, "{written}");
        }
        assert_eq!(
            SCHEMA.advice("hook", "password"),
            "known here: `name`, `timeout`"
        );
    }

    #[test]
    fn a_key_in_the_wrong_place_is_told_where_it_belongs() {
        let top = "it belongs at the top of the file, before the first [heading]";
        assert_eq!(SCHEMA.advice("hook", "UsersUID"), top);
        assert_eq!(
            SCHEMA.advice("", "token_file"),
            "it belongs under [jtel], or under [listen]"
        );
    }
}
