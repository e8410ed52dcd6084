//! The sandbox from outside: real sockets, the real database.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

mod calls;
mod faults;

use jtel_sandbox::{Options, Sandbox, User};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::Recorder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SOON: Duration = Duration::from_secs(20);

async fn start(change: impl FnOnce(&mut Options)) -> Sandbox {
    let mut options = Options::default();
    options
        .users
        .push(User::new("agent.17", "jdoe").named("Jörg", "Müller"));
    options.users.push(User::new("agent.18", "asmith"));
    change(&mut options);
    Sandbox::start(options).await.unwrap()
}

fn request(method: Method, url: &str) -> RequestBuilder {
    Client::builder()
        .no_proxy()
        .timeout(SOON)
        .build()
        .unwrap()
        .request(method, url)
}

fn get(sandbox: &Sandbox, path: &str) -> RequestBuilder {
    request(Method::GET, &format!("{}/{path}", sandbox.base_url())).bearer_auth(sandbox.token())
}

fn run(sandbox: &Sandbox, application: u32, body: &Value) -> RequestBuilder {
    let url = format!(
        "{}/routingApplications/run/{application}",
        sandbox.base_url()
    );
    request(Method::POST, &url)
        .bearer_auth(sandbox.token())
        .json(body)
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

async fn register(sandbox: &Sandbox, recorder: &Recorder) {
    let body = json!({
        "Action": "register", "WindowsLoginName": "jdoe", "ComputerName": "PC17", "IPAddress": "127.0.0.1",
        "ListenPort": recorder.port().to_string(), "ListenToken": "listen-secret",
    });
    let (status, result) = answer(run(sandbox, 1235, &body)).await;
    assert_eq!(
        (status, &result["usersuid"]),
        (StatusCode::OK, &json!("agent.17")),
        "{result}"
    );
}

#[tokio::test]
async fn the_vendors_example_leaves_the_computer_name_in_the_database() {
    let sandbox = start(|_| ()).await;
    let body = json!({"WindowsLoginName": "JDoe", "ComputerName": "PC'17; DROP TABLE Users", "IPAddress": "10.0.0.7"});
    let (status, result) = answer(run(&sandbox, 1234, &body)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(result["usersuid"], "agent.17");
    let database = rusqlite::Connection::open(sandbox.database()).unwrap();
    let sql = "SELECT NickName FROM Users WHERE UID = 'agent.17'";
    let nick_name: String = database.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(nick_name, "PC'17; DROP TABLE Users");
}

#[tokio::test]
async fn a_multi_tenant_system_refuses_the_stored_procedure_and_says_so() {
    let sandbox = start(|options| options.multi_tenant = true).await;
    let (status, result) = answer(run(
        &sandbox,
        1234,
        &json!({"WindowsLoginName": "jdoe", "ComputerName": "PC17"}),
    ))
    .await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        result["error"].as_str().unwrap().contains("multi-tenant"),
        "{result}"
    );
    assert_eq!(sandbox.user("agent.17").unwrap().unwrap().nick_name, "");
}

#[tokio::test]
async fn lists_come_in_the_vendors_frame() {
    let sandbox = start(|_| ()).await;
    let (status, list) = answer(get(&sandbox, "routingApplications")).await;
    assert_eq!(status, StatusCode::OK);
    let expected = json!({"filter": "", "limitStart": 0, "limitPageSize": -1, "count": 4, "orderBy": "Name", "ascending": true, "status": 200});
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&list[name], value, "{name}");
    }
    let record = &list["records"][1];
    assert_eq!(
        (&record["ID"], &record["Name"]),
        (&json!(1234), &json!("MiniClient login"))
    );
    for name in [
        "ClientsID",
        "WorkFlowApplicationTypesID",
        "RoutingApplicationTypesID",
        "RoutingApplicationFilesActiveID",
        "RoutingApplicationFilesTestID",
        "TestCLI",
        "dtCallLogStart",
        "bOverflowLicense",
    ] {
        assert!(record.as_object().unwrap().contains_key(name), "{name}");
    }

    let (_, users) = answer(get(&sandbox, "users")).await;
    assert_eq!(
        (&users["orderBy"], &users["count"]),
        (&json!("UID"), &json!(2))
    );
    let id = &users["records"][0]["ID"];
    let (_, one) = answer(get(&sandbox, &format!("users/user/{id}"))).await;
    assert_eq!(
        (&one["count"], &one["records"][0]["UID"]),
        (&json!(1), &json!("agent.17"))
    );
}

