//! `$Name`, `${Name}`, `${{Name}}`, `$$`, and what is none of them.

use mc_template::{Context, Names, Template, outside_variables};

use super::{names, parse, refusal, render};

const CALL: &[(&str, &str)] = &[
    ("Event", "ringing"),
    ("CallID", "a1"),
    ("ANumber", "49199123456789"),
    ("GroupName", "Sales EU"),
    ("CRMLink", "https://crm.example/c?id=4711"),
    ("SessionID", "3"),
    ("CustomerNumber", "4711"),
];

fn plain(text: &str) -> String {
    render(text, Context::Plain, CALL)
}

#[test]
fn every_form_gives_its_meaning() {
    for (text, result) in [
        ("$ANumber", "49199123456789"),
        ("${ANumber}", "49199123456789"),
        ("${{ANumber}}", "49199123456789"),
        ("$$ANumber", "$ANumber"),
        // Letter case does not count; aliases are their name.
        (
            "$anumber ${ANUMBER} $caller $CallerNumber",
            "49199123456789 49199123456789 49199123456789 49199123456789",
        ),
        ("$group_name|$groupname", "Sales EU|Sales EU"),
        ("$crmurl", "https://crm.example/c?id=4711"),
        // The longest prefix is the name.
        ("$ANumbers", "49199123456789s"),
        ("$callerid", "49199123456789id"),
        ("$CallIDs", "a1s"),
        ("a$ANumber$GroupName.", "a49199123456789Sales EU."),
        // Ours and extra names are whole identifiers.
        ("$Event-$SessionID $CustomerNumber/", "ringing-3 4711/"),
        (
            "$Events $SessionID2 $CustomerNumbers $Event_",
            "$Events $SessionID2 $CustomerNumbers $Event_",
        ),
        (
            "${Event}s ${SessionID}2 ${CustomerNumber}s",
            "ringings 32 4711s",
        ),
        // A known but absent value is empty.
        ("[$ServiceName][${UsersUID}][$IPAddress]", "[][][]"),
        // Any other dollar sign is a character.
        ("$", "$"),
        (
            "5$ $5 $-x $Unknown $(id) $[x] pa$word",
            "5$ $5 $-x $Unknown $(id) $[x] pa$word",
        ),
        ("$ ANumber", "$ ANumber"),
        // What only looks like the end of a form.
        ("${ANumber}}", "49199123456789}"),
        ("{$ANumber}", "{49199123456789}"),
        ("${{ANumber}}}", "49199123456789}"),
        ("ü$ANumberü", "ü49199123456789ü"),
        ("", ""),
    ] {
        assert_eq!(plain(text), result, "{text}");
    }
}

#[test]
fn two_dollar_signs_are_one_where_a_name_or_a_brace_follows() {
    for (text, result) in [
        ("$$ANumber", "$ANumber"),
        ("$$anumbers", "$anumbers"),
        ("$$Event", "$Event"),
        ("$$CustomerNumber", "$CustomerNumber"),
        ("$${", "${"),
        ("$${ANumber}", "${ANumber}"),
        ("$${{x", "${{x"),
        // Elsewhere they are two.
        ("$$", "$$"),
        ("pa$$word", "pa$$word"),
        ("$$Events", "$$Events"),
        ("$$5 $$ x", "$$5 $$ x"),
        // Read from the left, two at a time.
        ("$$$ANumber", "$$49199123456789"),
        ("$$$$ANumber", "$$$ANumber"),
        ("$$$", "$$$"),
    ] {
        assert_eq!(plain(text), result, "{text}");
    }
}

