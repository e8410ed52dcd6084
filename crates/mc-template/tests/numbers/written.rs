//! What people type and paste, and what links bring.

use mc_template::numbers::{is_number, is_withheld};
use mc_template::{DialNumber, NumberError};

use super::{dialled, table};

#[test]
fn what_is_typed_is_understood_or_refused_by_name() {
    for line in table(include_str!("typed.tsv")) {
        let [text, expected] = &line[..] else {
            panic!("not two columns: {line:?}");
        };
        assert_eq!(&dialled(DialNumber::typed(text)), expected, "{text:?}");
        // A caller's number may be what nobody can dial.
        let undialled = ["- CountryCode", "- TooLongAbroad", "- TooLongPlain"]
            .iter()
            .any(|error| expected.starts_with(error));
        let number = undialled
            || !expected.starts_with('-')
                && !expected.split('!').next().unwrap().contains(['*', '#']);
        assert_eq!(is_number(text), number, "{text:?}");
    }
}

#[test]
fn links_are_understood_or_refused_by_name() {
    for line in table(include_str!("links.tsv")) {
        let [uri, expected] = &line[..] else {
            panic!("not two columns: {line:?}");
        };
        assert_eq!(&dialled(DialNumber::from_link(uri)), expected, "{uri:?}");
        // What a person pastes is read as if it had been clicked.
        if expected != "- NotALink" {
            assert_eq!(&dialled(DialNumber::typed(uri)), expected, "{uri:?}");
        }
    }
}

#[test]
fn what_is_dialled_is_read_again_as_the_same() {
    let typed =
        table(include_str!("typed.tsv")).filter_map(|line| DialNumber::typed(&line[0]).ok());
    for number in typed {
        let again = DialNumber::typed(number.as_str()).unwrap();
        assert_eq!(again.as_str(), number.as_str());
        assert_eq!(again.left_out(), None);
    }
}

#[test]
fn a_caller_who_withheld_the_number_is_none() {
    for text in [
        "",
        " ",
        "anonymous",
        "Anonymous",
        "UNKNOWN",
        "unavailable",
        "restricted",
        "Private",
        "withheld",
        "sip:anonymous@anonymous.invalid",
        "<sip:anonymous@anonymous.invalid>",
        "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1",
        "sips:restricted@pbx.example.com;user=phone",
        "anonymous@anonymous.invalid",
        "tel:anonymous",
        "\"anonymous\"",
    ] {
        assert!(is_withheld(text), "{text}");
        assert!(!is_number(text), "{text}");
    }
    for text in [
        "0199123456",
        "110",
        "17",
        "\"Anonymous\" <sip:+49199123456@pbx>",
    ] {
        assert!(!is_withheld(text), "{text}");
        assert!(is_number(text), "{text}");
    }
    for text in ["anna", "sip:anna@pbx", "*21#", "private line"] {
        assert!(!is_withheld(text), "{text}");
        assert!(!is_number(text), "{text}");
    }
}

#[test]
fn a_text_that_is_longer_than_a_number_with_its_surroundings_is_not_read() {
    let most = format!("tel:+4930{}1234567", "(".repeat(984));
    assert_eq!(most.len(), 1000);
    assert_eq!(DialNumber::typed(&most).unwrap().as_str(), "+49301234567");
    for begin in [
        "tel:+49", "sip:", "030 ", "<", "\u{200e}", "030,", "+", "x", "Tel.", "{{",
    ] {
        for filled in [
            "(", "()", "<", ";", "%28", " - ", "/", ",", "\u{200e}", "(x)", "Tel. ",
        ] {
            let long = begin.to_owned() + &filled.repeat(100_000 / filled.len());
            let error = NumberError::TextTooLong { bytes: long.len() };
            assert_eq!(
                DialNumber::typed(&long),
                Err(error.clone()),
                "{begin}{filled}"
            );
            assert_eq!(DialNumber::from_link(&long), Err(error), "{begin}{filled}");
            assert!(!is_number(&long));
        }
    }
}
