//! The stand-in for the telephone system, as a process: what its command line promises.

use crate::telephone::{SOON, Telephone};
use serde_json::{Value, json};
use testkit::{Answer, Home, Recorder, Reply, request, run};

fn start(arguments: &[&str]) -> Telephone {
    Telephone::start_for("jdoe", arguments)
}

fn run_application(sandbox: &Telephone, application: u32, body: &Value) -> Reply {
    let token = format!("Bearer {}", sandbox.about("token"));
    let headers = [
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
    ];
    let target = format!("/rest/v1.0/1/routingApplications/run/{application}");
    let body = body.to_string();
    request(
        sandbox.address(),
        "POST",
        &target,
        &headers,
        body.as_bytes(),
    )
}

#[test]
fn it_says_what_a_script_needs() {
    let sandbox = start(&[]);
    let about = &sandbox.about;
    assert!(
        about["http"].as_str().unwrap().ends_with("/rest/v1.0/1"),
        "{about}"
    );
    assert!(
        about["https"]
            .as_str()
            .unwrap()
            .starts_with("https://127.0.0.1:"),
        "{about}"
    );
    let ca = std::fs::read_to_string(about["ca_file"].as_str().unwrap()).unwrap();
    assert!(ca.starts_with("-----BEGIN CERTIFICATE-----"), "{ca}");
    assert_eq!(about["applications"]["1234"], "MiniClient login");
    assert!(std::path::Path::new(about["database"].as_str().unwrap()).is_file());
}

#[test]
fn a_call_is_let_in_from_the_command_line() {
    let sandbox = start(&["--group", "Sales=https://crm.example/?n=${CallerNumber}"]);
    let refused = sandbox.command(&["call"]).expect_code(1);
    assert!(
        refused.stderr.contains("no workstation registered"),
        "{}",
        refused.stderr
    );

    let workstation = Recorder::start();
    workstation.always(Answer::status(202));
    let body = json!({
        "Action": "register", "WindowsLoginName": "jdoe", "ComputerName": "PC17", "IPAddress": "127.0.0.1",
        "ListenPort": workstation.port(), "ListenToken": "t",
    });
    assert_eq!(
        run_application(&sandbox, 1235, &body).json()["result"],
        "OK"
    );
    let called = sandbox.command(&[
        "call",
        "--a-number",
        "4989123",
        "--group",
        "Sales",
        "--set",
        "CustomerNumber=4711",
    ]);
    let pushed: Value = serde_json::from_str(&called.expect_code(0).stdout).unwrap();
    assert_eq!(pushed["status"], 202);
    let event = workstation.only().json();
    assert_eq!(event["CRMLink"], "https://crm.example/?n=4989123");
    assert_eq!(
        (&event["CustomerNumber"], &event["UsersUID"]),
        (&json!("4711"), &json!("agent.17"))
    );
}

#[test]
fn a_call_lives_through_from_the_command_line() {
    let sandbox = start(&[]);
    let workstation = Recorder::start();
    workstation.always(Answer::status(202));
    let body = json!({
        "Action": "register", "WindowsLoginName": "jdoe", "IPAddress": "127.0.0.1",
        "ListenPort": workstation.port(), "ListenToken": "t",
    });
    assert_eq!(run_application(&sandbox, 1235, &body).status, 200);
    let told = |arguments: &[&str]| -> Vec<Value> {
        let said = sandbox.command(arguments).expect_code(0).stdout;
        let lines = said.lines().map(|line| serde_json::from_str(line).unwrap());
        lines
            .map(|line: Value| line["event"]["Event"].clone())
            .collect()
    };
    let all = told(&["call", "--ring", "0", "--talk", "0.01"]);
    assert_eq!(all, ["ringing", "answered", "ended"]);
    assert_eq!(told(&["call", "--ring", "0"]), ["ringing", "missed"]);
    let pushed = workstation.requests().into_iter();
    let pushed: Vec<_> = pushed.map(|r| r.json()["Event"].clone()).collect();
    let all = ["ringing", "answered", "ended", "ringing", "missed"];
    assert_eq!(pushed, all);
    let wrong = sandbox.command(&["call", "--talk", "1"]).expect_code(2);
    assert!(wrong.stderr.contains("--ring"), "{}", wrong.stderr);
}

#[test]
fn faults_are_set_from_the_command_line() {
    let sandbox = start(&["--fault", "status=503,times=1"]);
    let login = || {
        let body = json!({"WindowsLoginName": "jdoe", "ComputerName": "PC17"});
        run_application(&sandbox, 1234, &body).status
    };
    assert_eq!((login(), login()), (503, 200));
    let _ = sandbox.command(&["fault", "status=500"]).expect_code(0);
    assert_eq!(login(), 500);
    let _ = sandbox.command(&["fault"]).expect_code(0);
    assert_eq!(login(), 200);
    let wrong = sandbox.command(&["fault", "sttus=500"]).expect_code(2);
    assert!(wrong.stderr.contains("sttus"), "{}", wrong.stderr);
}

#[test]
fn its_database_can_be_asked_and_not_changed() {
    let sandbox = start(&[]);
    let login = json!({"WindowsLoginName": "JDoe", "ComputerName": "PC17"});
    assert_eq!(
        run_application(&sandbox, 1234, &login).json()["usersuid"],
        "agent.17"
    );
    let query = |sql: &str| {
        let database = sandbox.about("database");
        run(
            sandbox
                .home
                .command("jtel-sandbox")
                .args(["query", "--database", database, sql]),
            SOON,
        )
    };
    let row = query("SELECT UID, NickName FROM Users").expect_code(0);
    assert_eq!(row.stdout.trim(), r#"{"UID":"agent.17","NickName":"PC17"}"#);
    let refused = query("DELETE FROM Users").expect_code(1);
    assert!(refused.stderr.contains("readonly"), "{}", refused.stderr);
}

#[test]
fn it_ends_when_asked_and_takes_its_files_along() {
    let sandbox = start(&[]);
    let _ = sandbox.command(&["stop"]).expect_code(0);
    let Telephone { process, about, .. } = sandbox;
    assert_eq!(process.finish(SOON).code, 0);
    assert!(!std::path::Path::new(about["database"].as_str().unwrap()).exists());
}

#[test]
fn a_taken_port_is_named() {
    let taken = Recorder::start();
    let address = taken.address().to_string();
    let home = Home::new();
    let finished = run(
        home.command("jtel-sandbox").args(["--http", &address]),
        SOON,
    )
    .expect_code(1);
    assert!(
        finished
            .stderr
            .contains(&format!("cannot listen on {address}")),
        "{}",
        finished.stderr
    );
}
