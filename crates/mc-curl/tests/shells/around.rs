//! What stands around a curl line where people copy it: comments, fences, prompts, lines that it reads, other commands.

use mc_curl::{Names, Paste, PasteError, Shell};

#[track_caller]
fn arguments(text: &str) -> Vec<String> {
    let paste = Paste::read(text, None, &Names::call()).unwrap();
    assert!(paste.open().is_empty(), "{text}: {:?}", paste.open());
    paste.arguments().to_vec()
}

#[test]
fn what_belongs_to_no_command_is_left_out() {
    for text in [
        "# Kontakt suchen\ncurl -d a=b http://h/",
        "#!/bin/bash\n\n# 1. melden\ncurl -d a=b http://h/",
        "// Kontakt suchen\ncurl -d a=b http://h/",
        "REM Kontakt suchen\r\ncurl -d a=b http://h/",
        ":: Kontakt suchen\r\n@echo off\r\ncurl -d a=b http://h/",
        "```bash\ncurl -d a=b http://h/\n```",
        "```\ncurl -d a=b http://h/\n```\n",
        "`curl -d a=b http://h/`",
        "\u{FEFF}curl -d a=b http://h/",
        "❯ curl -d a=b http://h/",
        "# curl -d a=b http://h/",
        "REM ruft curl\r\n@rem curl meldet\r\ncurl -d a=b http://h/",
        "# Kontakt mit curl suchen\ncurl -d a=b http://h/",
        "#curl -d alt=1 http://h/\ncurl -d a=b http://h/",
        "#!/usr/bin/env bash\ncurl -d a=b http://h/",
        "$ curl -d a=b \\\n> http://h/",
        "> curl \\\n>   -d a=b \\\n>   http://h/",
        "PS C:\\> curl.exe -d a=b `\r\n>> http://h/\r\n",
        "C:\\Users\\me>curl -d a=b ^\nMore? \"http://h/\"",
        "nohup curl -d a=b http://h/",
        "cmd /c curl -d a=b http://h/",
        "start \"\" /b curl.exe -d a=b http://h/",
        "& \"C:\\my tools\\curl.exe\" -d a=b http://h/",
        "%SystemRoot%\\System32\\curl.exe -d a=b http://h/",
    ] {
        assert_eq!(arguments(text), ["-d", "a=b", "http://h/"], "{text}");
    }
}

/// Without a prompt before the command it is a redirection.
#[test]
fn a_redirection_is_no_prompt() {
    for text in [
        "curl http://h/ \\\n> aus.json",
        "$ curl http://h/ \\\n  > aus.json",
        "$ curl http://h/ \\\n> -d a=b \\\n  -s",
    ] {
        let paste = Paste::read(text, None, &Names::call()).unwrap();
        assert!(!paste.open().is_empty(), "{text}");
    }
    let body = arguments("$ curl -d '{\n> \"a\": 1\n> }' http://h/");
    assert_eq!(body, ["-d", "{\n\"a\": 1\n}", "http://h/"]);
}

#[test]
fn lines_that_curl_reads_are_its_body() {
    let body = |text: &str| arguments(text)[1].clone();
    for (text, expected) in [
        (
            "curl -d @- http://h/ <<EOF\n{\n  \"n\": \"$ANumber\"\n}\nEOF",
            "{  \"n\": \"$ANumber\"}",
        ),
        (
            "curl --data-binary @- http://h/ <<'EOF'\na\\$b\nc\nEOF\n",
            "a\\$b\nc\n",
        ),
        (
            "curl --json @- http://h/ << EOF\n{\"t\": \"5 \\$ \\\\ \\`\"}\nEOF",
            "{\"t\": \"5 $ \\ `\"}\n",
        ),
        ("curl --json @- http://h/ <<-\"END\"\n\t{}\n\tEND", "{}\n"),
        ("curl --data-binary @- http://h/ <<EOF\na\\\nb\nEOF", "ab\n"),
        ("curl -d @- <<EOF http://h/\nx\nEOF", "x"),
        ("curl -d @- <<'E' -s \\\n http://h/\n$x\nE\n", "$x"),
        ("curl -d @- http://h/ <<< 'a=1'", "a=1"),
        ("curl --json @- <<<'{\"a\":1}' http://h/", "{\"a\":1}\n"),
        (
            "curl --data-binary @- http://h/ <<< \"$ANumber\"",
            "$ANumber\n",
        ),
        (
            "curl --data @- \\\n  http://h/ <<EOF\r\nx=1\r\nEOF\r\n",
            "x=1",
        ),
    ] {
        assert_eq!(body(text), expected, "{text}");
    }
    assert_eq!(
        arguments("curl -d@- http://h/ <<EOF\nx\nEOF"),
        ["-dx", "http://h/"]
    );
}

