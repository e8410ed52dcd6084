//! The rules of a configuration file: what it reads of other shells' lines, and what it refuses.

use mc_curl::{CurlCommand, Names, Problem, Shell};

use crate::words;

#[test]
fn what_no_rule_reads_otherwise_is_read() {
    for (line, expected) in [
        (
            "curl -d $'O\\'Brien\\u0021' https://h/",
            vec!["-d", "O'Brien!", "https://h/"],
        ),
        ("curl ^\"https://h/?a=1^&b=2^\"", vec!["https://h/?a=1&b=2"]),
        (
            "curl.exe -s `\r\n  -d a https://h/",
            vec!["-s", "-d", "a", "https://h/"],
        ),
        (
            "curl -d \"\\\n{\\\n\\\"a\\\": 1\\\n}\" https://h/",
            vec!["-d", "{\"a\": 1}", "https://h/"],
        ),
        (
            // As Swagger UI writes it.
            "curl ^\r\n  \"https://h/\" ^\r\n  -d ^\r\n\"{^\r\n  \"\"a\"\": 1^\r\n}\"",
            vec!["https://h/", "-d", "{  \"a\": 1}"],
        ),
        (
            // As Firefox writes it.
            "curl \"https://h/\" ^\n  -d \"{\"^\n\n\"  \"\"a\"\": 1\"^\n\n\"}\"",
            vec!["https://h/", "-d", "{\n  \"a\": 1\n}"],
        ),
        (
            "curl ^\n\"https://h/\" -d '{\"a\": 1}'",
            vec!["https://h/", "-d", "{\"a\": 1}"],
        ),
        (
            "curl.exe --% -d \"{\\\"a\\\":1}\" https://h/",
            vec!["-d", "{\"a\":1}", "https://h/"],
        ),
        (
            "curl -d 'a;b|c>d' 'https://h/?x=1&y=2'",
            vec!["-d", "a;b|c>d", "https://h/?x=1&y=2"],
        ),
        (
            "curl -d ${ANumber:default(a;b)} https://h/",
            vec!["-d", "${ANumber:default(a;b)}", "https://h/"],
        ),
        (
            "curl -d @C:\\dir\\new\\f.json https://h/",
            vec!["-d", "@C:\\dir\\new\\f.json", "https://h/"],
        ),
    ] {
        assert_eq!(words(line, Shell::Configuration), expected, "{line}");
    }
}

