//! The pictures of the documentation.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use testkit::Running;

use super::super::super::PATIENCE;
use super::super::desk;
use super::{Chromium, Look};

/// Where the pictures of the documentation are.
fn pictures() -> PathBuf {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    match std::env::var_os("UPDATE_PICTURES") {
        Some(_) => kept,
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures"),
    }
}

/// The journal of a morning.
fn morning() -> String {
    let call = |minutes, id, event: Value, hooks: Value| {
        let call = json!({"type": "call", "id": id, "via": "http", "event": event, "hooks": hooks});
        (minutes, call)
    };
    let hook = |minutes, id, hook, action, outcome, millis, error: Value| {
        let report = json!({"id": id, "hook": hook, "action": action, "done": "", "outcome": outcome,
            "exit_code": null, "status": null, "millis": millis, "error": error});
        (minutes, json!({"type": "report", "report": report}))
    };
    let sales = "49301234567";
    let records = [
        call(
            66,
            "1",
            json!({"CallID": "a", "ANumber": sales, "GroupName": "Sales", "ServiceName": "Hotline",
            "CRMLink": "https://crm.example/contact/4711"}),
            json!(["crm", "ticket"]),
        ),
        hook(66, "1", "crm", "open", "ok", 41, Value::Null),
        hook(66, "1", "ticket", "rest", "ok", 187, Value::Null),
        call(
            66,
            "2",
            json!({"Event": "answered", "CallID": "a", "ANumber": sales}),
            json!([]),
        ),
        call(
            58,
            "3",
            json!({"Event": "ended", "CallID": "a", "ANumber": sales}),
            json!([]),
        ),
        (
            41,
            json!({"type": "dial", "id": "4", "from": "link", "number": "+4989123456"}),
        ),
        (
            41,
            json!({"type": "dialled", "id": "4", "outcome": "ok", "text": "", "millis": 212}),
        ),
        call(
            24,
            "5",
            json!({"CallID": "b", "ANumber": "", "GroupName": "Support"}),
            json!(["crm"]),
        ),
        hook(24, "5", "crm", "open", "skipped", 0, Value::Null),
        call(
            23,
            "6",
            json!({"Event": "missed", "CallID": "b", "GroupName": "Support"}),
            json!([]),
        ),
        call(
            3,
            "7",
            json!({"CallID": "c", "ANumber": "441632960123", "GroupName": "Support",
            "CRMLink": "https://crm.example/contact/815"}),
            json!(["crm", "ticket"]),
        ),
        hook(3, "7", "crm", "open", "ok", 38, Value::Null),
        hook(
            3,
            "7",
            "ticket",
            "rest",
            "timeout",
            5000,
            json!("no answer within 5 s"),
        ),
        call(
            2,
            "8",
            json!({"Event": "answered", "CallID": "c", "ANumber": "441632960123"}),
            json!([]),
        ),
    ];
    let now = SystemTime::now();
    let line = |(minutes, mut record): (u64, Value)| {
        record["at"] = mc_cli::timestamp(now - Duration::from_secs(minutes * 60)).into();
        format!("{record}\n")
    };
    records.into_iter().map(line).collect()
}

/// Made for the documentation with `UPDATE_PICTURES=1`, and kept by every other run.
#[test]
fn pictures_in_both_languages() {
    let desk = desk();
    let now = mc_cli::timestamp(SystemTime::now());
    let folder = desk.home.path().join("state").join("journal");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{}.jsonl", &now[..10])), morning()).unwrap();
    // Some time before noon, wherever it is so.
    let hour: i32 = now[11..13].parse().unwrap();
    let mut agent = desk.home.command("miniclient");
    agent.env("TZ", format!("LOC{}", hour - 11));
    let mut agent = Running::start(&mut agent);
    agent.wait_said("a word that it runs", PATIENCE, |said| {
        said.contains("miniclient: running").then_some(())
    });
    for (name, language, dark, width, height) in [
        ("page-en", "en", false, 760, 800),
        ("page-de", "de", true, 760, 800),
        ("page-narrow-de", "de", false, 320, 900),
    ] {
        let look = Look {
            language,
            dark,
            width,
            height,
            scripts: true,
        };
        let Some(browser) = Chromium::start(&look) else {
            return;
        };
        let _ = browser.open(&desk);
        assert_eq!(
            browser.run("return document.querySelectorAll('#calls > li').length"),
            4
        );
        let file = pictures().join(format!("{name}.png"));
        browser.picture(&file);
        assert!(file.metadata().unwrap().len() > 10_000);
    }
}
