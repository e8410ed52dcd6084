//! Whatever comes in.

use mc_template::Numbers;
use proptest::prelude::*;

use super::checks::{dials_nothing_else, forms_are_one_number};

/// Texts near to what links and people bring.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,12}",
        "[+()/. -]",
        Just("(0)".to_owned()),
        Just("0049".to_owned()),
        "%[0-9a-fA-F]{2}",
        "[;,?@#*:=&<>\"'pwx%]",
        Just(";ext=12".to_owned()),
        Just(";phone-context=+49".to_owned()),
        Just(" ext. ".to_owned()),
        Just("//".to_owned()),
        "\\PC",
        "[\u{200e}\u{202a}\u{a0}\u{2011}\u{ff10}-\u{ff19}\u{660}-\u{669}\n\t]",
        "[a-zA-Z]{1,8}",
    ];
    let scheme = prop::sample::select(&["", "tel:", "callto:", "sip:", "SIPS:", "tel://"][..]);
    (scheme, prop::collection::vec(piece, 0..10))
        .prop_map(|(scheme, pieces)| format!("{scheme}{}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn what_comes_out_can_be_dialled(text in prop_oneof![text(), "\\PC*"]) {
        dials_nothing_else(&text);
    }
}

proptest! {
    #[test]
    fn the_forms_of_a_number_are_one(text in prop_oneof![text(), "\\PC*"]) {
        forms_are_one_number(&text);
    }
}

/// What a fuzzer found.
#[test]
fn zeros_alone_are_a_number_in_no_plan() {
    for zeros in 1..40 {
        forms_are_one_number(&"0".repeat(zeros));
        forms_are_one_number(&format!("{}1", "0".repeat(zeros)));
    }
    let italy = Numbers::of_region("IT").unwrap();
    let zeros = "0".repeat(17);
    assert_eq!(italy.plus(&zeros), zeros);
}