/// F73, F74: what a shell would have acted upon is refused, with its place and with what to do.
#[test]
fn f73_f74_what_a_shell_would_have_acted_upon_is_refused() {
    for (line, column, word) in [
        ("curl -H \"A: $TOKEN\" https://h/", 13, "TOKEN"),
        ("curl -H 'A: $API_KEY' https://h/", 13, "API_KEY"),
        ("curl -u \"$USER:x\" https://h/", 10, "USER"),
        ("curl -H \"A: %TOKEN%\" https://h/", 13, "%TOKEN%"),
        ("curl \"https://h/?k=%DATA%\"", 20, "%DATA%"),
        ("curl \"https://h/?k=%date:~0,2%\"", 20, "%date:~0,2%"),
        ("curl -d 'a'b'c' https://h/", 11, "each apostrophe"),
        (
            "curl -d '{\"t\":\"I'm here\"}' 'https://h/'",
            17,
            "each apostrophe",
        ),
        ("curl -d \"a%%0Ab\" https://h/", 11, "%%"),
        ("curl -d \"t=$(date)\" https://h/", 12, "$("),
        ("curl -d '{\"t\":\"'$(date)'\"}' https://h/", 17, "$("),
        ("curl -d \"h=`hostname`\" https://h/", 12, "`"),
        ("curl https://h/>nul", 16, ">"),
        ("curl https://h/;echo", 16, ";"),
        ("curl https://h/?a=1&b=2", 20, "&"),
        ("curl https://h/\\?a=1", 16, "\\?"),
        ("curl -d &quot;a=1 https://h/", 9, "`&`"),
        ("curl -d 2>&1 https://h/", 9, "`2>&`"),
        ("curl -d a=b <https://h/x>", 13, "leave both out"),
        ("curl -d \"costs 5\\$\" https://h/", 17, "\\$"),
        ("curl -X POST \\\n  # why\n  https://h/", 18, "#"),
        ("curl —d x https://h/", 6, "U+2014"),
        ("curl -d “x” https://h/", 9, "U+201C"),
        ("curl -s\u{a0}https://h/", 8, "U+00A0"),
        ("curl -s\u{2028}https://h/", 8, "U+2028"),
        ("curl -s\u{85}https://h/", 8, "U+0085"),
        ("curl https://h/ # comment with 'quote", 17, "#"),
        ("curl https://h/ # say \"x", 17, "#"),
        ("curl -d $'n=M\\xfcller' https://h/", 14, "`\\xfc`"),
        ("curl -d $'M\\374ller' https://h/", 12, "`\\374`"),
        (
            "curl 'http://h/x \\\n--header 'X: a' \\\n--header 'Y: b'",
            6,
            "a quote is missing",
        ),
        ("curl 'http://h/x ^\n  -H 'X: a'", 6, "a quote is missing"),
        (
            "curl \"http://h/x \\\r\n  -H \"X: a\"",
            6,
            "a quote is missing",
        ),
        (
            "curl \"http://h/x ^\r\n  -H \"X: a\" ^\r\n  -d \"b=1\"",
            6,
            "a quote is missing",
        ),
        ("curl 'http://h/x `\n  -H 'X: a'", 6, "a quote is missing"),
        ("curl -s \\\\\n  https://h/", 9, "one `\\`"),
        ("curl -s https://h/\\\\\n  -d a=b", 19, "one `\\`"),
        ("curl -s ^^\n  https://h/", 9, "one `^`"),
        ("\u{FEFF}curl https://h/", 1, "U+FEFF"),
        ("sudo curl https://h/", 1, "sudo"),
        ("$ curl https://h/", 1, "$"),
        ("@call curl https://h/", 1, "@call"),
        ("cmd /c curl https://h/", 1, "cmd /c"),
        ("start \"\" /min curl.exe https://h/", 1, "start"),
        ("& \"C:\\my tools\\curl.exe\" https://h/", 1, "`&`"),
        ("curl.exe -H \"A: $env:token\" https://h/", 17, "$env:token"),
        (
            "curl -u me:<your password> https://h/",
            12,
            "<your password>",
        ),
        ("curl -d a=b <WEBHOOK_URL>", 13, "<WEBHOOK_URL>"),
        ("curl -H 'A: b'\\\n-d a=b https://h/", 17, "`-d` belongs to"),
        ("curl https://h/^\r\n--data a=b", 19, "`--data` belongs to"),
        ("curl -H $\"A: b\" https://h/", 9, "$\""),
        ("curl -d a=1\\ 2 https://h/", 12, "a space"),
        ("curl \"$API/x\"", 7, "$API"),
        ("curl ${base}/x -d a=b", 6, "$base"),
        ("curl.exe -s `  \n https://h/", 18, "a blank"),
        ("curl -s \\ \r\n https://h/", 14, "a blank"),
        ("curl -s ^ \n https://h/", 13, "a blank"),
        (
            "curl.exe -w \"%{http_code}`n\" https://h/",
            26,
            "leave it out",
        ),
        ("curl.exe -d \"{`\"a`\":1}\" https://h/", 15, "a quote"),
        (
            "curl.exe -d @\"\n{\"a\":\"$ANumber\"}\n\"@ https://h/",
            13,
            "several lines",
        ),
    ] {
        let errors = CurlCommand::parse(line, &Names::call()).expect_err(line);
        let first = errors.iter().next().unwrap();
        assert_eq!(first.column, column, "{line}: {errors}");
        assert!(
            matches!(first.problem, Problem::Construct(_)),
            "{line}: {errors}"
        );
        assert!(first.to_string().contains(word), "{line}: {errors}");
    }
}

