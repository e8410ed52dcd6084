//! What is refused when a command is read: by name, with its place, all of it at once.

use mc_curl::{CurlCommand, CurlErrors, Reading, options};
use mc_template::Names;

fn refused(line: &str) -> CurlErrors {
    match CurlCommand::parse(line, &Names::call()) {
        Ok(_) => panic!("this is not refused: {line}"),
        Err(errors) => errors,
    }
}

/// The only fault of a line: its column, and its text.
#[track_caller]
fn fault(line: &str) -> (usize, String) {
    let errors = refused(line);
    let all: Vec<_> = errors.iter().collect();
    assert_eq!(all.len(), 1, "{line}: {errors}");
    (all[0].column, all[0].problem.to_string())
}

#[track_caller]
fn says(line: &str, column: usize, words: &[&str]) {
    let (at, text) = fault(line);
    assert_eq!(at, column, "{line}: {text}");
    for word in words {
        assert!(text.contains(word), "{line}: `{word}` is not in: {text}");
    }
}

#[test]
fn an_option_that_is_not_supported_is_named_with_its_place_and_reason() {
    says("curl --ntlm http://h/", 6, &["--ntlm", "-u"]);
    says("curl -s -c jar.txt http://h/", 12, &["-c", "-c NUL"]);
    says("curl -s -c - http://h/", 12, &["-c", "-c NUL"]);
    says("curl -sSOk http://h/", 9, &["-O", "-o NUL"]);
    says("curl --cookie-jar x http://h/", 19, &["--cookie-jar"]);
    says("curl -K curlrc http://h/", 7, &["-K"]);
    says("curl 'http://h/ä' --negotiate", 19, &["--negotiate"]);
}

#[test]
fn an_option_that_curl_does_not_have_is_named_with_one_that_was_meant() {
    says(
        "curl --dta http://h/",
        6,
        &["--dta", "not an option of curl"],
    );
    says("curl --HEADER http://h/", 6, &["--HEADER", "--header"]);
    says("curl --data-urlenc http://h/", 6, &["--data-urlencode"]);
    says("curl -s@ http://h/", 8, &["-@"]);
    says("curl -data a=b http://h/", 6, &["-data", "mean --data"]);
    says("curl --X POST http://h/", 6, &["--X", "mean --request"]);
}

/// What other programs fill in is no set of URLs.
#[test]
fn placeholders_of_other_programs_in_a_url_are_told_as_such() {
    for (line, column) in [
        ("curl 'http://h/?n=[Number]&u=1'", 19),
        ("curl 'http://h/?n={{caller}}'", 20),
        ("curl 'http://h/{{ contact.id }}/x'", 18),
    ] {
        let text = refused(line).to_string();
        assert!(text.contains("`$ANumber`"), "{line}: {text}");
        assert!(
            text.starts_with(&format!("column {column}:")),
            "{line}: {text}"
        );
    }
    for line in [
        "curl 'http://h/?filter[name]=$ANumber'",
        "curl 'http://h/?n=[1-x]'",
    ] {
        let text = refused(line).to_string();
        assert!(text.contains("with -g"), "{line}: {text}");
    }
}

#[test]
fn a_second_command_is_told_as_one() {
    says(
        "curl http://h/a\ncurl -d a=b http://h/b",
        17,
        &["second command", "--next"],
    );
}

/// Of PowerShell's own curl the first parameter speaks for all.
#[test]
fn parameters_of_invoke_webrequest_are_told_as_such() {
    for line in [
        "curl -Uri http://h/ -Method POST -Body a=b",
        "curl -uri http://h/ -UseBasicParsing",
    ] {
        says(line, 6, &["-Uri", "Invoke-WebRequest", "-X METHOD"]);
    }
    let line = "curl -Method POST -Headers @{'A'='b'} -ContentType text/plain http://h/";
    says(line, 6, &["-Method", "Invoke-WebRequest"]);
}

