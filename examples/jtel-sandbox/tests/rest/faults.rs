//! Faults on demand.

use super::{answer, get, request, run, start};
use jtel_sandbox::Fault;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test]
async fn faults_strike_rest_requests() {
    let sandbox = start(|_| ()).await;
    let fault = |text: &str| sandbox.faults().add(Fault::parse(text).unwrap());

    fault("path=users,status=503,retry_after=7,times=1");
    let response = get(&sandbox, "users").send().await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.headers()["retry-after"].to_str().unwrap()
        ),
        (503, "7")
    );
    assert_eq!(
        answer(get(&sandbox, "users")).await.0,
        StatusCode::OK,
        "once only"
    );

    fault("html=true,times=1");
    let response = get(&sandbox, "users").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(
        response.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );

    fault("delay_ms=150,times=1");
    let begun = Instant::now();
    assert_eq!(answer(get(&sandbox, "users")).await.0, StatusCode::OK);
    assert!(begun.elapsed() >= Duration::from_millis(150));

    fault("truncate=10,times=1");
    let response = get(&sandbox, "users").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(
        response.text().await.is_err(),
        "the body ends before its length"
    );
}

#[tokio::test]
async fn a_dropped_connection_may_have_done_its_work() {
    let sandbox = start(|_| ()).await;
    let dial = || {
        run(
            &sandbox,
            5678,
            &json!({"UsersUID": "agent.17", "DialNumber": "4989"}),
        )
        .send()
    };
    sandbox
        .faults()
        .add(Fault::parse("drop=before,times=1").unwrap());
    assert!(dial().await.is_err());
    assert_eq!(sandbox.dials().unwrap().len(), 0);
    sandbox
        .faults()
        .add(Fault::parse("drop=after,times=1").unwrap());
    assert!(dial().await.is_err());
    assert_eq!(sandbox.dials().unwrap().len(), 1);
}

#[tokio::test]
async fn faults_are_set_and_cleared_over_http() {
    let sandbox = start(|_| ()).await;
    let url = format!("{}/sandbox/faults", sandbox.root_url());
    assert_eq!(
        answer(request(Method::POST, &url).json(&json!({"status": 500})))
            .await
            .0,
        StatusCode::OK
    );
    assert_eq!(
        answer(get(&sandbox, "users")).await.0,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(
        answer(request(Method::DELETE, &url)).await.0,
        StatusCode::OK,
        "no fault strikes this path"
    );
    assert_eq!(answer(get(&sandbox, "users")).await.0, StatusCode::OK);
    let (status, body) = answer(request(Method::POST, &url).json(&json!({"explode": true}))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["error"].as_str().unwrap().contains("explode"));
}
