//! Values in REST calls: the same text on the wire, at the place where the variable stands.

use std::fmt::Write as _;

use serde_json::json;
use testkit::{Answer, Recorded, Recorder};

use super::{Expected, Stage, events, names, outcome};

/// The REST hooks, each with its own path on the server.
fn rest_hooks(server: &Recorder) -> String {
    let each = |form: fn(&str) -> String, between: &str| {
        names()
            .into_iter()
            .map(form)
            .collect::<Vec<_>>()
            .join(between)
    };
    let query = each(|name| format!("{name}=${name}"), "&");
    let path = each(|name| format!("x${{{name}}}"), "/");
    let fields = each(|name| format!("-d {name}=${name}"), " ");
    let encoded = each(|name| format!("--data-urlencode {name}=${name}"), " ");
    let json = each(|name| format!(r#""{name}":"${name}""#), ",");
    let xml = each(|name| format!("<{name}>${name}</{name}>"), "");
    let parts = each(|name| format!("-F {name}=${name}"), " ");
    let headers = each(|name| format!("-H \"X-{name}: [${name}]\""), " ");
    let mut hooks = String::new();
    for (name, command) in [
        ("query", format!("\"URL/query?{query}\"")),
        ("get", format!("-G {fields} URL/get")),
        ("path", format!("URL/path/{path}/end")),
        ("form", format!("{fields} URL/form")),
        ("encoded", format!("{encoded} URL/encoded")),
        ("json", format!("--json '{{{json}}}' URL/json")),
        ("jsonbody", format!("-d '{{{json}}}' URL/jsonbody")),
        (
            "xml",
            format!("-H \"Content-Type: application/xml\" -d '<c>{xml}</c>' URL/xml"),
        ),
        (
            "text",
            "-H \"Content-Type: text/plain\" --data-raw \"$GroupName\" URL/text".to_owned(),
        ),
        ("whole", "-d \"$GroupName\" URL/whole".to_owned()),
        ("parts", format!("{parts} URL/parts")),
        ("headers", format!("{headers} URL/headers")),
    ] {
        let command = command.replace("URL", &server.url(""));
        writeln!(
            hooks,
            "[[hook]]\nname = '{name}'\nrest = '''curl -sS -f {command}'''"
        )
        .unwrap();
    }
    hooks
}

fn pairs(encoded: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(encoded.as_bytes())
        .into_owned()
        .collect()
}

fn request(server: &Recorder, path: &str, what: &str) -> Recorded {
    let requests = server.requests();
    let mut meant = requests
        .iter()
        .filter(|request| request.target[1..].split(['/', '?']).next() == Some(path));
    let found = meant
        .next()
        .unwrap_or_else(|| panic!("{what}: nothing came to /{path}"));
    assert!(
        meant.next().is_none(),
        "{what}: more than one request to /{path}"
    );
    found.clone()
}

#[test]
fn a_server_gets_the_text_of_each_variable_whatever_its_value() {
    let stage = Stage::new();
    let station = stage.station();
    let server = Recorder::start();
    server.always(Answer::status(204));
    stage.config(&rest_hooks(&server));
    for (what, event) in events() {
        let finished = stage.fire(&event).expect_code(0);
        let expected = Expected::of(&event, &station);
        let values: Vec<(String, String)> = expected.0.clone();
        let group = expected
            .iter()
            .find(|(name, _)| *name == "GroupName")
            .unwrap()
            .1
            .to_owned();
        let request = |path: &str| request(&server, path, &what);
        assert_eq!(server.requests().len(), 12, "{what}: {finished:?}");

        for path in ["query", "get"] {
            let target = request(path).target;
            assert_eq!(
                pairs(target.split_once('?').unwrap().1),
                values,
                "{what}: {target}"
            );
            assert!(!target.contains('#'), "{what}: {target}");
        }
        let target = request("path").target;
        let segments: Vec<_> = target.trim_start_matches('/').split('/').collect();
        let unescaped = segments
            .iter()
            .map(|segment| pairs(&segment.replace('+', "%2B").replace('=', "%3D")));
        let unescaped: Vec<String> = unescaped.map(|mut pairs| pairs.remove(0).0).collect();
        let mut path = vec!["path".to_owned()];
        path.extend(values.iter().map(|(_, value)| format!("x{value}")));
        path.push("end".to_owned());
        assert_eq!(unescaped, path, "{what}: {target}");

        for path in ["form", "encoded"] {
            let request = request(path);
            assert_eq!(pairs(&request.text()), values, "{what}: {}", request.text());
            assert_eq!(
                request.header("Content-Type"),
                Some("application/x-www-form-urlencoded")
            );
        }
        for path in ["json", "jsonbody"] {
            let body = request(path).json();
            let members = body.as_object().unwrap().iter();
            let members: Vec<_> = members
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect();
            assert_eq!(members, values, "{what}");
        }
        let xml = request("xml").text();
        let markup = values
            .iter()
            .map(|(name, value)| format!("<{name}>{}</{name}>", xml_text(value)));
        assert_eq!(
            xml,
            format!("<c>{}</c>", markup.collect::<String>()),
            "{what}"
        );
        assert_eq!(request("text").text(), group, "{what}");
        // A body without `=` and without a media type is text: it has no field that a value could add to.
        assert_eq!(request("whole").text(), group, "{what}");

        let request_with_parts = request("parts");
        let parts = parts(&request_with_parts);
        assert_eq!(parts, values, "{what}");
        let request_with_headers = request("headers");
        for (name, value) in &values {
            let sent = request_with_headers.headers_named(&format!("X-{name}"));
            assert_eq!(sent, [format!("[{value}]")], "{what}");
        }
        server.clear();
    }
}

fn xml_text(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

/// The fields of a multipart body (RFC 7578): a name and a text each, and nothing else.
fn parts(request: &Recorded) -> Vec<(String, String)> {
    let kind = request.header("Content-Type").unwrap();
    let (_, boundary) = kind.split_once("boundary=").unwrap();
    let boundary = boundary.trim_matches('"');
    let body = format!("\r\n{}", request.text());
    let delimiter = format!("\r\n--{boundary}");
    let mut parts = body.split(&delimiter);
    assert_eq!(parts.next(), Some(""));
    let mut fields = Vec::new();
    for part in parts.by_ref() {
        if part.starts_with("--") {
            break;
        }
        let (head, text) = part
            .trim_start_matches("\r\n")
            .split_once("\r\n\r\n")
            .unwrap();
        let name = head
            .strip_prefix("Content-Disposition: form-data; name=\"")
            .and_then(|rest| rest.strip_suffix('"'));
        fields.push((
            name.unwrap_or_else(|| panic!("a plain text field: {head}"))
                .to_owned(),
            text.to_owned(),
        ));
    }
    fields
}

#[test]
fn a_link_cannot_lead_a_command_to_another_server() {
    let (stage, server, other) = (Stage::new(), Recorder::start(), Recorder::start());
    let hook = |name: &str, rest: &str| format!("[[hook]]\nname = '{name}'\nrest = '''{rest}'''\n");
    stage.config(
        &[
            hook("alone", "curl -sS \"$crmurl\""),
            hook(
                "longer",
                &format!("curl -sS \"$crmurl@127.0.0.1:{}/x\"", other.port()),
            ),
            hook(
                "path",
                &format!("curl -sS {}/a/$GroupName/b", server.url("")),
            ),
        ]
        .concat(),
    );
    let base = server.url("");
    // The link's own server, its path and its query, as they came.
    let finished = stage
        .fire(&json!({ "CRMLink": format!("{base}/c?id=1&x=%20"), "GroupName": "Sales" }))
        .expect_code(0);
    let targets: Vec<_> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert!(
        targets.contains(&"/c?id=1&x=%20".to_owned()),
        "{targets:?}, {finished:?}"
    );
    server.clear();

    for link in [
        base.as_str(),
        "-o/tmp/x",
        "@/etc/passwd",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "javascript:x",
        "http:\\\\127.0.0.1",
    ] {
        let finished = stage
            .fire(&json!({ "CRMLink": link, "GroupName": ".." }))
            .expect_code(1);
        for (hook, variable) in [("longer", "`CRMLink`"), ("path", "`GroupName`")] {
            let (outcome, why) = outcome(&finished, hook);
            assert_eq!(outcome, "refused", "{link}: {why}");
            assert!(why.contains(variable), "{why}");
        }
        let alone = outcome(&finished, "alone").0;
        assert_eq!(alone, if link == base { "ok" } else { "refused" }, "{link}");
        assert!(
            !finished.stdout.contains("passwd") && !finished.stderr.contains("passwd"),
            "{finished:?}"
        );
    }
    assert_eq!(
        server.requests().len(),
        1,
        "the link that was a plain one, alone"
    );
    assert!(other.requests().is_empty());
}
