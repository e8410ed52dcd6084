//! The example does what it shows.

use std::process::Command;

#[test]
fn it_shows_what_is_certain_and_names_the_line_that_is_not() {
    let path = std::env::temp_dir().join(format!("embed-import-{}.ps1", std::process::id()));
    let script = "$body = @{\n WindowsLoginName = $env:USERNAME\n Site = (Get-Site)\n} | ConvertTo-Json\n\
                  irm 'https://acd/rest/v1.0/1/routingApplications/run/7' -Method Post -Body $body \
                  -ContentType application/json -Headers @{ Authorization = \"Bearer $env:API_TOKEN\" }\n\
                  saps \"$PSScriptRoot\\Client.exe\"\n";
    std::fs::write(&path, script).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_embed-import"))
        .arg(&path)
        .output()
        .unwrap();
    std::fs::remove_file(path).unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    for part in [
        "sends   WindowsLoginName",
        "starts  Client.exe",
        "line 3: Site",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    assert_eq!(output.status.code(), Some(1));
}