#[tokio::test]
async fn the_token_and_the_client_belong_together() {
    let sandbox = start(|_| ()).await;
    let url = format!("{}/users", sandbox.base_url());
    let other_client = url.replace("/v1.0/1/", "/v1.0/2/");
    let no_client = url.replace("/v1.0/1/", "/v1.0/one/");
    let token = sandbox.token();
    for wrong in [
        request(Method::GET, &url),
        request(Method::GET, &url).bearer_auth("wrong"),
        request(Method::GET, &url).basic_auth("Bearer", Some(token)),
        request(Method::GET, &other_client).bearer_auth(token),
        request(Method::GET, &no_client).bearer_auth(token),
    ] {
        let (status, body) = answer(wrong).await;
        assert_eq!(
            (status, &body["status"]),
            (StatusCode::UNAUTHORIZED, &json!(401))
        );
    }
    // The scheme's name is not case-sensitive: RFC 9110, 11.1.
    let (status, _) =
        answer(request(Method::GET, &url).header("Authorization", format!("bearer {token}"))).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_token_voids_the_old_one_at_once() {
    let sandbox = start(|_| ()).await;
    let url = format!("{}/sandbox/clients/1/token", sandbox.root_url());
    let (_, new) = answer(request(Method::POST, &url)).await;
    assert_eq!(
        answer(get(&sandbox, "users")).await.0,
        StatusCode::UNAUTHORIZED
    );
    let users = format!("{}/users", sandbox.base_url());
    let token = new["token"].as_str().unwrap();
    assert_eq!(
        answer(request(Method::GET, &users).bearer_auth(token))
            .await
            .0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_empty_404_is_no_endpoint_and_a_json_404_no_object() {
    let sandbox = start(|_| ()).await;
    for path in ["nonsense", "routingApplications/run", "users/user"] {
        assert_eq!(
            answer(get(&sandbox, path)).await,
            (StatusCode::NOT_FOUND, json!("")),
            "{path}"
        );
    }
    let wrong_method = get(&sandbox, "routingApplications/run/1234");
    assert_eq!(
        answer(wrong_method).await,
        (StatusCode::NOT_FOUND, json!(""))
    );
    let (status, body) = answer(run(&sandbox, 4711, &json!({}))).await;
    assert_eq!(
        (status, body),
        (
            StatusCode::NOT_FOUND,
            json!({"status": 404, "error": "Routing application not found"})
        )
    );
    for path in ["users/user/999", "users/user/x", "calls/1.1/answer"] {
        let (status, body) = answer(get(&sandbox, path)).await;
        assert_eq!(
            (status, &body["status"]),
            (StatusCode::NOT_FOUND, &json!(404)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_used_is_400_with_a_reason() {
    let sandbox = start(|_| ()).await;
    let url = format!("{}/routingApplications/run/1234", sandbox.base_url());
    let post = || request(Method::POST, &url).bearer_auth(sandbox.token());
    let json = |body: &'static str| {
        post()
            .header("Content-Type", "application/json; charset=utf-8")
            .body(body)
    };
    for (wrong, reason) in [
        (post().body("{}"), "Content-Type"),
        (json("{"), "not JSON"),
        (json("[1]"), "object"),
    ] {
        let (status, body) = answer(wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(body["error"].as_str().unwrap().contains(reason), "{body}");
    }
    assert_eq!(answer(json("{}")).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_application_that_returns_nothing_keeps_the_caller_waiting() {
    let wait = Duration::from_millis(300);
    let sandbox = start(|options| options.result_wait = wait).await;
    let begun = Instant::now();
    let (status, body) = answer(run(&sandbox, 9999, &json!({}))).await;
    assert!(begun.elapsed() >= wait);
    assert_eq!((status, body), (StatusCode::OK, json!("")));
}

#[tokio::test]
async fn https_is_trusted_through_the_written_root() {
    for self_signed in [false, true] {
        over_tls(&start(|options| options.self_signed = self_signed).await).await;
    }
}

async fn over_tls(sandbox: &Sandbox) {
    use rustls::pki_types::pem::PemObject;
    let pem = std::fs::read(sandbox.ca_file().unwrap()).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(rustls::pki_types::CertificateDer::from_pem_slice(&pem).unwrap())
        .unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let url = sandbox.https_base_url().unwrap();
    let address = url
        .strip_prefix("https://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    for name in ["localhost", "127.0.0.1"] {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let name = rustls::pki_types::ServerName::try_from(name).unwrap();
        let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config.clone()));
        let mut stream = connector.connect(name, stream).await.unwrap();
        let get = format!(
            "GET /rest/v1.0/1/users HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
            sandbox.token()
        );
        stream.write_all(get.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.contains("agent.17"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn the_database_outlives_the_sandbox_when_it_is_a_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("jtel.db");
    let sandbox = start(|options| options.database = Some(path.clone())).await;
    answer(run(
        &sandbox,
        1234,
        &json!({"WindowsLoginName": "jdoe", "ComputerName": "PC17"}),
    ))
    .await;
    sandbox.stop().await;
    let sandbox = start(|options| options.database = Some(path)).await;
    assert_eq!(sandbox.user("agent.17").unwrap().unwrap().nick_name, "PC17");
}

#[tokio::test]
async fn stopping_ends_every_connection() {
    let sandbox = start(|_| ()).await;
    let waiting = tokio::spawn(run(&sandbox, 9999, &json!({})).send());
    let http = sandbox.base_url();
    // The request is under way once the server has it; a second one shows that the first had its turn.
    answer(get(&sandbox, "users")).await;
    sandbox.stop().await;
    assert!(waiting.await.unwrap().is_err());
    assert!(request(Method::GET, &http).send().await.is_err());
}

#[tokio::test]
async fn own_workflows_are_added_and_checked() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("echo.json");
    let echo = json!({"ID": 1, "Name": "Echo", "start": "r", "objects": {
        "r": {"object": "Return", "result": {"said": "$workdata.say for %Service.ClientsID_%"}}}});
    std::fs::write(&file, echo.to_string()).unwrap();
    let sandbox = start(|options| options.workflows = Some(folder.path().to_owned())).await;
    let (_, result) = answer(run(&sandbox, 1, &json!({"Say": "hällo"}))).await;
    assert_eq!(result, json!({"said": "hällo for 1"}));

    std::fs::write(&file, "{}").unwrap();
    let options = {
        let mut o = Options::default();
        o.workflows = Some(folder.path().to_owned());
        o
    };
    let error = Sandbox::start(options).await.unwrap_err().to_string();
    assert!(error.contains("echo.json"), "{error}");
}
