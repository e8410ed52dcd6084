//! With an HTTP client of one's own, and without a runtime.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot help fails its test"
)]

use mc_routing::{BaseUrl, Body, Client, ClientOptions, Origin, Token, reqwest};
use testkit::{Answer, Recorder};

fn token() -> Token {
    Token::new("s3cret", Origin::Program).unwrap()
}

#[tokio::test]
async fn calls_go_through_ones_own_client() {
    let server = Recorder::start();
    server.then(Answer::ok("done"));
    let http = reqwest::Client::builder()
        .user_agent("embedder/1")
        .no_proxy()
        .build()
        .unwrap();
    let client = Client::with_http(http, Some(token()), ClientOptions::default());
    let url = BaseUrl::parse(&server.url("")).unwrap().run(1);
    assert_eq!(client.run(&url, &Body::new()).await.unwrap().text, "done");
    let request = server.only();
    assert_eq!(request.header("User-Agent"), Some("embedder/1"));
    assert_eq!(request.header("Authorization"), Some("Bearer s3cret"));
}

#[cfg(feature = "blocking")]
mod blocking {
    use super::*;
    use mc_routing::{Delivery, ProxySetting, RetryPolicy, blocking};

    fn client() -> blocking::Client {
        let options = ClientOptions::default()
            .proxy(ProxySetting::None)
            .retry(RetryPolicy::never());
        blocking::Client::new(token(), options).unwrap()
    }

    #[test]
    fn calls_block_one_after_the_other() {
        let server = Recorder::start();
        server
            .then(Answer::ok("one"))
            .then(Answer::ok("two"))
            .then(Answer::status(404))
            .then(Answer::json(200, &serde_json::json!({"records": []})))
            .then(Answer::hang_up());
        let base = BaseUrl::parse(&server.url("")).unwrap();
        let client = client();
        for text in ["one", "two"] {
            let answer = client.run(&base.run(1), &Body::new()).unwrap();
            assert_eq!(answer.text, text);
        }
        assert_eq!(client.probe(&base).unwrap(), 404);
        assert!(client.users(&base).unwrap().records.is_empty());
        let error = client.run(&base.run(1), &Body::new()).unwrap_err();
        assert_eq!(error.delivery(), Delivery::Unknown);
    }

    #[tokio::test]
    async fn a_runtime_that_runs_already_is_no_hindrance() {
        let server = Recorder::start();
        server.then(Answer::ok("done"));
        let url = BaseUrl::parse(&server.url("")).unwrap().run(1);
        assert_eq!(client().run(&url, &Body::new()).unwrap().text, "done");
    }
}
