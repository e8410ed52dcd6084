//! Calls over real sockets: what goes out, and what each kind of answer or silence becomes.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot help fails its test"
)]

use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use mc_routing::{
    BaseUrl, Body, Client, ClientOptions, Delivery, Error, Origin, ProxySetting, RetryPolicy, Token,
};
use testkit::{Answer, Recorder};

const TOKEN: &str = "s3cret-t0ken";

fn base(server: &Recorder) -> BaseUrl {
    BaseUrl::parse(&server.url("/rest/v1.0/1")).unwrap()
}

fn options() -> ClientOptions {
    // Straight to the server, whatever proxy the machine that runs the tests uses; and no waits.
    ClientOptions::default()
        .proxy(ProxySetting::None)
        .random(|| 0.0)
}

fn client(options: ClientOptions) -> Client {
    let token = Token::new(TOKEN, Origin::Env("API_TOKEN".to_owned())).unwrap();
    Client::new(token, options).unwrap()
}

fn body(fields: &[(&str, &str)]) -> Body {
    fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect()
}

async fn run(server: &Recorder, options: ClientOptions) -> Result<mc_routing::RunAnswer, Error> {
    client(options)
        .run(&base(server).run(1234), &body(&[("Action", "dial")]))
        .await
}

#[tokio::test]
async fn a_call_is_what_the_vendors_script_sends() {
    let server = Recorder::start();
    server.then(Answer::json(
        200,
        &serde_json::json!({"usersuid": "agent.17"}),
    ));
    let fields = body(&[
        ("WindowsLoginName", "Müller"),
        ("ComputerName", "PC-17"),
        ("IPAddress", "10.1.2.3"),
    ]);
    let answer = client(options())
        .run(&base(&server).run(1234), &fields)
        .await
        .unwrap();

    let request = server.only();
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/rest/v1.0/1/routingApplications/run/1234");
    assert_eq!(request.header("Authorization"), Some("Bearer s3cret-t0ken"));
    assert_eq!(request.header("Content-Type"), Some("application/json"));
    let text = r#"{"WindowsLoginName":"Müller","ComputerName":"PC-17","IPAddress":"10.1.2.3"}"#;
    assert_eq!(request.body, text.as_bytes(), "compact, in order, in UTF-8");
    assert_eq!(
        request.header("Content-Length"),
        Some(text.len().to_string().as_str())
    );

    assert_eq!((answer.status, answer.tries), (200, 1));
    assert_eq!(answer.find("/usersuid").as_deref(), Some("agent.17"));
    assert_eq!(answer.content_type.as_deref(), Some("application/json"));
}

#[tokio::test]
async fn an_empty_answer_and_plain_text_are_answers_too() {
    let server = Recorder::start();
    server.then(Answer::status(204)).then(Answer::ok("done"));
    assert_eq!(run(&server, options()).await.unwrap().text, "");
    let answer = run(&server, options()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.json()), ("done", None));
    assert_eq!(server.connections(), 2, "every call has its own connection");
}

#[tokio::test]
async fn each_refusal_is_an_error_of_its_own_with_the_servers_words() {
    let server = Recorder::start();
    let said = |status: u16, text: &str| {
        Answer::json(
            status,
            &serde_json::json!({"status": status, "error": text}),
        )
    };
    server
        .then(said(400, "Action is missing"))
        .then(Answer::status(401))
        .then(said(404, "Routing application not found"))
        .then(Answer::status(404))
        .then(said(409, "exists already"))
        .then(said(500, "internal error"))
        .then(Answer::status(418).body("short and stout"));
    let mut seen = Vec::new();
    for _ in 0..7 {
        let error = run(&server, options()).await.unwrap_err();
        assert_eq!(error.delivery(), Delivery::Refused);
        seen.push((error.status().unwrap(), error));
    }
    let text = |at: usize| seen[at].1.to_string();
    assert!(matches!(seen[0].1, Error::BadRequest { .. }) && text(0).contains("Action is missing"));
    assert!(matches!(seen[1].1, Error::Unauthorized { .. }));
    assert!(
        text(1).contains("the environment variable API_TOKEN"),
        "{}",
        text(1)
    );
    assert!(
        matches!(seen[2].1, Error::NotFound { .. })
            && text(2).contains("Routing application not found")
    );
    assert!(matches!(seen[3].1, Error::NoEndpoint { .. }));
    assert!(matches!(seen[4].1, Error::Conflict { .. }) && text(4).contains("exists already"));
    assert!(
        matches!(seen[5].1, Error::Status { status: 500, .. })
            && text(5).contains("internal error")
    );
    assert!(
        matches!(seen[6].1, Error::Status { status: 418, .. })
            && text(6).contains("short and stout")
    );
    assert_eq!(server.requests().len(), 7, "none was tried again");
}

