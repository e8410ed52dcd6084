//! Documents in a command, whole or in a field: what a value becomes in them.

use mc_curl::CurlCommand;
use mc_template::{Names, Numbers, Scope, Values};

use crate::{body, read, request};

/// What tries to leave a string, a field and a parameter.
const HOSTILE: &str = "x\",\"channel\":\"@boss&a=b \\u0041%22";

/// The JSON of a form's field, as its receiver reads it.
fn field(body: &str, name: &str) -> serde_json::Value {
    let url = url::Url::parse(&format!("http://h/?{body}")).unwrap();
    let mut named = url.query_pairs().filter(|(given, _)| given == name);
    let (_, value) = named.next().unwrap_or_else(|| panic!("{name} in {body}"));
    serde_json::from_str(&value).unwrap_or_else(|error| panic!("{value}: {error}"))
}

#[test]
fn f72_json_inside_a_field_is_escaped_as_json_first() {
    let expected = serde_json::json!({"text": HOSTILE, "n": 49});
    for line in [
        r#"curl -d 'a=1&payload={"text":"$GroupName","n":$ANumber}&b=2' http://h/"#,
        r"curl -d 'payload=%7B%22text%22:+%22$GroupName%22,%22n%22:$ANumber%7D' http://h/",
        r#"curl --data-raw 'payload={"text":"$GroupName","n":$ANumber}' http://h/"#,
        r#"curl --data-urlencode 'payload={"text":"$GroupName","n":$ANumber}' http://h/"#,
        r#"curl -H 'Content-Type: application/x-www-form-urlencoded' -d 'payload={"text":"$GroupName","n":$ANumber}' http://h/"#,
    ] {
        let request = request(line, &[("GroupName", HOSTILE), ("ANumber", "49")]);
        assert_eq!(field(body(&request), "payload"), expected, "{line}");
    }
    for line in [
        r#"curl -G -d 'payload={"text":"$GroupName","n":$ANumber}' http://h/"#,
        r#"curl --url-query 'payload={"text":"$GroupName","n":$ANumber}' http://h/"#,
    ] {
        let request = request(line, &[("GroupName", HOSTILE), ("ANumber", "49")]);
        let (_, query) = request.url().split_once('?').unwrap();
        assert_eq!(field(query, "payload"), expected, "{line}");
    }
    let line = r#"curl --data-urlencode '{"text":"$GroupName","n":$ANumber}' http://h/"#;
    let request = request(line, &[("GroupName", HOSTILE), ("ANumber", "49")]);
    let text = format!("payload={}", body(&request));
    assert_eq!(field(&text, "payload"), expected);
}

#[test]
fn f72_json_inside_a_multipart_text_is_escaped_as_json() {
    for line in [
        r#"curl -F 'payload={"text":"$GroupName"}' http://h/"#,
        r#"curl --form-string 'payload={"text":"$GroupName"}' http://h/"#,
        r#"curl -F 'payload="{\"text\":\"$GroupName\"}";type=application/json' http://h/"#,
    ] {
        let request = request(line, &[("GroupName", HOSTILE)]);
        let body = body(&request);
        let json = body
            .split("\r\n")
            .find(|line| line.starts_with('{'))
            .unwrap();
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(json, serde_json::json!({"text": HOSTILE}), "{line}");
    }
}

/// As Dropbox has its arguments. A text in brackets is none.
#[test]
fn f72_json_inside_a_header_is_escaped_as_json() {
    let line = r#"curl -H 'X-Context: {"text":"$GroupName","n":$ANumber}' -H 'X-Group: [$GroupName]' http://h/"#;
    let request = request(line, &[("GroupName", HOSTILE), ("ANumber", "49")]);
    let value = |name| {
        let headers = request.headers();
        let found = headers.iter().find(|(one, _)| one == name);
        found.unwrap().1.clone()
    };
    let json: serde_json::Value = serde_json::from_str(&value("X-Context")).unwrap();
    assert_eq!(json, serde_json::json!({"text": HOSTILE, "n": 49}));
    assert_eq!(value("X-Group"), format!("[{HOSTILE}]"));
}

#[test]
fn a_body_that_begins_as_xml_is_xml() {
    let values = Values::from_iter([("GroupName", "R&D Süd")]);
    for (line, body) in [
        (
            "-d '<c xmlns=\"urn:x\">$GroupName</c>'",
            "<c xmlns=\"urn:x\">R&amp;D Süd</c>",
        ),
        (
            "--data-binary '<?xml version=\"1.0\"?><c>$GroupName</c>'",
            "<?xml version=\"1.0\"?><c>R&amp;D Süd</c>",
        ),
        ("-d '<1> $GroupName'", "<1> R&D Süd"),
        (
            "-d '<c>a</c> $GroupName' -H 'Content-Type: text/plain'",
            "<c>a</c> R&D Süd",
        ),
    ] {
        let line = format!("curl {line} http://h/");
        let command = CurlCommand::parse(&line, &Names::call()).unwrap();
        let sent = command
            .requests(&Scope::new(&values, &Numbers::default()))
            .unwrap();
        assert_eq!(sent[0].body(), Some(body.as_bytes()), "{line}");
    }
}