#[test]
fn a_value_is_never_read_again() {
    for value in [
        "$CRMLink",
        "${CRMLink}",
        "$$",
        "${",
        "$${x}",
        "%ANumber%",
        "\"x\" y",
        "-x",
        "@file",
    ] {
        assert_eq!(
            render("[$ANumber]", Context::Plain, &[("ANumber", value)]),
            format!("[{value}]")
        );
        assert_eq!(
            render(
                "${ServiceName:default($ANumber)}",
                Context::Plain,
                &[("ANumber", value)]
            ),
            "$ANumber"
        );
    }
    // Not even together with the text around it.
    assert_eq!(
        render("$${$ANumber}", Context::Plain, &[("ANumber", "GroupName")]),
        "${GroupName}"
    );
    assert_eq!(
        render(
            "$ANumber$GroupName",
            Context::Plain,
            &[("ANumber", "$"), ("GroupName", "ANumber")]
        ),
        "$ANumber"
    );
}

#[test]
fn names_are_fixed_when_the_template_is_parsed() {
    // The event brings a name that nobody declared.
    assert_eq!(
        render("$Colour", Context::Plain, &[("Colour", "red")]),
        "$Colour"
    );
    assert!(parse("${Colour}", Context::Plain).is_err());
}

#[test]
fn errors_say_where_and_what_to_write() {
    for (text, offset, parts) in [
        (
            "x ${Foo}",
            2,
            vec!["`Foo` is not a known name", "`$${`", "`Variables`"],
        ),
        (
            "${GruopName}",
            0,
            vec!["did you mean `GroupName`?", "`$${`"],
        ),
        ("${crmulr}", 0, vec!["did you mean `crmurl`?"]),
        ("${CustomerNo}", 0, vec!["`CustomerNo` is not a known name"]),
        ("${ ANumber }", 0, vec!["did you mean `ANumber`?"]),
        ("${\"a\": 1}", 0, vec!["`$${`"]),
        ("${DialNumber}", 0, vec!["`DialNumber` is not a known name"]),
        ("é${}", 2, vec!["no name", "`$${`"]),
        ("${:url}", 0, vec!["no name"]),
        ("${ANumber", 0, vec!["not closed by `}`", "`$${`"]),
        ("${", 0, vec!["not closed by `}`"]),
        ("${ANumber:", 0, vec!["not closed by `}`"]),
        ("${ANumber:url", 0, vec!["not closed by `}`"]),
        ("${{ANumber}", 0, vec!["not closed by `}}`"]),
        ("${{ANumber", 0, vec!["not closed by `}}`"]),
        ("${{ANumber:url}", 0, vec!["not closed by `}}`"]),
        (
            "${ANumber:upper}",
            10,
            vec!["`upper` is not a modifier", "digits, e164"],
        ),
        ("${ANumber:digit}", 10, vec!["did you mean `digits`?"]),
        ("${ANumber:}", 10, vec!["is not a modifier"]),
        ("${ANumber:url:ulr}", 14, vec!["did you mean `url`?"]),
        ("${ANumber:default}", 10, vec!["write `default(text)`"]),
        (
            "${ANumber:default(a}",
            10,
            vec!["first `)` without a backslash"],
        ),
        (
            "${ANumber:default(a\\)}",
            10,
            vec!["first `)` without a backslash"],
        ),
        ("${ANumber:default(a)b}", 0, vec!["not closed by `}`"]),
        ("${ANumber:url(x)}", 10, vec!["`url` takes no text"]),
        ("${ANumber:-none}", 10, vec!["is not a modifier"]),
    ] {
        let (at, message) = refusal(text, Context::Plain);
        assert_eq!(at, offset, "{text}: {message}");
        for part in parts {
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}

#[test]
fn a_long_unknown_name_is_shown_short_and_on_one_line() {
    let (_, message) = refusal(&format!("${{{}\nx}}", "a".repeat(1000)), Context::Plain);
    assert!(message.len() < 300 && message.contains('…'), "{message}");
    assert!(!refusal("${a\nb}", Context::Plain).1.contains('\n'));
}

#[test]
fn a_dollar_sign_that_is_none_is_warned_of() {
    for (text, offset, part) in [
        ("a $Foo", 2, "declare it under `Variables`"),
        ("$GruopName", 0, "did you mean `$GroupName`?"),
        ("$Events", 0, "write `${Event}s`"),
        ("$SessionIDX", 0, "write `${SessionID}X`"),
        ("$(id)", 0, "no name follows"),
        ("5$", 1, "no name follows"),
        ("pa$$word", 2, "two `$`"),
        ("${ANumber:default($GroupName)}", 10, "taken as it is"),
    ] {
        let template = parse(text, Context::Plain).unwrap();
        let [warning] = template.warnings() else {
            panic!("{text}: {:?}", template.warnings());
        };
        assert_eq!(warning.offset, offset, "{text}");
        assert!(warning.text.contains(part), "{text}: {}", warning.text);
    }
    for text in [
        "$ANumber",
        "$$ANumber",
        "$${x}",
        "${{crmurl}}",
        "no dollar",
        "${ANumber:default(5 $)}",
    ] {
        assert!(
            parse(text, Context::Plain).unwrap().warnings().is_empty(),
            "{text}"
        );
    }
}

#[test]
fn the_number_to_dial_is_known_only_where_one_is_dialled() {
    assert!(
        Template::parse("$DialNumber", Context::Plain, &Names::dial())
            .unwrap()
            .variables()
            .eq(["DialNumber"])
    );
    assert!(parse("$DialNumber", Context::Plain).unwrap().is_constant());
}

#[test]
fn a_template_tells_about_itself() {
    let template = parse(
        "a$$ANumber=$caller ${{crmurl:digits}}$ANumber",
        Context::Plain,
    )
    .unwrap();
    assert!(template.variables().eq(["ANumber", "CRMLink", "ANumber"]));
    assert_eq!(template.prefix(), "a$ANumber=");
    assert_eq!(template.begins_with_variable(), None);
    assert!(!template.is_constant());
    assert_eq!(
        template.text(),
        "a$$ANumber=$caller ${{crmurl:digits}}$ANumber"
    );
    assert_eq!(template.context(), Context::Plain);

    let template = parse("$crmurl&x=$ANumber", Context::Url).unwrap();
    assert_eq!(template.begins_with_variable(), Some("CRMLink"));
    assert_eq!(template.prefix(), "");

    let template = parse("pa$word", Context::Plain).unwrap();
    assert!(template.is_constant());
    assert_eq!(template.prefix(), "pa$word");
}

#[test]
fn debug_shows_names_and_no_text() {
    let template = parse("Bearer secret $ANumber", Context::Header).unwrap();
    let shown = format!("{template:?}");
    assert!(
        shown.contains("ANumber") && !shown.contains("secret"),
        "{shown}"
    );
}

#[test]
fn syntax_around_a_template_is_found_outside_variables() {
    for (text, wanted, found) in [
        ("name=$ANumber", '=', Some(4)),
        ("$ANumber=x", '=', Some(8)),
        ("${ANumber:default(a=b)}", '=', None),
        ("${{ANumber:default(=)}}=", '=', Some(23)),
        ("$$ANumber=", '=', Some(9)),
        ("$$ANumber", 'A', Some(2)),
        ("$ANumber$$ANumber", '$', Some(8)),
        ("${oops=1", '=', Some(6)),
        ("${oops=${ANumber:default(=)}", '=', Some(6)),
        ("${ANumber:default(x", ':', Some(9)),
        ("$A=ü=", 'ü', Some(3)),
        ("", '=', None),
    ] {
        let names = names();
        let at = outside_variables(text, &names)
            .find_map(|part| text[part.clone()].find(wanted).map(|at| part.start + at));
        assert_eq!(at, found, "{text}");
    }
}

#[test]
fn the_parts_outside_variables_are_the_text_but_for_them() {
    for (text, outside) in [
        (
            "a$ANumber$$b${GroupName:default($x)}c",
            vec!["a", "$$", "b", "c"],
        ),
        ("$$ANumber", vec!["$$", "ANumber"]),
        ("${ANumber$GroupName", vec!["${", "ANumber"]),
        ("${{ANumber}}", vec![]),
    ] {
        let names = names();
        let parts: Vec<_> = outside_variables(text, &names)
            .map(|part| &text[part])
            .collect();
        assert_eq!(parts, outside, "{text}");
    }
}
