//! Values that nobody may see: `${secret.name}`.

use mc_template::{Context, Names, Numbers, RenderError, Scope, Template, Values};

const CONTEXTS: [(Context, &str, &str); 8] = [
    (Context::Plain, "a ${secret.crm}", "a k\"/+ü"),
    (Context::Header, "Bearer ${secret.crm}", "Bearer k\"/+ü"),
    (
        Context::Url,
        "https://h/${secret.crm}?k=${secret.crm}",
        "https://h/k%22%2F%2B%C3%BC?k=k%22%2F%2B%C3%BC",
    ),
    (Context::UrlQuery, "k=${secret.crm}", "k=k%22%2F%2B%C3%BC"),
    (Context::Form, "k=${secret.crm}", "k=k%22%2F%2B%C3%BC"),
    (
        Context::Json,
        r#"{"k":"${secret.crm}"}"#,
        r#"{"k":"k\"/+ü"}"#,
    ),
    (Context::Xml, "<k>${secret.crm}</k>", "<k>k&quot;/+ü</k>"),
    (Context::Plain, "${secret.crm:base64}", "ayIvK8O8"),
];

fn names() -> Names {
    let names = Names::call().with_extra(["secretary"]).unwrap();
    let names = names.with_hidden("secret", ["crm", "my-CRM"]).unwrap();
    names.with_hidden("oauth", [""; 0]).unwrap()
}

fn parse(text: &str, context: Context) -> Template {
    Template::parse(text, context, &names()).unwrap()
}

fn hidden(value: &str) -> Values {
    let mut values = Values::plain();
    values.set("secret.crm", value);
    values
}

#[test]
fn a_hidden_value_is_encoded_as_any_other() {
    let (call, numbers, hidden) = (Values::new(), Numbers::default(), hidden("k\"/+ü"));
    for (context, text, expected) in CONTEXTS {
        let template = parse(text, context);
        let scope = Scope::new(&call, &numbers).with_hidden(&hidden);
        assert_eq!(template.render(&scope).unwrap(), expected, "{text}");
        assert!(!template.is_constant());
        assert_eq!(template.variables().count(), 0, "{text}");
        assert!(template.hidden().all(|name| name == "secret.crm"), "{text}");
    }
}

#[test]
fn its_text_is_never_read_again() {
    let call = Values::from([("ANumber", "49199")]);
    let numbers = Numbers::default();
    let hidden = hidden("$ANumber ${secret.crm}");
    let scope = Scope::new(&call, &numbers).with_hidden(&hidden);
    let text = parse("${secret.crm}", Context::Plain).render(&scope);
    assert_eq!(text.unwrap(), "$ANumber ${secret.crm}");
}

#[test]
fn no_call_brings_one_and_an_absent_one_is_never_empty() {
    // A caller's data may be called so.
    let mut call = Values::plain();
    call.set("secret.crm", "the caller's");
    let (numbers, none) = (Numbers::default(), Values::plain());
    let template = parse("a ${secret.crm:default(x)}", Context::Plain);
    for scope in [
        Scope::new(&call, &numbers),
        Scope::new(&call, &numbers).with_hidden(&none),
        Scope::new(&call, &numbers)
            .with_hidden(&hidden("x"))
            .without_hidden(),
        Scope::new(&call, &numbers).with_hidden(&hidden("")),
    ] {
        let error = template.render(&scope).unwrap_err();
        assert!(
            matches!(&error, RenderError::NoHidden { name } if name == "secret.crm"),
            "{error}"
        );
    }
}

#[test]
fn what_stands_in_its_place_is_written_as_it_is() {
    let (call, numbers, hidden) = (Values::new(), Numbers::default(), hidden("a=b"));
    let scope = Scope::new(&call, &numbers).with_stand_ins(&hidden);
    for (text, context, expected) in [
        (
            "https://h/${secret.crm:base64}",
            Context::Url,
            "https://h/a=b",
        ),
        ("{\"k\":${secret.crm}}", Context::Json, "{\"k\":a=b}"),
        ("${secret.crm}/x", Context::Url, "https://a=b//x"),
    ] {
        assert_eq!(parse(text, context).render(&scope).unwrap(), expected);
    }
}

#[test]
fn a_url_may_begin_with_one() {
    let (call, numbers) = (Values::from([("GroupName", "a/b")]), Numbers::default());
    let template = parse("${secret.crm}/$GroupName", Context::Url);
    let render = |hook: &str| {
        let hidden = hidden(hook);
        template.render(&Scope::new(&call, &numbers).with_hidden(&hidden))
    };
    assert_eq!(
        render("https://h/hook/4711").unwrap(),
        "https://h/hook/4711/a%2Fb"
    );
    assert!(render("4711").is_err());
    let inside = Template::parse("https://u:${secret.crm}@h/", Context::Url, &names());
    assert!(
        inside
            .unwrap_err()
            .to_string()
            .contains("scheme, user info")
    );
}

#[test]
fn f73_what_is_not_known_is_an_error_and_never_text() {
    let fault = |text| {
        let error = Template::parse(text, Context::Plain, &names()).unwrap_err();
        (error.offset, error.to_string())
    };
    let (at, text) = fault("a ${secret.cmr}");
    assert_eq!(at, 2);
    assert!(
        text.contains("`secret.cmr` is not known (did you mean `secret.crm`?)"),
        "{text}"
    );
    assert!(fault("${oauth.crm}").1.contains("[oauth.NAME]"));
    // Without braces it would go out as it stands.
    let (at, text) = fault("Bearer $secret.crm");
    assert_eq!(at, 7);
    assert!(text.contains("write `${secret.crm}`"), "{text}");
    assert!(fault("$Secret.my-CRM.").1.contains("`${Secret.my-CRM}`"));
    // Other names are what they were.
    let text = parse("$secretary $secret ${SECRET.my-crm}", Context::Plain);
    assert_eq!(text.variables().collect::<Vec<_>>(), ["secretary"]);
    assert_eq!(text.hidden().collect::<Vec<_>>(), ["secret.my-CRM"]);
    assert!(names().known("secret.crm").is_none(), "no rule sees it");
}

#[test]
fn names_are_plain() {
    for good in ["crm", "3cx", "my-crm_2"] {
        assert!(
            Names::none().with_hidden("secret", [good]).is_ok(),
            "{good}"
        );
    }
    for bad in ["", "a.b", "a b", "a}", "ü", "a:b"] {
        assert!(Names::none().with_hidden("secret", [bad]).is_err(), "{bad}");
    }
}

#[test]
fn debug_shows_names_alone() {
    let (call, numbers, hidden) = (Values::new(), Numbers::default(), hidden("geheim4711"));
    let scope = Scope::new(&call, &numbers).with_hidden(&hidden);
    assert!(!format!("{scope:?}").contains("geheim4711"));
}
