use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mc_hooks::{CallEvent, Engine, Hook, Outcome, Programs, Report, Runner, When};
use mc_template::{Names, Numbers};
use serde_json::json;
use testkit::{ArgDump, Dump, process_alive, wait_until};
use tokio::time::advance;

use crate::world::{LONG, dumping, engine, event, values};

fn runner(hooks: Vec<Hook>) -> Runner {
    Runner::new(hooks, engine(), |_: &Report| ())
}

fn call(id: &str) -> CallEvent {
    event(&json!({ "CallID": id }).to_string())
}

/// A hook whose programs live until a file named after their call's id is there.
fn waiting(dump: &ArgDump, name: &str) -> Hook {
    let until = format!(
        "\"--argdump-until={}/$CallID\" $CallID",
        dump.folder().display()
    );
    dumping(dump, name, &until)
}

fn release(dump: &ArgDump, id: &str) {
    fs::write(dump.folder().join(id), "").unwrap();
}

/// Waits for this many starts, without holding the runtime up.
async fn starts(dump: &ArgDump, count: usize) -> Vec<Dump> {
    let deadline = std::time::Instant::now() + LONG;
    loop {
        let dumps = dump.dumps();
        if dumps.len() >= count {
            return dumps;
        }
        assert!(std::time::Instant::now() < deadline, "{count} starts");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn outcomes(reports: &[Report]) -> Vec<(&str, Outcome)> {
    let mut all: Vec<_> = reports
        .iter()
        .map(|report| (report.hook.as_str(), report.outcome))
        .collect();
    all.sort_by_key(|(hook, _)| *hook);
    all
}

#[tokio::test]
async fn every_matching_hook_runs_once_and_is_reported() {
    let dump = ArgDump::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut other = dumping(&dump, "other", "o");
    other.on = vec!["ended".parse().unwrap()];
    let hooks = vec![dumping(&dump, "a", "a"), dumping(&dump, "b", "b"), other];
    let runner = Runner::new(hooks, engine(), {
        let seen = seen.clone();
        move |report: &Report| seen.lock().unwrap().push(report.clone())
    });
    let accepted = runner.submit(call("a1"));
    assert_eq!(accepted.hooks, ["a", "b"]);
    let id = accepted.id.clone();
    assert_eq!(
        serde_json::to_value(&accepted).unwrap(),
        json!({"id": id, "duplicate": false, "hooks": ["a", "b"]})
    );
    let reports = accepted.reports().await;
    assert_eq!(outcomes(&reports), [("a", Outcome::Ok), ("b", Outcome::Ok)]);
    assert!(
        reports
            .iter()
            .all(|report| report.id == id && report.exit_code == Some(0))
    );
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_by(|one, two| one.hook.cmp(&two.hook));
    let mut sorted = reports.clone();
    sorted.sort_by(|one, two| one.hook.cmp(&two.hook));
    assert_eq!(seen, sorted);
    assert_eq!(dump.dumps().len(), 2);
}

#[tokio::test]
async fn an_exit_code_is_a_failure_that_names_it() {
    let dump = ArgDump::new();
    let hook = dumping(&dump, "a", "--argdump-exit=3");
    let reports = runner(vec![hook]).run(call("a1")).await;
    assert_eq!(reports[0].outcome, Outcome::Failed);
    assert_eq!(reports[0].exit_code, Some(3));
    assert_eq!(
        reports[0].error.as_deref(),
        Some("the program ended with exit code 3")
    );
}

#[tokio::test]
async fn the_hooks_of_one_event_run_side_by_side() {
    let (one, two) = (ArgDump::new(), ArgDump::new());
    let accepted = runner(vec![waiting(&one, "one"), waiting(&two, "two")]).submit(call("a1"));
    starts(&one, 1).await;
    starts(&two, 1).await;
    release(&one, "a1");
    release(&two, "a1");
    assert_eq!(accepted.reports().await.len(), 2);
}

#[tokio::test]
async fn the_limit_of_parallel_runs_holds_and_the_queue_keeps_its_order() {
    let dump = ArgDump::new();
    let mut hook = waiting(&dump, "h");
    hook.max_parallel = 1;
    let runner = runner(vec![hook]);
    let ids = ["a1", "a2", "a3"];
    let accepted: Vec<_> = ids.iter().map(|id| runner.submit(call(id))).collect();
    for (index, id) in ids.iter().enumerate() {
        let dumps = starts(&dump, index + 1).await;
        assert_eq!(dumps.len(), index + 1);
        assert_eq!(dumps[index].args, [*id]);
        for earlier in &dumps[..index] {
            assert!(!process_alive(earlier.pid), "two at a time");
        }
        release(&dump, id);
    }
    for one in accepted {
        assert_eq!(outcomes(&one.reports().await), [("h", Outcome::Ok)]);
    }
}

#[tokio::test]
async fn what_does_not_fit_into_the_queue_is_dropped_and_reported() {
    let (slow, quick) = (ArgDump::new(), ArgDump::new());
    let mut hook = waiting(&slow, "slow");
    hook.max_parallel = 1;
    hook.queue = 1;
    let runner = runner(vec![hook, dumping(&quick, "quick", "")]);
    let first = runner.submit(call("a1"));
    let second = runner.submit(call("a2"));
    let third = runner.submit(call("a3")).reports().await;
    assert_eq!(
        outcomes(&third),
        [("quick", Outcome::Ok), ("slow", Outcome::Dropped)]
    );
    // A slow hook holds no other up.
    starts(&quick, 3).await;
    release(&slow, "a1");
    release(&slow, "a2");
    for accepted in [first, second] {
        assert_eq!(
            outcomes(&accepted.reports().await),
            [("quick", Outcome::Ok), ("slow", Outcome::Ok)]
        );
    }
    assert_eq!(slow.dumps().len(), 2);
}

#[tokio::test]
async fn a_timeout_ends_the_whole_tree() {
    let dump = ArgDump::new();
    let never = dump.folder().join("never");
    let parameters = format!(
        "\"--argdump-grandchild={0}\" \"--argdump-until={0}\"",
        never.display()
    );
    let mut hook = dumping(&dump, "h", &parameters);
    hook.timeout = Some(Duration::from_millis(1500));
    let accepted = runner(vec![hook]).submit(call("a1"));
    let started = starts(&dump, 1).await.swap_remove(0);
    let reports = accepted.reports().await;
    assert_eq!(reports[0].outcome, Outcome::Timeout, "{}", reports[0]);
    assert!(reports[0].millis >= 1500);
    for id in [started.pid, started.grandchild.unwrap()] {
        wait_until(LONG, "the end of the tree", || !process_alive(id));
    }
}

#[tokio::test]
async fn without_a_timeout_a_program_is_left_alone_and_frees_its_place() {
    let dump = ArgDump::new();
    let mut hook = waiting(&dump, "h");
    hook.max_parallel = 1;
    let engine = Engine::new(Numbers::default()).watch(Duration::from_millis(300));
    let runner = Runner::new(vec![hook], engine, |_: &Report| ());
    for id in ["a1", "a2"] {
        let reports = runner.run(call(id)).await;
        assert_eq!(reports[0].outcome, Outcome::Running, "{}", reports[0]);
        assert_eq!(reports[0].error, None);
    }
    let dumps = starts(&dump, 2).await;
    for started in &dumps {
        assert!(process_alive(started.pid));
    }
    release(&dump, "a1");
    release(&dump, "a2");
    for started in dumps {
        wait_until(LONG, "its own end", || !process_alive(started.pid));
    }
}

#[tokio::test]
async fn a_duplicate_runs_nothing_and_names_the_first() {
    let dump = ArgDump::new();
    let runner = runner(vec![dumping(&dump, "h", "")]);
    let first = runner.submit(event(r#"{"CallID":"a1","caller":"49","x":1}"#));
    let second = runner.submit(event(
        r#"{"X":"1","Event":"ringing","ANumber":"49","callid":"a1"}"#,
    ));
    assert!(!first.duplicate && second.duplicate);
    assert_eq!(first.id, second.id);
    assert_eq!(
        serde_json::to_value(&second).unwrap(),
        json!({"id": first.id, "duplicate": true, "hooks": []})
    );
    assert!(second.reports().await.is_empty());
    assert_eq!(first.reports().await.len(), 1);
    assert_eq!(dump.dumps().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_ring_again_or_a_transfer_is_no_duplicate() {
    let runner = runner(Vec::new());
    let base =
        json!({"CallID": "a1", "GroupName": "Sales", "CRMLink": "https://a/", "UsersUID": "u"});
    runner.submit(event(&base.to_string()));
    for (name, value) in [
        ("GroupName", "Support"),
        ("CRMLink", "https://b/"),
        ("UsersUID", "v"),
        ("Event", "answered"),
        ("CallID", "a2"),
        ("Other", ""),
    ] {
        let mut changed = base.clone();
        changed[name] = value.into();
        assert!(
            !runner.submit(event(&changed.to_string())).duplicate,
            "{name}"
        );
    }
    assert!(runner.submit(event(&base.to_string())).duplicate);
}

#[tokio::test(start_paused = true)]
async fn duplicates_end_with_their_window() {
    let runner = runner(Vec::new());
    for (document, window) in [
        (r#"{"CallID":"a1"}"#, Duration::from_mins(1)),
        (r#"{"ANumber":"49"}"#, Duration::from_secs(2)),
        (r#"{"ANumber":"50","CallID":""}"#, Duration::from_secs(2)),
    ] {
        let first = runner.submit(event(document));
        advance(window.saturating_sub(Duration::from_millis(1))).await;
        let second = runner.submit(event(document));
        assert!(second.duplicate && second.id == first.id, "{document}");
        // A duplicate does not make the window longer.
        advance(Duration::from_millis(1)).await;
        let third = runner.submit(event(document));
        assert!(!third.duplicate && third.id != first.id, "{document}");
    }
}

#[tokio::test]
async fn an_event_that_was_not_started_is_forgotten() {
    let dump = ArgDump::new();
    let runner = runner(vec![dumping(&dump, "h", "")]);
    let prepared = runner.prepare(call("a1"));
    assert_eq!(prepared.hooks().collect::<Vec<_>>(), ["h"]);
    assert!(runner.prepare(call("a1")).is_duplicate());
    assert!(
        runner.prepare(call("a1")).is_duplicate(),
        "dropping a duplicate forgets nothing"
    );
    drop(prepared);
    let again = runner.prepare(call("a1"));
    assert!(!again.is_duplicate());
    let id = again.id().to_owned();
    let accepted = again.start();
    assert_eq!(accepted.id, id);
    accepted.reports().await;
    assert_eq!(dump.dumps().len(), 1);
}

#[tokio::test]
async fn the_workstation_stands_above_the_event() {
    let dump = ArgDump::new();
    let runner = runner(vec![dumping(
        &dump,
        "h",
        "x$ComputerName y$SessionID z$UsersUID",
    )]);
    runner.set_station(values(&[("ComputerName", "PC17"), ("SessionID", "")]));
    let event = event(r#"{"ComputerName":"other","SessionID":"3","UsersUID":"u"}"#);
    let plan = runner.plan(&event);
    assert_eq!(
        serde_json::to_value(&plan[0]).unwrap()["arguments"][1],
        "xPC17"
    );
    runner.run(event).await;
    assert_eq!(dump.only().args, ["xPC17", "y3", "zu"]);
}

#[tokio::test]
async fn a_rule_can_ask_for_the_workstation() {
    let dump = ArgDump::new();
    let mut hook = dumping(&dump, "h", "x");
    hook.when = When::default()
        .and("ComputerName", "PC17", &Names::call())
        .unwrap();
    let runner = runner(vec![hook]);
    assert_eq!(runner.plan(&event("{}")).len(), 0);
    runner.set_station(values(&[("ComputerName", "PC17")]));
    assert_eq!(runner.plan(&event("{}")).len(), 1);
    assert_eq!(runner.run(event("{}")).await.len(), 1);
}

#[test]
fn conditions_see_the_workstation_as_the_templates_do() {
    let names = Names::call();
    let open = mc_hooks::Open::parse("https://crm.example/", &names).unwrap();
    let mut hook = Hook::new("h", open);
    hook.when = When::default().and("ComputerName", "PC*", &names).unwrap();
    let runner = runner(vec![hook]);
    let spoofed = event(r#"{"ComputerName":"PC17"}"#);
    runner.set_station(values(&[("ComputerName", "LAPTOP3")]));
    assert_eq!(runner.plan(&spoofed).len(), 0);
    runner.set_station(values(&[("ComputerName", "PC18")]));
    assert_eq!(runner.plan(&call("a1")).len(), 1);
}

#[tokio::test]
async fn a_refused_value_starts_nothing() {
    let dump = ArgDump::new();
    let runner = runner(vec![dumping(&dump, "h", "$ANumber")]);
    let reports = runner.run(event(r#"{"ANumber":"--delete"}"#)).await;
    assert_eq!(reports[0].outcome, Outcome::Refused);
    assert!(!reports[0].error.as_ref().unwrap().contains("delete"));
    assert!(dump.dumps().is_empty());
}

#[tokio::test]
async fn a_program_that_went_away_is_a_failure() {
    let folder = tempfile::TempDir::new().unwrap();
    let program = folder.path().join("pop.exe");
    fs::copy(ArgDump::program(), &program).unwrap();
    let exec = crate::world::parse(
        program.to_str().unwrap(),
        "",
        &mc_hooks::ExecOptions::default(),
    );
    let runner = runner(vec![Hook::new("h", exec.unwrap())]);
    fs::remove_file(&program).unwrap();
    let reports = runner.run(call("a1")).await;
    assert_eq!(reports[0].outcome, Outcome::Failed);
    assert!(
        reports[0].error.as_ref().unwrap().contains("was not found"),
        "{}",
        reports[0]
    );
}

#[tokio::test]
async fn shutdown_reports_what_ran_and_what_waited() {
    let dump = ArgDump::new();
    let mut hook = waiting(&dump, "h");
    hook.max_parallel = 1;
    let runner = runner(vec![hook]);
    let running = runner.submit(call("a1"));
    starts(&dump, 1).await;
    let queued = runner.submit(call("a2"));
    runner
        .shutdown(Programs::default(), Duration::from_millis(50))
        .await;
    let reports = running.reports().await;
    assert_eq!(outcomes(&reports), [("h", Outcome::Running)]);
    assert_eq!(reports[0].error, None, "f64: no failure that was none");
    assert_eq!(outcomes(&queued.reports().await), [("h", Outcome::Dropped)]);
    let late = runner.run(call("a3")).await;
    assert_eq!(outcomes(&late), [("h", Outcome::Dropped)]);
    assert!(process_alive(dump.only().pid), "programs are left alone");
    release(&dump, "a1");
}

#[tokio::test]
async fn shutdown_waits_no_longer_than_needed() {
    let dump = ArgDump::new();
    let runner = runner(vec![waiting(&dump, "h")]);
    let accepted = runner.submit(call("a1"));
    starts(&dump, 1).await;
    release(&dump, "a1");
    runner.shutdown(Programs::default(), LONG * 100).await;
    assert_eq!(outcomes(&accepted.reports().await), [("h", Outcome::Ok)]);
}

#[tokio::test]
async fn an_observer_that_panics_loses_nothing() {
    let dump = ArgDump::new();
    let runner = Runner::new(
        vec![dumping(&dump, "bad", ""), dumping(&dump, "good", "")],
        engine(),
        |report: &Report| assert!(report.hook != "bad"),
    );
    let reports = runner.run(call("a1")).await;
    assert_eq!(
        outcomes(&reports),
        [("bad", Outcome::Ok), ("good", Outcome::Ok)]
    );
    runner.shutdown(Programs::default(), LONG).await;
}

#[tokio::test]
async fn a_flood_is_bounded() {
    let dump = ArgDump::new();
    let mut hook = waiting(&dump, "h");
    hook.max_parallel = 1;
    hook.queue = 3;
    let runner = runner(vec![hook]);
    let all: Vec<_> = (0..500)
        .map(|n| runner.submit(call(&format!("c{n}"))))
        .collect();
    for n in 0..4 {
        release(&dump, &format!("c{n}"));
    }
    let mut dropped = 0;
    for accepted in all {
        dropped += accepted
            .reports()
            .await
            .iter()
            .filter(|report| report.outcome == Outcome::Dropped)
            .count();
    }
    assert_eq!(dropped, 496);
    assert_eq!(dump.dumps().len(), 4);
}

#[tokio::test]
async fn a_call_sees_one_workstation_from_its_acceptance_to_its_end() {
    let dump = ArgDump::new();
    let mut hook = dumping(&dump, "h", "x$ComputerName");
    hook.when = When::default()
        .and("ComputerName", "PC17", &Names::call())
        .unwrap();
    let runner = runner(vec![hook]);
    runner.set_station(values(&[("ComputerName", "PC17")]));
    let prepared = runner.prepare(call("a1"));
    // While the call is written down, the workstation gets another name.
    runner.set_station(values(&[("ComputerName", "LAPTOP3")]));
    prepared.start().reports().await;
    assert_eq!(dump.only().args, ["xPC17"]);
}