/// A document is one whatever is said of it, or nothing.
#[test]
fn json_of_another_type_is_escaped_as_json() {
    for media_type in [
        ": text/plain",
        ": application/json-rpc",
        ": application/x-amz-json-1.1",
        ": application/octet-stream; charset=utf-8",
        ";",
    ] {
        for data in [
            r#"-d '{"text":"$GroupName","n":$ANumber}'"#,
            r#"--data-binary '{"text":"$GroupName","n":$ANumber}'"#,
            r#"--json '{"text":"$GroupName","n":$ANumber}'"#,
        ] {
            let line = format!("curl -H 'Content-Type{media_type}' {data} http://h/");
            let request = request(&line, &[("GroupName", HOSTILE), ("ANumber", "49")]);
            let json: serde_json::Value = serde_json::from_str(body(&request))
                .unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(
                json,
                serde_json::json!({"text": HOSTILE, "n": 49}),
                "{line}"
            );
        }
    }
    let line =
        "curl -H 'Content-Type: application/graphql' -d '{a(b: \"$GroupName\"){c}}' http://h/";
    assert_eq!(
        body(&request(line, &[("GroupName", "x\"){d}")])),
        r#"{a(b: "x\"){d}"){c}}"#
    );
    // A text in brackets.
    let line = "curl -H 'Content-Type: text/plain' -d '[$GroupName]' http://h/";
    assert_eq!(body(&request(line, &[("GroupName", "Sales")])), "[Sales]");
}

#[test]
fn json_that_is_the_whole_query_is_escaped_as_json() {
    for line in [
        r#"curl -G -d '{"text":"$GroupName","n":$ANumber}' http://h/"#,
        r#"curl -G -d '{"text":"$GroupName","n":$ANumber}' -d 'b=1' http://h/"#,
        r#"curl --url-query '+{"text":"$GroupName","n":$ANumber}' http://h/"#,
        r#"curl -g 'http://h/?{"text":"$GroupName","n":$ANumber}'"#,
        "curl 'http://h/?%7B%22text%22:%22$GroupName%22,%22n%22:$ANumber%7D'",
    ] {
        let request = request(line, &[("GroupName", HOSTILE), ("ANumber", "49")]);
        let (_, query) = request.url().split_once('?').unwrap();
        let json = field(&format!("payload={query}"), "payload");
        assert_eq!(
            json,
            serde_json::json!({"text": HOSTILE, "n": 49}),
            "{line}"
        );
    }
}

#[test]
fn xml_inside_a_field_is_escaped_as_xml_first() {
    const VALUE: &str = "R&D </c><d a=\"1\"> ü+";
    let expected = "<c>R&amp;D &lt;/c&gt;&lt;d a=&quot;1&quot;&gt; ü+</c>";
    for line in [
        "curl -d 'a=1&x=<c>$GroupName</c>&b=2' http://h/",
        "curl -d 'x=%3Cc%3E$GroupName%3C/c%3E' http://h/",
        "curl --data-urlencode 'x=<c>$GroupName</c>' http://h/",
        "curl -G -d 'x=<c>$GroupName</c>' http://h/",
        "curl --url-query 'x=<c>$GroupName</c>' http://h/",
    ] {
        let request = request(line, &[("GroupName", VALUE)]);
        let text = request.body().map_or_else(
            || request.url().split_once('?').unwrap().1,
            |_| body(&request),
        );
        let url = url::Url::parse(&format!("http://h/?{text}")).unwrap();
        let (_, value) = url.query_pairs().find(|(name, _)| name == "x").unwrap();
        assert_eq!(value, expected, "{line}");
    }
    for line in [
        "curl -F 'x=<c>$GroupName</c>' http://h/",
        "curl --form-string 'x=<c>$GroupName</c>' http://h/",
        "curl -F 'x= <c>$GroupName</c>;type=text/xml' http://h/",
        "curl -H 'Content-Type: text/plain' -d '<c>$GroupName</c>' http://h/",
    ] {
        // `-F x=<..` alone would name a file.
        let line = line.replace("-F 'x=<c>$GroupName</c>'", "-F 'x=\"<c>$GroupName</c>\"'");
        let request = request(&line, &[("GroupName", VALUE)]);
        assert!(
            body(&request).contains(expected),
            "{line}: {}",
            body(&request)
        );
    }
    // What its type says goes before what it looks like.
    let typed = request(
        "curl -F 'x=$GroupName;type=application/xml' http://h/",
        &[("GroupName", "R&D")],
    );
    assert!(body(&typed).contains("R&amp;D"), "{}", body(&typed));
}

#[test]
fn a_variable_in_a_comment_of_xml_is_a_fault() {
    for data in [
        "-d '<a><!-- $GroupName --></a>'",
        "-H 'Content-Type: text/xml' -d '<a/><!--$GroupName'",
        "-d 'x=<a><!-- $GroupName --></a>'",
        "-d 'x=%3Ca%3E%3C!-- $GroupName --%3E%3C/a%3E'",
        "-F 'x=\"<a><!-- $GroupName --></a>\"'",
    ] {
        let line = format!("curl {data} http://h/");
        let errors = CurlCommand::parse(&line, &Names::call()).unwrap_err();
        assert!(errors.to_string().contains("comment of XML"), "{errors}");
    }
    for data in [
        "-d '<a><!-- call -->$GroupName</a>'",
        "-d '<a><![CDATA[<!-- $GroupName]]></a>'",
        "-H 'Content-Type: text/plain' -d '<!-- $GroupName'",
    ] {
        read(&format!("curl {data} http://h/"));
    }
}
