//! `mc-start import`: from a script of the vendor's kind to a configuration that does the same.

use super::*;

/// A script that does, step by step, what the vendor's does.
pub(super) fn script(url: &str) -> String {
    format!(
        r#"$Uri = "{url}"
$env:API_TOKEN = '{TOKEN}'
$IPAddress = (Get-NetIPAddress -AddressFamily IPv4 | Where-Object {{
    $_.PrefixOrigin -in 'Dhcp', 'Manual' -and $_.IPAddress -ne '127.0.0.1' -and $_.IPAddress -notlike '169.*'
}} | Select-Object -First 1).IPAddress
$Body = @{{
    WindowsLoginName = $env:USERNAME
    ComputerName = $env:COMPUTERNAME
    IPAddress = $IPAddress
}} | ConvertTo-Json -Compress
$Headers = @{{ 'Authorization' = "Bearer $env:API_TOKEN"; 'Content-Type' = 'application/json' }}
try {{
    $Response = Invoke-RestMethod -Uri $Uri -Method Post -Headers $Headers -Body $Body
    Write-Output $Response
}} catch {{ Write-Output $_ }}
$Client = Join-Path $PSScriptRoot 'ACDMiniClient.exe'
Unblock-File -Path $Client -ErrorAction SilentlyContinue
Start-Process -FilePath $Client -WorkingDirectory $PSScriptRoot
"#
    )
}

const URL: &str = "https://acd-lb/rest/v1.0/1/routingApplications/run/1234";

fn import(station: &Workstation, text: &str, flags: &[&str]) -> Finished {
    let path = station.home.write("script.ps1", text);
    run(station.bare(&["import"]).arg(path).args(flags), PATIENCE)
}

#[test]
fn each_thing_found_gets_a_sentence_and_the_token_a_file() {
    let station = Workstation::new();
    let finished = import(&station, &script(URL), &[]).expect_code(0);
    for part in [
        "url",
        "WindowsLoginName",
        "ComputerName",
        "ip = \"first\"",
        "client",
        "Unblock-File",
        "holds the token",
    ] {
        assert!(
            finished.stdout.contains(part),
            "{part}:\n{}",
            finished.stdout
        );
    }
    assert!(!finished.stdout.contains(TOKEN), "{}", finished.stdout);
    assert!(!finished.stdout.contains("NOT"), "{}", finished.stdout);
    let written = fs::read_to_string(station.folder.join("mc-start.toml")).unwrap();
    assert!(
        written.contains(&format!("url = \"{URL}\"")) && !written.contains(TOKEN),
        "{written}"
    );
    let token = station.folder.join("token");
    assert_eq!(fs::read_to_string(&token).unwrap().trim_end(), TOKEN);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&token).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let shown = run(&mut station.bare(&["--dry-run"]), PATIENCE).expect_code(0);
    assert!(
        shown.stderr.contains(&token.display().to_string()),
        "{}",
        shown.stderr
    );
}

#[test]
fn the_token_goes_where_it_is_wanted() {
    let station = Workstation::new();
    let token = station.home.path().join("kept");
    let _ = import(
        &station,
        &script(URL),
        &["--token-file", token.to_str().unwrap()],
    )
    .expect_code(0);
    assert_eq!(fs::read_to_string(&token).unwrap().trim_end(), TOKEN);
    let shown = run(&mut station.bare(&["token", "show"]), PATIENCE).expect_code(0);
    assert!(shown.stdout.contains("kept"), "{}", shown.stdout);
}

#[test]
fn nothing_is_overwritten_unless_it_is_said() {
    let station = Workstation::new();
    let config = station.configure("report = false\n");
    let finished = import(&station, &script(URL), &[]).expect_code(1);
    assert!(
        finished.stderr.contains("mc-start.toml exists already"),
        "{}",
        finished.stderr
    );
    assert_eq!(fs::read_to_string(&config).unwrap(), "report = false\n");
    assert!(!station.folder.join("token").exists());
    let _ = import(&station, &script(URL), &["--force"]).expect_code(0);
    assert!(fs::read_to_string(&config).unwrap().contains(URL));
}

#[test]
fn a_script_without_a_call_is_said_to_have_none() {
    let station = Workstation::new();
    let finished = import(&station, "Write-Host 'hello'\n", &[]).expect_code(1);
    assert!(finished.stderr.contains("no URL"), "{}", finished.stderr);
    assert!(!station.folder.join("mc-start.toml").exists());
    let finished = run(&mut station.bare(&["import", "gone.ps1"]), PATIENCE).expect_code(1);
    assert!(finished.stderr.contains("gone.ps1"), "{}", finished.stderr);
}

