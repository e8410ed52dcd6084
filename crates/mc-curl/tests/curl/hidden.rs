//! `${secret.NAME}`: in the request, and nowhere else.

use std::fs;
use std::sync::Mutex;
use std::time::Duration;

use mc_curl::{CurlCommand, RequestError, Sender, SenderOptions, Vault};
use mc_secret::{Pending, Provider, Secret, Source, Unavailable};
use mc_template::{Names, Numbers, Scope, Values};
use testkit::{Answer, Recorder};

/// Whatever the place encodes is in it.
const SECRET: &str = "ge/he+im \"47&11\" $ANumber";
const LONG: Duration = Duration::from_secs(30);

/// Everywhere that a secret may stand; `URL` is the server.
const COMMANDS: [&str; 12] = [
    "curl -H 'Authorization: Bearer ${secret.crm}' URL/",
    "curl -H 'X-Zammad: ${secret.crm}' URL/",
    "curl -u 'agent:${secret.crm}' URL/",
    "curl -u '${secret.crm}:x' URL/",
    "curl --oauth2-bearer '${secret.crm}' URL/",
    "curl 'URL/hooks/${secret.crm}/run?a=${secret.crm}'",
    "curl -d 'key=${secret.crm}&caller=$ANumber' URL/",
    "curl --data-urlencode 'key=${secret.crm}' URL/",
    "curl --json '{\"key\":\"${secret.crm}\"}' URL/",
    "curl -F 'key=${secret.crm}' URL/",
    "curl -b 'sid=${secret.crm:base64}' URL/",
    "curl -A '${secret.crm}' -e 'https://h/?${secret.crm:url}' URL/",
];

fn command(line: &str) -> CurlCommand {
    let names = Names::call()
        .with_hidden("secret", ["crm", "hook"])
        .unwrap();
    CurlCommand::parse(line, &names).unwrap_or_else(|errors| panic!("{line}: {errors}"))
}

/// One value for every name, another after each refusal.
#[derive(Debug)]
struct Fixed(Mutex<Vec<&'static str>>);

impl Fixed {
    fn of(values: &[&'static str]) -> Self {
        Self(Mutex::new(values.iter().rev().copied().collect()))
    }
}

impl Provider for Fixed {
    fn get<'a>(&'a self, name: &'a str) -> Pending<'a, Result<Secret, Unavailable>> {
        let now = self.0.lock().unwrap().last().copied();
        let now = now
            .map(Secret::new)
            .ok_or_else(|| Unavailable::new(name, "it is gone"));
        Box::pin(std::future::ready(now))
    }

    fn renew<'a>(&'a self, _: &'a str, refused: &'a Secret) -> Pending<'a, Option<Secret>> {
        let mut values = self.0.lock().unwrap();
        assert_eq!(values.pop(), Some(refused.expose()));
        Box::pin(std::future::ready(values.last().copied().map(Secret::new)))
    }
}

async fn send(line: &str, provider: &dyn Provider) -> Result<mc_curl::Answer, RequestError> {
    let values = Values::from([("ANumber", "49199")]);
    let numbers = Numbers::default();
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let scope = Scope::new(&values, &numbers);
    sender
        .send_with(&command(line), &scope, provider, Some(LONG))
        .await
}

/// Every form in which it may come out.
fn forms(secret: &str) -> Vec<String> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let percent = |c: char| match c {
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => format!("%{:02X}", u32::from(c)),
    };
    let encoded: String = secret.chars().map(percent).collect();
    let json = serde_json::to_string(secret).unwrap();
    vec![
        secret.to_owned(),
        encoded.replace("%20", "+"),
        encoded,
        json.trim_matches('"').to_owned(),
        STANDARD.encode(secret),
        STANDARD.encode(format!("agent:{secret}")),
        STANDARD.encode(format!("{secret}:x")),
    ]
}

fn assert_hidden(shown: &str) {
    for form in forms(SECRET) {
        assert!(!shown.contains(&form), "{form} is in {shown}");
    }
}

