//! URLs: no value chooses the server, leaves its segment or names another folder.

use mc_template::{Context, RenderError};

use super::{parse, refusal, render, try_render};

fn url(text: &str, link: &str, group: &str) -> Result<String, RenderError> {
    try_render(
        text,
        Context::Url,
        &[("CRMLink", link), ("GroupName", group)],
    )
}

#[test]
fn values_in_path_query_and_fragment_are_percent_encoded() {
    let value = "a b/../?x=1#y&z=ü%41\\\"";
    let encoded = "a%20b%2F..%2F%3Fx%3D1%23y%26z%3D%C3%BC%2541%5C%22";
    for text in [
        "https://crm.example/$GroupName",
        "https://crm.example/a/$GroupName/b?c=1#d",
        "https://crm.example?x=$GroupName",
        "https://crm.example#$GroupName",
        "https://crm.example:8443/?a=$GroupName&b=2#c",
        "https://user:pw@crm.example/$GroupName",
        "HTTP://crm.example/$GroupName",
        "crm.example/$GroupName",
        "localhost:8080/$GroupName",
        // What stands before the colon is no scheme: the port is left out.
        "1host:/$GroupName",
        "https://[::1]:80/$GroupName",
    ] {
        assert_eq!(
            url(text, "", value).unwrap(),
            text.replace("$GroupName", encoded),
            "{text}"
        );
    }
}

#[test]
fn a_variable_where_the_server_is_named_is_an_error() {
    for (text, offset) in [
        ("https://$GroupName/", 8),
        ("https://crm.$GroupName/x", 12),
        ("https://crm.example:$GroupName/", 20),
        ("https://crm.example$GroupName", 19),
        ("https://$GroupName@crm.example/", 8),
        ("https://u:${GroupName}@crm.example/", 10),
        ("https://u:${{GroupName}}@crm.example/", 10),
        ("http$GroupName://crm.example/", 4),
        ("https:$GroupName/x", 6),
        ("https:/$GroupName/x", 7),
        ("https:?$GroupName", 7),
        ("https:///$GroupName/x", 9),
        ("https:\\\\$GroupName/x", 8),
        ("https://\t/$GroupName", 10),
        ("ht\ntp:/\t/$GroupName/", 9),
        ("https://crm.example\\$GroupName", 20),
        (" $crmurl", 1),
        ("x$crmurl", 1),
        ("tel:$ANumber", 4),
        ("mailto:$GroupName@x", 7),
        ("//$GroupName/", 2),
        ("/$GroupName", 1),
        ("\t/$GroupName", 2),
        ("?$GroupName", 1),
        ("crm.example:$GroupName/", 12),
    ] {
        let (at, message) = refusal(text, Context::Url);
        assert_eq!(at, offset, "{text}");
        assert!(
            message.contains("scheme, user info, host or port"),
            "{message}"
        );
    }
}

#[test]
fn a_url_that_begins_with_a_variable_takes_its_value_whole() {
    let link = "https://crm.example:8443/c/../d?id=4711&n=a%20b&s=ü x#f";
    for text in [
        "$crmurl",
        "$CRMLink",
        "${crmurl}",
        "${{crmurl}}",
        "${crmurl:default(x)}",
    ] {
        assert_eq!(url(text, link, "").unwrap(), link, "{text}");
    }
    assert_eq!(
        url(
            "$crmurl&group=$GroupName",
            "https://crm.example/c?id=1",
            "Sales EU"
        )
        .unwrap(),
        "https://crm.example/c?id=1&group=Sales%20EU"
    );
    assert_eq!(
        url("$crmurl/$GroupName", "http://crm", "a/b").unwrap(),
        "http://crm/a%2Fb"
    );
    assert_eq!(
        url("$crmurl?g=$GroupName", "http://crm", "x").unwrap(),
        "http://crm?g=x"
    );
    assert_eq!(
        url("$crmurl#$GroupName", "HTTPS://CRM", "x").unwrap(),
        "HTTPS://CRM#x"
    );
    assert_eq!(
        url("$crmurl$GroupName", "https://crm/?n=", "1 2").unwrap(),
        "https://crm/?n=1%202"
    );
    assert_eq!(
        url("${crmurl:default(https://crm/none)}?a", "", "").unwrap(),
        "https://crm/none?a"
    );
    for link in [
        "https://u:p@crm.example/",
        "http://[2001:db8::1]:81/",
        "http://10.1.2.3",
        "https://bücher.example/x",
    ] {
        assert_eq!(url("$crmurl", link, "").unwrap(), link);
    }
    // Only the first is whole; another one is a value in a URL.
    assert_eq!(
        url("$crmurl?next=$crmurl", "https://crm/", "").unwrap(),
        "https://crm/?next=https%3A%2F%2Fcrm%2F"
    );
}

