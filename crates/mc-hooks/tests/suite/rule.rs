use mc_hooks::{Hook, Matcher, Open, RuleError, When};
use mc_template::Names;

use crate::world::{event, values};

#[test]
fn patterns_match_whole_values_by_glob_and_parts_by_expression() {
    for (pattern, value, expected) in [
        ("Sales*", "Sales EU", true),
        ("Sales*", "Sales", true),
        ("Sales*", "My Sales", false),
        ("sales*", "SALES eu", true),
        ("*ö*", "MÖBEL", true),
        ("S?les", "Sales", true),
        ("S?les", "Sles", false),
        ("0900*", "0900123", true),
        ("0900*", "10900", false),
        ("a.b", "axb", false),
        ("[ab]", "a", false),
        ("[ab]", "[ab]", true),
        ("regex:^49", "49199", true),
        ("regex:^49", "0049", false),
        ("regex:99", "49199", true),
        ("regex:sales", "Sales", false),
        ("regex:(?i)sales", "Sales", true),
        ("!Sales*", "Sales EU", false),
        ("!Sales*", "Support", true),
        ("!regex:^49", "0049", true),
        ("", "", true),
        ("", "x", false),
        ("!", "", false),
        ("!", "x", true),
        ("*", "", true),
        ("regex:", "x", true),
    ] {
        let matcher = Matcher::parse(pattern).unwrap();
        assert_eq!(matcher.matches(value), expected, "{pattern} on {value}");
    }
}

#[test]
fn bad_patterns_are_refused_with_their_reason() {
    assert!(matches!(
        Matcher::parse("regex:("),
        Err(RuleError::Regex { .. })
    ));
    assert!(matches!(
        Matcher::parse("regex:((a{100}){100}){100}"),
        Err(RuleError::Regex { .. })
    ));
    assert!(matches!(
        Matcher::parse(&"x".repeat(1025)),
        Err(RuleError::TooLong { bytes: 1025 })
    ));
}

#[test]
fn all_conditions_must_hold() {
    let names = Names::call().with_extra(["CustomerNumber"]).unwrap();
    let when = When::default()
        .and("group_name", "Sales*", &names)
        .and_then(|when| when.and("ANumber", "regex:^49", &names))
        .and_then(|when| when.and("CustomerNumber", "!", &names))
        .unwrap();
    let holds = |pairs: &[(&str, &str)]| when.holds(&values(pairs));
    let all = [
        ("GroupName", "Sales"),
        ("ANumber", "491"),
        ("CustomerNumber", "1"),
    ];
    assert!(holds(&all));
    assert!(!holds(&all[..2]), "an absent value is an empty one");
    assert!(!holds(&[("GroupName", "x"), all[1], all[2]]));
    assert!(When::default().holds(&values(&[])));
}

#[test]
fn a_rule_on_an_unknown_name_is_refused() {
    let error = When::default()
        .and("GrupName", "x", &Names::call())
        .unwrap_err();
    assert!(error.to_string().contains("GrupName"));
}

#[test]
fn a_hook_is_for_its_kinds_of_event() {
    let open = Open::parse("https://crm.example/", &Names::call()).unwrap();
    let mut hook = Hook::new("h", open);
    assert!(hook.is_for(&event("{}")));
    assert!(!hook.is_for(&event(r#"{"Event":"ended"}"#)));
    hook.on = vec!["ended".parse().unwrap()];
    assert!(hook.is_for(&event(r#"{"Event":"ended"}"#)));
    hook.when = When::default()
        .and("Event", "missed", &Names::call())
        .unwrap();
    assert!(!hook.is_for(&event(r#"{"Event":"ended"}"#)));
}

#[test]
fn a_value_is_a_number_or_not() {
    let holds = |pattern: &str, value: &str| Matcher::parse(pattern).unwrap().matches(value);
    for number in [
        "49199123456",
        "+49 (0)199 123456",
        "110",
        "17",
        "sip:+49199123456@pbx",
    ] {
        assert!(holds("is:number", number), "{number}");
        assert!(!holds("!is:number", number), "{number}");
    }
    for other in [
        "",
        "anonymous",
        "Private",
        "sip:anonymous@anonymous.invalid",
        "*21#",
        "Anna",
        "withheld",
    ] {
        assert!(!holds("is:number", other), "{other}");
        assert!(holds("!is:number", other), "{other}");
    }
    let error = Matcher::parse("is:numbr").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`is:numbr` is not known; there is is:number"
    );
}

#[test]
fn one_of_several_spellings_is_enough() {
    let any = |pattern: &str, spellings: &[&str]| {
        let matcher = Matcher::parse(pattern).unwrap();
        matcher.matches_any(spellings.iter().copied())
    };
    assert!(any("0900*", &["+49900", "0900"]));
    assert!(!any("0900*", &["+49900", "0901"]));
    assert!(!any("!+49*", &["+49900", "0900"]));
    assert!(any("!+49*", &["+43900", "0043900"]));
}
