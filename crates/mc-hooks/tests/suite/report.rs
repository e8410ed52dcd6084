use mc_hooks::{ActionKind, Outcome, Plan, Report};
use serde_json::{Value, json};

/// A report as other programs read it. Changing this breaks them.
const REPORT: &str = r#"{"id":"00d1f6","hook":"vendor-rest","action":"rest","done":"GET https://crm.example/c","outcome":"http_error","exit_code":null,"status":404,"millis":12,"error":null,"answer":null}"#;

const PLANS: &str = r#"[
    {"hook":"a","action":"exec","program":"/opt/crm/pop","arguments":["/n:49","x y"],"stdin":null},
    {"hook":"b","action":"exec","program":"/opt/crm/pop","arguments":[],"stdin":{"Event":"ringing"}},
    {"hook":"c","action":"rest","requests":[{"method":"POST","url":"https://crm.example/c","headers":[["Content-Type","application/json"]],"body":"{}"},
                                            {"method":"GET","url":"https://crm.example/","headers":[],"body":null}]},
    {"hook":"d","action":"open","url":"https://crm.example/?id=1"},
    {"hook":"e","action":"rest","outcome":"skipped","error":"why"},
    {"hook":"f","action":"open","after":"c","when":{"ContactID":"!"},"url":"https://crm.example/?id=1"},
    {"hook":"g","action":"open","after_failed":"c","url":"https://crm.example/?id=1"}
]"#;

#[test]
fn reports_keep_their_form() {
    let report: Report = serde_json::from_str(REPORT).unwrap();
    assert_eq!(report.action, ActionKind::Rest);
    assert_eq!(report.outcome, Outcome::HttpError);
    assert_eq!(serde_json::to_string(&report).unwrap(), REPORT);
    assert_eq!(
        report.to_string(),
        "vendor-rest: http_error: GET https://crm.example/c, status 404, 12 ms"
    );
    // As versions before this one wrote them, and with what an answer brought.
    let old = REPORT.replace(",\"answer\":null", "");
    assert_eq!(serde_json::from_str::<Report>(&old).unwrap(), report);
    let found = REPORT.replace(
        "\"answer\":null",
        r#""answer":{"ContactID":true,"Hits":false}"#,
    );
    let report: Report = serde_json::from_str(&found).unwrap();
    assert_eq!(serde_json::to_string(&report).unwrap(), found);
}

#[test]
fn plans_keep_their_form() {
    let plans: Vec<Plan> = serde_json::from_str(PLANS).unwrap();
    let again = serde_json::to_value(&plans).unwrap();
    assert_eq!(again, serde_json::from_str::<Value>(PLANS).unwrap());
}

#[test]
fn outcomes_keep_their_words() {
    let words = [
        "ok",
        "failed",
        "http_error",
        "skipped",
        "timeout",
        "running",
        "refused",
        "dropped",
        "cancelled",
    ];
    let successes = ["ok", "http_error", "skipped", "running"];
    for word in words {
        let outcome: Outcome = serde_json::from_value(json!(word)).unwrap();
        assert_eq!(outcome.as_str(), word);
        assert_eq!(serde_json::to_value(outcome).unwrap(), json!(word));
        assert_eq!(outcome.is_success(), successes.contains(&word), "{word}");
    }
}
