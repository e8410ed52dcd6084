//! What goes out, and what does not.

use mc_template::numbers::{Form, PatternError, pattern};
use mc_template::{DialNumber, DialPlan, Numbers};
use proptest::prelude::*;
use wildmatch::WildMatch;

fn germany() -> Numbers {
    Numbers::of_region("DE").unwrap()
}

fn number(text: &str) -> DialNumber {
    DialNumber::typed(text).unwrap()
}

fn office() -> DialPlan {
    DialPlan::new(germany()).with_outside_line("0")
}

#[test]
fn the_outside_line_is_for_external_numbers_alone() {
    for (given, outgoing) in [
        ("17", "17"),
        ("1", "1"),
        ("110", "110"),
        ("112", "112"),
        ("115", "115"),
        ("116117", "116117"),
        ("234", "234"),
        ("7041", "7041"),
        ("4711", "4711"),
        ("471147", "471147"),
        ("4711471", "04711471"),
        ("*21*17#", "*21*17#"),
        ("0199 123456", "00199123456"),
        ("030 123", "0030123"),
        ("00 44 20 7946 0018", "000442079460018"),
        ("49 30 1234567", "049301234567"),
        ("+49 30 1234567", "+49301234567"),
        ("+49 (0)30 1234567", "+49301234567"),
    ] {
        assert_eq!(office().outgoing(&number(given)), outgoing, "{given}");
    }
}

#[test]
fn an_external_number_goes_out_in_its_format() {
    for (format, given, outgoing) in [
        (Form::Plus, "0199 123456", "+49199123456"),
        (Form::Plus, "0044 20 7946 0018", "+442079460018"),
        (Form::E164, "0199 123456", "049199123456"),
        (Form::National, "+49 (0)199 123456", "00199123456"),
        (Form::National, "+44 20 7946 0018", "000442079460018"),
        (Form::International, "030 1234567", "+49 30 1234567"),
        (Form::Plus, "17", "17"),
        (Form::Plus, "110", "110"),
        (Form::Plus, "*21#", "*21#"),
        (Form::Plus, "+49 110", "+49110"),
        // Impossible numbers are somebody else's to judge.
        (
            Form::Plus,
            "0301234567890123456789",
            "00301234567890123456789",
        ),
    ] {
        let plan = office().with_format(format);
        assert_eq!(
            plan.outgoing(&number(given)),
            outgoing,
            "{format:?} {given}"
        );
    }
    let plain = DialPlan::new(germany()).with_format(Form::National);
    assert_eq!(plain.outgoing(&number("+49 199 123456")), "0199123456");
    // Nothing is known: nothing is changed.
    let unknown = DialPlan::default();
    for given in ["0199123456", "+49199123456", "110", "49199123456"] {
        assert_eq!(unknown.outgoing(&number(given)), given);
    }
}

#[test]
fn an_outside_line_that_was_typed_by_hand_is_the_only_one() {
    for (region, line, format, given, outgoing) in [
        ("DE", "0", Form::National, "0 030 1234567", "00301234567"),
        ("DE", "0", Form::National, "0-030-1234567", "00301234567"),
        ("DE", "0", Form::National, "0 0171 2345678", "001712345678"),
        (
            "DE",
            "0",
            Form::National,
            "0 0049 30 1234567",
            "00301234567",
        ),
        (
            "DE",
            "0",
            Form::National,
            "0 0044 20 7946 0018",
            "000442079460018",
        ),
        ("DE", "0", Form::Plus, "0 030 1234567", "+49301234567"),
        ("DE", "0", Form::E164, "0 030 1234567", "049301234567"),
        ("DE", "9", Form::National, "9 030 1234567", "90301234567"),
        ("DE", "9", Form::National, "9 49 30 1234567", "90301234567"),
        ("DE", "0", Form::National, "0 110", "0110"),
        ("IT", "0", Form::National, "0 06 1234567", "0061234567"),
        (
            "US",
            "9",
            Form::National,
            "9 1 212 555 0134",
            "912125550134",
        ),
        ("US", "9", Form::National, "9 212 555 0134", "912125550134"),
        ("US", "9", Form::National, "212 555 0134", "912125550134"),
        // A number as it stands, and one behind the line: what stands there is dialled.
        (
            "DE",
            "0",
            Form::National,
            "0 0171 23456789",
            "00017123456789",
        ),
        ("DE", "0", Form::National, "0171 2345678", "001712345678"),
    ] {
        let plan = DialPlan::new(Numbers::of_region(region).unwrap());
        let plan = plan.with_outside_line(line).with_format(format);
        assert_eq!(plan.outgoing(&number(given)), outgoing, "{region} {given}");
    }
    let plan = DialPlan::new(germany()).with_outside_line("0");
    assert_eq!(plan.outgoing(&number("0 030 1234567")), "00301234567");
    for denied in ["0 0900 123456", "0-0900-123456", "0 0049 900 123456"] {
        assert!(is_denied(&plan, &["0900*"], &number(denied)), "{denied}");
    }
}

