//! `${Name:mod:mod}`.

use mc_template::{Context, Numbers, Scope, Template, Values};

use super::{germany, names, render};

fn plain(text: &str, number: &str) -> String {
    render(text, Context::Plain, &[("ANumber", number)])
}

#[test]
fn each_modifier_does_its_work() {
    for (modifier, value, result) in [
        ("digits", "+49 (0)199-12 ext. 3", "490199123"),
        ("digits", "anonymous", ""),
        ("e164", "+49 (0)199 123456", "49199123456"),
        ("e164", "0199/123456", "49199123456"),
        ("e164", "0044 20 7946 0018", "442079460018"),
        ("e164", "49199123456", "49199123456"),
        ("plus", "49199123456", "+49199123456"),
        ("plus", "0199 123456", "+49199123456"),
        ("national", "49199123456", "0199123456"),
        ("national", "442079460018", "00442079460018"),
        ("e164", "anonymous", "anonymous"),
        ("plus", "110", "110"),
        ("national", "123 456", "123 456"),
        ("url", "a b&ü", "a%20b%26%C3%BC"),
        ("json", "a \"b\"\\\n", "a \\\"b\\\"\\\\\\n"),
        ("xml", "<a&b>", "&lt;a&amp;b&gt;"),
        ("base64", "agent:pässword?", "YWdlbnQ6cMOkc3N3b3JkPw=="),
        ("base64", "", ""),
        ("E164", "0199 123456", "49199123456"),
    ] {
        assert_eq!(
            plain(&format!("${{ANumber:{modifier}}}"), value),
            result,
            "{modifier} of {value}"
        );
        assert_eq!(
            plain(&format!("${{{{ANumber:{modifier}}}}}"), value),
            result,
            "raw {modifier} of {value}"
        );
    }
}

#[test]
fn modifiers_are_applied_in_order() {
    assert_eq!(
        plain("${ANumber:plus:url}", "0199 123456"),
        "%2B49199123456"
    );
    assert_eq!(plain("${ANumber:url:plus}", "0199 123456"), "0199%20123456");
    assert_eq!(
        plain("${ANumber:digits:default(none)}", "anonymous"),
        "none"
    );
    assert_eq!(plain("${ANumber:default(none):digits}", "anonymous"), "");
    assert_eq!(plain("${ANumber:default(a b):url}", ""), "a%20b");
    assert_eq!(plain("${ANumber:url:default(a b)}", ""), "a b");
    assert_eq!(plain("${ANumber:base64:url}", "???"), "Pz8%2F");
    assert_eq!(plain("${ANumber:default():default(x)}", ""), "x");
}

#[test]
fn a_default_serves_absent_and_empty_values() {
    assert_eq!(
        render("${GroupName:default(none)}", Context::Plain, &[]),
        "none"
    );
    assert_eq!(
        render(
            "${GroupName:default(none)}",
            Context::Plain,
            &[("GroupName", "")]
        ),
        "none"
    );
    assert_eq!(
        render(
            "${GroupName:default(none)}",
            Context::Plain,
            &[("GroupName", "x")]
        ),
        "x"
    );
    assert_eq!(
        render(
            "${GroupName:default(none)}",
            Context::Plain,
            &[("GroupName", " ")]
        ),
        " "
    );
}

