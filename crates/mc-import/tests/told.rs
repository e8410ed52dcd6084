//! What is said of a file that is no PowerShell, and of lines that are not carried over.

use mc_import::{Fate, Refusal};

/// A launcher, of which one section is another.
fn with(section: &str, lines: &str) -> String {
    let sections = [
        ("before", ""),
        ("token", "$env:API_TOKEN = 'tok-0123456789abcdef'"),
        (
            "table",
            "$Uri = 'https://acd.example/rest/v1.0/3/routingApplications/run/77'\n\
             $daten = @{ WindowsLoginName = $env:USERNAME }\n\
             $kopf = @{ Authorization = \"Bearer $env:API_TOKEN\" }",
        ),
        (
            "call",
            "irm $Uri -Method Post -Headers $kopf -Body ($daten | ConvertTo-Json)",
        ),
        ("client", "Start-Process $PSScriptRoot\\AcdClient.exe"),
    ];
    sections
        .iter()
        .map(|(name, own)| if *name == section { lines } else { own })
        .fold(String::new(), |text, lines| text + lines + "\n")
}

/// Which of several is named is not left to chance.
#[test]
fn what_is_said_is_the_same_at_every_reading() {
    let text = with(
        "call",
        "irm $Uri -Authentication Bearer -Token $t -OutFile x -Method Post -Headers $kopf -Body ($daten | ConvertTo-Json)",
    );
    let first = format!("{:?}", mc_import::read(text.as_bytes()));
    for _ in 0..20 {
        assert_eq!(format!("{:?}", mc_import::read(text.as_bytes())), first);
    }
}

#[test]
fn what_is_no_powershell_is_refused_as_that() {
    for text in [
        "@echo off\r\npowershell -File a.ps1",
        "powershell -File a.ps1 -NoProfile\r\n",
        "set API_TOKEN=tok-1\r\nfor /f %%i in (a.txt) do set U=%%i\r\n",
        "cd /d %~dp0\r\nstart \"\" Client.exe\r\n",
        "Set s = CreateObject(\"WScript.Shell\")\n",
        "Option Explicit\n",
        "' Starts the client.\n' By hand.\nDim shell\n",
    ] {
        let read = mc_import::read(text.as_bytes());
        assert!(matches!(read, Err(Refusal::OtherKind { .. })), "{text}");
    }
}

#[test]
fn what_a_name_says_is_told_of_what_is_not_understood() {
    let said = |name: &str| {
        mc_import::read_named(name, b"MZ (")
            .unwrap_err()
            .to_string()
    };
    for (name, kind) in [
        ("start.CMD", "a command file"),
        ("start.vbs", "VBScript"),
        ("Client.lnk", "a shortcut"),
        ("client.exe", "a program"),
        ("start.py", "another language"),
        ("start.json", "no script"),
    ] {
        assert!(said(name).contains(kind), "{name}: {}", said(name));
    }
    assert!(
        said("start.ps1").contains("line 1"),
        "{}",
        said("start.ps1")
    );
    // What is PowerShell is read, whatever its name says.
    assert!(mc_import::read_named("start.txt.exe", with("", "").as_bytes()).is_ok());
}

#[test]
fn the_lines_of_another_script_that_matter_are_named() {
    let script = "@echo off\r\n\
        set URL=https://acd.example/rest/v1.0/3/routingApplications/run/77\r\n\
        powershell -Command \"irm 'https://acd.example/rest/v1.0/3/routingApplications/run/77' -Method Post\"\r\n\
        powershell -File %~dp0melden.ps1\r\n\
        start \"\" \"%~dp0ACDMiniClient.exe\"\r\n";
    let read = mc_import::read_named("start.cmd", script.as_bytes());
    let Err(Refusal::OtherKind { notes, .. }) = read else {
        panic!("{read:?}");
    };
    let said: Vec<_> = notes.iter().map(|note| (note.line, &*note.text)).collect();
    for (line, advice) in [
        (2, "url"),
        (3, "into a .ps1"),
        (4, "import that"),
        (5, "client"),
    ] {
        assert!(
            said.iter()
                .any(|(at, text)| *at == line && text.contains(advice)),
            "{line}: {said:?}"
        );
    }
    assert_eq!(said.len(), 4, "{said:?}");
}

