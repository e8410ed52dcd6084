//! Whether the table is whole: every message of the sources has its German, and nothing in the table is left of a message
//! that is gone.
//!
//! A message is a text of two words at least, which is everything that a person may get to read and much that nobody does:
//! that stands in `messages/not-messages.txt`, with the reason. Logs (`tracing`), tests, and what is said to programmers
//! (`assert`, `expect`) are not looked at; the help of the command lines has tests of its own beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::message::holes;
use super::{Translator, german};

/// Macros whose texts are for programmers, or for the log.
const NOT_FOR_PEOPLE: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "env",
    "error",
    "include_str",
    "info",
    "panic",
    "trace",
    "unreachable",
    "warn",
];

/// Functions whose texts are for programmers, or for the documentation alone.
const CALLS_NOT_FOR_PEOPLE: &[&str] = &["expect", "option"];

/// A text in the sources.
struct Literal {
    /// Where: `crates/mc-cli/src/log.rs:17`.
    place: String,
    /// Its lines, each hole as `{}`.
    lines: Vec<String>,
    /// Whether it must have its German, if it is a message.
    needed: bool,
}

impl Literal {
    fn crate_name(&self) -> &str {
        self.place.split('/').nth(1).unwrap_or_default()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn messages(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("messages/{name}.txt"));
    fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .replace("\r\n", "\n")
}

/// The texts of a format string or of a plain one, which may hold braces that are no holes.
fn lines(text: &str) -> Vec<String> {
    let leaked: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let name = |name: &&str| {
        let name = name.split(':').next().unwrap_or_default();
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let plain = match holes(leaked) {
        Ok((literals, names)) if names.iter().all(&name) => literals.join("\u{0}"),
        _ => text.to_owned(),
    };
    plain
        .split('\n')
        .map(|line| line.replace('\u{0}', "{}"))
        .collect()
}

/// Every text of the sources, in files that belong to the programs; none where the sources are not there, which is so when
/// this crate is packed alone.
fn literals() -> Vec<Literal> {
    let mut found = Vec::new();
    for folder in ["crates", "bins"] {
        let Ok(crates) = fs::read_dir(root().join(folder)) else {
            return Vec::new();
        };
        let mut files = Vec::new();
        for one in crates {
            collect(&one.unwrap().path().join("src"), &mut files);
        }
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let name = file
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            let stream: TokenStream = text
                .parse()
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            walk(stream, true, &mut |line, text, needed| {
                found.push(Literal {
                    place: format!("{name}:{line}"),
                    lines: lines(&text),
                    needed,
                });
            });
        }
    }
    found
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("language/complete.rs")
            && path.file_stem().is_none_or(|name| name != "tests")
        {
            files.push(path);
        }
    }
}

/// Gives each text with its line, and whether it must have its German.
fn walk(stream: TokenStream, needed: bool, found: &mut dyn FnMut(usize, String, bool)) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => at = attribute(&tokens, at, found),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let is_macro = matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
                if is_macro && NOT_FOR_PEOPLE.contains(&&*name) {
                    at += 2;
                } else if CALLS_NOT_FOR_PEOPLE.contains(&&*name)
                    && matches!(tokens.get(at), Some(TokenTree::Group(_)))
                {
                    at += 1;
                }
            }
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    found(literal.span().start().line, text.value(), needed);
                }
            }
            TokenTree::Group(group) => walk(group.stream(), needed, found),
            TokenTree::Punct(_) => {}
        }
    }
}

/// Reads an attribute, of which `#` was read, and leaves out what it switches off here: tests. Gives what comes next.
fn attribute(
    tokens: &[TokenTree],
    mut at: usize,
    found: &mut dyn FnMut(usize, String, bool),
) -> usize {
    if matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '!') {
        at += 1;
    }
    let Some(TokenTree::Group(group)) = tokens.get(at) else {
        return at;
    };
    let said = group.stream().to_string();
    let name = said
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    // Documentation and definitions of command lines are messages that the table may have.
    walk(group.stream(), name == "error", found);
    at += 1;
    if said == "cfg (test)" || said == "test" {
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
                TokenTree::Punct(punct) if punct.as_char() == ';' => break,
                _ => {}
            }
        }
    }
    at
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
    for tables in [german::MC_START, german::MINICLIENT] {
        assert_eq!(Translator::new(tables).faults(), [""; 0]);
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
    let german = Translator::new(german::MINICLIENT);
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
    let german = Translator::new(german::MINICLIENT);
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
