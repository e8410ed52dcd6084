//! The help in German.

#![allow(clippy::panic, reason = "a test may fail")]

use std::ffi::OsString;

use mc_cli::{Language, Output, german};
use mc_start::cli::{self, Parsed};

const COMMANDS: &[&str] = &[
    "",
    "import",
    "token",
    "token set",
    "token clear",
    "token show",
    "doctor",
    "status",
];

fn help(language: Language, command: &str) -> String {
    let output = Output::new("mc-start");
    output.speak(language, german::mc_start);
    let words = ["mc-start"].into_iter().chain(command.split_whitespace());
    match cli::parse_for(&output, words.chain(["--help"]).map(OsString::from)) {
        Parsed::Answered(text) => text,
        other => panic!("{command}: {other:?}"),
    }
}

#[test]
fn nothing_of_the_german_help_is_english() {
    for command in COMMANDS {
        let (english, german) = (
            help(Language::English, command),
            help(Language::German, command),
        );
        assert_eq!(testkit::left_in_english(&german), "", "{command}");
        for line in german.lines().filter(|line| !line.trim().is_empty()) {
            assert!(
                !english.lines().any(|same| same == line),
                "{command}: {line}"
            );
        }
        assert_eq!(english.lines().count(), german.lines().count(), "{command}");
    }
    for command in help(Language::English, "")
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
    {
        let name = command.split(' ').next().unwrap_or_default();
        assert!(
            name.is_empty() || name.starts_with('-') || name == "help" || COMMANDS.contains(&name),
            "{name} is not tried"
        );
    }
}