#[test]
fn every_refusal_of_the_table_is_one() {
    for one in options::TABLE
        .iter()
        .filter(|one| one.kind == options::OptionKind::Refused)
    {
        let argument = one.argument().name().map_or("", |_| " argument");
        let line = format!("curl --{}{argument} http://h/", one.long);
        says(&line, 6, &[one.long, one.meaning]);
        if let Some(short) = one.short {
            says(
                &format!("curl -{short}{argument} http://h/"),
                7,
                &[one.meaning],
            );
        }
    }
    says(
        "curl --expand-data '{{a}}' http://h/",
        6,
        &["--expand-data", "variables"],
    );
}

#[test]
fn an_equal_sign_and_a_no_that_curl_does_not_take() {
    says("curl --data=secret http://h/", 6, &["--data", "space"]);
    assert!(
        !refused("curl --data=secret http://h/")
            .to_string()
            .contains("secret")
    );
    says("curl --no-data http://h/", 6, &["--data", "--no-"]);
    says("curl --no-next http://h/", 6, &["--next"]);
}

#[test]
fn a_line_of_a_file_of_headers_is_named_with_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("headers.txt");
    let read = |content: &[u8]| {
        std::fs::write(&file, content).unwrap();
        let names = Names::call();
        let reading = Reading::template(&names).folder(folder.path());
        CurlCommand::read("curl -d a=1 -H @headers.txt http://h/", &reading)
    };
    let command = read(b"\xef\xbb\xbf# a remark\n\t# another: one\n\nX-Id: geheim\n").unwrap();
    assert_eq!(command.warnings().len(), 0);
    for (content, words) in [
        (
            &b"X-Id: geheim\n\ngeheim\n"[..],
            &["line 3 of", "Name: value"][..],
        ),
        (b"X-Id geheim: 1", &["line 1 of", "name"]),
        (b"X-Id: 1\n  geheim: folded\n", &["line 2 of", "name"]),
        (b"Host:\n", &["HTTP/1.1"]),
        (b"Content-Length: 3\n", &["counted"]),
        (b"X: \xff", &["UTF-8"]),
    ] {
        let errors = read(content).unwrap_err().to_string();
        for word in words.iter().chain(&["-H", "headers.txt"][..1]) {
            assert!(errors.contains(word), "{word}: {errors}");
        }
        assert!(!errors.contains("geheim"), "{errors}");
    }
    let large = vec![b'#'; 17 * 1024 * 1024];
    assert!(read(&large).unwrap_err().to_string().contains("16 MiB"));
    let warning = read(b"Accept:\n").unwrap();
    assert!(warning.warnings()[0].text.contains("line 1 of"));
}

#[test]
fn what_belongs_to_a_shell_is_refused() {
    says("curl http://h/ > nul", 16, &["> nul"]);
    says("curl http://h/ >nul 2>&1", 16, &[">"]);
    says("curl http://h/ 2>&1", 16, &["2>&"]);
    says("curl http://h/ | findstr id", 16, &["| findstr"]);
    says("curl http://h/ && echo done", 16, &["&& echo"]);
    says("curl http://h/ ; ls", 16, &["; ls"]);
}

