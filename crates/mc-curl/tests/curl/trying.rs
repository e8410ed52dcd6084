//! What is tried beforehand, with values as calls bring them.

use mc_curl::CurlCommand;
use mc_template::Names;

fn tried(line: &str) -> Option<String> {
    let command = CurlCommand::parse(line, &Names::call()).unwrap();
    command.try_samples().map(|fault| fault.to_string())
}

/// curl sends both; how a value is to be encoded nobody can say then.
#[test]
fn two_types_of_one_body_are_a_fault() {
    let sent = |first: &str, second: &str| {
        tried(&format!(
            "curl -H 'Content-Type: {first}' -H 'content-type: {second}' -d '{{\"n\":\"$ANumber\"}}' http://h/"
        ))
    };
    assert_eq!(
        sent("text/x", "Application/JSON").unwrap(),
        "two headers say what the body is, `text/x` and `application/json`: keep the one that is meant"
    );
    assert!(sent("application/json", "text/plain").is_some());
    assert_eq!(
        sent("application/json", "application/json; charset=utf-8"),
        None
    );
    let json = "curl -H 'Content-Type: application/vnd.x+json' --json '{}' http://h/";
    assert_eq!(tried(json), None, "--json leaves its own out");
}

/// Lines of JSON, each a document, are no broken one.
#[test]
fn documents_behind_each_other_are_taken() {
    let lines = "--data-binary '{\"index\":{}}\n{\"n\":\"$ANumber\"}\n' http://h/_bulk";
    assert_eq!(
        tried(&format!(
            "curl -H 'Content-Type: application/x-ndjson' {lines}"
        )),
        None
    );
    assert_eq!(tried(&format!("curl {lines}")), None);
    assert!(tried(&format!("curl -H 'Content-Type: application/json' {lines}")).is_some());
    assert!(tried("curl -d '{\"n\":\"$ANumber\"}}' http://h/").is_some());
}

/// What is left of JSON whose quotes a shell took away, or that has single ones.
#[test]
fn json_without_its_quotes_is_a_fault() {
    for (line, is_fault) in [
        (r#"curl -d {"n":"$ANumber"} http://h/"#, true),
        (r#"curl -d "{'n':'$ANumber'}" http://h/"#, true),
        (
            "curl -H 'Content-Type: application/graphql' -d '{a(b: 1){c}}' http://h/",
            false,
        ),
        (
            "curl -H 'Content-Type: application/graphql' -d '{a(b: \"$ANumber\"){c}}' http://h/",
            false,
        ),
        ("curl -d '{$ANumber}' http://h/", false),
        ("curl -d 'f={a:b}' http://h/", false),
    ] {
        assert_eq!(tried(line).is_some(), is_fault, "{line}");
    }
}
