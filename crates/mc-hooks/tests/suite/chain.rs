//! Hooks that come after others, with what their answers brought.

mod ends;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mc_hooks::curl::{CurlCommand, Sender, SenderOptions};
use mc_hooks::{
    Action, Answers, AnswersError, Chains, CustomAction, CustomCall, CustomFuture, Fault, Hook,
    Open, Outcome, Programs, Report, Rest, Runner, When,
};
use mc_template::Names;
use serde_json::{Value, json};
use testkit::{Answer, ArgDump, Gate, Recorder};

use crate::world::{LONG, engine, event, exec_with, out};

/// What the CRM of these tests is asked for.
fn look_up(crm: &Recorder, answers: &[(&str, &str)]) -> Hook {
    let command = format!("curl -sS -f {}$ANumber", crm.url("/search?q="));
    look_up_with(&command, answers)
}

fn look_up_with(command: &str, answers: &[(&str, &str)]) -> Hook {
    let command = CurlCommand::parse(command, &Names::call()).unwrap();
    let mut wanted = Answers::default();
    for (name, pointer) in answers {
        wanted = wanted.and(name, pointer, &Names::call()).unwrap();
    }
    let sender = Sender::new(SenderOptions::default()).unwrap();
    Hook::new("find", Rest::new(command, sender).answers(wanted))
}

fn names() -> Names {
    Names::call().with_extra(["ContactID", "Hits"]).unwrap()
}

fn when(name: &str, pattern: &str) -> When {
    When::default().and(name, pattern, &names()).unwrap()
}

/// A value of each call, and its document.
type Seen = Arc<Mutex<Vec<(String, Value)>>>;

/// Notes what it is given, and takes its time.
#[derive(Debug, Default)]
struct Note {
    seen: Seen,
    takes: Duration,
}

impl CustomAction for Note {
    fn run<'a>(&'a self, call: CustomCall<'a>) -> CustomFuture<'a> {
        Box::pin(async move {
            let id = call.values.get("ContactID").unwrap_or("-").to_owned();
            self.seen.lock().unwrap().push((id, call.document.clone()));
            tokio::time::sleep(self.takes).await;
            Ok(String::new())
        })
    }

    fn describe(&self, call: CustomCall<'_>) -> String {
        format!("note {}", call.values.get("ContactID").unwrap_or("-"))
    }
}

fn note() -> (Action, Seen) {
    let note = Note::default();
    let seen = Arc::clone(&note.seen);
    (Action::custom(note), seen)
}

fn outcome(reports: &[Report], hook: &str) -> Outcome {
    let found = reports.iter().find(|report| report.hook == hook);
    found
        .unwrap_or_else(|| panic!("{hook}: {reports:?}"))
        .outcome
}

fn runner(hooks: Vec<Hook>) -> Runner {
    Runner::new(hooks, engine(), |_: &Report| ())
}

const CALL: &str = r#"{"CallID":"a1","ANumber":"49199123456789","ContactID":"of the caller"}"#;

#[tokio::test]
async fn what_the_answer_brings_decides_which_page_is_opened() {
    for (answer, pages) in [
        (
            json!({"size": 1, "records": [{"Id": "003\n/../x"}]}),
            ["https://crm.example/contact/003%20%2F..%2Fx"].as_slice(),
        ),
        (
            json!({"size": 0, "records": []}),
            &["https://crm.example/new?hits=0"],
        ),
        (
            json!({"size": 2, "records": [{"Id": null}]}),
            &["https://crm.example/new?hits=2"],
        ),
    ] {
        let crm = Recorder::start();
        crm.always(Answer::json(200, &answer));
        let find = look_up(&crm, &[("ContactID", "/records/0/Id"), ("Hits", "/size")]);
        let open = |name: &str, address: &str, pattern: &str| {
            let open = Open::parse(address, &names()).unwrap();
            Hook::new(name, open)
                .after("find")
                .when(when("ContactID", pattern))
        };
        let hooks = vec![
            open("show", "https://crm.example/contact/$ContactID", "!"),
            find,
            open("nobody", "https://crm.example/new?hits=$Hits", ""),
        ];
        let opened = ArgDump::new();
        let browser = opened.install(&opened.folder().join("browser"), &[]);
        let runner = Runner::new(hooks, engine().browser(browser), |_: &Report| ());
        let run = runner.submit(event(CALL));
        assert_eq!(run.hooks, ["find", "show", "nobody"]);
        let reports = run.reports().await;
        let args: Vec<_> = opened.dumps().into_iter().map(|dump| dump.args).collect();
        assert_eq!(args, [pages], "{reports:?}");
        assert_eq!(reports.len(), 3, "each is reported");
    }
}

