//! The documentation says what the program says: help texts and tables of settings are made from it, and every sample
//! is read by the real reader.
//!
//! `UPDATE_GOLDEN=1 cargo test -p miniclient --test documentation` writes them anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "documentation/ratios.rs"]
mod ratios;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use mc_cli::{Language, Output, german};
use miniclient::cli::{self, Parsed};
use miniclient::config::{self, keys};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Replaces what stands between `<!-- KIND: NAME -->` and `<!-- end -->`.
fn regenerated(text: &str, kind: &str, generate: impl Fn(&str) -> String) -> (String, usize) {
    const END: &str = "<!-- end -->";
    let begin = format!("<!-- {kind}:");
    let mut result = String::new();
    let mut rest = text;
    let mut count = 0;
    while let Some(at) = rest.find(&begin) {
        let (before, from) = rest.split_at(at);
        let (marker, behind) = from.split_once("-->\n").unwrap();
        let (_, after) = behind.split_once(END).unwrap();
        let name = marker[begin.len()..].trim();
        result += before;
        write!(result, "{marker}-->\n{}{END}", generate(name)).unwrap();
        rest = after;
        count += 1;
    }
    (result + rest, count)
}

fn compare(page: &str, kind: &str, generate: impl Fn(&str) -> String) -> usize {
    let path = root().join("docs").join(page);
    let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (text, count) = regenerated(&text, kind, generate);
    testkit::assert_golden(&path, &text);
    count
}

/// The help of a command, in the language of this output.
fn help(output: &Output, command: &str) -> String {
    let words = ["miniclient", command, "--help"];
    let words = words
        .iter()
        .filter(|word| !word.is_empty())
        .map(OsString::from);
    match cli::parse_for(output, words) {
        Parsed::Answered(text) => {
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            format!("```text\n{}\n```\n", lines.join("\n").trim_end())
        }
        other => panic!("{command}: {other:?}"),
    }
}

#[test]
fn the_help_is_the_programs_own_in_both_languages() {
    for (page, language) in [
        ("command-line.md", Language::English),
        ("de/command-line.md", Language::German),
    ] {
        let output = Output::new("miniclient");
        output.speak(language, german::miniclient);
        let count = compare(page, "help", |command| help(&output, command));
        let overview = help(&output, "");
        let commands = overview.lines().filter(|line| is_command(line)).count();
        assert_eq!(count, commands + 1, "{page}: every command has its section");
    }
}

#[test]
fn nothing_of_the_german_help_is_english() {
    let [english, german] = [Language::English, Language::German].map(|language| {
        let output = Output::new("miniclient");
        output.speak(language, german::miniclient);
        output
    });
    let overview = help(&german, "");
    let commands = overview.lines().filter(|line| is_command(line));
    let commands = commands.filter_map(|line| line.split_whitespace().next());
    for command in commands.chain(["", "secret"]) {
        let (english, german) = (help(&english, command), help(&german, command));
        assert_eq!(testkit::left_in_english(&german), "", "{command}");
        for line in german.lines().filter(|line| line.contains(' ')) {
            assert!(
                !english.lines().any(|same| same == line),
                "{command}: {line}"
            );
        }
    }
}

/// A line of the list of commands; `help` is clap's own.
fn is_command(line: &str) -> bool {
    line.strip_prefix("  ").is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_lowercase()) && !rest.starts_with("help ")
    })
}

#[test]
fn every_setting_is_described() {
    let count = compare("configuration.md", "settings", |section| {
        let mut table = "| setting | takes | meaning |\n| --- | --- | --- |\n".to_owned();
        for key in keys::TABLE.iter().filter(|key| key.section == section) {
            writeln!(
                table,
                "| `{}` | {} | {} |",
                key.name, key.takes, key.meaning
            )
            .unwrap();
        }
        table
    });
    assert_eq!(
        count,
        keys::SECTIONS.len() + 1,
        "every heading has its table"
    );
}

#[test]
fn the_picture_of_the_ratios_is_drawn_from_the_tables() {
    let docs = root().join("docs");
    let page = fs::read_to_string(docs.join("performance.md")).unwrap();
    let ratios = ratios::read(&page.replace("\r\n", "\n"));
    assert!(
        ratios.iter().all(|(_, ratios)| ratios.len() > 5),
        "{ratios:?}"
    );
    testkit::assert_golden(&docs.join("pictures/ratios.svg"), &ratios::svg(&ratios));
}

/// Problems that a sample may have here: the programs and files it names are not on this machine.
fn is_absent(problem: &config::SettingsProblem) -> bool {
    [
        "was not found",
        "is a path of Windows",
        "no such file",
        "environment has no variable",
    ]
    .iter()
    .any(|text| problem.text.contains(text))
}

#[track_caller]
fn assert_good(name: &str, text: &str) {
    let folder = tempfile::tempdir().unwrap();
    match config::read(&folder.path().join(name), text) {
        Ok(loaded) => {
            let warnings: Vec<_> = loaded
                .warnings
                .iter()
                .filter(|warning| !is_absent(warning))
                .collect();
            assert!(warnings.is_empty(), "{name}: {warnings:#?}\n{text}");
        }
        Err(problems) => {
            let problems: Vec<_> = problems
                .iter()
                .filter(|problem| !is_absent(problem))
                .collect();
            assert!(problems.is_empty(), "{name}: {problems:#?}\n{text}");
        }
    }
}

#[test]
fn samples_are_read() {
    let mut count = 0;
    for page in [
        "docs/broker.md",
        "docs/configuration.md",
        "docs/hooks.md",
        "docs/curl.md",
        "docs/templates.md",
        "README.md",
        "docs/de/README.md",
    ] {
        let Ok(text) = fs::read_to_string(root().join(page)) else {
            continue;
        };
        let text = text.replace("\r\n", "\n");
        for block in text.split("```toml\n").skip(1) {
            let (sample, _) = block.split_once("```").unwrap();
            // The other program's settings are read by its own tests.
            if sample.contains("routingApplications/run") {
                continue;
            }
            assert_good(page, sample);
            count += 1;
        }
    }
    assert!(count >= 10, "{count}");
}

#[test]
fn recipes_are_read() {
    let folder = root().join("examples/recipes");
    let page = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            assert_good(&name, &fs::read_to_string(&path).unwrap());
            assert!(page.contains(&name), "{name} is not in the list");
            count += 1;
        }
    }
    assert!(count >= 6, "{count}");
}

#[test]
fn what_init_writes_is_read_and_with_everything_switched_on_too() {
    let text = miniclient::commands::init::TEXT;
    assert_good("init.toml", text);
    // A line that is a setting or a heading, not a sentence.
    let switched_on: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if is_setting(rest) => rest,
            _ => line,
        })
        .collect();
    let switched_on = switched_on.join("\n");
    assert!(
        switched_on.contains("\n[listen]\n") && switched_on.contains("\nUsersUID = "),
        "{switched_on}"
    );
    assert_good("init.toml", &switched_on);
}

/// A line that is a heading or a setting, not a sentence.
fn is_setting(line: &str) -> bool {
    line.starts_with('[')
        || line
            .split_once(" = ")
            .is_some_and(|(key, _)| !key.contains(' '))
}