#[test]
fn the_first_value_must_be_an_http_url() {
    for link in [
        "ftp://crm.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "crm.example/x",
        "//crm.example/",
        "https:crm.example",
        "https:/crm.example",
        "https:\\\\crm.example\\",
        "https://",
        "https:///x",
        "https://:443/x",
        "https://?x",
        "https://crm\\@evil.example/",
        "https://crm.example\\x",
        "https://crm example/",
        "https://crm.example/a\nb",
        "https://crm.example/a\tb",
        "\thttps://crm.example/",
        " https://crm.example/",
        "https://crm.example:99999/",
        "https://crm.example:x/",
        "https://%zz/",
        // Letters, digits and dots alone, and no host to a reader that follows the standard.
        "https://1.2.3.4.5/",
        "https://10.0.0.256/",
        "https://crm.example.4711/",
        "https://0x100000000/",
        "https://crm.0xzz.1/",
        "https://xn--a/",
        "https://crm.xn--/x",
        "-o/tmp/x",
        "@file",
        "$CRMLink",
        "https",
    ] {
        for text in ["$crmurl", "$crmurl/x", "${{crmurl}}?$GroupName"] {
            assert_eq!(
                url(text, link, "").unwrap_err(),
                RenderError::NotHttpUrl {
                    name: "CRMLink".into()
                },
                "{text} {link:?}"
            );
        }
    }
}

#[test]
fn without_a_first_value_there_is_no_url() {
    for text in [
        "$crmurl",
        "$crmurl&x=$GroupName",
        "${{crmurl}}",
        "$ServiceName/x",
    ] {
        assert!(
            matches!(url(text, "", "x"), Err(RenderError::NoUrl { .. })),
            "{text}"
        );
    }
}

#[test]
fn what_follows_the_first_value_cannot_lead_to_another_server() {
    for (text, link) in [
        ("$crmurl.evil.example", "https://crm"),
        ("$crmurl@evil.example", "https://crm"),
        ("$crmurl@evil.example/x", "https://crm"),
        ("$crmurl:pw@evil.example/", "https://crm"),
        ("$crmurl:81", "https://crm"),
        ("$crmurl:81/x", "https://crm"),
        ("$crmurl.", "https://crm"),
        ("$crmurl%2e", "https://crm"),
        ("${crmurl}x", "https://crm"),
        ("$crmurl$GroupName", "https://crm"),
        ("$crmurl${{GroupName}}", "https://crm"),
        ("${crmurl}1", "http://10.1.2.3"),
        ("${crmurl}1", "http://crm:8"),
        ("$crmurl@evil.example", "https://u:p@crm"),
        ("${crmurl}\t.evil.example/", "https://crm"),
        ("${crmurl}:x", "https://crm"),
    ] {
        let result = url(text, link, ".evil.example");
        assert_eq!(
            result,
            Err(RenderError::OtherServer {
                name: "CRMLink".into()
            }),
            "{text} {link}"
        );
    }
    // Where the value's own server ends, the same text is a part of the path.
    for text in [
        "$crmurl.evil.example",
        "$crmurl@evil.example",
        "$crmurl:81",
        "$crmurl$GroupName",
    ] {
        let result = url(text, "https://crm/x", ".evil.example").unwrap();
        assert_eq!(
            url::Url::parse(&result).unwrap().host_str(),
            Some("crm"),
            "{text}"
        );
    }
    // The same server, spelled otherwise.
    assert_eq!(
        url("$crmurl:443/x", "https://crm", "").unwrap(),
        "https://crm:443/x"
    );
}

