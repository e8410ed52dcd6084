//! Whether the table is whole: every message of the sources has its German, and nothing in the table is left of a message
//! that is gone.
//!
//! A message is a text of two words at least, which is everything that a person may get to read and much that nobody does:
//! that stands in `messages/not-messages.txt`, with the reason. Logs (`tracing`), tests, and what is said to programmers
//! (`assert`, `expect`) are not looked at; the help of the command lines has tests of its own beside them.

mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use self::sources::{lines, literals};
use super::{Translator, german};

fn messages(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("messages/{name}.txt"));
    fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .replace("\r\n", "\n")
}

/// Two words, or a word and something to come.
fn is_message(line: &str) -> bool {
    let words = line.replace("{}", "");
    let longest = words
        .split(|c: char| !c.is_ascii_lowercase())
        .map(str::len)
        .max();
    line.trim().contains(char::is_whitespace) && longest > Some(1)
}

/// A part of a sentence, that is, without the holes and blanks at its ends.
fn part(line: &str) -> &str {
    let mut part = line;
    loop {
        let shorter = part.trim().trim_start_matches("{}").trim_end_matches("{}");
        if shorter == part {
            return part;
        }
        part = shorter;
    }
}

/// What nobody reads as it stands: files, or beginnings of their paths, and texts, which may end with `*`.
struct NotMessages(Vec<(String, String)>);

impl NotMessages {
    fn read() -> Self {
        let (mut path, mut all) = (String::new(), Vec::new());
        for line in messages("not-messages")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            match line.strip_prefix("  ") {
                Some(text) => all.push((path.clone(), text.to_owned())),
                None => path = line.to_owned(),
            }
        }
        Self(all)
    }

    fn hold(&self, place: &str, line: &str) -> Option<usize> {
        self.0.iter().position(|(path, text)| {
            let text = lines(text).remove(0);
            place.starts_with(&**path)
                && match text.strip_suffix('*') {
                    Some(beginning) => line.starts_with(beginning),
                    None => line.trim_end() == text,
                }
        })
    }
}

/// A crate's part of the table, and the common one.
fn tables_of(name: &str) -> String {
    messages("common") + &messages(name)
}

/// The English of a crate's part of the table, and of the common one.
fn known(name: &str) -> (BTreeSet<String>, Translator) {
    let tables = ["common", name].map(|name| &*Box::leak(messages(name).into_boxed_str()));
    let translator = Translator::new(&tables);
    (translator.english().collect(), translator)
}

#[test]
fn every_message_has_its_german() {
    let (literals, exceptions) = (literals(), NotMessages::read());
    let mut missing = Vec::new();
    let (mut used, mut tables) = (BTreeSet::new(), BTreeMap::new());
    for literal in literals.iter().filter(|literal| literal.needed) {
        let name = literal.crate_name().to_owned();
        let (known, translator) = tables.entry(name).or_insert_with_key(|name| known(name));
        for line in literal.lines.iter().filter(|line| is_message(line)) {
            let part = part(line);
            // The text between the entries of a list stands in the German line.
            let between = || line.ends_with(' ') && tables_of(literal.crate_name()).contains(part);
            // A message may be one of a more general form, such as `write {} = {}`.
            let general = || translator.weight_of(line) > 8;
            if known.contains(line)
                || known.iter().any(|known| known.contains(part))
                || general()
                || between()
            {
                continue;
            }
            match exceptions.hold(&literal.place, line) {
                Some(number) => drop(used.insert(number)),
                None => missing.push(format!("{}: {line}", literal.place)),
            }
        }
    }
    assert!(
        missing.is_empty(),
        "these have no German; write two lines, English and German, into crates/mc-cli/messages/CRATE.txt, or name what \
         nobody reads in not-messages.txt:\n{}",
        missing.join("\n")
    );
    let unused: Vec<_> = exceptions
        .0
        .iter()
        .enumerate()
        .filter(|(number, _)| !literals.is_empty() && !used.contains(number))
        .map(|(_, (path, text))| format!("{path}: {text}"))
        .collect();
    assert!(
        unused.is_empty(),
        "nothing in the sources is this any more:\n{}",
        unused.join("\n")
    );
}

