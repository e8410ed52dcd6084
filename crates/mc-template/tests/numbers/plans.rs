//! Numbering plans: what a number is at a place, and the forms it can be written in.

use mc_template::{Bare, Numbers, PlanError};

fn region(letters: &str) -> Numbers {
    Numbers::of_region(letters).unwrap()
}

fn national(letters: &str) -> Numbers {
    region(letters).with_bare(Bare::National)
}

#[test]
fn a_plus_or_the_international_prefix_means_international() {
    for number in [
        "+49199123456",
        "0049199123456",
        "+49 199 / 123-456",
        "00 49 (199) 123.456",
        "(+49) 199 123456",
    ] {
        assert_eq!(region("DE").e164(number), "49199123456", "{number}");
    }
    assert_eq!(region("DE").e164("+44 20 7946 0018"), "442079460018");
    assert_eq!(region("US").e164("011 49 199 123456"), "49199123456");
    assert_eq!(region("AU").e164("0011 49 199 123456"), "49199123456");
    assert_eq!(region("RU").e164("8~10 49 199 123456"), "49199123456");
}

#[test]
fn the_trunk_prefix_means_national() {
    for number in ["0199123456", "(0)199 123456", "(0199) 123456"] {
        assert_eq!(region("DE").e164(number), "49199123456", "{number}");
    }
    assert_eq!(region("RU").e164("8 (916) 123-45-67"), "79161234567");
    assert_eq!(region("HU").e164("06 1 234 5678"), "3612345678");
    // Italy has none: its zero belongs to the number.
    assert_eq!(region("IT").e164("06 1234567"), "39061234567");
    assert_eq!(region("IT").national("+39 06 1234567"), "061234567");
    assert_eq!(region("IT").e164("335 123 4567"), "335 123 4567");
    assert_eq!(national("IT").e164("335 123 4567"), "393351234567");
}

#[test]
fn a_bare_number_is_what_the_plan_says() {
    assert_eq!(region("DE").e164("49199123456"), "49199123456");
    assert_eq!(national("DE").e164("199123456"), "49199123456");
    for number in ["1 (212) 555-0134", "212-555-0134"] {
        assert_eq!(national("US").e164(number), "12125550134");
    }
    assert_eq!(national("US").e164("011 49 199 123456"), "49199123456");
    assert_eq!(region("US").e164("12125550134"), "12125550134");
    assert_eq!(region("US").e164("4940556677"), "4940556677");
    assert_eq!(region("RU").e164("79161234567"), "79161234567");
    assert_eq!(region("RU").e164("89161234567"), "79161234567");
}

#[test]
fn short_special_and_internal_numbers_stay_what_they_are() {
    for (letters, numbers) in [
        (
            "DE",
            &[
                "110", "112", "115", "17", "4711", "116117", "11833", "22833", "123 456",
                "+49 110", "0110",
            ][..],
        ),
        ("AT", &["112", "133", "144", "12345", "14844"]),
        ("CH", &["117", "144", "1414", "4711"]),
        ("GB", &["999", "112", "101", "118118", "4711"]),
        ("FR", &["15", "112", "3949", "116117"]),
        ("IT", &["112", "118", "1515", "4211"]),
        ("US", &["911", "411", "4711", "555-0134"]),
        ("NO", &["112", "02800", "4711"]),
        ("AU", &["000", "131114"]),
    ] {
        for number in numbers {
            for plan in [region(letters), national(letters)] {
                assert_eq!(plan.e164(number), *number, "{letters}");
                assert_eq!(plan.plus(number), *number, "{letters}");
                assert_eq!(plan.national(number), *number, "{letters}");
                assert_eq!(plan.international(number), *number, "{letters}");
            }
        }
    }
}

#[test]
fn what_is_no_number_passes_unchanged() {
    for value in [
        "",
        "anonymous",
        "sip:17@pbx",
        "0199123456x",
        "*31#0199123456",
        "*100#",
        "+",
        "++49199123456",
        "49+199123456",
        "+0199123456",
        "+999123456789",
        "two words",
    ] {
        for numbers in [region("DE"), Numbers::default()] {
            assert_eq!(numbers.e164(value), value);
            assert_eq!(numbers.plus(value), value);
            assert_eq!(numbers.national(value), value);
            assert_eq!(numbers.international(value), value);
        }
    }
}

#[test]
fn each_form_is_written() {
    let germany = region("DE");
    for number in [
        "0199123456",
        "49199123456",
        "+49 199 123456",
        "tel:+49-199-123456;ext=5",
    ] {
        assert_eq!(germany.e164(number), "49199123456");
        assert_eq!(germany.plus(number), "+49199123456");
        assert_eq!(germany.national(number), "0199123456");
    }
    assert_eq!(germany.international("040556677"), "+49 40 556677");
    assert_eq!(germany.international("+12125550134"), "+1 212-555-0134");
    assert_eq!(germany.national("+442079460018"), "00442079460018");
    assert_eq!(region("US").national("+4940556677"), "0114940556677");
    assert_eq!(region("US").national("+12125550134"), "12125550134");
    assert_eq!(region("RU").national("+4940556677"), "8104940556677");
    // Brazil's callers choose a carrier with the prefix.
    assert_eq!(region("BR").national("+4940556677"), "+4940556677");
}

