//! What may be shown of a text from outside.

use mc_secret::text::{is_deceptive, one_line, printable, shown, shown_url};

/// Arabic letter mark, marks, embeddings, overrides, isolates: what turns the direction of writing around (UAX 9).
const DIRECTIONS: [char; 12] = [
    '\u{061C}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

#[test]
fn nothing_that_changes_the_direction_of_writing_is_shown() {
    for mark in DIRECTIONS {
        assert!(is_deceptive(mark), "{mark:?}");
        let text = format!("invoice{mark}fdp.exe");
        for safe in [
            shown(&text),
            one_line(&text),
            printable(&text).into_owned(),
            shown_url(&format!("https://crm.example/{text}")),
        ] {
            assert!(!safe.contains(mark), "{mark:?} {safe:?}");
        }
    }
    for plain in "aÄß é中 \u{A0}-–…😀".chars() {
        assert!(!is_deceptive(plain), "{plain:?}");
    }
}

#[test]
fn a_message_cannot_be_played_with() {
    assert_eq!(
        shown("a\u{1b}[2Jb\u{202e}c\n"),
        "a\u{fffd}[2Jb\u{fffd}c\u{fffd}"
    );
    assert_eq!(shown(&"x".repeat(64)), "x".repeat(64));
    assert_eq!(shown(&"x".repeat(65)), format!("{}…", "x".repeat(64)));
}

#[test]
fn a_line_is_one_line() {
    assert_eq!(one_line("\r\nnot\u{1b}found\n"), "not found");
    assert_eq!(one_line(" \r\n"), "");
    assert_eq!(one_line(&"ü".repeat(999)), format!("{}…", "ü".repeat(300)));
}

#[test]
fn an_answer_cannot_command_the_terminal() {
    assert_eq!(
        printable("{\"a\":\"\u{1b}[2Jü\"}\r\n\t"),
        "{\"a\":\"\u{fffd}[2Jü\"}\r\n\t"
    );
    assert!(matches!(
        printable("plain"),
        std::borrow::Cow::Borrowed("plain")
    ));
}

#[test]
fn an_address_is_shown_without_its_secrets() {
    let cases = [
        (
            "https://crm.example/c?id=4711&token=s",
            "https://crm.example/c?…",
        ),
        (
            "https://u:p@crm.example:8443/a/b#f",
            "https://crm.example:8443/a/b",
        ),
        ("http://u:p@h", "http://h"),
        ("http://h/a@b", "http://h/a@b"),
    ];
    for (url, expected) in cases {
        assert_eq!(shown_url(url), expected, "{url}");
    }
}
