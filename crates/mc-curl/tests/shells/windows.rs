//! The command prompt, batch files and PowerShell.

use mc_curl::Shell;

use crate::{paste, words};

#[test]
fn the_command_prompt_and_its_batch_files() {
    for (line, expected) in [
        (
            "curl ^\"https://h/q^\" ^\r\n  -H ^\"A: b^\"",
            vec!["https://h/q", "-H", "A: b"],
        ),
        (
            "curl --data-raw ^\"draw=1^&columns^%^5B0^%^5D=^\\^\"x^\\^\"^\" ^\n  https://h/",
            vec!["--data-raw", "draw=1&columns%5B0%5D=\"x\"", "https://h/"],
        ),
        (
            "curl -d ^\"a^\n\nb^\" https://h/",
            vec!["-d", "a\nb", "https://h/"],
        ),
        (
            "curl -d \"a\"^\r\n\r\n\" b\" https://h/\r\n",
            vec!["-d", "a\n b", "https://h/"],
        ),
        (
            "curl -d ^\"a^\r\n\r\nb^\" ^\r\n https://h/",
            vec!["-d", "a\nb", "https://h/"],
        ),
        (
            "curl -d \"{\\\"a\\\":\\\"b ^ c\\\"}\" https://h/",
            // The prompt knows no `\"`: to it every quote opens or closes, and the caret stands outside.
            vec!["-d", "{\"a\":\"b  c\"}", "https://h/"],
        ),
        (
            "curl -d 'a b' https://h/",
            vec!["-d", "'a", "b'", "https://h/"],
        ),
        (
            "curl -d \"a=\"\"b\"\"\" https://h/",
            vec!["-d", "a=\"b\"", "https://h/"],
        ),
        (
            "curl -d a^&b https://h/?x=1^&y=2",
            vec!["-d", "a&b", "https://h/?x=1&y=2"],
        ),
        (
            "curl -o NUL -d @C:\\dir\\f.json https://h/%C3%BC",
            vec!["-o", "NUL", "-d", "@C:\\dir\\f.json", "https://h/%C3%BC"],
        ),
        (
            "\"C:\\Windows\\System32\\curl.exe\" -L https://h/",
            vec!["-L", "https://h/"],
        ),
    ] {
        assert_eq!(words(line, Shell::Cmd), expected, "{line}");
    }
    assert_eq!(
        words("curl -d \"a%%0Ab 100%%\" https://h/", Shell::Batch),
        ["-d", "a%0Ab 100%", "https://h/"]
    );
    for (line, word) in [
        ("curl https://h/?n=%1", "%1"),
        ("curl https://h/?n=%~2", "%~2"),
        ("curl https://h/?n=%*", "%*"),
    ] {
        let first = paste(line, Shell::Batch).open()[0].to_string();
        assert!(
            first.starts_with(&format!("column 19: `{word}`")),
            "{first}"
        );
        assert!(paste(line, Shell::Cmd).open().is_empty(), "{line}");
    }
    for (line, word) in [
        ("curl -H \"A: %TOKEN%\" https://h/", "%TOKEN%"),
        ("curl -d \"%DATA%\" https://h/", "%DATA%"),
        ("curl https://h/?a=1&b=2", "&"),
        (
            "curl -d \"{\\\"t\\\":\\\"A & B\\\"}\" https://h/",
            "is a quote like others",
        ),
        (
            "curl -d \"{\\\"t\\\":1}\" https://h/?a=1&b=2",
            "ends a command",
        ),
        ("curl -d \"a\nb\" https://h/", "begins another command"),
        (
            "curl -H \"A: ^\\^\"b^\\^\";c=1\" https://h/",
            "copied this wrongly",
        ),
        (
            "curl -d \"^{^\\^\"a^\\^\":1^}\" https://h/",
            "copied this wrongly",
        ),
        ("curl https://h/ >nul 2>&1", ">"),
        ("curl \"https://h/ ^\r\n  -H \"A: b\"", "a quote is missing"),
        ("curl https://h/ ^^\r\n  -s", "one `^`"),
        ("curl https://h/ | findstr x", "|"),
        ("curl https://h/\r\nif errorlevel 1 exit", "if"),
    ] {
        let paste = paste(line, Shell::Cmd);
        assert!(
            paste.open()[0].to_string().contains(word),
            "{line}: {:?}",
            paste.open()
        );
    }
}

