//! The languages that people are spoken to in. The programs say everything in English; what is for people is said in
//! their language where it leaves the program, in [`crate::Output`], by a table of messages.

#[cfg(feature = "clap")]
mod command;
mod message;
mod translator;

#[cfg(feature = "clap")]
pub(crate) use command::{help, translated};
#[cfg(test)]
mod complete;

pub use translator::Translator;

use std::ffi::OsString;

use crate::sys;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Language {
    /// What the programs are written in.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// What `--lang` takes.
    pub const NAMES: [&str; 2] = ["en", "de"];

    /// The option with which a command line asks for a language.
    pub const OPTION: &str = "--lang";

    /// The language of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            _ => None,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language that a command line asks for; it must be known before the line is understood, for what is wrong with
    /// it is said in that language. What follows `last`, an option whose value comes from strangers, asks for nothing.
    pub fn asked(arguments: &[OsString], last: Option<&str>) -> Option<Self> {
        let mut words = arguments
            .iter()
            .map(|word| word.to_string_lossy())
            .take_while(|word| {
                let name = word.split_once('=').map_or(&**word, |(name, _)| name);
                word != "--" && last != Some(name)
            })
            .peekable();
        while let Some(word) = words.next() {
            let name = match word.strip_prefix(Self::OPTION) {
                Some("") => words.peek().map(|name| &**name),
                Some(value) => value.strip_prefix('='),
                None => None,
            };
            if let Some(language) = name.and_then(Self::named) {
                return Some(language);
            }
        }
        None
    }

    /// The language of the person at this system: what the environment's `LC_ALL`, `LC_MESSAGES` or `LANG` says, the first
    /// of them that says anything, else, on Windows, the language of the user's desktop.
    pub fn of_system() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(std::env::var_os)
            .find(|locale| !locale.is_empty());
        match locale {
            Some(locale) => Self::of_locale(&locale.to_string_lossy()),
            None if sys::speaks_german() => Self::German,
            None => Self::English,
        }
    }

    /// `de`, `de_AT.UTF-8`, `de@euro`; any other is answered in English.
    fn of_locale(locale: &str) -> Self {
        let language = locale.split(|c: char| !c.is_ascii_alphabetic()).next();
        match language {
            Some("de") => Self::German,
            _ => Self::English,
        }
    }
}

/// The German of everything that the libraries and a program say, one table for each program. The programs carry it
/// packed; what is unpacked stays for the rest of the process.
pub mod german {
    use miniz_oxide::inflate::decompress_to_vec_with_limit;

    fn unpacked(packed: &[u8]) -> &'static str {
        let bytes = decompress_to_vec_with_limit(packed, usize::MAX).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default().leak()
    }

    /// What `mc-start` says.
    pub fn mc_start() -> &'static str {
        unpacked(include_bytes!(concat!(env!("OUT_DIR"), "/mc-start")))
    }

    /// What `miniclient` says.
    pub fn miniclient() -> &'static str {
        unpacked(include_bytes!(concat!(env!("OUT_DIR"), "/miniclient")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Option<Language> {
        let words: Vec<_> = line.split(' ').map(OsString::from).collect();
        Language::asked(&words, Some("--dial-uri"))
    }

    #[test]
    fn a_command_line_asks_for_a_language_anywhere_but_in_strangers_words() {
        for line in ["x --lang de", "x --lang=de doctor", "x doctor --lang de"] {
            assert_eq!(asked(line), Some(Language::German), "{line}");
        }
        assert_eq!(asked("x --lang en --lang de"), Some(Language::English));
        for line in [
            "x",
            "x --lang",
            "x --lang fr",
            "x --lang=",
            "x --language de",
            "x -- --lang de",
            "x --dial-uri tel:1 --lang de",
            "x --dial-uri=tel:1 --lang de",
        ] {
            assert_eq!(asked(line), None, "{line}");
        }
        assert_eq!(
            asked("x --lang de --dial-uri tel:1"),
            Some(Language::German)
        );
    }

    #[test]
    fn locales_are_known_by_their_first_word() {
        for locale in ["de", "de_DE.UTF-8", "de-AT", "de@euro"] {
            assert_eq!(Language::of_locale(locale), Language::German, "{locale}");
        }
        for locale in ["", "C", "C.UTF-8", "POSIX", "en_US.UTF-8", "nds_DE", "den"] {
            assert_eq!(Language::of_locale(locale), Language::English, "{locale}");
        }
        for name in Language::NAMES {
            assert_eq!(Language::named(name).unwrap().name(), name);
        }
    }
}