#[tokio::test]
async fn a_web_page_is_no_answer_whatever_its_status_and_type() {
    let server = Recorder::start();
    server
        .then(Answer::html(200, "<html>Please sign in</html>"))
        .then(Answer::json(200, &serde_json::Value::Null).body(" <!DOCTYPE html><p>Sign in"));
    for _ in 0..2 {
        let error = run(&server, options()).await.unwrap_err();
        assert!(
            matches!(error, Error::WebPage { status: 200, .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_refused_and_the_token_stays_here() {
    let elsewhere = Recorder::start();
    let server = Recorder::start();
    server.then(Answer::redirect(
        307,
        &elsewhere.url("/login?return=secret"),
    ));
    let error = run(&server, options()).await.unwrap_err();
    let Error::Redirected {
        status: 307,
        to: Some(to),
        ..
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(*to, elsewhere.url(""));
    assert!(!error.to_string().contains("secret"));
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn silence_after_the_call_was_sent_is_an_unknown_outcome_and_never_repeated() {
    let server = Recorder::start();
    server.then(Answer::silence()).then(Answer::hang_up());
    let error = run(&server, options().timeout(Duration::from_millis(300)))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unanswered {
                waited: Some(_),
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(error.delivery(), Delivery::Unknown);
    let error = run(&server, options()).await.unwrap_err();
    assert!(
        matches!(error, Error::Unanswered { waited: None, .. }),
        "{error}"
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_unknown_outcome() {
    let server = Recorder::start();
    server
        .then(Answer::ok(r#"{"usersuid":"agent.17"}"#).truncated(8))
        .then(Answer::raw(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        ));
    for _ in 0..2 {
        let error = run(&server, options()).await.unwrap_err();
        assert!(
            matches!(error, Error::Truncated { status: 200, .. }),
            "{error}"
        );
        assert_eq!(error.delivery(), Delivery::Unknown);
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_too_large_is_refused_and_not_cut() {
    let server = Recorder::start();
    server
        .then(Answer::ok("x".repeat(2000)).chunked())
        .then(Answer::ok("x".repeat(1000)));
    let error = run(&server, options().response_limit(1000))
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::TooLarge { limit: 1000, .. }),
        "{error}"
    );
    assert_eq!(
        run(&server, options().response_limit(1000))
            .await
            .unwrap()
            .text
            .len(),
        1000
    );
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_its_wait_kept() {
    let server = Recorder::start();
    server
        .then(Answer::status(502))
        .then(Answer::status(503).header("Retry-After", "1"))
        .then(Answer::status(429))
        .then(Answer::status(504))
        .then(Answer::ok("at last"));
    let answer = run(&server, options()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.tries), ("at last", 5));
    let requests = server.requests();
    assert!(requests[2].at - requests[1].at >= Duration::from_secs(1));
    assert!(
        requests
            .iter()
            .all(|request| request.body == requests[0].body)
    );
}

#[tokio::test]
async fn a_wait_longer_than_the_budget_ends_the_tries() {
    let server = Recorder::start();
    server.always(Answer::status(503).header("Retry-After", "3600"));
    let started = Instant::now();
    let error = run(&server, options()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Status {
                status: 503,
                tries: 1,
                ..
            }
        ),
        "{error}"
    );
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn tries_end_with_their_number() {
    let server = Recorder::start();
    server.always(Answer::status(503));
    let error = run(&server, options()).await.unwrap_err();
    assert!(matches!(error, Error::Status { tries: 6, .. }), "{error}");
    assert!(error.to_string().ends_with("6 times"), "{error}");
    assert_eq!(server.requests().len(), 6);
}

/// The last try gets the time that a connection may take, or is not made: cut short while it is being made, nobody
/// could say whether the call had been sent.
#[tokio::test]
async fn a_connection_that_is_never_made_sent_nothing_however_often_it_was_tried() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let retry = RetryPolicy {
        budget: Duration::from_secs(1),
        ..RetryPolicy::default()
    };
    let options = options()
        .connect_timeout(Duration::from_millis(400))
        .retry(retry);
    let error = client(options)
        .run(&BaseUrl::parse(&url).unwrap().run(1), &body(&[]))
        .await
        .unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_again_until_it_is_up() {
    // A port that is free now, taken when the first try has failed.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = BaseUrl::parse(&format!("http://{address}")).unwrap().run(1);
    let once = client(options().retry(RetryPolicy::never()));
    let error = once.run(&url, &Body::new()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert_eq!(error.delivery(), Delivery::NotSent);

    let (tried, up) = std::sync::mpsc::channel();
    let answering = std::thread::spawn(move || {
        use std::io::{Read, Write};
        up.recv().unwrap();
        let listener = TcpListener::bind(address).unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup")
            .unwrap();
    });
    // Chance is asked for after each failed try: the first one lets the server come up.
    let policy = RetryPolicy {
        tries: 1000,
        base: Duration::from_millis(50),
        ..RetryPolicy::default()
    };
    let patient = client(options().retry(policy).random(move || {
        let _ = tried.send(());
        1.0
    }));
    let answer = patient.run(&url, &Body::new()).await.unwrap();
    assert_eq!(answer.text, "up");
    assert!(answer.tries > 1);
    answering.join().unwrap();
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_unreachable_in_time() {
    let client = client(
        options()
            .connect_timeout(Duration::from_secs(1))
            .retry(RetryPolicy::never()),
    );
    let url = BaseUrl::parse("http://no-such-host.invalid/rest")
        .unwrap()
        .run(1);
    let started = Instant::now();
    let error = client.run(&url, &Body::new()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_proxy_that_is_down_is_named_and_not_the_server() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let through = ProxySetting::Url(proxy.replace("//", "//user:secret@").parse().unwrap());
    let client = client(options().proxy(through).retry(RetryPolicy::never()));
    for server in ["http://acd-lb", "https://acd-lb"] {
        let url = BaseUrl::parse(&format!("{server}/rest")).unwrap().run(1);
        let error = client.run(&url, &Body::new()).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error}");
        let said = error.to_string();
        let through = format!("cannot reach {server} through the proxy {proxy}:");
        assert!(said.starts_with(&through), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_is_named_as_such() {
    let proxy = Recorder::start();
    proxy.always(Answer::status(407));
    let through = ProxySetting::Url(proxy.url("").parse().unwrap());
    for scheme in ["http", "https"] {
        let client = client(options().proxy(through.clone()));
        let url = BaseUrl::parse(&format!("{scheme}://acd-lb.invalid/rest"))
            .unwrap()
            .run(1);
        let error = client.run(&url, &Body::new()).await.unwrap_err();
        assert!(
            matches!(error, Error::ProxyAuthentication { .. }),
            "{scheme}: {error}"
        );
        assert_eq!(
            (error.status(), error.delivery()),
            (Some(407), Delivery::NotSent)
        );
    }
    let requests = proxy.requests();
    assert_eq!(
        requests[0].target,
        "http://acd-lb.invalid/rest/routingApplications/run/1"
    );
    assert_eq!(
        (requests[1].method.as_str(), requests[1].target.as_str()),
        ("CONNECT", "acd-lb.invalid:443")
    );
    assert_eq!(
        requests[1].header("Authorization"),
        None,
        "the token is for the server alone"
    );
}

#[tokio::test]
async fn applications_and_users_are_listed() {
    let server = Recorder::start();
    server
        .then(Answer::json(200, &serde_json::json!({
            "records": [{"ID": 1234, "Name": "Login", "ClientsID": 1}], "count": 1, "status": 200
        })))
        .then(Answer::json(200, &serde_json::json!({"records": [{"UID": "agent.17"}], "orderBy": "UID"})))
        .then(Answer::ok("[]"));
    let client = client(options());
    let applications = client.applications(&base(&server)).await.unwrap();
    assert_eq!(
        (applications.records[0].id, applications.count),
        (1234, Some(1))
    );
    let users = client.users(&base(&server)).await.unwrap();
    assert_eq!(users.records[0]["UID"], "agent.17");
    let error = client.applications(&base(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Unexpected { .. }), "{error}");
    let seen: Vec<_> = server
        .requests()
        .into_iter()
        .map(|request| (request.method, request.target))
        .collect();
    assert_eq!(
        seen[0],
        (
            "GET".to_owned(),
            "/rest/v1.0/1/routingApplications".to_owned()
        )
    );
    assert_eq!(seen[1], ("GET".to_owned(), "/rest/v1.0/1/users".to_owned()));
}

/// Everything this crate can show about a failed call, and about a client, without the secret.
#[tokio::test]
async fn neither_the_token_nor_the_path_is_in_anything_shown() {
    let server = Recorder::start();
    let repeated = format!("the token {TOKEN} is wrong");
    server
        .then(Answer::status(401).body(repeated.clone()))
        .then(Answer::json(500, &serde_json::json!({"error": repeated})))
        .then(Answer::html(200, TOKEN))
        .then(Answer::ok("xx").truncated(1))
        .then(Answer::hang_up())
        .then(Answer::redirect(302, &format!("https://elsewhere/{TOKEN}")))
        .then(Answer::silence());
    let options = options()
        .timeout(Duration::from_secs(2))
        .retry(RetryPolicy::never());
    let client = client(options);
    let url = BaseUrl::parse(&server.url("/rest/v1.0/4711"))
        .unwrap()
        .run(815);
    let mut shown = format!("{client:?} {:?} {url} {url:?}", client.token());
    for _ in 0..7 {
        shown += &all_of(&client.run(&url, &Body::new()).await.unwrap_err());
    }
    let nowhere = BaseUrl::parse("http://no-such-host.invalid/rest/v1.0/4711")
        .unwrap()
        .run(815);
    shown += &all_of(&client.run(&nowhere, &Body::new()).await.unwrap_err());
    for secret in [TOKEN, "4711", "/815", "run/"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("the token *** is wrong"), "{shown}");
}

/// An error with all its sources, in both forms.
fn all_of(error: &dyn std::error::Error) -> String {
    let mut shown = format!("{error}\n{error:?}\n");
    let mut source = error.source();
    while let Some(inner) = source {
        let _ = writeln!(shown, "{inner}\n{inner:?}");
        source = inner.source();
    }
    shown
}

#[tokio::test]
async fn a_probe_needs_no_token_and_takes_any_status() {
    let server = Recorder::start();
    server
        .then(Answer::status(404))
        .then(Answer::html(200, "<html>"))
        .then(Answer::status(503))
        .then(Answer::hang_up());
    let client = Client::without_token(options()).unwrap();
    for status in [404, 200, 503] {
        assert_eq!(client.probe(&base(&server)).await.unwrap(), status);
    }
    assert!(matches!(
        client.probe(&base(&server)).await.unwrap_err(),
        Error::Unanswered { .. }
    ));
    let requests = server.requests();
    assert_eq!(requests.len(), 4, "each is tried once");
    assert!(
        requests
            .iter()
            .all(|request| request.header("Authorization").is_none())
    );
}
