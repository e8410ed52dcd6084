//! Encoding follows the context, which is decided from the template's text alone. URLs: see `urls`.

use mc_template::{Context, RenderError};

use super::{parse, refusal, render, try_render};

fn group(text: &str, context: Context, value: &str) -> Result<String, RenderError> {
    try_render(text, context, &[("GroupName", value)])
}

#[test]
fn each_context_writes_a_value_in_its_own_way() {
    let value = "a b\"<ü>&%\\'~*";
    for (context, result) in [
        (Context::Plain, value),
        (Context::Header, value),
        (Context::UrlQuery, "a%20b%22%3C%C3%BC%3E%26%25%5C%27~%2A"),
        (Context::Form, "a+b%22%3C%C3%BC%3E%26%25%5C%27%7E*"),
        (Context::Xml, "a b&quot;&lt;ü&gt;&amp;%\\&apos;~*"),
    ] {
        assert_eq!(
            group("$GroupName", context, value).unwrap(),
            result,
            "{context:?}"
        );
        assert_eq!(
            group("${{GroupName}}", context, value).unwrap(),
            value,
            "{context:?}, raw"
        );
    }
    assert_eq!(
        group("\"$GroupName\"", Context::Json, value).unwrap(),
        "\"a b\\\"<ü>&%\\\\'~*\""
    );
}

#[test]
fn inside_a_json_string_a_value_is_escaped() {
    for text in [
        r#"{"a":"$GroupName"}"#,
        r#"{"a":"x\"$GroupName"}"#,
        r#"{"a":"\\$GroupName\\"}"#,
        r#"{"a":"\u00e4$GroupName"}"#,
        r#"{"$GroupName":1}"#,
        r#"["x", "$GroupName", 1]"#,
    ] {
        for value in [
            "plain",
            "\"},{\"x\":\"",
            "\\",
            "\\\"",
            "line\nbreak\u{1}",
            "ü\u{1f600}",
            "\\u0041",
            "",
        ] {
            let out = group(text, Context::Json, value).unwrap();
            let json: serde_json::Value = serde_json::from_str(&out).expect(&out);
            let strings = strings_of(&json);
            assert!(
                strings.iter().any(|string| string.contains(value)),
                "{text}: {out}"
            );
        }
    }
}

