//! The literal command of a call.

use mc_curl::{CurlCommand, Reading, RequestError};
use mc_template::{Numbers, Scope, Values};

use crate::{read, values};

fn printed(line: &str, pairs: &[(&str, &str)]) -> String {
    read(line)
        .as_curl(&Scope::new(&values(pairs), &Numbers::default()))
        .unwrap()
}

#[test]
fn a_call_is_printed_with_its_values_quoted_for_a_posix_shell() {
    let line = r#"curl -sS -H "X-Group: $GroupName" -d "n=$ANumber" "$crmurl""#;
    let pairs = [
        ("GroupName", "it's $(id)"),
        ("ANumber", "4 9"),
        ("CRMLink", "https://crm.example/c?a=1&b=2"),
    ];
    assert_eq!(
        printed(line, &pairs),
        concat!(
            r"curl -sS -g -m 10 -A mc-curl/",
            env!("CARGO_PKG_VERSION"),
            r" -H 'X-Group: it'\''s $(id)' --data-raw n=4+9 'https://crm.example/c?a=1&b=2'"
        )
    );
}

#[test]
fn several_requests_are_one_command() {
    let text = printed(
        "curl -f --fail-early 'http://h/{a,b}' --next -I http://h/c",
        &[],
    );
    assert_eq!(text.matches("--next").count(), 2, "{text}");
    assert!(text.starts_with("curl -sS --fail-early "), "{text}");
}

#[test]
fn what_is_printed_makes_the_same_requests() {
    let numbers = Numbers::default();
    let pairs = values(&[
        ("CRMLink", "https://crm.example/{a}[1-2]?x=$ANumber"),
        ("GroupName", "@x;type=\"a\\b\";auto"),
    ]);
    let scope = Scope::new(&pairs, &numbers);
    for line in [
        "curl $crmurl",
        "curl -L --max-redirs 3 --post302 -k -x '' --noproxy a,b -m 2.5 --connect-timeout 1 $crmurl",
        "curl --retry 3 --retry-delay 2 --retry-max-time 9 --retry-connrefused --retry-all-errors --compressed $crmurl",
        "curl -0 -4 --tlsv1.3 -U a:b -x proxy.example -f $crmurl",
        "curl --http2-prior-knowledge -6 --fail-with-body --location-trusted $crmurl",
        "curl -e \"$GroupName\" -A \"$GroupName\" -H \"X: $GroupName\" -H 'Y;' -H 'Accept:' $crmurl",
        "curl -e ';auto' -b \"a=$GroupName\" http://h/",
        "curl -F \"a=$GroupName\" -F \"b=$GroupName;filename=$GroupName\" -F 'c=d;type=e/f; g=h' http://h/",
        "curl -d \"$GroupName\" -X PUT http://h/",
        "curl -m 0 -u 'a:b:c' http://x:y@h/",
        "curl http://a%3Ab:%25@h/#fragment",
    ] {
        let pairs_without_semicolon = values(&[("GroupName", "@x")]);
        let command = read(line);
        let scope = if line.contains("-b ") {
            Scope::new(&pairs_without_semicolon, &numbers)
        } else {
            scope
        };
        let requests = command
            .requests(&scope)
            .unwrap_or_else(|error| panic!("{line}: {error}"));
        let text = command.as_curl(&scope).unwrap();
        let again = CurlCommand::read(&text, &Reading::literal())
            .unwrap_or_else(|errors| panic!("{text}: {errors}"));
        let empty = Values::new();
        let empty = Scope::new(&empty, &numbers);
        assert!(
            again.requests(&empty).unwrap() == requests,
            "{line}\n{text}"
        );
        assert_eq!(again.as_curl(&empty).unwrap(), text);
    }
}

#[test]
fn a_body_that_is_not_text_is_a_file_or_cannot_be_printed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bytes"), b"\xff\0").unwrap();
    let reading = Reading::literal().folder(folder.path());
    let empty = Values::new();
    let numbers = Numbers::default();
    let scope = Scope::new(&empty, &numbers);
    let print = |line: &str| CurlCommand::read(line, &reading).unwrap().as_curl(&scope);
    let text = print("curl --data-binary @bytes http://h/").unwrap();
    assert!(
        text.contains("--data-binary @") || text.contains("--data-binary '@"),
        "{text}"
    );
    assert_eq!(
        print("curl --data-binary @bytes -d x http://h/"),
        Err(RequestError::NotText)
    );
}