#[tokio::test]
async fn it_goes_out_encoded_for_its_place_and_is_shown_nowhere() {
    for line in COMMANDS {
        let server = Recorder::start();
        let line = line.replace("URL", &server.url(""));
        let answer = send(&line, &Fixed::of(&[SECRET])).await.unwrap();
        assert_eq!(answer.exit_code(), 0, "{line}: {answer:?}");
        let sent = format!("{:?}", server.only());
        let body = String::from_utf8_lossy(&server.only().body).into_owned();
        let sent = sent.replace("\\\"", "\"") + &body;
        assert!(
            forms(SECRET).iter().any(|form| sent.contains(form)),
            "{line}: {sent}"
        );
        assert_hidden(&format!("{answer:?} {}", answer.done()));

        let (mut hidden, numbers) = (Values::plain(), Numbers::default());
        hidden.set("secret.crm", SECRET);
        let values = Values::from([("ANumber", "49199")]);
        let scope = Scope::new(&values, &numbers);
        let command = command(&line);
        // With the value at hand or without it: it is not there.
        for scope in [scope, scope.with_hidden(&hidden)] {
            let plan = command.plan(&scope).unwrap();
            assert_hidden(&serde_json::to_string(&plan).unwrap());
            let curl = command.as_curl(&scope).unwrap();
            assert_hidden(&curl);
            assert!(curl.contains("\"$CRM\""), "{curl}");
        }
        let requests = command.requests(&scope.with_hidden(&hidden)).unwrap();
        assert_hidden(&serde_json::to_string(&requests).unwrap());
        assert_hidden(&format!("{requests:?} {command:?} {scope:?}"));
    }
}

#[test]
fn a_dry_run_names_it() {
    let values = Values::from([("ANumber", "49199")]);
    let numbers = Numbers::default();
    let line = "curl -u 'a:${secret.crm}' -H 'X-Zammad: t=${secret.crm}' -d 'a=${secret.crm}&n=$ANumber' \
                'https://h.example/x/${secret.crm}?k=${secret.crm}'";
    let plan = command(line).plan(&Scope::new(&values, &numbers)).unwrap();
    assert_eq!(
        plan[0].url,
        "https://h.example/x/${secret.crm}?k=${secret.crm}"
    );
    assert_eq!(plan[0].body.as_deref(), Some("a=${secret.crm}&n=49199"));
    assert_eq!(
        crate::header(&plan[0].headers, "X-Zammad"),
        Some("t=${secret.crm}")
    );
    assert_eq!(
        crate::header(&plan[0].headers, "Authorization"),
        Some("Basic ***")
    );
}

#[tokio::test]
async fn an_address_can_be_one_and_stays_out_of_the_report() {
    let server = Recorder::start();
    let hook: &'static str = server.url("/services/T0/B0/geheim4711").leak();
    let answer = send(
        "curl -d 'text=hello' \"${secret.hook}\"",
        &Fixed::of(&[hook]),
    )
    .await
    .unwrap();
    assert_eq!(server.only().target, "/services/T0/B0/geheim4711");
    assert_eq!(answer.done(), "POST ${secret.hook}");
    let plan =
        command("curl '${secret.hook}/x'").plan(&Scope::new(&Values::new(), &Numbers::default()));
    assert_eq!(plan.unwrap()[0].url, "${secret.hook}/x");
    let wrong = send("curl '${secret.hook}'", &Fixed::of(&["geheim4711"]))
        .await
        .unwrap_err();
    assert!(!wrong.to_string().contains("geheim4711"), "{wrong}");
}

#[test]
fn a_shell_has_a_variable_in_its_place() {
    let values = Values::from([("GroupName", "a 'b' $CRM")]);
    let numbers = Numbers::default();
    let line = "curl -H 'X: ${secret.crm}' -H 'G: $GroupName' '${secret.hook}/x'";
    let curl = command(line)
        .as_curl(&Scope::new(&values, &numbers))
        .unwrap();
    assert!(curl.contains("-H 'X: '\"$CRM\""), "{curl}");
    assert!(
        curl.contains(r"'G: a '\''b'\'' $CRM'"),
        "a caller's text stays text: {curl}"
    );
    assert!(curl.ends_with("\"$HOOK\"/x"), "{curl}");
}

#[test]
fn what_is_tried_with_samples_needs_no_secret() {
    for line in COMMANDS.iter().copied().chain(["curl '${secret.hook}/x'"]) {
        let line = line.replace("URL", "https://h.example");
        assert_eq!(command(&line).try_samples(), None, "{line}");
    }
}