#[test]
fn what_the_configuration_says_goes_before_what_the_region_has() {
    let plan = region("DE")
        .with_trunk_prefix("9")
        .with_international_prefix("000");
    assert_eq!(plan.e164("9199123456"), "49199123456");
    assert_eq!(plan.e164("000442079460018"), "442079460018");
    assert_eq!(plan.e164("00442079460018"), "00442079460018");
    assert_eq!(plan.national("+49199123456"), "9199123456");
    assert_eq!(plan.national("+442079460018"), "000442079460018");
    let none = region("DE")
        .with_trunk_prefix("")
        .with_international_prefix("");
    assert_eq!(none.e164("(0)199 123456"), "(0)199 123456");
    assert_eq!(none.national("442079460018"), "+442079460018");
    assert_eq!(none.national("49199123456"), "199123456");
}

#[test]
fn an_empty_plan_reads_what_needs_no_country() {
    let empty = Numbers::default();
    assert_eq!(empty.e164("+49 199 123456"), "49199123456");
    assert_eq!(empty.e164("49199123456"), "49199123456");
    assert_eq!(empty.plus("+49 (0)199 123456"), "+49199123456");
    assert_eq!(empty.international("+49 40 556677"), "+49 40 556677");
    assert_eq!(empty.national("+49 199 123456"), "+49 199 123456");
    let national = Numbers::default().with_bare(Bare::National);
    for number in ["0199123456", "199123456"] {
        assert_eq!(national.e164(number), number);
    }
}

#[test]
fn a_plan_is_that_of_a_region_or_of_a_code() {
    let prefixes = |plan: Numbers| {
        let (trunk, abroad) = (
            plan.trunk_prefix().to_owned(),
            plan.international_prefix().to_owned(),
        );
        (
            plan.region().unwrap(),
            plan.country_code().unwrap().to_owned(),
            trunk,
            abroad,
        )
    };
    for (letters, code, trunk, abroad) in [
        ("DE", "49", "0", "00"),
        ("GB", "44", "0", "00"),
        ("IT", "39", "", "00"),
        ("CH", "41", "0", "00"),
        ("HU", "36", "06", "00"),
        ("JP", "81", "0", "010"),
        ("LT", "370", "0", "00"),
        ("BY", "375", "8", "810"),
        ("DK", "45", "", "00"),
    ] {
        let expected = (
            letters.to_owned(),
            code.to_owned(),
            trunk.to_owned(),
            abroad.to_owned(),
        );
        assert_eq!(prefixes(region(letters)), expected);
        assert_eq!(prefixes(Numbers::of_country_code(code).unwrap()), expected);
    }
    let (america, russia) = (prefixes(region("us")), prefixes(region("RU")));
    assert_eq!((&*america.1, &*america.2, &*america.3), ("1", "1", "011"));
    assert_eq!((&*russia.1, &*russia.2, &*russia.3), ("7", "8", "810"));
    for code in ["1", "7"] {
        let error = Numbers::of_country_code(code).unwrap_err();
        assert!(matches!(error, PlanError::SharedCode { .. }), "{error}");
    }
    for code in ["", "0", "999", "x", "+49", "800", "-1"] {
        let error = Numbers::of_country_code(code).unwrap_err();
        assert!(matches!(error, PlanError::UnknownCode { .. }), "{error}");
    }
    for letters in ["", "D", "XX", "DEU", "001", "49", "ÄÖ"] {
        let error = Numbers::of_region(letters).unwrap_err();
        assert!(matches!(error, PlanError::UnknownRegion { .. }), "{error}");
    }
}

#[test]
fn a_plan_that_cannot_work_is_told() {
    assert!(Numbers::of(None, None).unwrap().region().is_none());
    assert_eq!(Numbers::of(Some("US"), Some("1")).unwrap(), region("US"));
    let error = Numbers::of(Some("FR"), Some("49")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "49 is not the calling code of FR: leave one of them out"
    );
    let error = Numbers::of_country_code("1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 is the calling code of US, AG, AI, AS: write the region instead"
    );
    let error = region("IT").with_trunk_prefix("0").check().unwrap_err();
    let text = "numbers of IT have no trunk prefix: a 0 in front of one belongs to it";
    assert_eq!(error.to_string(), text);
    for plan in [
        region("IT"),
        region("IT").with_trunk_prefix(""),
        region("DE").with_trunk_prefix("0"),
    ] {
        assert_eq!(plan.check(), Ok(()));
    }
}