#[tokio::test]
async fn an_event_cannot_bring_what_an_answer_brings() {
    let crm = Recorder::start();
    crm.always(Answer::json(200, &json!({"records": []})));
    let (action, seen) = note();
    let hooks = vec![
        look_up(&crm, &[("ContactID", "/records/0/Id")]),
        Hook::new("note", action).after("find"),
    ];
    let reports = runner(hooks).run(event(CALL)).await;
    assert_eq!(outcome(&reports, "note"), Outcome::Ok);
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen[0].0, "", "absent is absent");
    assert_eq!(seen[0].1.get("ContactID"), None, "on standard input too");
    assert_eq!(seen[0].1["ANumber"], "49199123456789");
}

#[tokio::test]
async fn a_program_reads_them_on_standard_input() {
    let crm = Recorder::start();
    crm.always(Answer::json(200, &json!({"records": [{"Id": 17.50}]})));
    let dump = ArgDump::new();
    let exec = exec_with(&format!("{} --argdump-stdin=1", out(&dump)), |options| {
        options.stdin = mc_hooks::ExecStdin::Json;
    });
    let hooks = vec![
        look_up(&crm, &[("ContactID", "/records/0/Id")]),
        Hook::new("script", exec).after("find"),
    ];
    runner(hooks).run(event(CALL)).await;
    let given: Value = serde_json::from_slice(dump.only().stdin.unwrap().as_bytes()).unwrap();
    assert_eq!(given["ContactID"], "17.5", "numbers as they were sent");
}

#[tokio::test]
async fn an_answer_is_read_in_the_charset_that_it_says() {
    for (body, content_type) in [
        (
            &b"{\"id\":\"M\xFCller\"}"[..],
            "application/json; charset=iso-8859-1",
        ),
        (
            b"{\"id\":\"M\xFCller\"}",
            "application/json;charset=\"Windows-1252\"",
        ),
        (
            "{\"id\":\"Müller\"}".as_bytes(),
            "application/json; charset=iso-8859-1",
        ),
        ("{\"id\":\"Müller\"}".as_bytes(), "text/plain"),
    ] {
        let crm = Recorder::start();
        crm.always(Answer::ok(body.to_vec()).header("Content-Type", content_type));
        let dump = ArgDump::new();
        let exec = exec_with(&format!("{} --argdump-stdin=1", out(&dump)), |options| {
            options.stdin = mc_hooks::ExecStdin::Json;
        });
        let hooks = vec![
            look_up(&crm, &[("ContactName", "/id")]),
            Hook::new("script", exec).after("find"),
        ];
        runner(hooks).run(event(CALL)).await;
        let given: Value = serde_json::from_slice(dump.only().stdin.unwrap().as_bytes()).unwrap();
        assert_eq!(given["ContactName"], "Müller", "{content_type}");
    }
}

#[tokio::test]
async fn each_outcome_goes_its_way() {
    let closed = Recorder::start().url("/");
    for (answer, find, after, failed) in [
        (Answer::ok("{}"), Outcome::Ok, Outcome::Ok, Outcome::Skipped),
        (
            Answer::status(404),
            Outcome::HttpError,
            Outcome::Skipped,
            Outcome::Ok,
        ),
        (
            Answer::hang_up(),
            Outcome::Failed,
            Outcome::Skipped,
            Outcome::Ok,
        ),
        (
            Answer::html(200, "<p>Please log in"),
            Outcome::Failed,
            Outcome::Skipped,
            Outcome::Ok,
        ),
    ] {
        let crm = Recorder::start();
        crm.always(answer);
        let command = format!("curl -X POST {}", crm.url("/"));
        let (yes, no) = (note().0, note().0);
        let hooks = vec![
            look_up_with(&command, &[("ContactID", "/id")]),
            Hook::new("yes", yes).after("FIND"),
            Hook::new("no", no).after_failed("find"),
            Hook::new("behind", note().0).after("no"),
        ];
        let reports = runner(hooks).run(event(CALL)).await;
        assert_eq!(outcome(&reports, "find"), find);
        assert_eq!(outcome(&reports, "yes"), after, "{find}");
        assert_eq!(outcome(&reports, "no"), failed, "{find}");
        assert_eq!(outcome(&reports, "behind"), failed, "{find}");
    }
    // What the hook before skips is not `ok`; what does not get its turn passes nothing on.
    let skipped = || Hook::new("find", Open::parse("$CRMLink", &names()).unwrap());
    let hooks = vec![
        skipped(),
        Hook::new("yes", note().0).after("find"),
        Hook::new("no", note().0).after_failed("find"),
        Hook::new("else", note().0).after_failed("yes"),
    ];
    let reports = runner(hooks).run(event(CALL)).await;
    assert_eq!(outcome(&reports, "no"), Outcome::Ok);
    assert_eq!(outcome(&reports, "yes"), Outcome::Skipped);
    assert_eq!(outcome(&reports, "else"), Outcome::Skipped);
    // A hook whose own conditions do not hold is not for the call, nor is what comes after it.
    let hooks = vec![
        skipped().when(when("GroupName", "!")),
        Hook::new("no", note().0).after_failed("find"),
    ];
    assert!(runner(hooks).run(event(CALL)).await.is_empty());
    drop(closed);
}