#[test]
fn a_segment_that_becomes_dots_fails() {
    let dots = Err(RenderError::DotSegment {
        name: "GroupName".into(),
    });
    for (text, group) in [
        ("https://crm/a/$GroupName/b", ".."),
        ("https://crm/a/$GroupName/b", "."),
        ("https://crm/$GroupName", ".."),
        ("https://crm/$GroupName?x", ".."),
        ("https://crm/$GroupName#x", "."),
        ("https://crm/.$GroupName/", "."),
        ("https://crm/.$GroupName/", ""),
        ("https://crm/$GroupName./", ""),
        ("https://crm/%2e$GroupName/", "."),
        ("https://crm/$GroupName%2E", "."),
        ("https://crm/.$GroupName%2e/", ""),
        ("https://crm/${{GroupName}}/b", ".."),
        ("https://crm/${{GroupName}}/b", "%2E%2e"),
        ("https://crm/${{GroupName}}/b", ".%2e"),
        ("https://crm/${{GroupName}}/b", "x/../y"),
        ("https://crm/${{GroupName}}/b", "x\\..\\y"),
        ("https://crm/${{GroupName}}b", "../"),
        ("https://crm/${{GroupName}}", ".\t."),
        ("https://crm/${{GroupName}}", ".. "),
        ("https://crm/${{GroupName}}?x", "..?"),
        ("https://crm\\a/$GroupName\\b", ".."),
        ("crm/$GroupName", ".."),
        ("$crmurl/$GroupName", ".."),
        ("$crmurl$GroupName", ".."),
        ("$crmurl.$GroupName", "."),
    ] {
        assert_eq!(url(text, "https://crm/x/", group), dots, "{text} {group}");
    }
    for (text, group) in [
        ("https://crm/a/$GroupName/b", "..."),
        ("https://crm/a/x$GroupName/b", ".."),
        ("https://crm/a/$GroupName/b", "%2e%2e"),
        ("https://crm/a/$GroupName/b", "../.."),
        ("https://crm/a?p=/$GroupName/", ".."),
        ("https://crm/a#/$GroupName/", ".."),
        ("https://crm?/$GroupName/", ".."),
        ("https://crm/a//$GroupName", ""),
        // The author's own segments are the author's.
        ("https://crm/../a/./$GroupName", "x"),
        ("$crmurl?/../", ""),
        ("$crmurl/a/../$GroupName", "x"),
    ] {
        assert!(url(text, "https://crm/x/", group).is_ok(), "{text} {group}");
    }
}

#[test]
fn a_segment_begun_by_the_first_value_counts_with_what_follows() {
    let dots = Err(RenderError::DotSegment {
        name: "CRMLink".into(),
    });
    assert_eq!(url("$crmurl./x", "https://crm/.", ""), dots);
    assert_eq!(url("$crmurl../x", "https://crm/", ""), dots);
    assert_eq!(url("$crmurl%2e", "https://crm/a/%2e", ""), dots);
    // The value alone is taken whole, dots included, and so is what follows it at a distance.
    for link in [
        "https://crm/a/../b",
        "https://crm/..",
        "https://crm/a/.",
        "https://crm/a?x=/..",
    ] {
        assert!(url("$crmurl", link, "").is_ok(), "{link}");
        assert!(url("$crmurl?x=1", link, "").is_ok(), "{link}");
        assert!(url("$crmurl/b", link, "").is_ok(), "{link}");
    }
}

#[test]
fn the_context_is_decided_by_the_text_and_not_by_the_values() {
    // An empty or a hostile value before it does not turn a path into a host.
    for group in ["", "/", "//evil", "@", "?", "#", "\\"] {
        let result = render(
            "https://crm/$GroupName/$ANumber",
            Context::Url,
            &[("GroupName", group), ("ANumber", "a/b")],
        );
        assert!(result.ends_with("/a%2Fb"), "{result}");
    }
    assert!(
        parse("https://crm/$GroupName", Context::Url)
            .unwrap()
            .variables()
            .eq(["GroupName"])
    );
}

#[test]
fn a_part_of_a_query_has_no_server() {
    assert_eq!(
        render(
            "$GroupName=$crmurl",
            Context::UrlQuery,
            &[("GroupName", ".."), ("CRMLink", "https://a/")]
        ),
        "..=https%3A%2F%2Fa%2F"
    );
}
