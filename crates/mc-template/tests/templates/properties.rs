//! What holds for every template and every value.

use mc_template::words::split_windows;
use mc_template::{Context, Scope, Template, Values, outside_variables};
use proptest::prelude::*;

use super::{germany, names};

const CONTEXTS: [Context; 7] = [
    Context::Plain,
    Context::Url,
    Context::UrlQuery,
    Context::Form,
    Context::Json,
    Context::Xml,
    Context::Header,
];

/// Values that hold what means something somewhere.
fn value() -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(vec![
        "\"",
        "'",
        "\\",
        " ",
        "$",
        "${",
        "}",
        "$$",
        "$ANumber",
        "%",
        "%2e",
        "%2f",
        "&",
        "=",
        "?",
        "#",
        "@",
        "/",
        "..",
        ":",
        "//evil.example",
        "https://",
        "<",
        ">",
        "\n",
        "\r",
        "\t",
        "\0",
        "^",
        "-",
        "ü",
        "{",
        "[1-3]",
        ";",
        "`",
        "$(id)",
        "]]>",
    ]);
    prop::collection::vec(
        prop_oneof![3 => hostile.prop_map(str::to_owned), 1 => any::<String>()],
        0..5,
    )
    .prop_map(|parts| parts.concat())
}

/// Templates made of pieces that mean something, and of anything.
fn template() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "$ANumber",
        "${GroupName}",
        "${{GroupName}}",
        "$$",
        "$",
        "${",
        "${{",
        "}",
        "}}",
        "${ANumber:",
        ":digits",
        ":url}",
        ":json",
        ":default(",
        ")",
        "\\",
        "\"",
        "https://",
        "crm.example",
        "/",
        "?",
        "#",
        "$crmurl",
        "{",
        "[",
        "x=",
        " ",
        ":e164}",
        ":base64",
        "CustomerNumber",
        "$CustomerNumber",
        "ü",
        "..",
        ".",
        "@",
        "\\u00",
    ]);
    prop::collection::vec(
        prop_oneof![6 => piece.prop_map(str::to_owned), 1 => any::<String>()],
        0..10,
    )
    .prop_map(|parts| parts.concat())
}

fn values(number: &str, group: &str) -> Values {
    Values::from([
        ("ANumber", number),
        ("GroupName", group),
        ("CRMLink", "https://crm.example/c?id=1"),
        ("CustomerNumber", group),
    ])
}

fn render(
    text: &str,
    context: Context,
    values: &Values,
) -> Result<String, mc_template::RenderError> {
    let template = Template::parse(text, context, &names()).expect(text);
    template.render(&Scope::new(values, &germany()))
}

/// Parameters as Microsoft's documentation quotes them, which every program splits into the same again.
fn joined_for_windows(words: &[String]) -> String {
    let quoted = words.iter().map(|word| {
        let mut quoted = String::from("\"");
        let mut backslashes = 0;
        for next in word.chars() {
            if next == '"' {
                quoted.extend(std::iter::repeat_n('\\', backslashes + 1));
            }
            backslashes = if next == '\\' { backslashes + 1 } else { 0 };
            quoted.push(next);
        }
        quoted.extend(std::iter::repeat_n('\\', backslashes));
        quoted + "\""
    });
    quoted.collect::<Vec<_>>().join(" ")
}

