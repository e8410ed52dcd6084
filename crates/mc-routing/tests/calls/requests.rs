//! What goes out.

use mc_routing::{Client, Error};
use testkit::{Answer, Recorder};

use crate::{base, body, client, options};

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
