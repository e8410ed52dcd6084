//! `miniclient curl`: lines as they were copied, with their secrets and with what one call had.

use std::time::Duration;

use serde_json::Value;
use testkit::{Finished, Home, Recorded, Recorder, run, run_with_input};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

fn curl(home: &Home, paste: &str, options: &[&str]) -> Finished {
    let mut command = home.command("miniclient");
    command.arg("curl").args(options);
    run_with_input(&mut command, paste.as_bytes(), PATIENCE)
}

fn has(request: &Recorded, name: &str, value: &str) -> bool {
    request.header(name) == Some(value)
}

/// A line with its secrets, what each is called, what the whole line is called by its shell, and what must arrive.
type Line = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    fn(&Recorded) -> bool,
);

const LINES: &[Line] = &[
    (
        "bash",
        "curl -H 'Authorization: Bearer geheim-4711' URL/x",
        &[("crm_token", "geheim-4711")],
        |request| has(request, "Authorization", "Bearer geheim-4711"),
    ),
    (
        "bash",
        "curl -H \"Authorization: Bearer $CRM_TOKEN\" -H \"X-Trace: ${CRM_TOKEN}s\" URL/x",
        &[("crm_token", "geheim-4711")],
        |request| {
            has(request, "Authorization", "Bearer geheim-4711")
                && has(request, "X-Trace", "geheim-4711s")
        },
    ),
    (
        "cmd",
        "curl -H \"Authorization: Bearer %CRM_TOKEN%\" URL/x",
        &[("crm_token", "geheim-4711")],
        |request| has(request, "Authorization", "Bearer geheim-4711"),
    ),
    (
        "powershell",
        "curl.exe -H \"Authorization: Bearer $env:CRM_TOKEN\" URL/x",
        &[("crm_token", "geheim-4711")],
        |request| has(request, "Authorization", "Bearer geheim-4711"),
    ),
    (
        "bash",
        "curl -H 'Authorization: Basic YXBpOmdlaGVpbQ==' URL/x",
        &[("crm_token", "YXBpOmdlaGVpbQ==")],
        |request| has(request, "Authorization", "Basic YXBpOmdlaGVpbQ=="),
    ),
    (
        "bash",
        "curl -H 'Authorization: Token token=geheim-4711' URL/x",
        &[("crm_token", "geheim-4711")],
        |request| has(request, "Authorization", "Token token=geheim-4711"),
    ),
    (
        "bash",
        "curl -u 'agent:ge heim+1' URL/x",
        &[("crm_password", "ge heim+1")],
        |request| has(request, "Authorization", "Basic YWdlbnQ6Z2UgaGVpbSsx"),
    ),
    (
        "bash",
        "curl -u 'agent:$ge%heim1' URL/x",
        &[("crm_password", "$ge%heim1")],
        |request| has(request, "Authorization", "Basic YWdlbnQ6JGdlJWhlaW0x"),
    ),
    (
        "bash",
        "curl -ugeheim-key:X URL/x",
        &[("crm_password", "geheim-key")],
        |request| has(request, "Authorization", "Basic Z2VoZWltLWtleTpY"),
    ),
    (
        "bash",
        "curl URL_AGENT_geheim17/x",
        &[("crm_password", "geheim17")],
        |request| has(request, "Authorization", "Basic YWdlbnQ6Z2VoZWltMTc="),
    ),
    (
        "bash",
        "curl 'URL/x?api_key=geheim-4711&limit=5'",
        &[("crm_key", "geheim-4711")],
        |request| request.target == "/x?api_key=geheim-4711&limit=5",
    ),
    (
        "bash",
        "curl -H 'X-Api-Key: geheim-4711' -d 'token=geheim-4711&a=b' URL/x",
        &[("crm_key", "geheim-4711")],
        |request| {
            has(request, "X-Api-Key", "geheim-4711") && request.body == b"token=geheim-4711&a=b"
        },
    ),
    (
        "bash",
        "curl --json '{\"client\": {\"password\": \"geheim-4711\"}, \"n\": [\"a\"]}' URL/x",
        &[("crm_password", "geheim-4711")],
        |request| request.body == br#"{"client": {"password": "geheim-4711"}, "n": ["a"]}"#,
    ),
    (
        "bash",
        "curl -b 'lang=de; PHPSESSID=geheim4711' URL/x",
        &[("crm_cookie", "geheim4711")],
        |request| has(request, "Cookie", "lang=de; PHPSESSID=geheim4711"),
    ),
    (
        "bash",
        "curl -H 'X-Assertion: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.dGVzdA' URL/x",
        &[(
            "crm_token",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.dGVzdA",
        )],
        |request| {
            has(
                request,
                "X-Assertion",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.dGVzdA",
            )
        },
    ),
    (
        "bash",
        "curl URL/rest/1/q1gspvtx8a2dxzpm/crm.lead.add --json '{\"a\": 1}'",
        &[("crm_token", "q1gspvtx8a2dxzpm")],
        |request| request.target == "/rest/1/q1gspvtx8a2dxzpm/crm.lead.add",
    ),
];