#[test]
fn a_number_without_an_area_code_is_in_ones_own_town() {
    for (region, given, national) in [
        ("DE", "2123456", "2123456"),
        ("DE", "2123456-78", "212345678"),
        ("DE", "43158858", "43158858"),
        ("DE", "49301234", "49301234"),
        ("DE", "30 12345678", "3012345678"),
        ("AT", "6641234", "6641234"),
        ("GB", "79460018", "79460018"),
        // With its country's code, or where no town has so long a number.
        ("DE", "49 30 1234567", "0301234567"),
        ("DE", "49 171 2345678", "01712345678"),
        ("DE", "171 2345678", "01712345678"),
        ("DE", "1512 3456789", "015123456789"),
        // With another country's, who knows.
        ("DE", "44 20 7946 0018", "442079460018"),
        ("CH", "49 30 1234567", "49301234567"),
        ("GB", "20 7946 0018", "02079460018"),
        ("FR", "1 23 45 67 89", "0123456789"),
        ("CH", "44 668 18 00", "0446681800"),
        // There is no area code, or none is left out.
        ("US", "212 555 0134", "12125550134"),
        ("US", "555 0134", "5550134"),
        ("IT", "335 123 4567", "3351234567"),
        ("DK", "32 12 34 56", "32123456"),
        ("ES", "912 34 56 78", "912345678"),
    ] {
        let plan = DialPlan::new(Numbers::of_region(region).unwrap());
        let number = number(given);
        let outgoing = |form| plan.clone().with_format(form).outgoing(&number);
        assert_eq!(outgoing(Form::National), national, "{region} {given}");
        if national.len() == number.as_str().len() && !matches!(region, "US" | "IT" | "DK" | "ES") {
            for form in [Form::Plus, Form::E164, Form::International] {
                assert_eq!(outgoing(form), national, "{region} {given} {form:?}");
            }
            let with_line = plan
                .clone()
                .with_outside_line("0")
                .with_format(Form::National);
            assert_eq!(
                with_line.outgoing(&number),
                format!("0{national}"),
                "{region} {given}"
            );
        }
    }
    let plan = DialPlan::new(germany()).with_format(Form::National);
    assert!(is_denied(&plan, &["0900*"], &number("900 123456")));
}

#[test]
fn a_pattern_may_be_written_as_people_write_numbers() {
    for (written, meant) in [
        ("0900*", "0900*"),
        ("+49 (0)900*", "+49900*"),
        ("!+49 *", "!+49*"),
        ("(0900) 1-*", "09001*"),
        ("regex:^0 900", "regex:^0 900"),
        ("!regex:^(0)", "!regex:^(0)"),
        ("0900\u{2013}12\u{a0}*", "090012*"),
        ("\u{ff10}\u{ff11}*", "01*"),
        ("70 - 4?", "704?"),
        ("0900-1234", "09001234"),
        ("030 123-456", "030123456"),
        ("5678-1234", "56781234"),
        ("*+49*", "*+49*"),
        ("*21#", "*21#"),
        ("is:number", "is:number"),
    ] {
        assert_eq!(pattern(written).as_deref(), Ok(meant), "{written}");
    }
}

#[test]
fn a_pattern_that_never_holds_is_refused_by_name() {
    for (written, character) in [
        ("abc", 'a'),
        ("[0-9]*", '['),
        ("1xx", 'x'),
        ("!2x", 'x'),
        ("1*,2*", ','),
        ("100 bis 199", 'b'),
        ("^7", '^'),
        ("Regex:^7", 'R'),
        ("0900%", '%'),
        ("1*|2*", '|'),
        ("tel:0900*", 't'),
    ] {
        assert_eq!(
            pattern(written),
            Err(PatternError::Character { character }),
            "{written}"
        );
    }
    for written in [
        "100-199",
        " 100 \u{2013} 199",
        "!10..19",
        "1-5",
        "0100-0199",
        "4930123400-4930123499",
    ] {
        let refused = pattern(written);
        assert!(
            matches!(refused, Err(PatternError::Range { .. })),
            "{written}: {refused:?}"
        );
    }
    for (written, error) in [
        ("", PatternError::Empty),
        ("!", PatternError::Empty),
        (" - ", PatternError::Empty),
        ("0+49*", PatternError::Plus),
        ("regex: ^7", PatternError::Space),
    ] {
        assert_eq!(pattern(written), Err(error), "{written}");
    }
}

/// Whether one of the patterns matches one of the number's readings.
fn is_denied(plan: &DialPlan, patterns: &[&str], number: &DialNumber) -> bool {
    let readings = plan.readings(number);
    patterns.iter().any(|text| {
        readings
            .iter()
            .any(|reading| WildMatch::new(text).matches(reading))
    })
}

