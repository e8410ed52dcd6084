//! What must hold whatever comes in; the fuzz target for links asks the same.

use mc_template::{DialNumber, DialPlan, Numbers};

/// What comes out can be dialled, is read again as the same, and means the same to a list however it is framed.
pub(crate) fn dials_nothing_else(text: &str) {
    for read in [DialNumber::typed(text), DialNumber::from_link(text)] {
        let Ok(number) = read else { continue };
        let keys = number.as_str().strip_prefix('+').unwrap_or(number.as_str());
        assert!((1..=32).contains(&keys.len()), "{keys}");
        assert!(
            keys.bytes()
                .all(|key| key.is_ascii_digit() || matches!(key, b'*' | b'#')),
            "{keys}"
        );
        assert!(keys.len() == number.as_str().len() || !number.has_codes());
        let again = DialNumber::typed(number.as_str());
        assert!(
            again.is_ok_and(|again| again.as_str() == number.as_str()),
            "what was read is read again: {number}"
        );
        same_to_a_list(&number);
    }
}

/// A list is asked about readings: those of one number in other frames are the same.
fn same_to_a_list(number: &DialNumber) {
    let Ok(germany) = Numbers::of_region("DE") else {
        return;
    };
    let plan = DialPlan::new(germany).with_outside_line("0");
    let readings = plan.readings(number);
    assert!(readings.contains(number.as_str()));
    let plain = number.as_str();
    for framed in [
        format!("tel:{plain}"),
        format!("callto://{plain}"),
        format!("\u{202a}{plain}\u{202c}"),
        format!("{plain};ext=1"),
    ] {
        for read in [DialNumber::typed(&framed), DialNumber::from_link(&framed)] {
            let Ok(read) = read else { continue };
            assert_eq!(plan.readings(&read), readings, "{framed}");
        }
    }
}

/// However a number is written, its forms are dialled as one: no form of it is another number, and none is lost.
pub(crate) fn forms_are_one_number(text: &str) {
    for region in ["DE", "IT", "US"] {
        let Ok(numbers) = Numbers::of_region(region) else {
            continue;
        };
        forms_are_one_number_in(&numbers, region, text);
    }
}

/// The same where it is read by this region's plan.
pub(crate) fn forms_are_one_number_in(numbers: &Numbers, region: &str, text: &str) {
    let plus = numbers.plus(text).into_owned();
    // Of what is a number in no plan each reading takes a zero away, as in the reference: +6400.., +640.., +64...
    if !plus.starts_with('+') || numbers.plus(&plus) != plus {
        return;
    }
    // With its plus a number is the same wherever it is read.
    let spaced = numbers.international(&plus).into_owned();
    assert_eq!(
        numbers.plus(&spaced),
        plus,
        "{text:?} in {region}: {spaced}"
    );
    assert_eq!(
        numbers.identity(&plus),
        numbers.identity(text),
        "{text:?} in {region}"
    );
    // What has an international form can be dialled in it; what has none is given back as it was.
    assert!(
        plus == text || DialNumber::typed(&plus).is_ok(),
        "{text:?} in {region}: {plus}"
    );
}
