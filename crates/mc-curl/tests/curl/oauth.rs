//! `${oauth.NAME}`: tokens from a real token endpoint, which checks who asks and counts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mc_curl::{
    Answer as Sent, CurlCommand, OAuth, OAuthOptions, RequestError, Sender, SenderOptions, Vault,
};
use mc_secret::{Provider as _, SecretRef, Source};
use mc_template::{Names, Numbers, Scope, Values};
use serde_json::json;
use testkit::{Answer, Gate, Recorded, Recorder};

const SECRET: &str = "ge:he im&47/11";
const LONG: Duration = Duration::from_secs(30);

/// A token endpoint and an API that takes the last token it gave.
struct World {
    tokens: Recorder,
    api: Recorder,
    vault: Vault,
    sender: Sender,
    _folder: tempfile::TempDir,
}

/// What the endpoint says to who asks, the first being 1.
type Says = Box<dyn Fn(usize, &Recorded) -> Answer + Send + Sync>;

fn token(number: usize, seconds: Option<u64>) -> Answer {
    lasting(number, seconds.map(Into::into))
}

fn lasting(number: usize, seconds: Option<serde_json::Value>) -> Answer {
    let mut answer = json!({"access_token": format!("token-{number}"), "token_type": "Bearer"});
    if let Some(seconds) = seconds {
        answer["expires_in"] = seconds;
    }
    Answer::json(200, &answer)
}

