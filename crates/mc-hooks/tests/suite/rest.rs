use std::time::Duration;

use mc_hooks::curl::{CurlCommand, Sender, SenderOptions};
use mc_hooks::{Hook, Outcome, Report, Rest, Runner, Task};
use mc_template::Names;
use serde_json::json;
use testkit::{Answer, Recorder};

use crate::world::{engine, event, values};

fn rest(command: &str) -> Rest {
    let command = CurlCommand::parse(command, &Names::call())
        .unwrap_or_else(|errors| panic!("{command}: {errors}"));
    Rest::new(command, Sender::new(SenderOptions::default()).unwrap())
}

async fn run(command: &str, timeout: Option<Duration>, document: &str) -> Report {
    let mut hook = Hook::new("vendor-rest", rest(command));
    hook.timeout = timeout;
    let runner = Runner::new(vec![hook], engine(), |_: &Report| ());
    let mut reports = runner.run(event(document)).await;
    assert_eq!(reports.len(), 1);
    reports.swap_remove(0)
}

#[tokio::test]
async fn the_crm_link_is_called_and_reported_without_its_query() {
    let crm = Recorder::start();
    let link = crm.url("/c?id=4711&token=secret");
    let document = json!({ "CRMLink": link }).to_string();
    let report = run("curl -sS \"$crmurl\"", None, &document).await;
    assert_eq!(report.outcome, Outcome::Ok, "{report}");
    assert_eq!(report.status, Some(200));
    assert!(
        !serde_json::to_string(&report).unwrap().contains("secret"),
        "{report}"
    );
    assert!(report.done.starts_with("GET http://127.0.0.1:"), "{report}");
    let requests = crm.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].target, "/c?id=4711&token=secret");
}

#[tokio::test]
async fn an_event_without_a_link_is_skipped() {
    let report = run("curl -sS \"$crmurl\"", None, "{}").await;
    assert_eq!(report.outcome, Outcome::Skipped, "{report}");
    assert!(report.outcome.is_success());
}

#[tokio::test]
async fn a_status_of_400_or_more_is_shown_and_with_f_a_failure() {
    let crm = Recorder::start();
    crm.always(Answer::status(404));
    let document = json!({ "CRMLink": crm.url("/") }).to_string();
    let report = run("curl -sS \"$crmurl\"", None, &document).await;
    assert_eq!(
        (report.outcome, report.status),
        (Outcome::HttpError, Some(404)),
        "{report}"
    );
    let report = run("curl -sSf \"$crmurl\"", None, &document).await;
    assert_eq!(
        (report.outcome, report.status),
        (Outcome::Failed, Some(404)),
        "{report}"
    );
    assert!(report.error.is_some());
}

/// It would hold its place all day, and send yesterday's call.
#[tokio::test]
async fn without_a_timeout_no_server_makes_a_call_wait_for_a_day() {
    let _watchdog = testkit::Watchdog::start("a wait", Duration::from_secs(30));
    let crm = Recorder::start();
    crm.always(Answer::status(503).header("Retry-After", "86400"));
    let document = json!({ "CRMLink": crm.url("/") }).to_string();
    let report = run("curl --retry 1 \"$crmurl\"", None, &document).await;
    assert_eq!(report.outcome, Outcome::HttpError, "{report}");
    assert!(report.error.unwrap().contains("86400 s"));
    assert_eq!(crm.requests().len(), 1);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_a_timeout() {
    let crm = Recorder::start();
    crm.always(Answer::silence());
    let document = json!({ "CRMLink": crm.url("/?token=secret") }).to_string();
    let limit = Some(Duration::from_millis(300));
    for (command, limit) in [
        ("curl \"$crmurl\"", limit),
        ("curl -m 0.3 \"$crmurl\"", None),
    ] {
        let report = run(command, limit, &document).await;
        assert_eq!(report.outcome, Outcome::Timeout, "{command}: {report}");
        assert!(!report.to_string().contains("secret"), "{report}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_failure() {
    // The port of a server that has gone.
    let closed = Recorder::start().url("/?token=secret");
    let document = json!({ "CRMLink": closed }).to_string();
    let report = run("curl \"$crmurl\"", None, &document).await;
    assert_eq!(report.outcome, Outcome::Failed, "{report}");
    assert!(!report.to_string().contains("secret"), "{report}");
}

#[tokio::test]
async fn a_value_that_would_leave_its_place_sends_nothing() {
    let crm = Recorder::start();
    let command = format!("curl {}$ANumber/x", crm.url("/a/"));
    let report = run(&command, None, r#"{"ANumber":".."}"#).await;
    assert_eq!(report.outcome, Outcome::Refused, "{report}");
    assert!(crm.requests().is_empty());
}

#[test]
fn a_plan_shows_the_requests_with_secrets_masked() {
    let action = rest("curl -u me:secret -d \"n=$ANumber\" https://crm.example/calls").into();
    let values = values(&[("ANumber", "49 1")]);
    let plan = engine().plan(Task::new("", "h", &action, &values));
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["requests"][0]["method"], "POST");
    assert_eq!(json["requests"][0]["url"], "https://crm.example/calls");
    assert_eq!(json["requests"][0]["body"], "n=49+1");
    assert!(!json.to_string().contains("secret"), "{json}");
}
