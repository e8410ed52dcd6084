//! What goes out for a call's values.

use mc_curl::{CurlCommand, Reading, RequestError};
use mc_template::{Names, Numbers, Scope, Values};

use crate::{body, header, read, request, requests};

#[test]
fn the_default_command_fetches_the_link() {
    let link = "https://crm.example/c?id=4711&x=%20#top";
    let request = request("curl -sS \"$crmurl\"", &[("CRMLink", link)]);
    assert_eq!(request.method(), "GET");
    assert_eq!(request.url(), link);
    assert_eq!(request.body(), None);
}

#[test]
fn an_event_without_the_link_skips_the_command() {
    for pairs in [&[][..], &[("CRMLink", "")][..]] {
        for line in [
            "curl $crmurl",
            "curl -s http://h/ $CRMLink?a=b",
            "curl http://h/ --next $crmurl",
        ] {
            let error = requests(line, pairs).unwrap_err();
            let RequestError::Skipped { variable } = &error else {
                panic!("{line}: {error}")
            };
            assert_eq!(variable, "CRMLink");
        }
    }
    assert!(requests("curl http://h/?u=$crmurl", &[]).is_ok());
    let line = "curl '${crmurl:default(http://crm.example/search)}'";
    assert_eq!(request(line, &[]).url(), "http://crm.example/search");
    let link = [("CRMLink", "http://crm.example/c")];
    assert_eq!(request(line, &link).url(), "http://crm.example/c");
}

#[test]
fn a_link_that_is_none_fails_the_run() {
    for wrong in [
        "ftp://h/",
        "file:///etc/passwd",
        "crm.example",
        "javascript:x",
        "http://",
    ] {
        let error = requests("curl $crmurl", &[("CRMLink", wrong)]).unwrap_err();
        assert!(
            matches!(error, RequestError::Refused(_) | RequestError::Url { .. }),
            "{wrong}: {error}"
        );
        assert!(!error.to_string().contains("crm.example"), "{error}");
    }
}

#[test]
fn the_link_cannot_lead_elsewhere_by_what_follows() {
    for line in [
        "curl $crmurl@evil.example/",
        "curl $crmurl.evil.example/",
        "curl $crmurl:99/",
    ] {
        let outcome = requests(line, &[("CRMLink", "http://crm.example")]);
        assert!(outcome.is_err(), "{line}");
    }
}

/// Behind a `#` nothing is sent: what the command adds must not vanish there.
#[test]
fn a_link_with_a_fragment_takes_nothing_in() {
    let link = [("CRMLink", "http://h/c?id=1#top"), ("GroupName", "x")];
    for line in [
        "curl '$crmurl&x=$GroupName'",
        "curl '$crmurl&x=1'",
        "curl '$crmurl$GroupName'",
    ] {
        let error = requests(line, &link).unwrap_err();
        assert!(
            matches!(error, RequestError::Fragment { .. }),
            "{line}: {error}"
        );
    }
    for line in ["curl $crmurl", "curl $crmurl#end", "curl -G -d x=1 $crmurl"] {
        assert_eq!(requests(line, &link).unwrap().len(), 1, "{line}");
    }
    let plain = [("CRMLink", "http://h/c?id=1")];
    assert_eq!(
        requests("curl '$crmurl&x=1'", &plain).unwrap()[0].url(),
        "http://h/c?id=1&x=1"
    );
}

#[test]
fn dot_segments_by_value_fail_the_run() {
    for value in [".", "..", "%2e%2E"] {
        let outcome = requests("curl http://h/a/$GroupName/b", &[("GroupName", value)]);
        match value {
            "%2e%2E" => assert_eq!(outcome.unwrap()[0].url(), "http://h/a/%252e%252E/b"),
            _ => assert!(matches!(outcome, Err(RequestError::Refused(_))), "{value}"),
        }
    }
}

