//! Whatever comes in.

use mc_template::Numbers;
use proptest::prelude::*;

use super::checks::{dials_nothing_else, forms_are_one_number, forms_are_one_number_in};

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

/// Digits as people group them, of any length that can be dialled and some more.
fn grouped() -> impl Strategy<Value = String> {
    let group = prop_oneof!["[0-9]{1,8}", "0[0-9]{1,7}", "0{1,3}"];
    let lead = prop::sample::select(&["", "0", "00", "+", "8", "011"][..]);
    (lead, prop::collection::vec(group, 1..6))
        .prop_map(|(lead, groups)| format!("{lead}{}", groups.join(" ")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_forms_of_a_number_are_one_in_every_country(text in grouped(), letters in "[A-Z]{2}") {
        if let Ok(numbers) = Numbers::of_region(&letters) {
            forms_are_one_number_in(&numbers, &letters, &text);
        }
        forms_are_one_number(&text);
    }
}

/// What fuzzers found: the metadata knows numbers of Germany that are longer than an international number can be.
#[test]
fn a_number_of_more_than_fifteen_digits_has_no_international_form() {
    let long = "046550 6716551 671";
    forms_are_one_number(long);
    let germany = Numbers::of_region("DE").unwrap();
    assert_eq!(germany.plus(long), long);
    assert_eq!(germany.identity(long).as_deref(), Some("0465506716551671"));
    assert_eq!(germany.plus("04655067165516"), "+494655067165516");
    assert_eq!(germany.plus("046550671655167"), "046550671655167");
}

/// What fuzzers found.
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