#[test]
fn stray_words_are_refused_without_repeating_them() {
    let (column, text) = fault("curl -H \"A: b\" nul http://h/");
    assert_eq!(column, 16);
    assert!(text.contains("neither an option nor a URL"), "{text}");
    let errors = refused("curl -H Authorization: Bearer geheim123 http://h/").to_string();
    assert!(errors.contains("double quotes"), "{errors}");
    assert!(!errors.contains("geheim123"), "{errors}");
    says("curl - http://h/", 6, &["standard input"]);
    for other in [
        "wget http://h/",
        "Invoke-RestMethod http://h/",
        "GET http://h/",
        "fetch(\"http://h/\", {});",
        "$s = New-Object X\nInvoke-WebRequest http://h/ -Method Post",
        "wget -O - --header=\"A: b\" \"http://h/?a=%TOKEN%\"",
    ] {
        says(other, 1, &["another program", "begins with `curl`"]);
        assert_eq!(refused(other).iter().count(), 1, "{other}");
    }
    for other in [
        "powershell -Command \"curl.exe -s http://h/\"",
        "docker run --rm x/curl -C http://h/",
        "bash -c 'curl http://h/'",
        "1. curl http://h/",
        "- curl http://h/",
        "<code>curl http://h/</code>",
    ] {
        says(other, 1, &["further on"]);
        assert_eq!(refused(other).iter().count(), 1, "{other}");
    }
    says("curl -s [http://h/](http://h/)", 9, &["Markdown"]);
    says("curl -s http://h/\npause", 19, &["not part of it"]);
    says("curl -s http://h/ \"\"", 19, &["these quotes"]);
    says(
        "\"curl -sS http://h/\"",
        2,
        &["stands in quotes: take them away"],
    );
    says(
        r"C:\Program Files\curl.exe http://h/",
        1,
        &["double quotes"],
    );
}

#[test]
fn a_missing_url_and_a_missing_argument() {
    says("curl -s", 6, &["no URL"]);
    says("curl", 1, &["no URL"]);
    says("", 1, &["no URL"]);
    says("curl http://h/ --next", 16, &["no URL"]);
    says("curl -s --next http://h/", 9, &["no URL"]);
    says("curl http://h/ -d", 17, &["-d", "DATA"]);
    says("curl http://h/ -sSH", 19, &["-H", "LINE"]);
    says("curl http://h/ --retry", 16, &["--retry", "N"]);
}

#[test]
fn only_http_and_https_are_spoken() {
    says("curl ftp://h/", 6, &["ftp"]);
    says("curl -s FILE:///etc/passwd", 9, &["FILE"]);
    says("curl ftp.example.com/x", 6, &["ftp"]);
    says("curl dict://h/", 6, &["dict"]);
}

#[test]
fn a_url_that_curl_would_refuse() {
    says("curl 'http://h/a b'", 17, &["space", "%20"]);
    says("curl 'http://h/a\n?b'", 17, &["line's end"]);
    says("curl http://h:99999/", 6, &["URL"]);
    says("curl http://", 6, &["URL"]);
    says("curl 'http://h/{a'", 16, &["brace", "-g"]);
    says("curl 'http://h/[5-1]'", 16, &["range", "-g"]);
    says("curl 'http://h/[1-1000]'", 16, &["100"]);
    says(
        "curl -G -d 'a b' http://h/",
        13,
        &["space", "--data-urlencode"],
    );
}

#[test]
fn variables_where_none_may_stand() {
    says("curl http://$ANumber/", 13, &["ANumber"]);
    says("curl https://h.${GroupName}.example/", 16, &["GroupName"]);
    says("curl -X $GroupName http://h/", 9, &["-X"]);
    says("curl -H '$GroupName: x' http://h/", 10, &["-H", "name"]);
    says("curl -F '$GroupName=x' http://h/", 10, &["-F", "name"]);
    says("curl -d @$GroupName http://h/", 10, &["-d", "file"]);
    says("curl -T '$GroupName' http://h/", 10, &["-T", "file"]);
    says(
        "curl --cacert '$GroupName' http://h/",
        16,
        &["--cacert", "file"],
    );
    says("curl -F 'a=@$GroupName' http://h/", 10, &["-F", "file"]);
    says(
        "curl -F 'a=b;type=$GroupName' http://h/",
        10,
        &["-F", "type"],
    );
    says("curl -x $GroupName http://h/", 9, &["-x"]);
    says("curl -m $ANumber http://h/", 9, &["-m"]);
    says("curl -H Host:$GroupName http://h/", 14, &["-H", "where"]);
    says("curl -H Connection:$GroupName http://h/", 20, &["-H"]);
}