/// What stands behind the mark is a matter of its own.
#[test]
fn a_body_below_a_pipe_stays() {
    for (text, operator) in [
        ("curl -d @- http://h/ <<'EOF' | jq .\n{\"a\":1}\nEOF", "`|`"),
        (
            "curl -d @- http://h/ <<EOF > /dev/null\n{\"a\":1}\nEOF\n",
            "`>`",
        ),
        (
            "curl -d @- http://h/ << \"EOF\" 2>&1 | jq .\n{\"a\":1}\nEOF",
            "`>&`",
        ),
        (
            "curl -d @- http://h/ <<EOF && echo ok\n{\"a\":1}\nEOF",
            "`&&`",
        ),
        ("curl -d @- http://h/ <<< '{\"a\":1}' | jq .", "`|`"),
        ("curl -d @- http://h/ <<EOF; echo\n{\"a\":1}\nEOF", "`;`"),
    ] {
        let paste = Paste::read(text, Some(Shell::Bash), &Names::call()).unwrap();
        assert_eq!(
            paste.arguments(),
            ["-d", "{\"a\":1}", "http://h/"],
            "{text}"
        );
        let open: Vec<_> = paste.open().iter().map(ToString::to_string).collect();
        assert!(
            open.len() == 1 && open[0].contains(operator),
            "{text}: {open:?}"
        );
    }
}

#[test]
fn options_of_odata_in_double_quotes_are_kept_and_pointed_out() {
    for (text, shell, told) in [
        (
            "curl \"http://h/contacts?$select=fullname&$top=3\"",
            Shell::Bash,
            true,
        ),
        (
            "curl -G http://h/c -d \"$filter=a eq 1\"",
            Shell::Bash,
            true,
        ),
        (
            "curl.exe \"http://h/contacts?$select=fullname&`$top=3\"",
            Shell::PowerShell,
            true,
        ),
        (
            "curl 'http://h/contacts?$select=fullname'",
            Shell::Bash,
            false,
        ),
    ] {
        let paste = Paste::read(text, Some(shell), &Names::call()).unwrap();
        assert!(paste.open().is_empty(), "{text}: {:?}", paste.open());
        let proposal = paste.propose();
        assert!(proposal.secrets.is_empty(), "{text}");
        let said = proposal.look_at.iter().any(|text| text.contains("OData"));
        assert_eq!(said, told, "{text}: {:?}", proposal.look_at);
    }
    let paste = Paste::read(
        "curl \"http://h/?$select=$fields\"",
        Some(Shell::Bash),
        &Names::call(),
    );
    assert_eq!(paste.unwrap().open().len(), 1);
}

#[test]
fn lines_that_nothing_certain_reads_are_open() {
    for text in [
        "curl http://h/ <<EOF\nx\nEOF",
        "curl -d @- -d @- http://h/ <<EOF\nx\nEOF",
        "curl -d @- http://h/ <<EOF\nx\n",
        "curl -d @- http://h/ <<EOF",
        "curl -d @- http://h/ <<<",
        "curl http://h/ <<< 'x'",
        "curl -d @- http://h/ <<< '@file'",
        "curl -d @- http://h/ <<< 'a' <<EOF\nb\nEOF",
        "curl -d @- http://h/ <<EOF | jq .\nx\nEOF",
        "curl -d @- http://h/ <<EOF\n@file\nEOF",
        "curl -d @- http://h/ <<EOF\n$(date)\nEOF",
        "curl -d @- http://h/ <<EOF\n$TOKEN\nEOF",
        "curl -F a=@- http://h/ <<EOF\nx\nEOF",
        "curl -d @- http://h/ <<EOF\nx\nEOF\necho fertig",
    ] {
        let paste = Paste::read(text, Some(Shell::Bash), &Names::call()).unwrap();
        assert!(!paste.open().is_empty(), "{text}: {:?}", paste.arguments());
    }
}

