//! Which names a `$` finds.

use mc_template::variables::{TABLE, VariableOrigin, canonical, definition, same_name};
use mc_template::{Context, Names, Template, Values};

/// The name that `$text` begins with, and how much of the text it is.
fn leading(names: &Names, text: &str) -> Option<(String, usize)> {
    let template = Template::parse(&format!("${text}"), Context::Plain, names).unwrap();
    let name = template.begins_with_variable()?.to_owned();
    let values: Values = [(name.as_str(), "")].into_iter().collect();
    let numbers = mc_template::Numbers::default();
    let rest = template.render(&mc_template::Scope::new(&values, &numbers));
    Some((name, text.len() - rest.unwrap().len()))
}

#[test]
fn vendor_names_match_by_longest_prefix() {
    let names = Names::call();
    for (text, name, length) in [
        ("ANumbers", "ANumber", 7),
        ("CallerNumberX", "ANumber", 12),
        ("callerid", "ANumber", 6),
        ("crmurl_x", "CRMLink", 6),
        ("anumberü", "ANumber", 7),
    ] {
        assert_eq!(leading(&names, text), Some((name.into(), length)));
    }
}

#[test]
fn our_names_and_extras_match_whole_only() {
    let names = Names::call()
        .with_extra(["CustomerNumber", "Größe"])
        .unwrap();
    for (text, found) in [
        ("SessionID-7", Some(("SessionID", 9))),
        ("SessionIDs", None),
        ("Eventual", None),
        ("eventü", None),
        ("customerNUMBER/", Some(("CustomerNumber", 14))),
        ("CustomerNumbers", None),
        ("GRÖßE.", Some(("Größe", 7))),
    ] {
        let found = found.map(|(name, length)| (name.to_owned(), length));
        assert_eq!(leading(&names, text), found, "{text}");
    }
}

#[test]
fn a_whole_extra_name_goes_before_a_vendor_prefix() {
    let names = Names::call().with_extra(["caller_city"]).unwrap();
    let found = |text| leading(&names, text);
    assert_eq!(found("caller_city"), Some(("caller_city".into(), 11)));
    assert_eq!(found("caller_cities"), Some(("ANumber".into(), 6)));
}

#[test]
fn the_dialled_number_is_known_where_one_is_dialled() {
    assert_eq!(leading(&Names::call(), "DialNumber"), None);
    let found = leading(&Names::dial(), "dialnumber");
    assert_eq!(found, Some(("DialNumber".into(), 10)));
    let at_a_call: Vec<_> = Names::call().iter().map(str::to_owned).collect();
    let named = |entry: &&mc_template::variables::Definition| entry.origin != VariableOrigin::Dial;
    let expected: Vec<_> = TABLE.iter().filter(named).map(|entry| entry.name).collect();
    assert_eq!(at_a_call, expected);
}

#[test]
fn without_a_table_no_name_is_known_but_those_added() {
    assert_eq!(Names::none().iter().count(), 0);
    let names = Names::none().with_extra(["Kunde", "caller"]).unwrap();
    assert_eq!(leading(&names, "ANumber"), None);
    assert_eq!(leading(&names, "callers"), None);
    assert_eq!(leading(&names, "CALLER!"), Some(("caller".into(), 6)));
    assert_eq!(names.nearest("Kundee"), Some("Kunde"));
    assert_eq!(names.nearest("ANumbe"), None);
}

#[test]
fn extra_names_are_identifiers() {
    for bad in ["", "a-b", "1a", "a b", "$a", "a."] {
        assert_eq!(Names::call().with_extra([bad]).unwrap_err().name, bad);
    }
    let again = Names::call()
        .with_extra(["ANumber", "Crm", "CRM", "caller"])
        .unwrap();
    assert_eq!(again.iter().last(), Some("Crm"));
    let count = again.iter().filter(|name| same_name(name, "crm")).count();
    assert_eq!(count, 1);
}

#[test]
fn a_slip_finds_the_name_and_another_word_none() {
    let names = Names::call();
    for (word, found) in [
        ("GruopName", Some("GroupName")),
        ("group-name", Some("GroupName")),
        ("ANummber", Some("ANumber")),
        ("crmulr", Some("crmurl")),
        ("CustomerNumber", None),
        ("x", None),
    ] {
        assert_eq!(names.nearest(word), found, "{word}");
    }
}

#[test]
fn no_spelling_means_two_names() {
    for entry in TABLE {
        for spelling in entry.spellings() {
            assert_eq!(canonical(spelling), Some(entry.name));
            assert_eq!(canonical(&spelling.to_uppercase()), Some(entry.name));
            let called = TABLE.iter().filter(|entry| entry.is_called(spelling));
            assert_eq!(called.count(), 1);
        }
    }
}

#[test]
fn the_vendor_and_its_aliases_are_there() {
    for (spelling, name) in [
        ("crmurl", "CRMLink"),
        ("caller", "ANumber"),
        ("CallerNumber", "ANumber"),
        ("group_name", "GroupName"),
        ("service_number", "ServiceNumber"),
        ("service_name", "ServiceName"),
        ("useruid", "UsersUID"),
        ("callid", "CallID"),
    ] {
        let found = definition(spelling).unwrap();
        assert_eq!((found.name, found.origin), (name, VariableOrigin::Vendor));
    }
}

#[test]
fn letter_case_does_not_count() {
    assert!(same_name("ANumber", "anumber"));
    assert!(same_name("Größe", "GRÖßE"));
    assert!(!same_name("Größe", "Grösse"));
    assert!(!same_name("CRMLink", "CRMLin\u{212a}"));
}