#[test]
fn powershell_of_both_kinds() {
    for (line, expected) in [
        (
            "curl.exe -s `\n  -X POST https://h/",
            vec!["-s", "-X", "POST", "https://h/"],
        ),
        (
            "curl.exe -d '{\\\"a\\\":\\\"$ANumber\\\"}' https://h/",
            vec!["-d", "{\"a\":\"$ANumber\"}", "https://h/"],
        ),
        (
            "curl.exe -d '{\"\"a\"\": \"\"b c\"\"}' https://h/",
            vec!["-d", "{\"a\": \"b c\"}", "https://h/"],
        ),
        (
            "curl.exe -d '{\"a\":\"b\"}' https://h/",
            vec!["-d", "{\"a\":\"b\"}", "https://h/"],
        ),
        (
            "curl.exe -d \"{`\"a`\":`\"b`\"}\" https://h/",
            vec!["-d", "{\"a\":\"b\"}", "https://h/"],
        ),
        (
            "curl.exe -d 'it''s' https://h/",
            vec!["-d", "it's", "https://h/"],
        ),
        ("& curl.exe -s https://h/", vec!["-s", "https://h/"]),
        (
            "curl.exe -d @a.json -w a,%{b} \"https://h/(1)\"",
            vec!["-d", "@a.json", "-w", "a,%{b}", "https://h/(1)"],
        ),
        (
            "curl.exe -d \"a`tb`$5\" https://h/",
            vec!["-d", "a\tb$5", "https://h/"],
        ),
        (
            "curl.exe --% -d \"{\\\"a\\\":1}\" https://h/?x=1&y=2",
            vec!["-d", "{\"a\":1}", "https://h/?x=1&y=2"],
        ),
        (
            "curl.exe -H “A: b” https://h/",
            vec!["-H", "A: b", "https://h/"],
        ),
    ] {
        assert_eq!(words(line, Shell::PowerShell), expected, "{line}");
    }
    for (line, word) in [
        ("curl.exe -H \"A: $token\" https://h/", "token"),
        ("curl.exe -d \"$caller_id\" https://h/", "$caller_id"),
        ("curl.exe -d $groupname_x https://h/", "$groupname_x"),
        (
            "curl.exe 'https://h/ `\n  -H 'A: b'",
            "column 10: the text that this ' begins",
        ),
        (
            "curl.exe \"https://h/ `\r\n  -H \"A: b\"",
            "column 10: the text that this \" begins",
        ),
        ("curl.exe -s ``\n  https://h/", "one `"),
        ("curl.exe -H \"A: $env:TOKEN\" https://h/", "env"),
        ("curl.exe -d \"$(Get-Date)\" https://h/", "$("),
        ("curl.exe https://h/ | Out-Null", "|"),
        ("curl.exe -d '{\\\"a\\\":\"b\"}' https://h/", "\\\""),
        ("curl.exe --% -H \"A: %TOKEN%\" https://h/", "TOKEN"),
        ("curl.exe -d \"m`u{00fc}ller\" https://h/", "`u{00fc}"),
        ("curl.exe -d \"`e[0m\" https://h/", "`e"),
        ("curl.exe -d a`u{e4}b https://h/", "`u{e4}"),
        ("curl.exe -d (Get-Content a.json) https://h/", "`(`"),
        ("curl.exe https://h/a(1)", "`(`"),
        ("curl.exe -d {\"a\":1} https://h/", "`{`"),
        ("curl.exe -H @{A=\"b\"} https://h/", "`@{`"),
        ("curl.exe -H @(\"A: b\") https://h/", "`@(`"),
    ] {
        let paste = paste(line, Shell::PowerShell);
        assert!(
            paste.open()[0].to_string().contains(word),
            "{line}: {:?}",
            paste.open()
        );
    }
}

/// Of two quotes beside each other the first is the escape and the second stays, whatever they look like: as
/// PowerShell's own reader has it.
#[test]
fn powershell_takes_typographic_quotes_for_plain_ones() {
    for quotes in [
        ['\'', '\u{2018}', '\u{2019}', '\u{201A}', '\u{201B}'].as_slice(),
        &['"', '\u{201C}', '\u{201D}', '\u{201E}'],
    ] {
        for (first, second) in quotes
            .iter()
            .flat_map(|a| quotes.iter().map(move |b| (a, b)))
        {
            let line = format!(
                "curl.exe -H {first}A: it{first}{second}s{first} {first}{second}{first}{second} https://h/"
            );
            assert_eq!(
                words(&line, Shell::PowerShell),
                [
                    "-H",
                    &format!("A: it{second}s"),
                    &first.to_string(),
                    "https://h/"
                ],
                "{line}"
            );
        }
    }
}
