//! The table of options in `docs/curl.md` is made from the table in the code.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use mc_curl::options::{Argument, OptionKind, TABLE};

const BEGIN: &str = "<!-- options: made from mc-curl/src/table.rs; `UPDATE_DOCS=1 cargo test -p mc-curl --test curl documentation` writes it -->\n";
const END: &str = "<!-- end of options -->\n";

fn table() -> String {
    let mut text = String::from(
        "\n| option | argument | has a say in | meaning |\n| --- | --- | --- | --- |\n",
    );
    for one in TABLE.iter().filter(|one| one.kind != OptionKind::Refused) {
        let short = one
            .short
            .map(|letter| format!("`-{letter}`, "))
            .unwrap_or_default();
        let no = if one.argument() == Argument::Switch {
            ", `--no-..`"
        } else {
            ""
        };
        let argument = match one.argument() {
            Argument::Template(name) => format!("`{name}`, variables allowed"),
            Argument::Literal(name) => format!("`{name}`"),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "| {short}`--{}`{no} | {argument} | {} | {} |",
            one.long,
            one.kind.as_str(),
            one.meaning
        );
    }
    text.push_str("\nRefused by name, with the reason:\n\n");
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for one in TABLE.iter().filter(|one| one.kind == OptionKind::Refused) {
        let short = one
            .short
            .map(|letter| format!("`-{letter}`, "))
            .unwrap_or_default();
        let name = format!("{short}`--{}`", one.long);
        match reasons
            .iter_mut()
            .find(|(reason, _)| *reason == one.meaning)
        {
            Some((_, names)) => names.push(name),
            None => reasons.push((one.meaning, vec![name])),
        }
    }
    for (reason, names) in reasons {
        let _ = writeln!(text, "- {}: {reason}.", names.join("; "));
    }
    text.push('\n');
    text
}

#[test]
fn the_table_of_options_is_the_one_in_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/curl.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        return testkit::skipped("docs/curl.md is no part of the package");
    };
    let text = text.replace("\r\n", "\n");
    let (before, rest) = text.split_once(BEGIN).expect("the begin of the table");
    let (written, after) = rest.split_once(END).expect("the end of the table");
    let table = table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        written, table,
        "docs/curl.md is not what the code says; UPDATE_DOCS=1 writes it"
    );
}

#[test]
fn no_name_is_taken_twice_and_every_meaning_is_a_sentence() {
    assert!(TABLE.is_sorted_by_key(|one| one.long));
    let mut names = HashSet::new();
    for one in TABLE {
        assert!(names.insert(one.long.to_owned()), "--{}", one.long);
        let short = one.short.map(|letter| letter.to_string());
        assert!(
            short.is_none_or(|short| names.insert(short)),
            "--{}",
            one.long
        );
        assert_eq!(
            one.meaning.ends_with('.'),
            one.kind != OptionKind::Refused,
            "--{}",
            one.long
        );
        assert!(
            !one.meaning.contains('|'),
            "--{}: a table's column ends there",
            one.long
        );
        let template = matches!(one.argument(), Argument::Template(_));
        assert!(
            one.kind != OptionKind::Nothing || !template,
            "--{}",
            one.long
        );
    }
}

/// `options.txt` has those of curl's documentation and source, version 8.22, and those that older ones had.
#[test]
fn every_option_of_newer_and_older_curls_is_known() {
    let names = include_str!("options.txt").lines();
    let known = |name: &str| TABLE.iter().any(|one| one.long == name);
    let unknown: Vec<_> = names
        .clone()
        .filter(|name| !known(name) && !name.strip_prefix("no-").is_some_and(known))
        .collect();
    assert!(names.count() > 280 && unknown.is_empty(), "{unknown:?}");
}

/// What this computer's curl has, with its short name and whether an argument follows.
#[cfg(not(windows))]
#[test]
fn every_option_of_the_real_curl_is_known() {
    let Ok(help) = std::process::Command::new("curl")
        .args(["--help", "all"])
        .output()
    else {
        return testkit::skipped("the real `curl` is missing: apt-get install curl");
    };
    let help = String::from_utf8(help.stdout).unwrap();
    let mut seen = 0;
    for line in help.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let Some(at) = words.iter().position(|word| word.starts_with("--")) else {
            continue;
        };
        let name = &words[at][2..];
        let plain = name.strip_prefix("no-").unwrap_or(name);
        let one = TABLE
            .iter()
            .find(|one| one.long == name || one.long == plain);
        let one = one.unwrap_or_else(|| panic!("--{name} is not known"));
        let next = words.get(at + 1).copied().unwrap_or_default();
        let argument = next.starts_with(['<', '[']) && one.long != "help";
        assert_eq!(one.argument().name().is_some(), argument, "--{name}");
        if let Some(short) = words[0]
            .strip_prefix('-')
            .and_then(|word| word.strip_suffix(','))
        {
            assert!(
                TABLE
                    .iter()
                    .any(|one| one.short.is_some_and(|letter| short == letter.to_string())),
                "-{short}"
            );
        }
        seen += 1;
    }
    assert!(seen > 200, "{seen}");
}