#[test]
fn what_only_looks_like_a_shell_s_is_text() {
    for line in [
        "curl 'https://h/odata/Contacts/$count?$orderby=$it&$filter=contains(a,$it)'",
        "curl -d 'text=costs $money a day' -H 'X: a-$b' https://h/",
        "curl -u 'me:pa$word' https://h/Patient/$everything",
        "curl -d '{\"$group\":{\"$sum\":1},\"p\":\"$.store.book\"}' https://h/",
        "curl 'https://h/odata/Contacts?$filter=a%20eq%201&$select=b'",
        "curl https://h/%C3%BC%C3%9F%20%41",
        "curl -d 'x=%DA%BC%E2%82%AC' https://h/",
        "curl -d '{\"$ref\":\"#/a\"}' https://h/",
        "curl -d '“quoted” – yes' https://h/",
        "curl -d '100% sure' https://h/",
        "curl -d '`code` $(x)' https://h/",
        "curl -d a#b https://h/#c",
        "curl -d 'text; and | and >' https://h/",
        "curl -d @%TEMP%/f.json https://h/",
    ] {
        CurlCommand::parse(line, &Names::call())
            .unwrap_or_else(|errors| panic!("{line}: {errors}"));
    }
}

#[test]
fn quotes_backslashes_and_lines_that_go_on() {
    for (line, words) in [
        (r#"curl -sS "$crmurl""#, vec!["curl", "-sS", "$crmurl"]),
        (
            "curl -d 'a b' -H 'X: \"y\"'",
            vec!["curl", "-d", "a b", "-H", "X: \"y\""],
        ),
        (r#"'{"a":"b\"c\\"}'"#, vec![r#"{"a":"b\"c\\"}"#]),
        (r#""{\"a\": 1}""#, vec![r#"{"a": 1}"#]),
        ("''", vec![""]),
        ("a''b 'c'd", vec!["ab", "cd"]),
        (r"'it'\''s'", vec!["it's"]),
        (r"it\'s", vec!["it's"]),
        (r"\'a b\'", vec!["'a", "b'"]),
        (r"a\\'b c'", vec![r"a\b c"]),
        (r"a\\\'b", vec![r"a\'b"]),
        (r#""it's" "it\'s""#, vec!["it's", r"it\'s"]),
        (r#"'say "hi"' "say 'hi'""#, vec![r#"say "hi""#, "say 'hi'"]),
        (r"'a\' b", vec![r"a\", "b"]),
        // Lines that go on.
        ("curl \\\n -s", vec!["curl", "-s"]),
        ("curl ^\n -s", vec!["curl", "-s"]),
        ("curl \\\r\n -s ^\r\n -S", vec!["curl", "-s", "-S"]),
        ("a\\\nb c^\nd", vec!["ab", "cd"]),
        ("a \\\n\\\n b", vec!["a", "b"]),
        ("\\\na", vec!["a"]),
        ("a\nb", vec!["a", "b"]),
        ("a\\\\\nb", vec![r"a\\", "b"]),
        ("a \\", vec!["a"]),
        ("a \\ ", vec!["a"]),
        ("a^^\nb", vec!["a^^", "b"]),
        ("a^^^\nb", vec!["a^^b"]),
        // Not at the end of a line, or inside quotes, they are characters.
        (r"a^b ^c \d", vec!["a^b", "^c", r"\d"]),
        ("\"a^\nb\" 'c\\\nd'", vec!["a^\nb", "c\\\nd"]),
        ("a ^", vec!["a", "^"]),
    ] {
        assert_eq!(
            crate::words(&format!("curl {line}"), Shell::Configuration),
            words,
            "{line}"
        );
    }
}

#[test]
fn a_quote_that_is_not_closed_is_named_with_its_place() {
    for (line, column) in [("curl \"b c", 6), ("curl it's", 8), ("curl $'x", 7)] {
        let errors = CurlCommand::parse(line, &Names::call()).expect_err(line);
        let first = errors.iter().next().unwrap();
        assert_eq!(first.column, column, "{line}: {errors}");
        assert!(
            matches!(first.problem, Problem::OpenQuote { .. }),
            "{errors}"
        );
    }
}

#[test]
fn what_stops_powershell_from_reading_on_is_a_word_in_quotes() {
    let paste = crate::paste("curl --% -H 'X: a' https://h/", Shell::Bash);
    let again = words(&paste.line(), Shell::Configuration);
    assert_eq!(again, ["--%", "-H", "X: a", "https://h/"]);
}

/// Two backslashes are two on Windows and one elsewhere.
#[test]
fn backslashes_that_shells_count_otherwise_are_pointed_out() {
    let warnings = |line: &str| {
        let command = CurlCommand::parse(line, &Names::call()).unwrap();
        let all = command.warnings().iter().map(ToString::to_string);
        all.collect::<Vec<_>>()
    };
    for (line, column) in [
        ("curl -d \"{\\\"t\\\":\\\"a\\\\nb\\\"}\" https://h/", 20),
        ("curl -u DOM\\\\me:x https://h/", 12),
        ("curl -u \"DOM\\\\me:x\" https://h/", 13),
    ] {
        let said = warnings(line);
        assert_eq!(said.len(), 1, "{line}: {said:?}");
        let place = format!("column {column}: `\\\\` is two");
        assert!(said[0].starts_with(&place), "{line}: {said:?}");
    }
    for line in [
        "curl -u DOM\\me:x -d 'a\\\\b' https://h/",
        "curl -d @\\\\server\\f https://h/",
        "curl.exe -d \"{\\\"p\\\":\\\"C:\\\\f\\\"}\" https://h/",
        "curl ^\n -u DOM\\\\me:x https://h/",
    ] {
        assert_eq!(warnings(line), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn two_percent_signs_that_a_batch_file_makes_one_of_are_pointed_out() {
    for (line, said) in [
        ("curl -d \"a=100%% sure\" https://h/", 1),
        ("curl -d 'a=100% sure%' https://h/", 0),
        ("curl -d 'a=100%%% sure' -w '%{http_code}%%' https://h/", 0),
    ] {
        let command = CurlCommand::parse(line, &Names::call()).unwrap();
        assert_eq!(command.warnings().len(), said, "{line}");
    }
}

#[test]
fn what_stands_before_the_command_is_said_to() {
    for line in [
        "timeout 5 curl https://h/",
        "(curl https://h/)",
        "C:\\Windows\\System32\\cmd.exe /C \"curl https://h/\"",
        "$r = curl.exe https://h/",
    ] {
        let errors = CurlCommand::parse(line, &Names::call()).expect_err(line);
        let first = errors.iter().next().unwrap().to_string();
        assert!(first.contains("begin with `curl`"), "{line}: {first}");
    }
}

/// What is behind a backslash is told as that alone.
#[test]
fn an_escaped_operator_is_no_operator_too() {
    let errors = CurlCommand::parse("curl https://h/\\?a=1\\&b=2", &Names::call()).unwrap_err();
    assert_eq!(errors.iter().count(), 2, "{errors}");
}

/// A comment is no command and says nothing to curl: it is passed over, and that is said.
#[test]
fn comments_before_the_command_are_left_out_and_named() {
    for (line, comments) in [
        (
            "REM the call\r\ncurl http://h/ -d a=b",
            vec!["REM the call"],
        ),
        (
            "@echo off\n  :: ü\n\ncurl http://h/ -d a=b",
            vec!["@echo off", ":: ü"],
        ),
        ("# asks curl\ncurl http://h/ -d a=b", vec!["# asks curl"]),
    ] {
        let command = CurlCommand::parse(line, &Names::call()).expect(line);
        let said: Vec<_> = command.warnings().iter().collect();
        assert_eq!(said.len(), comments.len(), "{line}: {said:?}");
        for (warning, comment) in said.iter().zip(comments) {
            assert_eq!(Some(warning.offset), line.find(comment), "{line}");
            assert!(warning.text.contains(comment), "{line}: {warning}");
        }
    }
    let line = "# ü\nsudo curl http://h/";
    let errors = CurlCommand::parse(line, &Names::call()).expect_err(line);
    assert_eq!(errors.iter().next().unwrap().offset, 5, "{errors}");
    let line = "# ü\ncurl http://h/ -d \"$TOKEN\"";
    let errors = CurlCommand::parse(line, &Names::call()).expect_err(line);
    let token = line.find('$').unwrap();
    assert_eq!(errors.iter().next().unwrap().offset, token, "{errors}");
}