proptest! {
    #[test]
    fn a_text_is_read_or_refused_and_no_value_leaves_its_place(text in template(), number in value(), group in value()) {
        super::checks::a_text_is_read_and_rendered(&text, &[&number, &group, "https://crm.example/c?id=1", &group]);
    }

    #[test]
    fn nothing_panics(text in template(), number in value(), group in value()) {
        let values = values(&number, &group);
        for context in CONTEXTS {
            match Template::parse(&text, context, &names()) {
                Ok(template) => {
                    let _ = template.render(&Scope::new(&values, &germany()));
                    for warning in template.warnings() {
                        prop_assert!(text.is_char_boundary(warning.offset) && warning.offset < text.len());
                    }
                }
                Err(error) => prop_assert!(text.is_char_boundary(error.offset) && error.offset < text.len()),
            }
        }
        let names = names();
        for part in outside_variables(&text, &names) {
            prop_assert!(text.get(part).is_some_and(|part| !part.is_empty()));
        }
        for word in split_windows(&text).into_iter().flatten() {
            for (offset, _) in word.text.char_indices() {
                prop_assert!(text.is_char_boundary(word.position(offset)));
            }
        }
    }

    #[test]
    fn numbers_never_panic_and_keep_other_texts(value in "\\PC*|[+0-9 ()./-]{0,20}") {
        for numbers in [germany(), mc_template::Numbers::default()] {
            for out in [numbers.e164(&value), numbers.plus(&value), numbers.national(&value)] {
                let digits = out.strip_prefix('+').unwrap_or(&out);
                prop_assert!(out == value || digits.bytes().all(|digit| digit.is_ascii_digit()));
            }
            let spaced = numbers.international(&value);
            prop_assert!(spaced == value || spaced.starts_with('+'));
        }
    }

    #[test]
    fn a_plain_value_stands_as_it_is_between_its_neighbours(number in value(), group in value()) {
        let out = render("a$ANumber|${GroupName}z", Context::Plain, &values(&number, &group)).unwrap();
        prop_assert_eq!(out, format!("a{number}|{group}z"));
    }

    #[test]
    fn a_value_never_changes_the_words_of_a_line(number in value(), group in value()) {
        let line = r#"/n:$ANumber "/g:${GroupName}" $ANumber$GroupName '$ANumber'"#;
        let words = split_windows(line).unwrap();
        let values = values(&number, &group);
        let rendered: Vec<_> = words.iter().map(|word| render(&word.text, Context::Plain, &values).unwrap()).collect();
        let expected = [format!("/n:{number}"), format!("/g:{group}"), format!("{number}{group}"), format!("'{number}'")];
        prop_assert_eq!(rendered, expected);
    }

    #[test]
    fn joined_words_split_into_themselves(words in prop::collection::vec(value(), 0..6)) {
        let split = split_windows(&joined_for_windows(&words)).unwrap();
        prop_assert_eq!(split.into_iter().map(|word| word.text).collect::<Vec<_>>(), words);
    }

    #[test]
    fn a_value_in_a_url_keeps_the_server_and_stands_whole(number in value(), group in value()) {
        let values = values(&number, &group);
        if let Ok(out) = render("https://crm.example:8443/a/$GroupName/b?n=$ANumber&g=$GroupName#$ANumber", Context::Url, &values) {
            let url = url::Url::parse(&out).unwrap();
            prop_assert_eq!((url.scheme(), url.host_str(), url.port()), ("https", Some("crm.example"), Some(8443)));
            prop_assert_eq!(url.username(), "");
            prop_assert_eq!(url.path_segments().unwrap().count(), 3);
            let pairs: Vec<_> = url.query_pairs().collect();
            prop_assert_eq!(pairs, [("n".into(), number.into()), ("g".into(), group.into())]);
        }
    }

    #[test]
    fn a_raw_value_in_a_url_keeps_the_server(group in value(), link in value(), rest in template()) {
        let mut values = values("1", &group);
        if let Ok(out) = render("https://crm.example/a/${{GroupName}}", Context::Url, &values) {
            let url = url::Url::parse(&out).unwrap();
            prop_assert_eq!(url.host_str(), Some("crm.example"));
            prop_assert!(url.path().starts_with("/a/"));
        }
        // The first value is taken whole: whatever comes after it stays on its server.
        for link in [format!("https://crm.example{link}"), format!("https://crm.example/{link}")] {
            values.set("CRMLink", link.as_str());
            let Ok(template) = Template::parse(&format!("$crmurl{rest}"), Context::Url, &names()) else {
                continue;
            };
            if let Ok(out) = template.render(&Scope::new(&values, &germany()))
                && let Ok(out) = url::Url::parse(&out)
            {
                let link = url::Url::parse(&link).unwrap();
                prop_assert_eq!((out.scheme(), out.host(), out.port()), (link.scheme(), link.host(), link.port()));
            }
        }
    }

    #[test]
    fn no_template_lets_a_value_choose_the_server(rest in template(), one in value(), two in value()) {
        let text = format!("https://crm.example{rest}");
        let Ok(template) = Template::parse(&text, Context::Url, &names()) else {
            return Ok(());
        };
        let server = |values: &Values| {
            let out = template.render(&Scope::new(values, &germany())).ok()?;
            let url = url::Url::parse(&out).ok()?;
            Some((url.scheme().to_owned(), url.host_str()?.to_owned(), url.port(), url.username().to_owned()))
        };
        if let (Some(left), Some(right)) = (server(&values("1", &one)), server(&values(&two, "x"))) {
            prop_assert_eq!(left, right, "{}", text);
        }
    }

    #[test]
    fn a_value_in_json_is_found_there_again(number in value(), group in value()) {
        let out = render(r#"{"a\"b":["$ANumber","x${GroupName}\\"],"$GroupName":0}"#, Context::Json, &values(&number, &group)).unwrap();
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        prop_assert_eq!(&json["a\"b"][0], &number);
        prop_assert_eq!(&json["a\"b"][1], &format!("x{group}\\"));
        prop_assert!(json.as_object().unwrap().contains_key(&group));
    }

    #[test]
    fn outside_a_json_string_only_a_literal_passes(group in prop_oneof![value(), "-?[0-9.eE+-]{1,8}"]) {
        if let Ok(out) = render(r#"{"a":$GroupName}"#, Context::Json, &values("", &group)) {
            match serde_json::from_str::<serde_json::Value>(&out) {
                Ok(json) => {
                    prop_assert_eq!(json.as_object().unwrap().len(), 1);
                    prop_assert!(matches!(&json["a"], v if v.is_number() || v.is_boolean() || v.is_null()));
                }
                // JSON sets no limit to numbers; this reader does.
                Err(error) => prop_assert!(error.to_string().contains("number out of range"), "{}", out),
            }
        } else {
            let json = serde_json::from_str::<serde_json::Value>(&group);
            let literal = json.is_ok_and(|json| json.is_number() || json.is_boolean() || json.is_null());
            prop_assert!(!literal || group.trim() != group, "{}", group);
        }
    }

    #[test]
    fn a_value_in_a_form_is_found_there_again(number in value(), group in value()) {
        let out = render("a=$ANumber&b=${GroupName}", Context::Form, &values(&number, &group)).unwrap();
        let pairs: Vec<_> = url::form_urlencoded::parse(out.as_bytes()).collect();
        prop_assert_eq!(pairs, [("a".into(), number.into()), ("b".into(), group.into())]);
    }

    #[test]
    fn a_value_in_xml_adds_no_markup(group in value()) {
        let out = render("<g a='$GroupName' b=\"$GroupName\">$GroupName</g>", Context::Xml, &values("", &group)).unwrap();
        prop_assert_eq!(out.matches('<').count(), 2);
        prop_assert_eq!(out.matches('>').count(), 2);
        prop_assert_eq!(out.matches('\'').count(), 2);
        prop_assert_eq!(out.matches('"').count(), 2);
    }

    #[test]
    fn a_header_never_holds_a_line_break(number in value(), group in value()) {
        if let Ok(out) = render("X-Call: $ANumber ${{GroupName}}", Context::Header, &values(&number, &group)) {
            prop_assert!(!out.contains(['\r', '\n', '\0']));
        }
    }
}