/// What a command file that is PowerShell, too, does before that is no comment.
#[test]
fn the_lines_of_a_command_file_around_a_script_are_named() {
    let script = with("before", "");
    let script = script.trim_start();
    let lost = |name: &str, head: &str| {
        let read = mc_import::read_named(name, format!("{head}{script}").as_bytes());
        let notes = read.unwrap().notes.into_iter();
        let notes = notes
            .filter(|note| note.fate == Fate::NotCarried && note.text.contains("command file"));
        notes.map(|note| note.line).collect::<Vec<_>>()
    };
    let shell = "@echo off & setlocal\r\nrem Starts.\r\npowershell -c \"& { iex (gc '%~f0' -raw) }\" & exit /b\r\n";
    for (name, head, lines) in [
        (
            "both.cmd",
            format!("<# :\r\n{shell}exit /b\r\n#>\r\n"),
            &[][..],
        ),
        (
            "both.txt",
            format!("<# : batch\r\n{shell}goto :eof\r\n: #>\r\n"),
            &[],
        ),
        (
            "both.cmd",
            format!(
                "<# :\r\nset \"API_TOKEN=tok-2\"\r\nif not exist \\\\fs\\acd exit /b 1\r\n{shell}start \"\" Other.exe\r\n#>\r\n"
            ),
            &[2, 3, 7],
        ),
        (
            "both.bat",
            "<#\r\npowershell -c \"iex (gc '%~f0' -raw)\" & start Other.exe\r\n#>\r\n".to_owned(),
            &[2],
        ),
        ("start.ps1", "<#\nset x=1\nstart x\n#>\n".to_owned(), &[]),
    ] {
        assert_eq!(lost(name, &head), lines, "{name}: {head}");
    }
}

#[test]
fn what_is_missing_at_the_end_of_a_line_is_missing_in_that_line() {
    for text in ["$a = 1\n$x.\n$b = 2\n", "$a = 1\n[Net.Dns]::\n"] {
        let read = mc_import::read(text.as_bytes());
        assert!(
            matches!(read, Err(Refusal::NotUnderstood { line: 2, .. })),
            "{text}: {read:?}"
        );
    }
}

/// What is said of a line is what has to be done about it.
#[test]
fn a_note_says_what_it_is_about() {
    let told = |section: &str, lines: &str| {
        let notes = match mc_import::read(with(section, lines).as_bytes()) {
            Ok(script) => script.notes,
            Err(Refusal::NoCall { notes }) => notes,
            Err(refusal) => panic!("{refusal:?}"),
        };
        let texts: Vec<_> = notes.into_iter().map(|note| note.text).collect();
        texts.join("\n")
    };
    // What is found out for a field is told with what may be sent in its place, where there is something.
    for (field, instead) in [
        ("IPAddress", "choose with ip"),
        ("SessionID", "own field of this name"),
        ("Desk", ""),
    ] {
        let table = format!(
            "$Uri = 'https://acd.example/rest/v1.0/3/routingApplications/run/77'\n\
             $daten = @{{ WindowsLoginName = $env:USERNAME; {field} = (Get-It) }}\n\
             $kopf = @{{ Authorization = \"Bearer $env:API_TOKEN\" }}"
        );
        let said = told("table", &table);
        assert!(said.contains(&format!("{field} is not sent")), "{said}");
        for word in ["choose with ip", "own field of this name"] {
            assert_eq!(said.contains(word), word == instead, "{field}: {said}");
        }
    }
    let stops = "ends the script at the first error";
    assert!(told("before", "$ErrorActionPreference = 'Stop'").contains(stops));
    for other in ["$ErrorActionPreference = 'Continue'", "$was = 'Stop'"] {
        assert!(!told("before", other).contains(stops), "{other}");
    }
    for (section, lines, word) in [
        (
            "before",
            "[Net.ServicePointManager]::ServerCertificateValidationCallback = { $true }",
            "ca_file",
        ),
        ("before", "Set-Alias rufe Invoke-RestMethod", "another name"),
        ("token", "$env:API_TOKEN = $env:ACD_TOKEN", "ACD_TOKEN"),
        (
            "before",
            "$env:HTTPS_PROXY = 'http://p.example:8080'",
            "into proxy",
        ),
        ("call", "irm $Uri -Method Post -Headers $kopf", "no body"),
        (
            "call",
            "irm $Uri -Method Post -Headers $kopf -Body (Get-It | ConvertTo-Json)",
            "found out when",
        ),
        (
            "call",
            "curl $Uri -Headers $kopf -Body ($daten | ConvertTo-Json)",
            "curl",
        ),
    ] {
        let told = told(section, lines);
        assert!(told.contains(word), "{lines}: {told}");
    }
}