#[test]
fn what_stands_before_curl_is_named_with_its_line() {
    for (text, line, word) in [
        ("TOKEN=geheim\ncurl http://h/ -H \"X: $TOKEN\"", 2, "TOKEN"),
        ("echo '{}' | curl -d @- http://h/", 1, "echo"),
        ("antwort=$(curl http://h/)", 1, "antwort"),
        ("(curl http://h/)", 1, "("),
        ("# melden\n$(curl http://h/)", 2, "$("),
        ("cat <<EOF | curl -d @- http://h/\nx\nEOF", 1, "cat"),
        ("for /f %i in ('curl http://h/') do echo %i", 1, "for"),
        (
            "$b = '{}'\n& C:\\Windows\\System32\\curl.exe -d $b http://h/",
            2,
            "b",
        ),
    ] {
        let error = Paste::read(text, None, &Names::call()).unwrap_err();
        let expected = PasteError::Before {
            line,
            word: word.to_owned(),
        };
        assert_eq!(error, expected, "{text}");
        assert!(!error.to_string().contains("geheim"));
    }
    let none = Paste::read("fetch('http://h/')", None, &Names::call()).unwrap_err();
    assert_eq!(none, PasteError::NoCommand);
}

#[test]
fn a_next_line_is_named_and_a_blank_behind_the_mark_too() {
    for (text, shell, blank) in [
        ("curl http://h/ \\ \n  -d a=b", Shell::Bash, true),
        ("curl http://h/ ^ \r\n  -d a=b", Shell::Cmd, true),
        ("curl.exe http://h/ ` \n  -d a=b", Shell::PowerShell, true),
        ("curl http://h/\n  -d a=b", Shell::Bash, false),
        ("curl.exe http://h/\n  -d a=b", Shell::PowerShell, false),
    ] {
        let paste = Paste::read(text, Some(shell), &Names::call()).unwrap();
        let said = paste.open().last().unwrap().to_string();
        assert!(
            said.contains("`-d` begins another command"),
            "{text}: {said}"
        );
        assert_eq!(said.contains("stands a blank"), blank, "{text}: {said}");
    }
    let closed = r#"curl.exe -d "{\"a\":1}" http://h/"#;
    let paste = Paste::read(closed, Some(Shell::PowerShell), &Names::call()).unwrap();
    assert!(paste.open()[0].to_string().contains("ends a text"));
    let folder = r#"curl.exe -o "C:\x\" -d "a\b" http://h/"#;
    let paste = Paste::read(folder, Some(Shell::PowerShell), &Names::call()).unwrap();
    assert!(paste.open().is_empty(), "{:?}", paste.open());
    let here = "curl.exe -d @\"\n{}\n\"@ http://h/";
    let paste = Paste::read(here, Some(Shell::PowerShell), &Names::call()).unwrap();
    assert!(paste.open()[0].to_string().contains("over several lines"));
}

/// Of a line that shows no shell, and that two of them read otherwise, it is said.
#[test]
fn a_line_of_which_nobody_knows_the_shell_is_pointed_out() {
    let looked = |line: &str, shell| {
        let paste = Paste::read(line, shell, &Names::call()).unwrap();
        paste.propose().look_at
    };
    let line = r#"curl -d "{\"a\":\"C:\\b\"}" http://h/"#;
    assert!(looked(line, None)[0].contains("--shell cmd"));
    assert_eq!(looked(line, Some(Shell::Bash)), Vec::<String>::new());
    let line = r#"curl -d "{\"a\":\"b\"}" http://h/"#;
    assert_eq!(looked(line, None), Vec::<String>::new());
    assert_eq!(
        looked(r"\curl -d a=b http://h/", None),
        Vec::<String>::new()
    );
}