/// Every string in a document, keys included.
fn strings_of(json: &serde_json::Value) -> Vec<String> {
    match json {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(items) => items.iter().flat_map(strings_of).collect(),
        serde_json::Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| std::iter::once(key.clone()).chain(strings_of(value)))
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn outside_a_json_string_a_value_is_a_literal() {
    for text in [
        r#"{"a":$GroupName}"#,
        r#"{"b":"\"","a": $GroupName }"#,
        "[$GroupName]",
        "$GroupName",
    ] {
        for value in ["0", "-1.5e3", "true", "false", "null"] {
            let out = group(text, Context::Json, value).unwrap();
            serde_json::from_str::<serde_json::Value>(&out).expect(&out);
        }
        for value in ["", "x", "0049", "1,\"b\":2", "\"x\"", "{}", "True", " 1"] {
            let error = group(text, Context::Json, value).unwrap_err();
            assert_eq!(
                error,
                RenderError::NotJsonLiteral {
                    name: "GroupName".into()
                },
                "{text} {value}"
            );
        }
    }
    assert!(
        try_render(
            r#"{"a":${GroupName:json}}"#,
            Context::Json,
            &[("GroupName", "x")]
        )
        .is_err()
    );
}

#[test]
fn a_value_does_not_move_the_place_of_the_next() {
    let values = [("GroupName", "\""), ("ANumber", "7")];
    assert_eq!(
        render(
            r#"{"a":"$GroupName","n":$ANumber,"s":"$ANumber"}"#,
            Context::Json,
            &values
        ),
        r#"{"a":"\"","n":7,"s":"7"}"#
    );
}

#[test]
fn a_variable_cannot_finish_a_json_escape() {
    for (text, offset) in [
        (r#"{"a":"\$GroupName"}"#, 7),
        (r#"{"a":"\\\$GroupName"}"#, 9),
        (r#"{"a":"\u00$GroupName"}"#, 10),
        (r#"{"a":"\u${GroupName}"}"#, 8),
        (r#"{"a":"\u00e$GroupName"}"#, 11),
    ] {
        let (at, message) = refusal(text, Context::Json);
        assert_eq!(at, offset, "{text}");
        assert!(
            message.contains("`GroupName` stands inside a backslash escape"),
            "{message}"
        );
    }
    assert!(
        parse(r"\$GroupName", Context::Json).is_ok(),
        "no string, no escape"
    );
}

#[test]
fn a_header_value_has_no_line_break() {
    for value in ["a\rb", "a\nb", "a\0b", "\r\nX-Evil: 1"] {
        for text in [
            "X-Group: $GroupName",
            "X-Group: ${{GroupName}}",
            "${GroupName:digits}${GroupName}",
        ] {
            assert_eq!(
                group(text, Context::Header, value).unwrap_err(),
                RenderError::LineBreak {
                    name: "GroupName".into()
                }
            );
        }
    }
    assert_eq!(
        group("X: ${GroupName:url}", Context::Header, "a\nb").unwrap(),
        "X: a%0Ab"
    );
    assert_eq!(
        group("X: $GroupName", Context::Header, "a\tb").unwrap(),
        "X: a\tb"
    );
}

#[test]
fn xml_values_are_text_in_elements_and_attributes() {
    assert_eq!(
        group(
            "<c g='$GroupName' h=\"$GroupName\">$GroupName</c>",
            Context::Xml,
            "'\"<&\n"
        )
        .unwrap(),
        "<c g='&apos;&quot;&lt;&amp;&#10;' h=\"&apos;&quot;&lt;&amp;&#10;\">&apos;&quot;&lt;&amp;&#10;</c>"
    );
}

#[test]
fn xml_keeps_each_kind_of_white_space_and_replaces_what_no_document_can_hold() {
    for (value, expected) in [
        ("a\tb", "a&#9;b"),
        ("a\nb", "a&#10;b"),
        ("a\rb", "a&#13;b"),
        ("a b", "a b"),
        ("a\0b\u{1f}c", "a\u{fffd}b\u{fffd}c"),
        ("\u{fffe}\u{ffff}", "\u{fffd}\u{fffd}"),
    ] {
        let written = group("<c g='$GroupName'/>", Context::Xml, value).unwrap();
        assert_eq!(written, format!("<c g='{expected}'/>"), "{value:?}");
    }
}

#[test]
fn no_message_holds_a_value() {
    for (text, context) in [
        ("[$GroupName]", Context::Json),
        ("$GroupName", Context::Header),
        ("$GroupName", Context::Url),
        ("https://h/$GroupName/..", Context::Url),
    ] {
        if let Err(error) = group(text, context, "secret\n") {
            assert!(
                !format!("{error} {error:?}").contains("secret"),
                "{error:?}"
            );
        }
    }
}

#[test]
fn what_variables_give_a_parameter_to_begin_with() {
    use mc_template::{Scope, Values};
    let leading = |text: &str, values: &[(&str, &str)]| {
        let values: Values = values.iter().copied().collect();
        let template = parse(text, Context::Plain).unwrap();
        template
            .leading_values(&Scope::new(&values, &super::germany()))
            .unwrap()
    };
    let values = &[("GroupName", "-"), ("ANumber", "rf")];
    assert_eq!(leading("$GroupName$ANumber/x", values), "-rf");
    assert_eq!(leading("$ServiceName$GroupName", values), "-");
    assert_eq!(leading("/group:$GroupName", values), "");
    assert_eq!(leading("-$GroupName", values), "");
    assert_eq!(leading("${ServiceName:default(-x)}y", values), "-x");
    assert_eq!(leading("", values), "");
}

#[test]
fn f72_json_inside_a_field_is_escaped_and_then_encoded() {
    let value = "x\",\"b\":\"ü& +";
    for (context, text, expected) in [
        (
            Context::JsonInForm,
            "{\"a\":\"$GroupName\"}",
            "{\"a\":\"x%5C%22%2C%5C%22b%5C%22%3A%5C%22%C3%BC%26+%2B\"}",
        ),
        (
            Context::JsonInForm,
            "%7B%22a%22:%22$GroupName%22%7D",
            "%7B%22a%22:%22x%5C%22%2C%5C%22b%5C%22%3A%5C%22%C3%BC%26+%2B%22%7D",
        ),
        (
            Context::JsonInQuery,
            "[\"$GroupName\"]",
            "[\"x%5C%22%2C%5C%22b%5C%22%3A%5C%22%C3%BC%26%20%2B\"]",
        ),
        (
            Context::JsonInForm,
            "[\"${GroupName:json}\"]",
            "[\"x%5C%22%2C%5C%22b%5C%22%3A%5C%22%C3%BC%26+%2B\"]",
        ),
    ] {
        assert_eq!(group(text, context, value).unwrap(), expected, "{text}");
    }
    assert_eq!(
        group("[$GroupName]", Context::JsonInForm, "1e+5").unwrap(),
        "[1e%2B5]"
    );
    assert!(group("[$GroupName]", Context::JsonInForm, value).is_err());
}

#[test]
fn f72_a_control_character_in_json_inside_a_field_keeps_its_escape() {
    for (context, space) in [(Context::JsonInForm, "+"), (Context::JsonInQuery, "%20")] {
        assert_eq!(
            group("[\"$GroupName\"]", context, "a \u{1}\u{1f}b").unwrap(),
            format!("[\"a{space}%5Cu0001%5Cu001fb\"]"),
            "{context:?}"
        );
    }
}

/// A string of a document that is in a string itself: what its receiver reads, and reads again, is the value.
#[test]
fn a_document_in_a_string_is_escaped_for_both() {
    for value in [
        "plain",
        "a \"b\\\" c",
        "\\",
        "x\",\"admin\":\"y",
        "line\nbreak",
        "",
    ] {
        for (text, pointer) in [
            (r#"{"v":"{\"n\":\"$GroupName\"}"}"#, "/n"),
            (r#"{"v":"{ \"m\": [\"x\", \"$GroupName\"]}"}"#, "/m/1"),
            (r#"{"v":"[{\"n\":\"$GroupName\",\"o\":\"\"}]"}"#, "/0/n"),
        ] {
            let written = group(text, Context::Json, value).unwrap();
            let outer: serde_json::Value = serde_json::from_str(&written).unwrap();
            let inner: serde_json::Value =
                serde_json::from_str(outer["v"].as_str().unwrap()).unwrap();
            assert_eq!(inner.pointer(pointer).unwrap(), value, "{written}");
        }
        for text in [
            r#"{"query":"{ contacts(phone: \"$GroupName\") { id } }"}"#,
            r#"{"query":"mutation {\n  add(text: \"$GroupName\") { id } }"}"#,
        ] {
            let written = group(text, Context::Json, value).unwrap();
            let outer: serde_json::Value = serde_json::from_str(&written).unwrap();
            let query = outer["query"].as_str().unwrap();
            let quoted = &query[query.find('"').unwrap()..=query.rfind('"').unwrap()];
            let inner: String = serde_json::from_str(quoted).unwrap();
            assert_eq!(inner, value, "{written}");
        }
    }
    // Quotes and brackets of a text are no document's.
    for text in [
        r#"{"t":"[CRM] Group \"$GroupName\""}"#,
        r#"{"t":"{x} \"$GroupName\""}"#,
        r#"{"t":"<a href=\"$GroupName\">"}"#,
    ] {
        let written = group(text, Context::Json, "a\"b").unwrap();
        assert!(written.contains(r#"\"a\"b\""#), "{written}");
    }
    let three = r#"{"a":"{\"b\":\"{\\\"c\\\":\\\"$GroupName\\\"}\"}"}"#;
    let written = group(three, Context::Json, "\"").unwrap();
    assert!(written.contains(r#":\\\"\\\\\\\"\\\"}"#), "{written}");
    let nested = r#"{"v":"{\"n\":\"$GroupName\"}"}"#;
    let form = group(nested, Context::JsonInForm, "\"").unwrap();
    assert!(form.contains("%5C%5C%5C%22"), "{form}");
    let json = group(
        r#"{"v":"{\"n\":\"${GroupName:json}\"}"}"#,
        Context::Json,
        "\"",
    )
    .unwrap();
    assert_eq!(json, group(nested, Context::Json, "\"").unwrap());
}

#[test]
fn json_in_a_query_of_a_url_is_escaped_as_json_first() {
    for (text, escaped) in [
        (r#"https://h/?f={"n":"$GroupName"}"#, true),
        (r#"https://h/?x=1&f=[["n","$GroupName"]]&y=2"#, true),
        ("https://h/?f=%7B%22n%22:%22$GroupName%22%7D", true),
        (r#"https://h/?f={"n":"x"}&g=$GroupName"#, false),
        (r#"https://h/?q="$GroupName""#, false),
        (r#"https://h/{"n":"$GroupName"}"#, false),
    ] {
        let written = group(text, Context::Url, "a\"b").unwrap();
        let wanted = if escaped { "a%5C%22b" } else { "a%22b" };
        assert!(written.contains(wanted), "{written}");
    }
}

#[test]
fn a_section_of_bare_characters_holds_a_value_as_it_is() {
    let text = "<n a='$GroupName'><![CDATA[$GroupName]]></n>";
    assert_eq!(
        group(text, Context::Xml, "R&D").unwrap(),
        "<n a='R&amp;D'><![CDATA[R&D]]></n>"
    );
    for value in ["]]>", "]]", "]", ">", "a]]>b]]>", "]]]>>"] {
        let text = "<n><![CDATA[]$GroupName>]]></n>";
        let written = group(text, Context::Xml, value).unwrap();
        let sections = written.split("<![CDATA[").skip(1);
        let read: String = sections
            .map(|one| one.split("]]>").next().unwrap())
            .collect();
        assert_eq!(read, format!("]{value}>"), "{written}");
    }
}
