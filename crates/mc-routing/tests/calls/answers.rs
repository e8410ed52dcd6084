//! What each kind of answer becomes.

use std::fmt::Write as _;
use std::time::Duration;

use mc_routing::{BaseUrl, Body, Delivery, Error, RetryPolicy, Verdict};
use testkit::{Answer, Recorder};

use crate::{TOKEN, client, options, run};

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
async fn f39_a_redirect_is_refused_and_the_token_stays_here() {
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

#[tokio::test]
async fn a_token_that_the_server_repeats_is_in_no_answer_however_it_is_written() {
    let server = Recorder::start();
    let long = format!("{}{TOKEN}", "x".repeat(290));
    server
        .then(Answer::ok(format!("got Bearer {TOKEN}, thanks")))
        .then(Answer::ok(
            r#"{"error":"s3cret\u002Dt0ken and \s\3cret-t0ken"}"#,
        ))
        .then(Answer::status(500).body(long))
        .then(Answer::status(500).body(r#"{"code":"s3cret\u002dt0ken"}"#));
    let answer = run(&server, options()).await.unwrap();
    assert_eq!(answer.text, "got Bearer ***, thanks");
    let answer = run(&server, options()).await.unwrap();
    assert_eq!(answer.text, r#"{"error":"*** and ***"}"#);
    for _ in 0..2 {
        let error = run(&server, options()).await.unwrap_err().to_string();
        assert!(error.contains("***"), "{error}");
        assert!(!error.contains("s3c"), "{error}");
    }
}

#[tokio::test]
async fn what_stands_in_headers_as_older_servers_write_them_is_read() {
    let server = Recorder::start();
    server.then(Answer::raw(
        "HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Type : text/plain\r\nContent-Length: 4\r\n\r\ndone",
    ));
    assert_eq!(run(&server, options()).await.unwrap().text, "done");
}

#[tokio::test]
async fn only_jtels_own_words_blame_the_application() {
    let server = Recorder::start();
    server.then(Answer::status(404).body("404 page not found"));
    let error = run(&server, options()).await.unwrap_err();
    assert!(matches!(error, Error::NoEndpoint { .. }), "{error}");
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
async fn an_answer_that_was_packed_unasked_is_unpacked() {
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write as _;

    let said = br#"{"error":"no such user"}"#;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(said).unwrap();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(said).unwrap();
    let mut bare = DeflateEncoder::new(Vec::new(), Compression::best());
    bare.write_all(said).unwrap();
    let server = Recorder::start();
    for (coding, body) in [
        ("gzip", gzip.finish().unwrap()),
        ("X-GZIP", {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
            gzip.write_all(said).unwrap();
            gzip.finish().unwrap()
        }),
        ("deflate", zlib.finish().unwrap()),
        ("deflate", bare.finish().unwrap()),
        // Not what it says it is.
        ("gzip", said.to_vec()),
        ("identity", said.to_vec()),
    ] {
        server.then(
            Answer::ok(body)
                .header("Content-Type", "application/json")
                .header("Content-Encoding", coding),
        );
        let answer = run(&server, options()).await.unwrap();
        let Verdict::Refused { reason } = answer.verdict() else {
            panic!("{coding}: {answer:?}");
        };
        assert_eq!(reason, "no such user", "{coding}");
    }
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; 65_536]).unwrap();
    }
    server.then(Answer::ok(bomb.finish().unwrap()).header("Content-Encoding", "gzip"));
    let error = run(&server, options()).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn what_is_packed_is_never_taken_for_text() {
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use std::io::Write as _;

    let gzip = |text: &[u8]| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap()
    };
    let packed = |coding: &str, body: Vec<u8>| Answer::ok(body).header("Content-Encoding", coding);
    let server = Recorder::start();
    let halves = [gzip(br#"{"error":"no "#), gzip(br#"such user"}"#)].concat();
    let mut bomb = ZlibEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b' '; 5_000_000]).unwrap();
    let mut cut = gzip(b"{}");
    cut.truncate(cut.len() - 3);
    let behind = [gzip(b"{}"), b"more".to_vec()].concat();
    server
        .then(packed("gzip", halves))
        .then(packed("deflate", bomb.finish().unwrap()))
        .then(packed("gzip", cut))
        .then(packed("gzip", behind))
        .then(packed("deflate", b"\x78\x9c broken".to_vec()));
    let verdict = run(&server, options()).await.unwrap().verdict();
    let reason = "no such user".to_owned();
    assert_eq!(verdict, Verdict::Refused { reason });
    let error = run(&server, options()).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    for _ in 0..3 {
        let error = run(&server, options()).await.unwrap_err();
        assert!(error.to_string().contains("cannot be unpacked"), "{error}");
        assert_eq!(error.delivery(), Delivery::Unknown);
    }
}