#[test]
fn a_default_ends_at_the_first_unescaped_parenthesis() {
    for (text, result) in [
        ("${GroupName:default()}", ""),
        (r"${GroupName:default(a\)b)}", "a)b"),
        (r"${GroupName:default((a\))}", "(a)"),
        (r"${GroupName:default(a\\)}", r"a\"),
        (r"${GroupName:default(a\\\)b)}", r"a\)b"),
        (r"${GroupName:default(C:\dir}\n)}", r"C:\dir}\n"),
        ("${GroupName:default(a:b}c{$d$$e)}", "a:b}c{$d$$e"),
        ("${GroupName:default(ü “x”)}", "ü “x”"),
        ("${{GroupName:default(a}})}}", "a}}"),
    ] {
        assert_eq!(render(text, Context::Plain, &[]), result, "{text}");
    }
}

#[test]
fn a_default_is_encoded_as_a_value_is() {
    assert_eq!(
        render("https://h/?g=${GroupName:default(a b)}", Context::Url, &[]),
        "https://h/?g=a%20b"
    );
    assert_eq!(
        render(r#"{"g":"${GroupName:default("a")}"}"#, Context::Json, &[]),
        r#"{"g":"\"a\""}"#
    );
    assert_eq!(
        render(r#"{"g":${GroupName:default(null)}}"#, Context::Json, &[]),
        r#"{"g":null}"#
    );
}

#[test]
fn a_final_encoding_that_is_the_contexts_is_applied_once() {
    let value = &[("GroupName", "a \"b\" <&>")];
    let group = |text, context| render(text, context, value);
    assert_eq!(
        group("${GroupName:url}", Context::UrlQuery),
        "a%20%22b%22%20%3C%26%3E"
    );
    assert_eq!(
        group("https://h/${GroupName:url}", Context::Url),
        "https://h/a%20%22b%22%20%3C%26%3E"
    );
    assert_eq!(
        group("g=${GroupName:url}", Context::Form),
        "g=a%20%22b%22%20%3C%26%3E"
    );
    assert_eq!(
        group(r#""${GroupName:json}""#, Context::Json),
        r#""a \"b\" <&>""#
    );
    assert_eq!(
        group("${GroupName:xml}", Context::Xml),
        "a &quot;b&quot; &lt;&amp;&gt;"
    );
    assert_eq!(
        group("${GroupName:json}", Context::Form),
        "a+%5C%22b%5C%22+%3C%26%3E"
    );
    // Another one, or one that is not the last, is what the author wants inside the context's own.
    assert_eq!(
        group("${GroupName:json}", Context::UrlQuery),
        "a%20%5C%22b%5C%22%20%3C%26%3E"
    );
    assert_eq!(
        group("${GroupName:url:url}", Context::UrlQuery),
        "a%2520%2522b%2522%2520%253C%2526%253E"
    );
    assert_eq!(
        group(r#""${GroupName:json:xml}""#, Context::Json),
        r#""a \\&quot;b\\&quot; &lt;&amp;&gt;""#
    );
    assert_eq!(
        group("${GroupName:xml:json}", Context::Xml),
        "a &amp;quot;b&amp;quot; &amp;lt;&amp;amp;&amp;gt;"
    );
    assert_eq!(
        render(
            "${GroupName:base64}",
            Context::UrlQuery,
            &[("GroupName", "???")]
        ),
        "Pz8%2F"
    );
    // A default that was not needed leaves the encoding as it was; one that was, is plain text.
    assert_eq!(
        group("${GroupName:url:default(x)}", Context::UrlQuery),
        "a%20%22b%22%20%3C%26%3E"
    );
    assert_eq!(
        render("${GroupName:url:default(x y)}", Context::UrlQuery, &[]),
        "x%20y"
    );
}

#[test]
fn raw_values_are_modified_and_not_encoded() {
    let value = &[("ANumber", "0199 123456"), ("GroupName", "a/b")];
    assert_eq!(
        render("https://h/${{GroupName}}/x", Context::Url, value),
        "https://h/a/b/x"
    );
    assert_eq!(
        render("https://h/?n=${{ANumber:plus}}", Context::Url, value),
        "https://h/?n=+49199123456"
    );
    assert_eq!(
        render(r#"{"a":${{GroupName}}}"#, Context::Json, value),
        r#"{"a":a/b}"#
    );
    assert_eq!(
        render("<a>${{GroupName:default(x)}}</a>", Context::Xml, value),
        "<a>a/b</a>"
    );
}

#[test]
fn the_numbering_plan_is_that_of_the_run() {
    let template = Template::parse("${ANumber:e164}", Context::Plain, &names()).unwrap();
    let values = Values::from([("ANumber", "0199 123456")]);
    assert_eq!(
        template.render(&Scope::new(&values, &germany())).unwrap(),
        "49199123456"
    );
    assert_eq!(
        template
            .render(&Scope::new(&values, &Numbers::default()))
            .unwrap(),
        "0199 123456"
    );
}