#[tokio::test]
async fn an_answer_that_gives_no_values_says_why() {
    let large = json!({"id": "x", "more": "m".repeat(Answers::MAX_BODY)}).to_string();
    for (pointer, answer, said) in [
        (
            "/id",
            Answer::html(200, "<p>"),
            "not JSON (text/html; charset=utf-8)",
        ),
        (
            "/id",
            Answer::ok("{\"id\": 1"),
            "not JSON (without Content-Type), so there is no `/id` in it, from line 1",
        ),
        ("/id", Answer::ok(""), "not JSON (it is empty)"),
        (
            "/id",
            Answer::ok(b"{\"id\":\"\xff\"}".to_vec()),
            "it is not UTF-8, and its Content-Type says neither",
        ),
        (
            "/id",
            Answer::ok(b"{\"id\":\"\xe1\"}".to_vec())
                .header("Content-Type", "application/json; charset=iso-8859-2"),
            "not JSON (application/json; charset=iso-8859-2)",
        ),
        ("/id", Answer::ok(r#"{"id":"\ud800"}"#), "not JSON"),
        ("/id", Answer::ok(large), "too large"),
        (
            "/id",
            Answer::json(200, &json!({"id": ["x"]})),
            "an array at `/id`",
        ),
        ("", Answer::json(200, &json!({"id": 1})), "an object at ``"),
        (
            "/id",
            Answer::json(200, &json!({"id": "x".repeat(8193)})),
            "8193 bytes",
        ),
    ] {
        let crm = Recorder::start();
        crm.always(answer);
        let hooks = vec![look_up(&crm, &[("ContactID", pointer)])];
        let report = runner(hooks).run(event(CALL)).await.swap_remove(0);
        assert_eq!(report.outcome, Outcome::Failed, "{report}");
        assert_eq!(report.status, Some(200));
        let error = report.error.unwrap();
        assert!(error.contains(said), "{error}");
        assert!(matches!(report.fault, Some(Fault::Values(_))));
    }
}

#[tokio::test]
async fn pointers_are_those_of_rfc_6901() {
    let document = r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"i\\j":5," ":7,"m~n":8,
        "big":12345678901234567890123,"yes":true,"null":null,"x":{"y":"z\u0000\t\u009b"},"x":{"y":"last"}}"#;
    for (pointer, value) in [
        ("/foo/0", Some("bar")),
        ("/foo/2", None),
        ("/foo/01", None),
        ("/foo/-", None),
        ("/foo/0/x", None),
        ("/", Some("0")),
        ("/a~1b", Some("1")),
        ("/c%d", Some("2")),
        ("/i\\j", Some("5")),
        ("/ ", Some("7")),
        ("/m~0n", Some("8")),
        ("/big", Some("12345678901234567890123")),
        ("/yes", Some("true")),
        ("/null", None),
        ("/x/y", Some("last")),
    ] {
        let crm = Recorder::start();
        crm.always(Answer::ok(format!("\u{FEFF}{document}")));
        let report = runner(vec![look_up(&crm, &[("ContactID", pointer)])])
            .run(event(CALL))
            .await
            .swap_remove(0);
        let found = report.values.get("ContactID").unwrap();
        assert_eq!(found, value.unwrap_or_default(), "{pointer}: {report}");
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["answer"], json!({"ContactID": value.is_some()}));
    }
    for (name, pointer) in [
        ("id", "records/0/Id"),
        ("id", "$.records[0].Id"),
        ("id", "/a~b"),
        ("crmurl", "/id"),
        ("my id", "/id"),
    ] {
        let error = Answers::default().and(name, pointer, &names());
        let error = error.expect_err(name).to_string();
        if pointer.contains("records") {
            assert!(error.ends_with("write \"/records/0/Id\""), "{error}");
        }
    }
    let twice = Answers::default().and("Id", "/id", &names()).unwrap();
    let twice = twice.and("ID", "/id", &names());
    assert!(matches!(twice, Err(AnswersError::Twice { .. })));
}