#[test]
fn f67_no_spelling_gets_around_a_list() {
    let plan = DialPlan::new(germany()).with_outside_line("0");
    for patterns in [
        &["0900*"][..],
        &["+49900*"],
        &["0049900*"],
        &["49900*"],
        &["+490900*"],
    ] {
        for denied in [
            "0900 123456",
            "0900/123-456",
            "+49 900 123456",
            "+49 (0)900 123456",
            "+49 0900 123456",
            "0049 900 123456",
            "00490900123456",
            "0049(0)900123456",
            "49 900 123456",
            "49(0)900123456",
            "490900123456",
            "00900123456",
            "000 49 900 123456",
            "*31#0900123456",
            "#31#+49 900 1",
            "*21*0900123456#",
            "tel:+49(0)900123456",
            "tel:00490900123456",
            "tel:0049900123456",
            "tel:%2B49%20%280%29900123456",
            "\u{202a}+49\u{a0}900\u{a0}123456\u{202c}",
            "\u{ff10}\u{ff19}\u{ff10}\u{ff10}123456",
            "0900 CALLME",
        ] {
            let Ok(number) = DialNumber::typed(denied) else {
                continue;
            };
            assert!(
                is_denied(&plan, patterns, &number),
                "{denied} {patterns:?} {:?}",
                plan.readings(&number)
            );
        }
    }
    for dialled in [
        "0199123456",
        "+49 199 0900",
        "110",
        "0901234",
        "+43 900 123456",
        "0043 900 123456",
        "+390900123456",
        "17",
        "090",
        "0090 312 1234567",
        "+1 900 555 0100",
        "*21#",
    ] {
        assert!(
            !is_denied(&plan, &["0900*", "+49900*"], &number(dialled)),
            "{dialled}"
        );
    }
}

#[test]
fn foreign_numbers_are_denied_in_every_spelling_too() {
    let plan = DialPlan::new(germany());
    for patterns in [&["+882*"][..], &["00882*"]] {
        for denied in ["+882 16 1234567", "00882161234567", "+88216 1234567"] {
            assert!(is_denied(&plan, patterns, &number(denied)), "{denied}");
        }
    }
    let america = DialPlan::new(Numbers::of_region("US").unwrap());
    for denied in [
        "1 (900) 555-0100",
        "900-555-0100",
        "+1 900 555 0100",
        "011 1 900 555 0100",
    ] {
        for patterns in [&["1900*"][..], &["+1900*"]] {
            assert!(is_denied(&america, patterns, &number(denied)), "{denied}");
        }
    }
}

/// Every way to write a German number, by its national significant digits.
fn spelling(significant: &'static str) -> impl Strategy<Value = String> {
    let prefix = prop::sample::select(
        &[
            "0",
            "(0)",
            "+49",
            "+49 (0)",
            "+49(0)",
            "0049",
            "00 49 (0) ",
            "00490",
            "+49 0",
            "49",
            "49(0)",
            "490",
            "(+49) ",
            "+49-(0)-",
            "tel:0",
            "tel:+49",
            "tel:+49(0)",
            "tel:%2B49",
            "callto:+49",
            "sip:+49",
            "*31#0",
            "#31#0049",
        ][..],
    );
    let separator = prop::sample::select(
        &[
            "", "", "", " ", "-", ".", "/", "\u{a0}", "\u{2011}", "\u{202f}", "\u{200e}",
        ][..],
    );
    let separators = prop::collection::vec(separator, significant.len());
    // Before the last digits of a whole number a `/` stands for "or", and one digit apart counts something.
    let last = significant.len() - 2;
    let separators = separators.prop_map(move |separators| {
        let of_one = |at, separator: &'static str| {
            let is_or = at >= 4 && separator == "/";
            let counts = at >= last && separator.trim().is_empty();
            if is_or || counts { "" } else { separator }
        };
        let separators = separators.into_iter().enumerate();
        separators
            .map(|(at, separator)| of_one(at, separator))
            .collect::<Vec<_>>()
    });
    let wide = any::<bool>();
    let end = prop::sample::select(&["", "", " ", "\u{202c}", " (privat)", ",12", " ext. 12"][..]);
    (prefix, separators, wide, end).prop_map(move |(prefix, separators, wide, end)| {
        let digits = significant
            .chars()
            .zip(&separators)
            .map(|(digit, separator)| {
                let digit = match digit.to_digit(10) {
                    Some(value) if wide => char::from_u32(0xFF10 + value).unwrap(),
                    _ => digit,
                };
                format!("{digit}{separator}")
            });
        format!("{prefix}{}{end}", digits.collect::<String>())
    })
}

proptest! {
    #[test]
    fn spellings_of_one_number_are_treated_alike(
        denied in spelling("900123456"),
        allowed in spelling("199123456"),
        pattern in prop::sample::select(&["0900*", "+49900*", "0049900*", "+49900123456"][..]),
        line in prop::sample::select(&["", "0", "9"][..]),
        code in any::<bool>(),
    ) {
        let numbers = if code { Numbers::of_country_code("49").unwrap() } else { germany() };
        let plan = DialPlan::new(numbers).with_outside_line(line);
        for (text, expected) in [(denied, true), (allowed, false)] {
            for number in [DialNumber::typed(&text), DialNumber::from_link(&text)].into_iter().flatten() {
                prop_assert_eq!(is_denied(&plan, &[pattern], &number), expected, "{:?} {}", text, number);
            }
            if !text.starts_with("sip:") {
                prop_assert!(DialNumber::typed(&text).is_ok(), "{:?}", text);
            }
        }
    }
}