#[test]
fn an_unknown_variable_in_braces_stands_at_its_place() {
    says(
        "curl -d 'a=${Customer}' http://h/",
        12,
        &["Customer", "$${"],
    );
    says("curl \"http://h/?a=${ANumber:upper}\"", 29, &["upper"]);
    says("curl h.example/?a=${Nope}", 19, &["Nope"]);
}

#[test]
fn arguments_that_are_none() {
    says("curl -m fast http://h/", 9, &["seconds"]);
    says("curl -m -1 http://h/", 9, &["seconds"]);
    says("curl --retry many http://h/", 14, &["number"]);
    says("curl --retry-delay 1.5 http://h/", 20, &["whole"]);
    says("curl --max-redirs -2 http://h/", 19, &["-1"]);
    says("curl -X 'A B' http://h/", 10, &["method"]);
    says("curl -X CONNECT http://h/", 9, &["method"]);
    says("curl -x POST http://h/", 9, &["names a proxy"]);
    says("curl -H Name http://h/", 9, &["Name: value"]);
    says("curl -H 'A B: c' http://h/", 10, &["name"]);
    says("curl -H 'A;b' http://h/", 10, &["colon"]);
    says("curl -H @none.txt http://h/", 9, &["none.txt"]);
    says("curl -H @- http://h/", 10, &["standard input"]);
    says("curl -H @ http://h/", 10, &["missing"]);
    says("curl -H @{A=\"b\"} http://h/", 10, &["PowerShell"]);
    says("curl -H @/$GroupName http://h/", 10, &["file"]);
    says("curl --proxy-header @none.txt http://h/", 21, &["none.txt"]);
    says("curl --proxy-header X:$GroupName http://h/", 21, &["proxy"]);
    says("curl -H Host: http://h/", 9, &["HTTP/1.1"]);
    says(
        "curl -d x -H 'Content-Length: 5' http://h/",
        15,
        &["counted"],
    );
    says(
        "curl -d x -H Transfer-Encoding:gzip http://h/",
        14,
        &["chunked"],
    );
    says("curl -u agent http://h/", 9, &["USER:PASSWORD"]);
    says(
        "curl --digest -H Authorization:x http://h/",
        18,
        &["--digest"],
    );
    says(
        "curl --oauth2-bearer x --anyauth http://h/",
        22,
        &["--digest"],
    );
    says("curl -u '$UsersUID' http://h/", 10, &["USER:PASSWORD"]);
    says("curl -b $GroupName http://h/", 9, &["NAME=VALUE", "file"]);
    says("curl -b - http://h/", 9, &["standard input"]);
    says("curl -b @ http://h/", 10, &["missing"]);
    says(
        "curl --resolve crm.example http://h/",
        16,
        &["HOST:PORT:ADDRESS"],
    );
    says(
        "curl --resolve crm.example:443:crm http://h/",
        16,
        &["10.0.0.7"],
    );
    says(
        "curl --resolve 10.0.0.1:443:10.0.0.2 http://h/",
        16,
        &["HOST"],
    );
    says("curl --resolve -crm.example:443 http://h/", 16, &["HOST"]);
    says(
        "curl --connect-to a:80:b http://h/",
        19,
        &["HOST:PORT:HOST:PORT"],
    );
    says(
        "curl --connect-to a:x:b:80 http://h/",
        19,
        &["HOST:PORT:HOST:PORT"],
    );
    says("curl --key me.key http://h/", 12, &["--cert"]);
    says("curl --cert-type ENG http://h/", 18, &["PEM"]);
    says(r"curl -E 'CurrentUser\MY\934a' http://h/", 10, &[".pfx"]);
    says("curl -E '$GroupName' http://h/", 10, &["-E", "file"]);
    says("curl -F name http://h/", 9, &["NAME=CONTENT"]);
    says("curl -F 'a=@x,' http://h/", 10, &["missing"]);
    says("curl -F 'a=@x,$GroupName' http://h/", 10, &["file"]);
    says("curl -F 'a=@x;headers=b' http://h/", 10, &["headers"]);
    says("curl -F 'a=(;type=x/y' http://h/", 10, &["inside"]);
    says("curl -F 'a=b;type=text' http://h/", 10, &["media type"]);
    says("curl -d @- http://h/", 10, &["standard input"]);
    says("curl -T - http://h/", 9, &["standard input"]);
    says("curl -T a -T b http://h/", 14, &["no URL"]);
    says("curl -T '{a,b' http://h/", 10, &["-g"]);
    says("curl -T a 'http://h/{a,b}'", 9, &["one -T"]);
    says("curl -T '{a,b}' 'http://h/[1-2]'", 10, &["one -T"]);
    says("curl -o page.html http://h/", 9, &["-o NUL"]);
    says("curl -D headers.txt http://h/", 9, &["-o NUL"]);
    says("curl -U me http://h/", 9, &["USER:PASSWORD"]);
}