#[tokio::test]
async fn values_are_in_no_report() {
    let crm = Recorder::start();
    crm.always(Answer::json(200, &json!({"id": "Mueller-4711"})));
    let hooks = vec![look_up(&crm, &[("ContactID", "/id"), ("Hits", "/n")])];
    let report = runner(hooks).run(event(CALL)).await.swap_remove(0);
    let shown = format!("{report} {report:?} {}", json!(report));
    assert!(!shown.contains("Mueller"), "{shown}");
    assert!(
        report.to_string().contains(", ContactID, no Hits, "),
        "{report}"
    );
    assert_eq!(report.values.get("ContactID"), Some("Mueller-4711"));
}

#[test]
fn a_dry_run_shows_the_chain() {
    let find = look_up_with(
        "curl https://crm.example/search?q=$ANumber",
        &[("ContactID", "/id")],
    );
    let body = r#"curl --json '{"ids":[$ContactID],"n":"$ANumber"}' https://crm.example/note"#;
    let body = CurlCommand::parse(body, &names()).unwrap();
    let body = Rest::new(body, Sender::new(SenderOptions::default()).unwrap());
    let page = Open::parse("https://crm.example/c/$ContactID", &names()).unwrap();
    let fallback = Open::parse("https://crm.example/?c=$ContactID", &names()).unwrap();
    let hooks = vec![
        find,
        Hook::new("show", page)
            .after("find")
            .when(when("ContactID", "!")),
        Hook::new("note", body).after("show"),
        Hook::new("fallback", fallback).after_failed("find"),
        Hook::new("other", note().0)
            .after("find")
            .when(when("GroupName", "Sales")),
    ];
    let runner = runner(hooks);
    let plans = runner.plan(&event(r#"{"ANumber":"49 1"}"#));
    let mut plans = serde_json::to_value(&plans).unwrap();
    for plan in plans.as_array_mut().unwrap() {
        if let Some(request) = plan.pointer_mut("/requests/0") {
            *request = json!([request["url"], request["body"]]);
        }
    }
    assert_eq!(
        plans,
        json!([
            {"hook":"find","action":"rest","requests":[["https://crm.example/search?q=49%201", null]]},
            {"hook":"show","action":"open","after":"find","when":{"ContactID":"!"},"url":"https://crm.example/c/ContactID"},
            {"hook":"note","action":"rest","after":"show",
                "requests":[["https://crm.example/note", "{\"ids\":[1],\"n\":\"49 1\"}"]]},
            {"hook":"fallback","action":"open","after_failed":"find","url":"https://crm.example/?c="},
            {"hook":"other","action":"custom","after":"find","outcome":"skipped",
                "error":"its turn did not come: `when` asks for GroupName = \"Sales\""},
        ])
    );
    // With the value that an answer would bring, its condition is tried.
    let given = runner.plan(&event(r#"{"ContactID":""}"#));
    assert_eq!(
        serde_json::to_value(&given[1]).unwrap()["outcome"],
        "skipped"
    );
    let given = serde_json::to_value(runner.plan(&event(CALL))).unwrap();
    assert_eq!(given[1]["url"], "https://crm.example/c/of%20the%20caller");
}

#[tokio::test]
async fn what_comes_after_itself_or_after_nobody_never_runs() {
    let hooks = vec![
        Hook::new("a", note().0).after("b"),
        Hook::new("b", note().0).after_failed("A"),
        Hook::new("c", note().0).after("c"),
        Hook::new("d", note().0).after("nobody"),
        Hook::new("e", note().0).after("a"),
        Hook::new("f", note().0),
    ];
    let links = hooks.iter().map(|hook| {
        let after = hook.after.as_ref().map(mc_hooks::After::hook);
        (hook.name.as_str(), after)
    });
    let chains = Chains::of(links);
    let circles: Vec<_> = (0..6).filter(|&hook| chains.is_circle(hook)).collect();
    assert_eq!(circles, [0, 1, 2]);
    assert_eq!(chains.all_before(4), [0, 1]);
    let runner = runner(hooks);
    assert_eq!(runner.plan(&event(CALL)).len(), 1);
    let reports = runner.run(event(CALL)).await;
    assert_eq!(reports.len(), 1);
}
