//! Whatever stands in the file, reading it ends with sentences: no panic, no endless search.

#[path = "any_text/checks.rs"]
mod checks;

use std::path::Path;

use miniclient::config;
use proptest::prelude::*;

/// What configurations, and the mistakes in them, are made of.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "\n", "\r\n", " ", " = ", "=", "'", "\"", "'''", "\"\"\"", "\\", "\\u00", "\\x4", "\\\n", "[", "]", "[[",
    "]]", "{", "}", ",", ".", "#", "//", ";", "\u{feff}", "ü", "€", "😀", "“", "\0", "\t", "True", "true",
    "007", "1.5", "10", "1979-05-27", "10s", "[[hook]]\n", "[numbers]\n", "[listen]\n", "[dial]\n",
    "[jtel]\n", "name = 'x'\n", "open = '$CRMLink'\n", "rest = 'curl https://x.example/$ANumber'\n",
    "rest = \"curl \\\"$crmurl\\\"\"\n", "UsersUID = ", "Variables = ", "on = ", "when = ", "address = ",
    "AutomaticRESTCRMUrl = ", "CurlRESTCommand = ", "$ANumber", "${ANumber", "${", "}", "$$", "%PATH%", "%",
    "curl ",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_any_text_ends_with_sentences(pieces in proptest::collection::vec(piece(), 0..40)) {
        checks::reading_ends_with_sentences(&pieces.concat());
    }
}

#[test]
fn a_large_file_of_nothing_but_mistakes_is_read_in_time() {
    let text = "this is no setting\n".repeat(20_000);
    let Err(problems) = config::read(Path::new("x.toml"), &text) else {
        panic!("it is no configuration")
    };
    assert_eq!(problems.iter().count(), 20_000);
}