/// PowerShell's `>` and Notepad's "Unicode" write UTF-16.
#[test]
fn a_paste_that_cannot_be_read_is_named() {
    let home = Home::new();
    for (file, input, sentence) in [
        (
            "-",
            &b"curl 'https://h/\xfc'"[..],
            "standard input: this is no UTF-8 text",
        ),
        ("none.txt", b"", "none.txt: there is no such file"),
    ] {
        let mut command = home.command("miniclient");
        command.args(["curl", file]);
        let told = run_with_input(&mut command, input, PATIENCE).expect_code(1);
        assert!(told.stderr.contains(sentence), "{}", told.stderr);
    }
}

#[test]
fn a_line_in_utf_16_is_read() {
    let home = Home::new();
    let mut command = home.command("miniclient");
    let text = "\u{feff}curl -sS https://h/x\r\n".encode_utf16();
    let bytes: Vec<u8> = text.flat_map(u16::to_le_bytes).collect();
    let said = run_with_input(command.arg("curl"), &bytes, PATIENCE).expect_code(0);
    assert!(
        said.stdout.contains("rest = 'curl -sS https://h/x'"),
        "{}",
        said.stdout
    );
}

/// What would be sent is not left out without a word.
#[test]
fn a_file_that_is_not_there_is_named_in_place_of_what_is_sent() {
    let home = Home::new();
    for line in [
        "curl -F file=@gone.csv https://h/x",
        "curl -d @gone.csv https://h/x",
    ] {
        let said = curl(&home, line, &["--lang", "en"]).expect_code(0);
        let look = said
            .stdout
            .lines()
            .find(|line| line.starts_with("# look at:"));
        assert!(
            look.is_some_and(|look| look.contains("gone.csv")),
            "{}",
            said.stdout
        );
    }
}

#[test]
fn the_secrets_of_a_line_get_names_and_the_call_goes_out_as_before() {
    for (shell, line, secrets, arrived) in LINES {
        let (home, web) = (Home::new(), Recorder::start());
        let with_login = web.url("").replace("://", "://agent:geheim17@");
        let line = line
            .replace("URL_AGENT_geheim17", &with_login)
            .replace("URL", &web.url(""));
        let said = curl(&home, &line, &["--shell", shell]).expect_code(0);
        home.config(&format!("[[hook]]\nname = 'pasted'\n{}", said.stdout));
        let json = curl(&home, &line, &["--shell", shell, "--json"]).expect_code(0);
        let json_secrets: Value = serde_json::from_str(&json.stdout).unwrap();
        for (at, (name, secret)) in secrets.iter().enumerate() {
            for said in [&said.stdout, &said.stderr, &json.stdout, &json.stderr] {
                assert!(!said.contains(secret), "{said}");
            }
            let run = format!("miniclient secret set {name}");
            assert!(said.stdout.contains(&run), "{}", said.stdout);
            assert_eq!(json_secrets["secrets"][at]["run"], *run);
            let mut set = home.command("miniclient");
            set.args(["secret", "set", name]);
            let _ = run_with_input(&mut set, secret.as_bytes(), PATIENCE).expect_code(0);
        }
        assert_eq!(
            json_secrets["secrets"].as_array().unwrap().len(),
            secrets.len(),
            "{line}"
        );
        let mut fire = home.command("miniclient");
        let _ = run(fire.args(["fire", "--a-number", "4930123456"]), PATIENCE).expect_code(0);
        let request = web.only();
        assert!(arrived(&request), "{line}: {request:?}");
    }
}