/// A project's short name, and the word by which SAP is asked for a token.
#[test]
fn what_only_has_the_name_of_a_secret_is_none() {
    for (line, secrets) in [
        (r#"curl -d '{"project":{"key":"DESK"}}' http://h/"#, 0),
        (r#"curl -d '{"key":"9f3bc01d47aa"}' http://h/"#, 1),
        (r#"curl -d '{"projectKey":"DESK"}' http://h/"#, 0),
        ("curl -H 'x-csrf-token: Fetch' http://h/", 0),
        ("curl -H 'X-Key: geheim4711' http://h/", 1),
        (
            "curl -H 'Ocp-Apim-Subscription-Key: geheim4711' http://h/",
            1,
        ),
        (
            r#"curl --json '{"token":["geheim1","geheim2"],"b":["c"]}' http://h/"#,
            2,
        ),
        (r#"curl -F 'payload={"token":"geheim"}' http://h/"#, 1),
        (r#"curl -d 'a=1&payload={"token":"geheim"}' http://h/"#, 1),
        (
            "curl -d '<a><password>geheim</password><b>c</b></a>' http://h/",
            1,
        ),
        ("curl -u admin http://h/", 0),
        ("curl -H 'x-csrf-token: Fetch5' http://h/", 1),
    ] {
        let paste = Paste::read(line, None, &Names::call()).unwrap();
        assert_eq!(paste.propose().secrets.len(), secrets, "{line}");
    }
}

/// Where no secret can be named, its password is not repeated either.
#[test]
fn a_password_that_cannot_be_named_is_masked() {
    for (option, masked) in [
        ("-x http://u:geheim@p:1", "http://u:***@p:1"),
        ("-x u:geh@eim@p:1", "u:***@p:1"),
        ("--socks5 u:geheim@p:1", "u:***@p:1"),
        ("--preproxy socks5://u:geheim@p", "socks5://u:***@p"),
        ("-U u:geheim", "u:***"),
        ("--cert a.pem:geheim", "a.pem:***"),
        ("--proxy-pass geheim", "***"),
        ("--tlspassword geheim", "***"),
        (
            "--proxy-header 'Proxy-Authorization: Basic geheim'",
            "Proxy-Authorization: Basic ***",
        ),
        ("--proxy-header 'X-Token:geheim'", "X-Token:***"),
    ] {
        let line = format!("curl {option} http://h/");
        let paste = Paste::read(&line, Some(Shell::Bash), &Names::call()).unwrap();
        let proposal = paste.propose();
        assert_eq!(proposal.masked.len(), 1, "{line}");
        assert!(
            proposal.paste.arguments().iter().any(|one| one == masked),
            "{line}: {:?}",
            proposal.paste.arguments()
        );
    }
    for option in [
        "-x http://u@p:1",
        "-x p:1",
        "-x '[::1]:1'",
        "--proxy-header 'X-Way: 1'",
    ] {
        let line = format!("curl {option} http://h/");
        let paste = Paste::read(&line, Some(Shell::Bash), &Names::call()).unwrap();
        assert!(paste.propose().masked.is_empty(), "{line}");
    }
}

#[test]
fn placeholders_are_pointed_out() {
    let looked = |line: &str| {
        let paste = Paste::read(line, None, &Names::call()).unwrap();
        paste.propose().look_at
    };
    for (line, found) in [
        ("curl 'http://h/{id}/x'", "{id}"),
        ("curl 'http://h/v1/:account_id/x'", ":account_id"),
        ("curl http://h/ -d 'org={{orgname}}'", "{{orgname}}"),
        ("curl http://h/ -H 'X-Org: <org id>'", "<org id>"),
        ("curl http://h/ -H 'X-Org: YOUR_ORG'", "YOUR_ORG"),
        ("curl https://your-domain.example/", "your-domain"),
        ("curl http://h/ -d 'o=**org_here**'", "**org_here**"),
        ("curl 'http://h/?a=1&amp;b=2'", "&amp;"),
    ] {
        let said = looked(line);
        assert!(
            said.iter().any(|text| text.contains(&format!("`{found}`"))),
            "{line}: {said:?}"
        );
    }
    for line in [
        "curl http://h:8080/x -d '{\"a\": {\"b\": 1}}'",
        "curl http://h/ -H 'Content-Type: text/xml' -d '<a><b>x</b></a>'",
        "curl 'http://h/?f=a<5&g=b>3' -d 'n=${ANumber}'",
        "curl 'http://h/{1,2}'",
    ] {
        assert_eq!(looked(line), Vec::<String>::new(), "{line}");
    }
}

/// `'` is no quote to the command prompt, which is seldom meant.
#[test]
fn single_quotes_of_a_line_for_the_command_prompt_are_pointed_out() {
    for (line, told) in [
        ("curl -d '{\"a\":\"b\"}' http://h/", true),
        ("curl -H 'A: b' ^\n http://h/", true),
        ("curl -d \"it's\" http://h/", false),
    ] {
        let paste = Paste::read(line, Some(Shell::Cmd), &Names::call()).unwrap();
        let said = paste.propose().look_at;
        let single = said.iter().any(|text| text.starts_with("`'`"));
        assert_eq!(single, told, "{line}: {said:?}");
    }
}

#[test]
fn a_day_is_no_telephone_number() {
    for (line, told) in [
        ("curl 'http://h/?api-version=2016-06-01&d=20260101'", 0),
        ("curl 'http://h/?d=0911-12-3456'", 1),
    ] {
        let paste = Paste::read(line, Some(Shell::Bash), &Names::call()).unwrap();
        assert_eq!(paste.propose().look_at.len(), told, "{line}");
    }
}