#[test]
fn what_is_not_carried_over_has_its_line_and_makes_exit_code_1() {
    let station = Workstation::new();
    let text = script(URL).replace("= $env:COMPUTERNAME", "= (hostname)");
    let finished = import(&station, &text, &[]).expect_code(1);
    assert!(
        finished
            .stdout
            .contains("line 8: NOT carried over: ComputerName"),
        "{}",
        finished.stdout
    );
    // Once, whatever is said of it.
    assert!(
        finished.stderr.trim_end().ends_with("about line 8"),
        "{}",
        finished.stderr
    );
    let written = fs::read_to_string(station.folder.join("mc-start.toml")).unwrap();
    assert!(
        written.contains(r#"fields = ["WindowsLoginName", "IPAddress"]"#)
            && written.contains("# Not carried over: line 8"),
        "{written}"
    );
    let _ = run(&mut station.bare(&["--dry-run"]), PATIENCE).expect_code(0);
}

#[test]
fn what_mc_start_would_refuse_is_not_written() {
    for (from, to, key) in [
        (
            "-Method Post",
            "-Method Post -Proxy 'proxy.example:8080'",
            "proxy",
        ),
        (
            "-Method Post",
            "-Method Post -Proxy 'ftp://proxy.example'",
            "proxy",
        ),
        (
            "    WindowsLoginName = $env:USERNAME\n    ComputerName = $env:COMPUTERNAME\n    IPAddress = $IPAddress\n",
            "    Site = 'North'\n",
            "fields",
        ),
    ] {
        let station = Workstation::new();
        let finished = import(&station, &script(URL).replace(from, to), &[]).expect_code(1);
        let said = format!("NOT carried over: `{key}`");
        assert!(finished.stdout.contains(&said), "{}", finished.stdout);
        let written = fs::read_to_string(station.folder.join("mc-start.toml")).unwrap();
        assert!(!written.contains(&format!("\n{key} =")), "{written}");
        assert!(written.contains("# Not carried over"), "{written}");
        let _ = run(&mut station.bare(&["--dry-run"]), PATIENCE).expect_code(0);
    }
}

#[test]
fn f75_nothing_is_written_when_the_call_is_not_certain() {
    let station = Workstation::new();
    let scripts = [
        script(URL).replace("-Method Post", "-Method Put"),
        script(URL).replace("$Uri =", "if ($env:X) { $Uri = 'https://other/' }\n$Uri +="),
        script(&format!("{URL}?from=logon")),
        script(URL).replace(TOKEN, "YOUR TOKEN"),
        script(URL).replace(
            "try {",
            "try { Invoke-RestMethod $Url2 -Method Post -Headers $Headers",
        ),
    ];
    for text in scripts {
        let finished = import(&station, &text, &[]).expect_code(1);
        assert!(
            finished.stderr.contains("nothing was written") && finished.stderr.contains("line "),
            "{}",
            finished.stderr
        );
        assert!(!finished.stderr.contains(TOKEN), "{}", finished.stderr);
        assert!(!station.folder.join("mc-start.toml").exists());
        assert!(!station.folder.join("token").exists());
    }
}

#[test]
fn what_is_not_understood_is_refused_as_what_its_name_says() {
    let station = Workstation::new();
    for (name, text, said) in [
        (
            "start.cmd",
            "set TOKEN=x\r\ncurl -X POST %URL%\r\n",
            "a command file",
        ),
        (
            "start.BAT",
            "if not exist C:\\Acd md C:\\Acd\r\n",
            "a command file",
        ),
        (
            "start.vbs",
            "Function Melde()\r\nEnd Function\r\n",
            "VBScript",
        ),
        ("start.lnk", "L\0\0\0\u{1}", "a shortcut"),
        ("start.py", "import requests\n", "another language"),
        ("Client.exe", "MZ\0\0\0\0", "a program"),
        ("other.toml", "url = 'x'\n", "no script"),
    ] {
        fs::write(station.folder.join(name), text).unwrap();
        let path = station.folder.join(name);
        let path = path.to_str().unwrap();
        let finished = run(&mut station.bare(&["import", path]), PATIENCE).expect_code(1);
        assert!(
            finished.stderr.contains(said),
            "{name}: {}",
            finished.stderr
        );
    }
    // A command file that is PowerShell, too.
    let both = format!(
        "<# :\n@echo off\npowershell -c \"iex (gc '%~f0' -raw)\"\n#>\n{}",
        script(URL)
    );
    let path = station.folder.join("both.cmd");
    fs::write(&path, both).unwrap();
    let path = path.to_str().unwrap();
    let _ = run(&mut station.bare(&["import", path]), PATIENCE).expect_code(0);
}

#[test]
fn files_of_another_kind_are_refused_with_what_to_do() {
    let station = Workstation::new();
    for text in [
        "@echo off\r\npowershell -File start.ps1\r\n",
        "powershell -NoProfile -ExecutionPolicy Bypass -File start.ps1\r\n",
        "Set s = CreateObject(\"WScript.Shell\")\r\ns.Run \"powershell -File start.ps1\", 0\r\n",
    ] {
        let finished = import(&station, text, &[]).expect_code(1);
        assert!(
            finished.stderr.contains("import the .ps1"),
            "{}",
            finished.stderr
        );
    }
}