#[test]
fn a_password_that_cannot_be_named_is_masked_and_open() {
    let home = Home::new();
    for line in [
        "curl -x http://proxy:3128 -U agent:geheim17 https://crm.example/",
        "curl -E client.pem:geheim17 https://crm.example/",
        "curl --cert client.pem --pass geheim17 https://crm.example/",
    ] {
        let said = curl(&home, line, &[]).expect_code(1);
        assert!(!said.stdout.contains("geheim17"), "{}", said.stdout);
        assert!(said.stdout.contains("# open: --"), "{}", said.stdout);
    }
}

#[test]
fn what_one_call_had_is_pointed_out_with_the_variable_to_write() {
    let home = Home::new();
    for (line, sentence) in [
        (
            "curl 'https://h.example/?phone=%2B4930123456&from=+4930123456'",
            "`from` is `+4930123456` here: if that is the caller's number, write ${ANumber:plus}",
        ),
        (
            "curl 'https://h.example/?phone=030123456'",
            "`phone` is `030123456` here: if that is the caller's number, write ${ANumber:national}",
        ),
        (
            "curl https://h.example/ --json '{\"to\": \"498912345\"}'",
            "`to` is `498912345` here: if that is the number that was called, write $ServiceNumber",
        ),
        (
            "curl https://h.example/ --json '{\"queue\": \"Sales\", \"x\": 1}'",
            "`queue` is `Sales` here: if that is the call's group, write $GroupName",
        ),
        (
            "curl https://h.example/ -d agent=meier",
            "`agent` is `meier` here: if that is the agent, write $UsersUID",
        ),
        (
            "curl https://h.example/c/4930123456",
            "`4930123456` here: if that is the caller's number, write $ANumber",
        ),
        (
            "curl https://h.example/ -d 'call from +4930123456'",
            "`+4930123456` looks like a telephone number: for the caller's, write ${ANumber:plus}",
        ),
    ] {
        let said = curl(&home, line, &[]).expect_code(0);
        assert!(
            said.stdout.contains(&format!("# look at: {sentence}")),
            "{}",
            said.stdout
        );
    }
    for line in [
        "curl 'https://h.example/?phone=$ANumber&limit=5'",
        "curl https://h.example/v2/contacts -H 'X-Version: 20240101' --json '{\"name\": \"x\"}'",
    ] {
        let said = curl(&home, line, &[]).expect_code(0);
        assert!(!said.stdout.contains("look at"), "{}", said.stdout);
    }
}

#[test]
fn the_sample_of_the_documentation_is_what_is_printed() {
    let docs = include_str!("../../docs/command-line.md");
    let (_, after) = docs.split_once("    $ miniclient curl <<'EOF'\n").unwrap();
    let (line, after) = after.split_once("    EOF\n").unwrap();
    let shown = after
        .lines()
        .take_while(|line| line.starts_with("    ") || line.is_empty());
    let shown: Vec<_> = shown.map(|line| line.trim_start_matches("    ")).collect();
    let said = curl(&Home::new(), line.trim(), &[]).expect_code(0);
    assert_eq!(said.stdout.trim_end(), shown.join("\n").trim_end());
}