#[tokio::test]
async fn f73_one_that_is_not_there_sends_nothing() {
    let server = Recorder::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let vault = Vault::new().secret("crm", Source::File(file.clone()));
    let line = format!("curl -H 'X: ${{secret.crm}}' {}", server.url("/"));
    let error = send(&line, &vault).await.unwrap_err();
    assert!(
        error.to_string().starts_with("${secret.crm}: the file "),
        "{error}"
    );
    fs::write(&file, " \n").unwrap();
    let error = send(&line, &vault).await.unwrap_err();
    assert!(error.to_string().contains("is empty"), "{error}");
    assert_eq!(server.requests().len(), 0);
    // As it is when it is needed.
    for token in ["one", "two"] {
        fs::write(&file, format!("{token}\r\n")).unwrap();
        send(&line, &vault).await.unwrap();
        assert_eq!(server.requests().last().unwrap().header("X"), Some(token));
    }
}

#[tokio::test]
async fn a_value_that_is_refused_is_renewed_once() {
    let line = |server: &Recorder| {
        format!(
            "curl -X POST -d 'a=1' -H 'X: ${{secret.crm}}' {0} --next -d 'b=2' -H 'X: ${{secret.crm}}' {0}",
            server.url("/")
        )
    };
    let server = Recorder::start();
    server.then(Answer::status(200)).then(Answer::status(401));
    let answer = send(&line(&server), &Fixed::of(&["one", "two"]))
        .await
        .unwrap();
    let sent: Vec<_> = server.requests();
    let seen: Vec<_> = sent
        .iter()
        .map(|one| (one.header("X").unwrap(), one.body.as_slice()))
        .collect();
    // What was done is not done again.
    assert_eq!(
        seen,
        [("one", &b"a=1"[..]), ("one", b"b=2"), ("two", b"b=2")]
    );
    assert_eq!(
        (answer.status(), answer.transfers[1].attempts),
        (Some(200), 2)
    );

    let server = Recorder::start();
    server.always(Answer::status(401));
    let answer = send(&line(&server), &Fixed::of(&["one", "two", "three"]))
        .await
        .unwrap();
    assert_eq!((server.requests().len(), answer.status()), (3, Some(401)));

    let server = Recorder::start();
    server
        .then(Answer::redirect(307, &server.url("/else")))
        .always(Answer::status(401));
    let line = format!("curl -L -d a=1 -H 'X: ${{secret.crm}}' {}", server.url("/"));
    send(&line, &Fixed::of(&["one", "two"])).await.unwrap();
    assert_eq!(server.requests().len(), 2, "another server's refusal");
}

/// What is said of a command, with its secret read from the configuration.
fn refusal(line: &str) -> String {
    let names = Names::call().with_hidden("secret", ["crm"]).unwrap();
    CurlCommand::parse(line, &names).unwrap_err().to_string()
}

#[test]
fn f73_a_placeholder_is_told_how_secrets_are_written() {
    for (line, variable, name) in [
        (
            r#"curl -H "Authorization: Bearer $TOKEN" https://h/"#,
            "TOKEN",
            "token",
        ),
        (
            r#"curl -H "Authorization: Bearer ${CRM_KEY}" https://h/"#,
            "CRM_KEY",
            "crm_key",
        ),
        (
            r#"curl -u "agent:%CRM_PASS%" https://h/"#,
            "CRM_PASS",
            "crm_pass",
        ),
        (r#"curl "https://h/?key=%KEY%""#, "KEY", "key"),
    ] {
        let text = refusal(line);
        for said in [
            format!("{name} = {{ env = '{variable}' }} under [secrets]"),
            format!("${{secret.{name}}}"),
        ] {
            assert!(text.contains(&said), "{line}: {said}: {text}");
        }
    }
}

#[test]
fn f73_other_files_of_secrets_are_refused_with_the_way_round() {
    for option in [
        "-K x",
        "--config x",
        "-n",
        "--netrc",
        "--netrc-file x",
        "--netrc-optional",
    ] {
        let text = refusal(&format!("curl {option} https://h/"));
        assert!(
            text.contains("${secret.NAME}") && text.contains("[secrets]"),
            "{option}: {text}"
        );
    }
}
