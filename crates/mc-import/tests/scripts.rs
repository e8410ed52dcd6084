//! What launcher scripts of all kinds send and start, beside what the crate says they do.
//!
//! `scripts.txt` has the scripts, each as its difference from the first, with what it does as read by a person. A line
//! that ends with `#!` is one that may not be carried over in silence; no other may be named as lost.

use std::collections::{BTreeMap, BTreeSet};

use mc_import::{Fate, Fixed, LONGEST_SCRIPT, Refusal, Script, ScriptToken};

type Sections = BTreeMap<&'static str, Vec<&'static str>>;

const ORDER: [&str; 9] = [
    "before", "url", "token", "ip", "body", "headers", "call", "client", "after",
];

struct Case {
    name: &'static str,
    sections: Sections,
    expected: BTreeMap<&'static str, &'static str>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section = "before";
    for line in include_str!("scripts.txt").lines() {
        if let Some(name) = line.strip_prefix("## ") {
            let sections = Sections::new();
            cases.push(Case {
                name,
                sections,
                expected: BTreeMap::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        if let Some(name) = line.strip_prefix('@').filter(|name| ORDER.contains(name)) {
            section = name;
            case.sections.insert(name, Vec::new());
        } else if let Some(expected) = line.strip_prefix("=> ") {
            let (key, value) = expected.split_once(':').unwrap_or((expected, ""));
            case.expected.insert(key.trim(), value.trim());
        } else if let Some(lines) = case.sections.get_mut(section) {
            lines.push(line);
        }
    }
    cases
}

fn composed(base: &Case, case: &Case) -> String {
    let lines = ORDER.iter().flat_map(|section| {
        let own = case.sections.get(section);
        own.or(base.sections.get(section)).into_iter().flatten()
    });
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// What is said, in the words of `scripts.txt`.
fn said(script: &Script) -> BTreeMap<&'static str, String> {
    let mut said = BTreeMap::new();
    let list = |texts: Vec<String>| texts.join(", ");
    said.insert("url", script.url.clone());
    said.insert(
        "token",
        match &script.token {
            ScriptToken::Text(text) => text.clone(),
            ScriptToken::File(path) => format!("file {path}"),
            ScriptToken::Environment => "API_TOKEN".to_owned(),
            _ => "-".to_owned(),
        },
    );
    said.insert(
        "fields",
        list(
            script
                .fields
                .iter()
                .map(|field| field.name().to_owned())
                .collect(),
        ),
    );
    said.insert("ip", script.ip.clone().unwrap_or_else(|| "-".to_owned()));
    let extra = script.extra.iter().map(|(name, value)| match value {
        Fixed::Text(text) => format!("{name}={text}"),
        Fixed::Integer(number) => format!("{name}={number}"),
        Fixed::Bool(value) => format!("{name}={value}"),
        _ => String::new(),
    });
    said.insert("extra", list(extra.collect()));
    said.insert(
        "proxy",
        script.proxy.clone().unwrap_or_else(|| "-".to_owned()),
    );
    said.insert(
        "client",
        script.client.clone().unwrap_or_else(|| "-".to_owned()),
    );
    said.insert("args", script.client_args.join("|"));
    said
}

#[test]
fn every_script_comes_out_as_it_was_read_by_a_person() {
    let cases = cases();
    let (base, mut wrong, mut whole) = (&cases[0], Vec::new(), 0);
    assert!(cases.len() >= 120, "{}", cases.len());
    for case in &cases {
        let text = composed(base, case);
        let lines = text.lines().enumerate();
        let marked: BTreeSet<_> = lines
            .filter(|(_, line)| line.ends_with("#!"))
            .map(|(at, _)| at + 1)
            .collect();
        let read = mc_import::read(text.as_bytes());
        let refused = case.expected.contains_key("refused");
        let notes = match &read {
            Ok(script) if !refused => {
                for (key, value) in said(script) {
                    let expected = case
                        .expected
                        .get(key)
                        .copied()
                        .unwrap_or_else(|| base.expected[key]);
                    if value != expected {
                        wrong.push(format!(
                            "{}: {key} is {value:?}, not {expected:?}",
                            case.name
                        ));
                    }
                }
                if script.is_whole() != marked.is_empty() {
                    wrong.push(format!("{}: whole is {}", case.name, script.is_whole()));
                }
                whole += usize::from(script.is_whole());
                script.notes.clone()
            }
            Err(Refusal::NoCall { notes }) if refused => notes.clone(),
            Err(Refusal::NotUnderstood { line, .. }) if refused => {
                if !marked.contains(line) {
                    wrong.push(format!("{}: line {line} is not understood", case.name));
                }
                continue;
            }
            read => {
                wrong.push(format!("{}: {read:?}\n{text}", case.name));
                continue;
            }
        };
        let lost: BTreeSet<_> = notes
            .iter()
            .filter(|note| note.fate == Fate::NotCarried)
            .map(|note| note.line)
            .collect();
        if lost != marked {
            wrong.push(format!(
                "{}: lost are lines {lost:?}, not {marked:?}\n{text}\n{notes:#?}",
                case.name
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("{whole} of {} are carried over whole", cases.len());
}

#[test]
fn no_note_holds_a_secret_or_a_url() {
    let cases = cases();
    for case in &cases {
        let notes = match mc_import::read(composed(&cases[0], case).as_bytes()) {
            Ok(script) => format!("{:?}", (script.notes, script.token)),
            Err(refusal) => format!("{refusal:?} {refusal}"),
        };
        for secret in ["tok-0", "https:", "geheim"] {
            assert!(!notes.contains(secret), "{}: {notes}", case.name);
        }
    }
}

#[test]
fn every_statement_is_accounted_for() {
    let cases = cases();
    let text = composed(&cases[0], &cases[0]);
    let script = mc_import::read(text.as_bytes()).unwrap();
    let noted: BTreeSet<_> = script.notes.iter().map(|note| note.line).collect();
    for (at, line) in text.lines().enumerate() {
        let begins = !line.trim().is_empty() && !line.starts_with([' ', '#', '}']);
        assert!(
            !begins || noted.contains(&(at + 1)),
            "line {}: {line}",
            at + 1
        );
    }
}

#[test]
fn the_encoding_does_not_matter() {
    let text = composed(&cases()[0], &cases()[0]).replace("# The", "# Für die Ämter");
    let expected = mc_import::read(text.as_bytes()).unwrap();
    let wide = |mark: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("{mark}{text}")
            .encode_utf16()
            .flat_map(unit)
            .collect()
    };
    let narrow: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let encodings = [
        format!("\u{feff}{text}").into_bytes(),
        text.replace('\n', "\r\n").into_bytes(),
        narrow,
        wide("\u{feff}", u16::to_le_bytes),
        wide("\u{feff}", u16::to_be_bytes),
        wide("", u16::to_le_bytes),
        wide("", u16::to_be_bytes),
    ];
    for bytes in encodings {
        assert_eq!(mc_import::read(&bytes).unwrap(), expected);
    }
}

/// Lines that end as they do on Windows, one of them continued, one inside a text.
#[test]
fn every_script_is_read_alike_however_its_lines_end() {
    let cases = cases();
    for case in &cases {
        let text = composed(&cases[0], case);
        let unix = mc_import::read(text.as_bytes());
        let windows = mc_import::read(text.replace('\n', "\r\n").as_bytes());
        assert_eq!(format!("{windows:?}"), format!("{unix:?}"), "{}", case.name);
    }
}

#[test]
fn windows_1252_has_quotes_dashes_and_the_euro() {
    let text =
        composed(&cases()[0], &cases()[0]).replace("  IPAddress", "  Preis = 'EUR'\n  IPAddress");
    let bytes: Vec<u8> = text
        .replace("EUR", "\u{80}5 \u{96} \u{fc}")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let script = mc_import::read(&bytes).unwrap();
    assert_eq!(
        script.extra,
        [("Preis".to_owned(), Fixed::Text("€5 – ü".to_owned()))]
    );
}

#[test]
fn a_script_of_exactly_the_most_is_read() {
    let text = composed(&cases()[0], &cases()[0]);
    let filled = |length: usize| format!("{text}\n#{}", "x".repeat(length - text.len() - 2));
    assert!(mc_import::read(filled(LONGEST_SCRIPT).as_bytes()).is_ok());
    let refused = mc_import::read(filled(LONGEST_SCRIPT + 1).as_bytes());
    assert!(matches!(refused, Err(Refusal::TooLarge("1 MiB"))));
}

/// A file of which only a beginning arrived.
#[test]
fn a_script_that_ends_anywhere_is_read_or_refused() {
    let openers = [
        "",
        "${",
        "$x = ${",
        "2>&",
        "dir >&",
        "(",
        "@(",
        "@{",
        "@{ a =",
        "@'",
        "@\"\n",
        "\"$(",
        "\"${",
        "\"`",
        "`",
        "<#",
        "[",
        "$x[",
        "$x.",
        "[x]::",
        "if (",
        "for (",
        "for (;",
        "foreach (${",
        "foreach ($x in ",
        "switch (",
        "while (",
        "do {",
        "try {",
        "param(",
        "param([x]$y =",
        "function f(${",
        "& ",
        "-",
        "irm -",
        "irm -Uri:",
        "irm @",
        "1..",
        "!",
        ":",
    ];
    let cases = cases();
    for case in &cases {
        let own = ORDER
            .iter()
            .filter_map(|section| case.sections.get(section));
        let text = own.flatten().copied().collect::<Vec<_>>().join("\n");
        for (at, _) in text.char_indices() {
            let _ = mc_import::read(&text.as_bytes()[..at]);
        }
        for opener in openers {
            let _ = mc_import::read(format!("{text}\n{opener}").as_bytes());
            let _ = mc_import::read(format!("{opener}{text}").as_bytes());
        }
    }
}

#[test]
fn what_is_not_closed_is_named_with_its_line() {
    for (script, line, what) in [
        ("\n$x = ${abc\n$y", 2, "a bracket or brace is not closed"),
        ("\n\"${abc\n\"", 2, "a bracket or brace is not closed"),
        ("for (f ${{", 1, "a bracket or brace is not closed"),
        (
            "foreach (${x in $y) {",
            1,
            "a bracket or brace is not closed",
        ),
        ("param(\n${x) ", 2, "a bracket or brace is not closed"),
        ("$a = 1\ndir 2>&", 2, "this is not understood"),
        ("dir >& $x", 1, "this is not understood"),
        ("$a = 1\n<# $b = 2\n", 2, "a comment is not closed"),
        ("if ($x <# ) { }", 1, "a comment is not closed"),
    ] {
        let refused = mc_import::read(script.as_bytes()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("line {line}: {what}"),
            "{script}"
        );
    }
}

#[test]
fn no_file_takes_long_or_much() {
    let many = |text: &str, times: usize| text.repeat(times);
    let doubled = format!("$s = 'xxxxxxxx'\n{}", many("$s += $s\n", 90));
    let listed = format!("$l = 1, 1\n{}", many("$l = $l, $l\n", 90));
    let grouped = format!("$l = 1, 1\n$m = {}1", many("($l = $l, $l), ", 90));
    let nested = format!(
        "$j = 1\n{}",
        many("$j = @{ a = $j; b = $j } | ConvertTo-Json\n", 90)
    );
    let looped = format!("{}{}", many("while ($true) { ", 38), many("} ", 38));
    let called = (0..60).fold(String::new(), |text, at| {
        format!("{text}function f{at} {{ f{0}; f{0} }}\n", at + 1)
    }) + "f0\n";
    for text in [
        many("(", 100_000),
        many("@{a=", 50_000),
        many("\"$(", 60_000),
        many("x", 200_000),
        many("'a'+", 48_000) + "'b'",
        many("$x.y", 50_000),
        many("!", 180_000) + "1",
        many("$a = ", 36_000) + "1",
        many("1,", 100_000) + "1",
        many("if ($x) { $y = 1 }\n", 10_000),
        many("if ($x) { ", 20_000),
        many("$v = @{ a = 1 }\n", 12_000),
        (0..10_000).fold(String::new(), |text, at| {
            text + &format!("if ($x) {{ $v{at} = 1 }}\n")
        }),
        doubled,
        listed,
        grouped,
        nested,
        looped,
        called,
        many("`\n", 80_000),
        many("<# ", 60_000),
        many("\u{0}", 200_000),
        many(" ", 400_000),
    ] {
        let began = std::time::Instant::now();
        let _ = mc_import::read(text.as_bytes());
        println!(
            "{:?} {:?}",
            text.chars().take(20).collect::<String>(),
            began.elapsed()
        );
        assert!(
            began.elapsed().as_secs() < 200,
            "{} {:?}",
            &text[..30],
            began.elapsed()
        );
    }
}
