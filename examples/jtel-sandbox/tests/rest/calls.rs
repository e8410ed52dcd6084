//! Calls that come in, and what is done with them.

use super::{SOON, answer, get, register, request, run, start};
use jtel_sandbox::{CallError, IncomingCall};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, Recorder};

#[tokio::test]
async fn a_call_reaches_the_workstation_its_user_registered() {
    let sandbox = start(|options| {
        options.groups.push((
            "Sales EU".into(),
            "https://crm.example/c?n=${CallerNumber}&g=${groupname}&a=$useruid".into(),
        ));
    })
    .await;
    let workstation = Recorder::start();
    workstation.always(Answer::json(202, &json!({"id": "j1"})));
    register(&sandbox, &workstation).await;

    let call = IncomingCall::for_user("agent.17")
        .with("ANumber", "49199123456789")
        .with("GroupName", "Sales EU")
        .with("ServiceNumber", "498912345")
        .with("CustomerNumber", "4711");
    let pushed = sandbox.call(&call).await.unwrap();
    assert_eq!(
        (pushed.status, pushed.answer.as_str()),
        (202, r#"{"id":"j1"}"#)
    );

    let request = workstation.only();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/v1/calls")
    );
    assert_eq!(
        request.header("Authorization"),
        Some("Bearer listen-secret")
    );
    assert_eq!(request.header("Content-Type"), Some("application/json"));
    assert_eq!(
        request.json(),
        json!({
            "Event": "ringing", "CallID": pushed.ufn, "ANumber": "49199123456789", "GroupName": "Sales EU",
            "ServiceNumber": "498912345", "CustomerNumber": "4711", "UsersUID": "agent.17",
            "CRMLink": "https://crm.example/c?n=49199123456789&g=Sales%20EU&a=agent.17",
        })
    );
}

#[tokio::test]
async fn a_call_is_answered_held_and_hung_up() {
    let sandbox = start(|_| ()).await;
    let workstation = Recorder::start();
    workstation.always(Answer::status(202));
    register(&sandbox, &workstation).await;
    let ufn = sandbox
        .call(&IncomingCall::for_user("agent.17").with("ANumber", "1"))
        .await
        .unwrap()
        .ufn;
    let act = |action: &str| answer(get(&sandbox, &format!("calls/{ufn}/{action}")));

    assert_eq!(act("hold").await.0, StatusCode::CONFLICT, "it only rings");
    assert_eq!(act("answer").await.0, StatusCode::OK);
    assert_eq!(act("answer").await.0, StatusCode::CONFLICT);
    assert_eq!(act("hold").await.0, StatusCode::OK);
    let (_, calls) = answer(get(&sandbox, "calls")).await;
    assert_eq!(
        (&calls["orderBy"], &calls["count"]),
        (&json!("UFN"), &json!(1))
    );
    assert_eq!(
        (&calls["records"][0]["UFN"], &calls["records"][0]["State"]),
        (&json!(ufn), &json!("held"))
    );
    assert_eq!(act("hangup").await.0, StatusCode::OK);
    assert_eq!(act("hangup").await.0, StatusCode::NOT_FOUND);

    let events = workstation.arrived(3, SOON).await;
    let kinds: Vec<Value> = events.iter().map(|r| r.json()["Event"].clone()).collect();
    assert_eq!(kinds, ["ringing", "answered", "ended"]);
}

#[tokio::test]
async fn a_call_lives_through_and_says_what_the_workstation_took() {
    let sandbox = start(|_| ()).await;
    let workstation = Recorder::start();
    workstation.always(Answer::json(202, &json!({"id": "j1"})));
    register(&sandbox, &workstation).await;
    let call = IncomingCall::for_user("agent.17").with("ANumber", "1");

    let taken = sandbox.call(&call).await.unwrap();
    let answered = sandbox.answer(&taken.ufn).await.unwrap().unwrap();
    assert_eq!((answered.status, &answered.ufn), (202, &taken.ufn));
    let mut expected = taken.event.clone();
    expected["Event"] = json!("answered");
    assert_eq!(answered.event, expected, "nothing else changes");
    assert!(matches!(
        sandbox.answer(&taken.ufn).await,
        Err(CallError::NotNow { .. })
    ));
    let ended = sandbox.hang_up(&taken.ufn).await.unwrap().unwrap();
    assert_eq!(ended.event["Event"], "ended");
    assert!(matches!(
        sandbox.hang_up(&taken.ufn).await,
        Err(CallError::UnknownCall(_))
    ));

    let missed = sandbox.call(&call).await.unwrap();
    assert_ne!(missed.ufn, taken.ufn);
    let over = sandbox.hang_up(&missed.ufn).await.unwrap().unwrap();
    assert_eq!(over.event["Event"], "missed");

    let events = workstation.arrived(5, SOON).await;
    let kinds: Vec<Value> = events.iter().map(|r| r.json()["Event"].clone()).collect();
    let all = ["ringing", "answered", "ended", "ringing", "missed"];
    assert_eq!(kinds, all);
}

#[tokio::test]
async fn a_call_that_reaches_nobody_says_why() {
    let sandbox = start(|_| ()).await;
    let call = IncomingCall::for_user;
    assert!(matches!(
        sandbox.call(&call("agent.99")).await,
        Err(CallError::UnknownUser(_))
    ));
    assert!(matches!(
        sandbox.call(&call("agent.17")).await,
        Err(CallError::NotRegistered(_))
    ));

    let mut workstation = Recorder::start();
    register(&sandbox, &workstation).await;
    workstation.then(Answer::json(409, &json!({"error": "another user"})));
    match sandbox.call(&call("agent.17")).await {
        Err(CallError::Refused {
            status: 409,
            answer,
            ..
        }) => assert!(answer.contains("another user")),
        other => panic!("{other:?}"),
    }
    workstation.stop();
    assert!(matches!(
        sandbox.call(&call("agent.17")).await,
        Err(CallError::Unreachable { .. })
    ));
}

#[tokio::test]
async fn a_call_comes_in_over_http_too() {
    let sandbox = start(|options| options.listen_token = Some("agreed".into())).await;
    let url = format!("{}/sandbox/calls", sandbox.root_url());
    let call = |body: Value| answer(request(Method::POST, &url).json(&body));
    assert_eq!(
        call(json!({"UsersUID": "agent.99"})).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        call(json!({"UsersUID": "agent.17"})).await.0,
        StatusCode::CONFLICT
    );
    assert_eq!(
        call(json!({"UsersUID": "agent.17", "ANumber": []})).await.0,
        StatusCode::BAD_REQUEST
    );

    let workstation = Recorder::start();
    workstation.always(Answer::status(202));
    let body = json!({"Action": "register", "WindowsLoginName": "jdoe", "IPAddress": "127.0.0.1", "ListenPort": workstation.port()});
    answer(run(&sandbox, 1235, &body)).await;
    let (status, pushed) = call(
        json!({"UsersUID": "agent.17", "ANumber": 4989, "CRMLink": "https://crm/?${{ANumber}}"}),
    )
    .await;
    assert_eq!(
        (status, &pushed["status"]),
        (StatusCode::OK, &json!(202)),
        "{pushed}"
    );
    let received = workstation.only();
    assert_eq!(received.header("Authorization"), Some("Bearer agreed"));
    assert_eq!(
        (&received.json()["CRMLink"], &received.json()["ANumber"]),
        (&json!("https://crm/?4989"), &json!("4989"))
    );
}