#[test]
fn options_that_exclude_each_other() {
    says("curl -d x -F a=b http://h/", 14, &["-d", "-F"]);
    says("curl -I -d x http://h/", 12, &["-I", "-d"]);
    says("curl -T f -d x http://h/", 14, &["-T", "-d"]);
    says(
        "curl -f --fail-with-body http://h/",
        9,
        &["-f", "--fail-with-body"],
    );
    assert!(CurlCommand::parse("curl -G -I -d x http://h/", &Names::call()).is_ok());
}

#[test]
fn a_quote_that_is_not_closed_stands_at_its_place() {
    says("curl -H \"A: b http://h/", 9, &["\"", "not closed"]);
    says("curl -d 'x http://h/", 9, &["'"]);
}

#[test]
fn everything_wrong_is_told_at_once_in_the_order_of_the_line() {
    let errors = refused("curl --ntlm -d '${Nope}' -m x --bogus ftp://h/");
    let columns: Vec<_> = errors.iter().map(|error| error.column).collect();
    assert_eq!(columns, [6, 17, 29, 31, 39], "{errors}");
    assert_eq!(errors.to_string().lines().count(), 5);
}

#[test]
fn columns_count_characters_and_offsets_bytes() {
    let errors = refused("curl -d 'größe' --bogus http://h/");
    let error = errors.iter().next().unwrap();
    assert_eq!((error.column, error.offset), (17, 18));
}

#[test]
fn what_is_allowed_but_hardly_meant_is_a_warning() {
    let warned = |line: &str| {
        let command = CurlCommand::parse(line, &Names::call()).unwrap();
        let texts: Vec<_> = command.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 1, "{line}: {texts:?}");
        texts.concat()
    };
    assert!(warned("curl -d 'a=$Custom' http://h/").starts_with("column 12: "));
    assert!(warned("curl -F 'a=b;c' http://h/").contains("quotes"));
    assert!(warned("curl -H 'Accept:' http://h/").contains("*/*"));
    assert!(warned("curl \"http://h/?a=1^&b=2\"").contains("`^`"));
    assert!(warned("curl http://h/key('$ANumber')").starts_with("column 19: `'`"));
    assert!(warned("curl -X post http://h/").contains("capitals"));
    for line in [
        "curl \"http://h/key('$ANumber')\" -X purge",
        r"curl 'http://h/?a='$ANumber'&b='\''c'",
    ] {
        let command = CurlCommand::parse(line, &Names::call()).unwrap();
        assert!(command.warnings().is_empty(), "{line}");
    }
    assert!(warned("curl -G -d a=1 --url-query b=2 http://h/").contains("--url-query"));
}

#[test]
fn a_letter_that_is_no_option_ends_no_line_and_turns_no_writing() {
    for letter in ['\n', '\r', '\u{1b}', '\u{202e}'] {
        let (_, text) = fault(&format!("curl '-{letter}x' http://h/"));
        assert_eq!(text, "-\u{fffd} is not an option of curl", "{letter:?}");
    }
    says("curl -ß http://h/", 7, &["-ß is not"]);
}
