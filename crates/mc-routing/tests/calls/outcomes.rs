//! What is said when no answer comes: whether the call was sent, and what to do.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use mc_routing::{BaseUrl, Body, Delivery, Error, ProxySetting, RetryPolicy};
use testkit::{Answer, Recorder};

use crate::{client, options, run};

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
async fn f42_a_proxy_that_wants_a_password_is_named_as_such() {
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
