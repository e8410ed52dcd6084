//! When a call is made again.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use mc_routing::{BaseUrl, Body, Delivery, Error, RetryPolicy};
use testkit::{Answer, Recorder};

use crate::{body, client, options, run};

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
    let retry = RetryPolicy::new().tries(6);
    let error = run(&server, options().retry(retry)).await.unwrap_err();
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
    let retry = RetryPolicy::new().budget(Duration::from_secs(2));
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
    let policy = RetryPolicy::new()
        .tries(1000)
        .waits(Duration::from_millis(50), Duration::from_secs(8));
    let patient = client(options().retry(policy).random(move || {
        let _ = tried.send(());
        1.0
    }));
    let answer = patient.run(&url, &Body::new()).await.unwrap();
    assert_eq!(answer.text, "up");
    assert!(answer.tries > 1);
    answering.join().unwrap();
}
