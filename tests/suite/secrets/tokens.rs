//! Access tokens by client credentials, as the programs have them.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A token endpoint that gives a new token to each who has the client's secret.
fn endpoint() -> Recorder {
    let count = AtomicUsize::new(0);
    Recorder::start_with(move |request| {
        let wanted = format!("Basic {}", base64(b"miniclient:cl1ent-geheim"));
        if request.header("Authorization") != Some(&wanted) {
            return Answer::json(401, &json!({"error": "invalid_client"}));
        }
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        let token = json!({"access_token": format!("t0ken-geheim-{number}"), "token_type": "bearer", "expires_in": 3600});
        Answer::json(200, &token)
    })
}

#[test]
fn a_token_is_fetched_ahead_used_by_all_and_never_shown() {
    let (home, web, tokens) = (Home::new(), Recorder::start(), endpoint());
    private(&home.write("client-secret", "cl1ent-geheim"));
    home.config(&format!(
        "[[hook]]
name = 'note'
rest = 'curl -sS -H \"Authorization: Bearer ${{oauth.crm}}\" -d \"n=$ANumber\" {}/'
[secrets]
client = {{ file = 'client-secret' }}
[oauth.crm]
token_url = '{}'
client_id = 'miniclient'
client_secret = '${{secret.client}}'
",
        web.url(""),
        tokens.url("/token")
    ));
    let mut said = Vec::new();
    let mut agent = home.command("miniclient");
    let agent = Running::start(agent.env("MINICLIENT_LOG", "trace"));
    // Before any call.
    tokens.wait_for(1, PATIENCE);
    let mut say = |arguments: &[&str]| {
        let finished = run(home.command("miniclient").args(arguments), PATIENCE);
        said.push(format!("{}{}", finished.stdout, finished.stderr));
        finished
    };
    let ring = |number| ["ring", "--a-number", number, "--wait"];
    let _ = say(&ring("49199123456781")).expect_code(0);
    web.then(Answer::status(401));
    let _ = say(&ring("49199123456782")).expect_code(0);
    let sent: Vec<_> = web
        .requests()
        .iter()
        .map(|one| one.header("Authorization").unwrap().to_owned())
        .collect();
    assert_eq!(
        sent,
        [
            "Bearer t0ken-geheim-1",
            "Bearer t0ken-geheim-1",
            "Bearer t0ken-geheim-2"
        ]
    );
    assert_eq!(tokens.requests().len(), 2);
    for line in [["history"].as_slice(), &["status", "--json"], &["stop"]] {
        say(line);
    }
    let doctor = say(&["doctor"]);
    assert!(
        doctor.stdout.contains("crm: a token can be had"),
        "{}",
        doctor.stdout
    );
    let dry = say(&["fire", "--a-number", "1", "--dry-run"]).expect_code(0);
    assert!(
        dry.stdout.contains("Authorization: Bearer ***"),
        "{}",
        dry.stdout
    );
    let agent = agent.finish(PATIENCE);

    fs::write(home.path().join("client-secret"), "wrong").unwrap();
    let fired = say(&["fire", "--a-number", "1"]).expect_code(1);
    let why = "note: ${oauth.crm}: the token endpoint refuses (status 401): invalid_client";
    assert!(fired.stderr.contains(why), "{}", fired.stderr);
    let doctor = say(&["doctor"]);
    assert!(
        doctor.stdout.contains("crm: the token endpoint refuses"),
        "{}",
        doctor.stdout
    );

    said.extend([agent.stdout, agent.stderr]);
    let mut files = Vec::new();
    written(home.path(), &mut files);
    said.extend(
        files
            .into_iter()
            .filter(|(name, _)| !name.ends_with("client-secret"))
            .map(|(_, text)| text),
    );
    for text in &said {
        assert!(!text.contains("geheim"), "{text}");
    }
}

#[test]
fn what_is_wrong_with_a_token_is_told_with_its_line() {
    let home = Home::new();
    home.config(
        "[[hook]]
name = 'a'
rest = 'curl --oauth2-bearer ${oauth.cmr} https://h.example/'
[secrets]
client = { store = true }
[oauth.crm]
token_url = 'http://h.example/token'
client_id = 'x'
client_secret = '${secret.cleint}'
[oauth.bare]
token_url = 'https://h.example/token'
client_auth = 'head'
",
    );
    let check = run(home.command("miniclient").arg("check"), PATIENCE).expect_code(3);
    for (line, said) in [
        (3, "did you mean `oauth.crm`?"),
        (9, "did you mean `client`?"),
        (10, "client_id"),
        (10, "client_secret"),
        (12, "client_auth"),
    ] {
        let place = format!(".toml:{line}: ");
        let told = |text: &str| text.contains(&place) && text.contains(said);
        assert!(
            check.stderr.lines().any(told),
            "{line}, {said}: {}",
            check.stderr
        );
    }
    let text = fs::read_to_string(home.path().join("miniclient.toml")).unwrap();
    home.config(&text.replace("cleint", "client"));
    let check = run(home.command("miniclient").arg("check"), PATIENCE).expect_code(3);
    assert!(
        check
            .stderr
            .contains(".toml:7: `token_url`: write https://"),
        "{}",
        check.stderr
    );
}