#[test]
fn nothing_is_left_of_a_message_that_is_gone() {
    let literals = literals();
    if literals.is_empty() {
        return;
    }
    let mut gone = Vec::new();
    for name in CRATES.iter().filter(|name| **name != "common") {
        let there: BTreeSet<&str> = literals
            .iter()
            .filter(|literal| literal.crate_name() == *name)
            .flat_map(|literal| literal.lines.iter().map(|line| part(line)))
            .filter(|part| !part.is_empty())
            .collect();
        let words: BTreeSet<&str> = there.iter().flat_map(|part| words(part)).collect();
        let table = &*Box::leak(messages(name).into_boxed_str());
        for english in Translator::new(&[table]).english() {
            // A message may be put together from several texts.
            let composed = there
                .iter()
                .any(|part| part.len() > 7 && english.contains(part))
                || (english.len() < 24 && words_in(&english, &words));
            if !there.contains(part(&english)) && !composed {
                gone.push(format!("{name}.txt: {english}"));
            }
        }
    }
    assert!(
        gone.is_empty(),
        "nothing in the sources says this:\n{}",
        gone.join("\n")
    );
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn words_in(text: &str, known: &BTreeSet<&str>) -> bool {
    words(text).all(|word| known.contains(word))
}

const CRATES: &[&str] = &[
    "common",
    "mc-agent",
    "mc-cli",
    "mc-curl",
    "mc-desktop",
    "mc-hooks",
    "mc-http",
    "mc-identity",
    "mc-import",
    "mc-ipc",
    "mc-process",
    "mc-routing",
    "mc-secret",
    "mc-start",
    "mc-template",
    "miniclient",
];

#[test]
fn the_tables_can_be_read() {
    for table in [german::mc_start(), german::miniclient()] {
        let german = Translator::new(&[table]);
        assert_eq!(german.faults(), [""; 0]);
        assert!(german.english().count() > 300);
    }
    for name in CRATES {
        let text = messages(name);
        let table = &*Box::leak(text.into_boxed_str());
        let mut seen = BTreeSet::new();
        for english in Translator::new(&[table]).english() {
            assert!(
                seen.insert(english.clone()),
                "{name}.txt has this twice: {english}"
            );
        }
    }
}

#[test]
fn what_callers_and_servers_say_is_not_read_as_ours() {
    let german = Translator::new(&[german::miniclient()]);
    for (english, said) in [
        // A name, a number, a path or an answer may say anything.
        (
            "nobody is there was not dialled: it took too long",
            "nobody is there wurde nicht gewählt: es dauerte zu lange",
        ),
        (
            "Secret (it is not shown): written",
            "Secret (it is not shown): geschrieben",
        ),
        (
            "the telephone system refused: it took too long",
            "das Telefonsystem lehnte ab: it took too long",
        ),
        ("erased the token is wrong", "gelöscht: the token is wrong"),
        ("user          none", "Benutzer      none"),
        (
            "{who!} was not dialled: {why!}",
            "{who!} wurde nicht gewählt: {why!}",
        ),
    ] {
        assert_eq!(german.translate(english), said);
    }
    for text in [
        "",
        "\n",
        "\n\n",
        "ä",
        "x: ",
        ": x",
        "  ",
        "{}",
        "no such sentence in any table",
    ] {
        assert_eq!(german.translate(text), text);
    }
}

#[test]
fn a_hostile_line_is_read_in_bounded_time() {
    let german = Translator::new(&[german::miniclient()]);
    let began = std::time::Instant::now();
    for part in [
        ": ",
        "x: x",
        "; ",
        "`x` `",
        " is a ",
        ", if x matches ",
        "no x: y; ",
        " (x) ",
        "the file ",
    ] {
        let line = part.repeat(16 * 1024 / part.len());
        assert!(german.translate(&line).len() >= line.len() / 2);
    }
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