fn world(says: Says, change: impl FnOnce(&mut OAuthOptions)) -> World {
    let count = AtomicUsize::new(0);
    let tokens = Recorder::start_with(move |request| {
        says(count.fetch_add(1, Ordering::SeqCst) + 1, request)
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, SECRET).unwrap();
    let secret = SecretRef::Named("client".to_owned());
    let mut options = OAuthOptions::new(&tokens.url("/token"), "crm app", secret).unwrap();
    change(&mut options);
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let vault = Vault::new()
        .secret("client", Source::File(file))
        .token("crm", OAuth::new(options, sender.clone()));
    World {
        tokens,
        api: Recorder::start(),
        vault,
        sender,
        _folder: folder,
    }
}

impl World {
    async fn call(&self) -> Result<Sent, RequestError> {
        let names = Names::call().with_hidden("oauth", ["crm"]).unwrap();
        let line = format!(
            "curl --oauth2-bearer ${{oauth.crm}} -d a=1 {}",
            self.api.url("/")
        );
        let command = CurlCommand::parse(&line, &names).unwrap();
        let (values, numbers) = (Values::new(), Numbers::default());
        let scope = Scope::new(&values, &numbers);
        self.sender
            .send_with(&command, &scope, &self.vault, Some(LONG))
            .await
    }

    fn seen(&self) -> Vec<String> {
        let sent = self.api.requests();
        sent.iter()
            .map(|one| one.header("Authorization").unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn one_fetch_serves_all_who_ask() {
    let world = world(Box::new(|number, _| token(number, Some(3600))), |options| {
        options.scope = Some("api read".to_owned());
        options.parameters = vec![("audience".to_owned(), "https://crm/".to_owned())];
    });
    let (one, two, three) = tokio::join!(world.call(), world.call(), world.call());
    for answer in [one, two, three, world.call().await] {
        assert_eq!(answer.unwrap().status(), Some(200));
    }
    assert_eq!(world.seen(), ["Bearer token-1"; 4]);
    let asked = world.tokens.only();
    // RFC 6749, 2.3.1: both are form-encoded before they are Basic.
    let basic = STANDARD.encode("crm+app:ge%3Ahe+im%2647%2F11");
    assert_eq!(
        asked.header("Authorization"),
        Some(format!("Basic {basic}").as_str())
    );
    let body = String::from_utf8(asked.body).unwrap();
    for said in [
        "grant_type=client_credentials",
        "scope=api+read",
        "audience=https%3A%2F%2Fcrm%2F",
    ] {
        assert!(body.contains(said), "{said}: {body}");
    }
    assert!(!body.contains("ge%3Ahe"), "{body}");
}

#[tokio::test]
async fn client_and_secret_go_in_the_body_where_that_is_said() {
    let world = world(Box::new(|number, _| token(number, None)), |options| {
        options.in_body = true;
    });
    world.call().await.unwrap();
    let asked = world.tokens.only();
    let body = String::from_utf8(asked.body.clone()).unwrap();
    assert_eq!(asked.header("Authorization"), None);
    assert!(
        body.contains("client_id=crm+app&client_secret=ge%3Ahe+im%2647%2F11"),
        "{body}"
    );
}

#[tokio::test]
async fn a_token_that_is_refused_is_fetched_anew_once() {
    let world = world(Box::new(|number, _| token(number, Some(3600))), |_| ());
    world.call().await.unwrap();
    world.api.then(Answer::status(401));
    assert_eq!(world.call().await.unwrap().status(), Some(200));
    assert_eq!(
        world.seen(),
        ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
    );
    // It is not the token then: nobody is asked again and again.
    world.api.always(Answer::status(401));
    assert_eq!(world.call().await.unwrap().status(), Some(401));
    assert_eq!(
        (world.tokens.requests().len(), world.api.requests().len()),
        (2, 4)
    );
}

#[tokio::test]
async fn it_is_fetched_ahead_so_that_no_call_waits() {
    let gate = Gate::new();
    let held = gate.clone();
    // The second one keeps its asker waiting.
    let says = move |number, _: &Recorded| match number {
        1 => token(1, Some(5)),
        _ => token(number, Some(3600)).after(&held),
    };
    let world = world(Box::new(says), |_| ());
    tokio::select! {
        () = world.vault.keep_tokens() => unreachable!("it never ends"),
        () = async {
            world.tokens.arrived(2, LONG).await;
            // The next one is under way, and the one there is still good.
            assert_eq!(world.call().await.unwrap().status(), Some(200));
            assert_eq!(world.seen(), ["Bearer token-1"]);
            gate.open();
        } => {}
    }
}

#[tokio::test]
async fn one_that_has_ended_is_not_sent() {
    let world = world(Box::new(|number, _| token(number, Some(0))), |_| ());
    for _ in 0..2 {
        world.call().await.unwrap();
    }
    assert_eq!(world.seen(), ["Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn no_time_that_a_server_says_stops_anything() {
    // How often a token is fetched for two calls: one that has ended is fetched anew.
    for (seconds, fetched) in [
        (json!(i64::MAX), 1),
        (json!(u64::MAX), 1),
        (json!("3600"), 1),
        (json!("0"), 2),
        (json!("soon"), 1),
        (json!(-1), 1),
        (json!(null), 1),
    ] {
        let says = {
            let seconds = seconds.clone();
            move |number, _: &Recorded| lasting(number, Some(seconds.clone()))
        };
        let world = world(Box::new(says), |_| ());
        for _ in 0..2 {
            let answer = world.call().await;
            assert_eq!(answer.unwrap().status(), Some(200), "{seconds}");
        }
        assert_eq!(world.tokens.requests().len(), fetched, "{seconds}");
        // It is kept ahead, too.
        tokio::select! {
            () = world.vault.keep_tokens() => unreachable!("it never ends"),
            () = tokio::task::yield_now() => {}
        }
    }
}

#[tokio::test]
async fn each_step_that_fails_has_its_name_and_no_secret() {
    let says: [(Says, &str); 6] = [
        (
            Box::new(|_, _| {
                let text = format!("client secret {SECRET} is wrong");
                Answer::json(
                    401,
                    &json!({"error": "invalid_client", "error_description": text}),
                )
            }),
            "refuses (status 401): invalid_client: client secret *** is wrong; look at client_id",
        ),
        (
            Box::new(|_, _| Answer::json(400, &json!({"error": "invalid_scope"}))),
            "refuses (status 400): invalid_scope; look at scope",
        ),
        (
            Box::new(|_, _| Answer::html(200, "<p>portal</p>")),
            "answers with status 200 and no token",
        ),
        (
            Box::new(|_, _| Answer::redirect(302, "http://h/")),
            "answers with status 302 and no token",
        ),
        (
            Box::new(|_, _| Answer::ok(vec![b' '; 100_000])),
            "longer than any token",
        ),
        (Box::new(|_, _| Answer::hang_up()), "gave no answer"),
    ];
    for (says, expected) in says {
        let world = world(says, |_| ());
        let error = world.call().await.unwrap_err().to_string();
        assert!(
            error.starts_with("${oauth.crm}: the token endpoint"),
            "{error}"
        );
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(
            !error.contains(SECRET) && !error.contains("ge%3Ahe"),
            "{error}"
        );
        assert!(world.api.requests().is_empty());
    }
    let nobody = Recorder::start().url("/token");
    let secret = SecretRef::Named("none".to_owned());
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let options = OAuthOptions::new(&nobody, "a", secret).unwrap();
    let vault = Vault::new().token("crm", OAuth::new(options, sender.clone()));
    let error = vault.get("oauth.crm").await.unwrap_err().to_string();
    assert!(
        error.contains("the client's secret is missing: ${secret.none}"),
        "{error}"
    );
    let secret = SecretRef::Given(mc_secret::Secret::new(SECRET));
    let options = OAuthOptions::new(&nobody, "a", secret).unwrap();
    let vault = Vault::new().token("crm", OAuth::new(options, sender));
    let error = vault.get("oauth.crm").await.unwrap_err().to_string();
    assert!(error.contains("nothing listens there"), "{error}");
    assert!(!format!("{vault:?}").contains(SECRET));
}

#[tokio::test]
async fn those_who_waited_for_a_fetch_that_failed_do_not_ask_again() {
    let gate = Gate::new();
    let held = Arc::new(Mutex::new(gate.clone()));
    let says = move |_, _: &Recorded| {
        let refusal = json!({"error": "invalid_client"});
        Answer::json(401, &refusal).after(&held.lock().unwrap())
    };
    let world = world(Box::new(says), |_| ());
    let all = async { tokio::join!(world.call(), world.call(), world.call()) };
    let open = async {
        world.tokens.arrived(1, LONG).await;
        gate.open();
    };
    let ((one, two, three), ()) = tokio::join!(all, open);
    assert!(one.is_err() && two.is_err() && three.is_err());
    assert_eq!(world.tokens.requests().len(), 1);
}

#[test]
fn the_secret_goes_over_tls_or_stays_on_this_computer() {
    let of = |url| OAuthOptions::new(url, "a", SecretRef::Named("x".to_owned())).map(|_| ());
    for good in [
        "https://h/token",
        "http://127.0.0.1:81/t",
        "http://localhost/t",
        "http://[::1]/t",
    ] {
        assert_eq!(of(good), Ok(()), "{good}");
    }
    for bad in [
        "http://h/token",
        "http://127.0.0.1.example/t",
        "ftp://h/",
        "token",
        "https://u:p@h/",
    ] {
        assert!(of(bad).is_err(), "{bad}");
    }
}