#[test]
fn a_json_value_outside_a_string_must_be_one() {
    let line = r#"curl --json '{"n":$ANumber}' http://h/"#;
    assert_eq!(body(&request(line, &[("ANumber", "49")])), r#"{"n":49}"#);
    for wrong in ["a", "1,\"b\":2", "\"x\"", "", "{}", "01"] {
        assert!(requests(line, &[("ANumber", wrong)]).is_err(), "{wrong}");
    }
}

#[test]
fn a_body_is_encoded_by_its_type_else_by_its_beginning_else_as_a_form() {
    let value = [("GroupName", "a \"b\" & <c>")];
    let sent = |line: &str| body(&request(line, &value)).to_owned();
    assert_eq!(
        sent("curl -d 'g=$GroupName' http://h/"),
        "g=a+%22b%22+%26+%3Cc%3E"
    );
    assert_eq!(
        sent(r#"curl -d '{"g":"$GroupName"}' http://h/"#),
        r#"{"g":"a \"b\" & <c>"}"#
    );
    assert_eq!(
        sent(r#"curl -d ' ["$GroupName"]' http://h/"#),
        r#" ["a \"b\" & <c>"]"#
    );
    assert_eq!(
        sent("curl -H 'content-type: application/soap+xml' -d '<g>$GroupName</g>' http://h/"),
        "<g>a &quot;b&quot; &amp; &lt;c&gt;</g>"
    );
    assert_eq!(
        sent("curl -H 'Content-Type: text/plain' -d '{$GroupName}' http://h/"),
        "{a \"b\" & <c>}"
    );
    assert_eq!(
        sent(
            "curl -H 'Content-Type: application/x-www-form-urlencoded' -d '{$GroupName}' http://h/"
        ),
        "{a+%22b%22+%26+%3Cc%3E}"
    );
    assert_eq!(
        sent("curl --data-raw 'g=$GroupName' http://h/"),
        "g=a+%22b%22+%26+%3Cc%3E"
    );
    assert_eq!(
        sent("curl --data-binary 'g=$GroupName' http://h/"),
        "g=a+%22b%22+%26+%3Cc%3E"
    );
    assert_eq!(
        sent("curl --data-urlencode 'g=$GroupName' http://h/"),
        "g=a+%22b%22+%26+%3Cc%3E"
    );
}

#[test]
fn a_value_is_read_once_and_never_as_syntax() {
    for value in [
        "$CRMLink",
        "@/etc/passwd",
        "</etc/passwd",
        "a=b",
        "x;type=a/b",
        "[1-3]",
        "{a,b}",
    ] {
        let form = request("curl -F 'a=$GroupName' http://h/", &[("GroupName", value)]);
        assert!(
            body(&form).contains(&format!("\r\n\r\n{value}\r\n")),
            "{value}"
        );
        let line = "curl -H 'Content-Type: text/plain' -d '$GroupName' http://h/";
        assert_eq!(body(&request(line, &[("GroupName", value)])), value);
        let header_line = request("curl -H 'X: $GroupName' http://h/", &[("GroupName", value)]);
        assert_eq!(header(&header_line.headers(), "X"), Some(value));
        let path = requests("curl http://h/$GroupName", &[("GroupName", value)]).unwrap();
        assert_eq!(path.len(), 1);
    }
}

#[test]
fn only_spaces_and_tabs_around_a_headers_value_are_none_of_it() {
    let group = [("GroupName", " \u{a0}a ")];
    let sent = request("curl -H 'X: $GroupName' -H 'Y: \u{a0}b' http://h/", &group).headers();
    assert_eq!(header(&sent, "X"), Some("\u{a0}a"));
    assert_eq!(header(&sent, "Y"), Some("\u{a0}b"));
}

#[test]
fn a_value_that_would_be_more_than_its_place_fails_the_run() {
    let colon = requests("curl -u '$UsersUID:x' http://h/", &[("UsersUID", "a:b")]).unwrap_err();
    assert!(
        matches!(colon, RequestError::Separator { character: ':', .. }),
        "{colon}"
    );
    let semicolon = requests(
        "curl -b 'a=$GroupName; b=1' http://h/",
        &[("GroupName", "x; c=2")],
    )
    .unwrap_err();
    assert!(
        matches!(semicolon, RequestError::Separator { character: ';', .. }),
        "{semicolon}"
    );
    for place in [
        "-H 'X: $Extra'",
        "-u 'a:$Extra'",
        "-A '$Extra'",
        "-b 'a=$Extra'",
        "--oauth2-bearer '$Extra'",
    ] {
        let names = Names::call().with_extra(["Extra"]).unwrap();
        let command = CurlCommand::parse(&format!("curl {place} http://h/"), &names).unwrap();
        for breaks in ["a\r\nX-Evil: 1", "a\nb", "a\0b"] {
            let values = Values::from_iter([("Extra", breaks)]);
            let outcome = command.requests(&Scope::new(&values, &Numbers::default()));
            assert!(
                matches!(outcome, Err(RequestError::Refused(_))),
                "{place} {breaks:?}"
            );
        }
    }
}

#[test]
fn files_start_at_the_folder_and_their_names_can_be_expanded() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data.txt"), "from the file\n").unwrap();
    let names = Names::call();
    let expand = |name: &str| match name {
        "missing%" => Err("there is no such variable".to_owned()),
        name => Ok(name.replace("%NAME%", "data")),
    };
    let reading = Reading::template(&names)
        .folder(folder.path())
        .file_names(&expand);
    let command = CurlCommand::read("curl -d @%NAME%.txt http://h/", &reading).unwrap();
    assert_eq!(
        command.files().collect::<Vec<_>>(),
        [folder.path().join("data.txt")]
    );
    let sent = command
        .requests(&Scope::new(&Values::new(), &Numbers::default()))
        .unwrap();
    assert_eq!(sent[0].body(), Some(b"from the file".as_slice()));
    let errors = CurlCommand::read("curl -d @missing% http://h/", &reading).unwrap_err();
    assert!(errors.to_string().contains("no such variable"), "{errors}");
}

#[test]
fn a_file_that_cannot_be_sent_is_told_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let large = std::fs::File::create(folder.path().join("large")).unwrap();
    large.set_len(17 * 1024 * 1024).unwrap();
    let names = Names::call();
    let reading = Reading::template(&names).folder(folder.path());
    for (line, word) in [
        ("curl -d @none http://h/", "none"),
        ("curl -T large http://h/", "16 MiB"),
        ("curl -F a=@. http://h/", ""),
        ("curl --data-binary @../ http://h/", ""),
    ] {
        let Ok(command) = CurlCommand::read(line, &reading) else {
            assert_eq!(word, "", "{line}");
            continue;
        };
        let error = command
            .requests(&Scope::new(&Values::new(), &Numbers::default()))
            .unwrap_err();
        assert!(
            matches!(error, RequestError::File { .. }),
            "{line}: {error}"
        );
        assert_eq!(error.exit_code(), 26);
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn variables_and_files_are_listed() {
    let line = "curl -H 'X: $ANumber' -u '$UsersUID:$CallID' -d 'a=$caller' -F 'x=y' http://h/?g=$GroupName";
    // -d and -F exclude each other; each is looked at alone.
    let command = read(&line.replace(" -F 'x=y'", ""));
    let mut names: Vec<_> = command.variables().collect();
    names.sort_unstable();
    assert_eq!(names, ["ANumber", "CallID", "GroupName", "UsersUID"]);
    let files = read("curl -F a=@one -F 'b=<two' --cacert three http://h/");
    assert_eq!(files.files().count(), 3);
}

#[test]
fn without_a_user_agent_of_its_own_a_command_has_the_readers() {
    let names = Names::call();
    let agent = |line: &str, reading: &Reading<'_>| {
        let command = CurlCommand::read(line, reading).unwrap();
        let sent = command
            .requests(&Scope::new(&Values::new(), &Numbers::default()))
            .unwrap();
        header(&sent[0].headers(), "User-Agent").map(str::to_owned)
    };
    let reading = Reading::template(&names);
    let own = agent("curl http://h/", &reading).unwrap();
    assert!(own.starts_with("mc-curl/"), "{own}");
    let reading = reading.user_agent("miniclient/9");
    assert_eq!(
        agent("curl http://h/", &reading).as_deref(),
        Some("miniclient/9")
    );
    assert_eq!(
        agent("curl -A me http://h/", &reading).as_deref(),
        Some("me")
    );
    assert_eq!(agent("curl -A '' http://h/", &reading), None);
}

#[test]
fn what_only_begins_like_json_is_text() {
    let urgent = request(
        "curl -d 'note=[urgent] $GroupName' http://h/",
        &[("GroupName", "a\"b")],
    );
    assert_eq!(body(&urgent), "note=[urgent] a%22b");
    let error = requests(
        r#"curl -d 'p={"n":$ANumber}' http://h/"#,
        &[("ANumber", "1,\"a\":2")],
    );
    assert!(error.is_err(), "outside a string, a value is a number");
}

#[test]
fn a_body_without_fields_goes_as_it_is() {
    let text = "Größe & Co = 100% \"a\"";
    for (line, expected) in [
        ("curl -d '$GroupName' http://h/", text.to_owned()),
        (
            "curl -d 'call: $GroupName' http://h/",
            format!("call: {text}"),
        ),
        (
            "curl --data-binary 'call: $GroupName' http://h/",
            format!("call: {text}"),
        ),
    ] {
        let request = request(line, &[("GroupName", text)]);
        assert_eq!(body(&request), expected, "{line}");
        let form = Some("application/x-www-form-urlencoded");
        assert_eq!(
            header(&request.headers(), "Content-Type"),
            form,
            "as curl says of it"
        );
    }
    let form = request(
        "curl -d 'a=$GroupName' -d '$GroupName' http://h/",
        &[("GroupName", "x&y")],
    );
    assert_eq!(body(&form), "a=x%26y&x%26y");
}

/// Where a warning of a URL in pieces would point into a character, it points before it, and nothing stops.
#[test]
fn a_place_inside_a_character_stops_nothing() {
    for line in [
        "curl --url '{~@cu}/find\u{2018}=$ANum~@/find=$ANumlle&br#mit=2'",
        "curl 'http://h/{a,b}\u{2018}\u{fc}=$ANum&c=$ANumlle'",
        "curl 'http://h/\u{fc}{a,\u{2018}}$ANum[1-3]\u{fc}$ANumlle'",
        r"curl --url '{~@cu}/find\u00fc‘=$ANum~@/find\u00fc=$ANumlle&br#mit=2'",
    ] {
        if let Ok(command) = CurlCommand::parse(line, &Names::call()) {
            for warning in command.warnings() {
                assert!(line.is_char_boundary(warning.offset), "{line}: {warning:?}");
            }
        }
    }
}
