use super::*;

/// A script of the kind that the vendor describes, step by step.
const SCRIPT: &str = r#"
# Starts the client after a REST call
$Uri = "https://acd-lb/rest/v1.0/1/routingApplications/run/1234"
$env:API_TOKEN = "geheim-123"
$Token = $env:API_TOKEN

$IPAddress = (Get-NetIPAddress -AddressFamily IPv4 |
    Where-Object { ($_.PrefixOrigin -eq 'Dhcp' -or $_.PrefixOrigin -eq 'Manual') -and $_.IPAddress -ne '127.0.0.1' -and $_.IPAddress -notlike '169.*' } |
    Select-Object -First 1).IPAddress

$Body = @{
    WindowsLoginName = $env:USERNAME
    ComputerName     = $env:COMPUTERNAME
    IPAddress        = $IPAddress
} | ConvertTo-Json -Compress

$Headers = @{
    "Authorization" = "Bearer $Token"
    "Content-Type"  = "application/json"
}

try {
    $Response = Invoke-RestMethod -Uri $Uri -Method Post -Headers $Headers -Body $Body
    Write-Host "Response: $Response"
} catch {
    Write-Host "REST call failed: $_"
}

$ScriptFolder = Split-Path -Parent $MyInvocation.MyCommand.Definition
$Exe = Join-Path $ScriptFolder "ACDMiniClient.exe"
Unblock-File -Path $Exe -ErrorAction SilentlyContinue
Start-Process -FilePath $Exe -WorkingDirectory $ScriptFolder

$Parent = (Get-CimInstance Win32_Process -Filter "ProcessId = $PID").ParentProcessId
if ((Get-Process -Id $Parent).ProcessName -eq 'explorer') { Stop-Process -Id $PID }
"#;

fn says(script: &Script, part: &str) -> bool {
    script
        .sentences
        .iter()
        .any(|sentence| sentence.contains(part))
}

#[test]
fn the_vendors_script_is_carried_over_whole() {
    let script = read(SCRIPT);
    assert_eq!(
        script.url.as_deref(),
        Some("https://acd-lb/rest/v1.0/1/routingApplications/run/1234")
    );
    assert_eq!(script.token.as_deref(), Some("geheim-123"));
    assert_eq!(script.client.as_deref(), Some("ACDMiniClient.exe"));
    assert_eq!(
        script.fields,
        [
            Field::WindowsLoginName,
            Field::ComputerName,
            Field::IpAddress
        ]
    );
    assert!(script.extra.is_empty() && script.client_args.is_empty());
    let call = SCRIPT
        .lines()
        .position(|line| line.contains("Invoke-RestMethod"))
        .unwrap()
        + 1;
    assert!(says(&script, "ip = \"first\""), "{:#?}", script.sentences);
    assert!(
        says(&script, &format!("line {call}: The URL became url.")),
        "{:#?}",
        script.sentences
    );
    assert!(
        !script
            .sentences
            .iter()
            .any(|sentence| sentence.contains("geheim")),
        "{:#?}",
        script.sentences
    );
}

#[test]
fn a_token_from_the_environment_stays_there() {
    let script = read(&SCRIPT.replace("$env:API_TOKEN = \"geheim-123\"\n", ""));
    assert_eq!(script.token, None);
    assert!(
        says(
            &script,
            "comes from API_TOKEN; mc-start takes it from there, too"
        ),
        "{:#?}",
        script.sentences
    );
    let script = read(
        &SCRIPT
            .replace("$env:API_TOKEN = \"geheim-123\"\n", "")
            .replace("$env:API_TOKEN", "$env:JTEL"),
    );
    assert!(
        says(
            &script,
            "environment variable JTEL, which mc-start does not read"
        ),
        "{:#?}",
        script.sentences
    );
}

#[test]
fn the_same_said_in_other_ways_is_understood() {
    let script = read(
        r#"
        $base = 'https://acd-lb/rest/v1.0/1'
        $url = $base + "/routingApplications/run/" + 1234
        $body = [ordered]@{ ComputerName = [Environment]::MachineName; WindowsLoginName = [System.Environment]::UserName; Site = 'Munich' }
        $body.Floor = "3"
        $body["SessionName"] = ${env:SESSIONNAME}
        $h = @{}
        $h.Add("Authorization", ("Bearer {0}" -f 'geheim'))
        $p = @{ Uri = $url; Method = 'POST'; Headers = $h; Body = ($body | ConvertTo-Json) }
        irm @p | Out-Null
        Start-Process "$PSScriptRoot\bin\Client.exe" -ArgumentList '--config', 'x.toml' -WindowStyle Hidden
        "#,
    );
    assert_eq!(
        script.url.as_deref(),
        Some("https://acd-lb/rest/v1.0/1/routingApplications/run/1234")
    );
    assert_eq!(script.token.as_deref(), Some("geheim"));
    assert_eq!(script.client.as_deref(), Some(r"bin\Client.exe"));
    assert_eq!(script.client_args, ["--config", "x.toml"]);
    assert_eq!(
        script.fields,
        [
            Field::ComputerName,
            Field::WindowsLoginName,
            Field::SessionName
        ]
    );
    let extra: Vec<_> = script
        .extra
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(extra, [("Site", "Munich"), ("Floor", "3")]);
}

#[test]
fn what_is_not_carried_over_is_said() {
    let script = read(
        r#"
        Start-Sleep 5
        Invoke-RestMethod "https://acd-lb/rest/v1.0/1/routingApplications/run/1" -TimeoutSec 30 -SkipCertificateCheck -Body (@{ Host = $env:COMPUTERNAME; Id = (New-Guid).Guid } | ConvertTo-Json) -Headers @{ Authorization = "Bearer x"; 'X-Site' = 'a' }
        Invoke-RestMethod 'https://elsewhere/'
        New-PSDrive -Name Z -PSProvider FileSystem -Root \\server\share
        Start-Process client.exe -Verb RunAs -Wait
        Start-Process notepad.exe
        "#,
    );
    for part in [
        "line 2: Start-Sleep",
        "line 3: The time limit",
        "line 3: That certificates are not checked",
        "Host is not carried over: mc-start reports this value as ComputerName",
        "Id is not carried over",
        "header x-site",
        "line 4: A second call",
        "line 5: new-psdrive",
        "-Verb is left out",
        "-Wait is left out",
        "line 7: A second program",
    ] {
        assert!(says(&script, part), "{part}: {:#?}", script.sentences);
    }
    assert_eq!(script.client.as_deref(), Some("client.exe"));
}

#[test]
fn a_url_that_is_only_named_is_found() {
    let script = read(
        "$Uri = 'https://acd-lb/rest/v1.0/1/routingApplications/run/9'\ncurl.exe -X POST $Uri",
    );
    assert!(script.url.unwrap().ends_with("/run/9"));
}

#[test]
fn nothing_in_a_script_is_run_or_makes_the_reader_fail() {
    for text in [
        "",
        "$",
        "$a =",
        "$a = $a + $a",
        "@{",
        "Start-Process",
        "irm @x",
        "\"$($a)\" | x",
        "$x[",
        "$x.Add(",
    ] {
        read(text);
    }
}
