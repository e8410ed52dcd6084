//! What is said of any text, letters outside ASCII among it.

use proptest::prelude::*;

use super::{Line, foreign, instead};
use mc_template::Names;

/// What such lines consist of, and letters and signs of more than one byte.
fn line() -> impl Strategy<Value = String> {
    const PARTS: [&str; 44] = [
        "ü",
        "€",
        "“",
        "”",
        "–",
        "…",
        "\u{a0}",
        "😀",
        "ß:",
        "für: ",
        "CALLER",
        "PHONE_NUMBER",
        "phone",
        "ANumber",
        "$ANumber",
        "$crmurl",
        "${",
        "}",
        "{",
        "{0}",
        "%",
        "%%",
        "%1",
        "@",
        "#",
        "[",
        "]",
        "<",
        ">",
        "(",
        ")",
        "\"",
        "'",
        "`",
        "\\",
        "/",
        "?",
        "&amp;",
        "=",
        ":",
        ";",
        " ",
        "-",
        "https://h/",
    ];
    let part = prop_oneof![8 => prop::sample::select(&PARTS[..]).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_line_is_looked_at_and_what_is_found_has_its_place(line in line()) {
        let names = Names::call();
        for kind in [Line::Parameters, Line::Command, Line::Link] {
            for (at, sentence) in foreign(&line, kind, &names) {
                prop_assert!(line.is_char_boundary(at), "{at}: {sentence}");
            }
        }
        for (at, _) in line.char_indices() {
            let _ = instead(&line, at, &names);
        }
    }
}
