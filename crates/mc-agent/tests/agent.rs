//! The agent in this process: calls taken in once, numbers dialled once.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;
use std::time::{Duration, Instant};

use mc_agent::journal::{History, Journal};
use mc_agent::mc_hooks::{CallEvent, Exec, ExecOptions, Hook};
use mc_agent::mc_template::{DialNumber, Names};
use mc_agent::settings::{Dial, DialAction, Keep, Retention};
use mc_agent::{Agent, AgentHandle, DialOrigin, Settings, Source};
use serde_json::Value;
use tokio::task::JoinHandle;

async fn start(settings: Settings) -> (AgentHandle, JoinHandle<()>) {
    let agent = Agent::open(settings).await.unwrap();
    let handle = agent.handle();
    (handle, tokio::spawn(agent.run(None)))
}

fn call(pairs: &[(&str, &str)]) -> CallEvent {
    CallEvent::from_pairs(pairs.iter().copied()).unwrap()
}

/// A program that does nothing, and ends well.
fn nothing(names: &Names) -> Exec {
    let (program, parameters) = if cfg!(windows) {
        (r"C:\windows\system32\where.exe", "where")
    } else {
        ("/bin/true", "")
    };
    Exec::parse(program, parameters, &ExecOptions::default(), names).unwrap()
}

fn entries(state: &Path) -> Vec<Value> {
    let history = History::of(Journal::folder_in(state)).agent_runs(true);
    history
        .entries()
        .unwrap()
        .map(|entry| serde_json::to_value(entry.unwrap()).unwrap())
        .collect()
}

#[tokio::test]
async fn f58_a_duplicate_stays_one_over_a_restart_whatever_is_kept() {
    for keep in [Keep::Full, Keep::None] {
        let state = tempfile::tempdir().unwrap();
        let settings = || {
            Settings::new("test", "1", state.path())
                .retention(Retention::new(7, keep))
                .hooks([Hook::new("nothing", nothing(&Names::call()))])
        };
        let mut ids = Vec::new();
        for run in 0..3 {
            let (handle, running) = start(settings()).await;
            let intake = handle.intake(Source::new("test"));
            for n in 0..20 {
                let event = call(&[("CallID", &n.to_string()), ("ANumber", "1")]);
                let accepted = intake.accept(event).await.unwrap();
                assert_eq!(accepted.receipt.duplicate, run > 0, "{keep:?} {run} {n}");
                ids.push(accepted.receipt.id.clone());
            }
            // Dropped, as a crash would end it.
            running.abort();
        }
        assert_eq!(ids[..20], ids[20..40]);
        assert_eq!(ids[..20], ids[40..]);
    }
}

#[tokio::test]
async fn equal_calls_at_the_same_time_are_one() {
    let state = tempfile::tempdir().unwrap();
    let (handle, _running) = start(Settings::new("test", "1", state.path())).await;
    let intake = handle.intake(Source::new("test"));
    let all: Vec<_> = (0..50)
        .map(|_| {
            let intake = intake.clone();
            tokio::spawn(async move {
                let accepted = intake.accept(call(&[("ANumber", "1")])).await.unwrap();
                accepted.receipt
            })
        })
        .collect();
    let mut receipts = Vec::new();
    for one in all {
        receipts.push(one.await.unwrap());
    }
    let first = receipts.iter().filter(|receipt| !receipt.duplicate).count();
    assert_eq!(first, 1);
    assert!(receipts.iter().all(|receipt| receipt.id == receipts[0].id));
    assert_eq!(entries(state.path()).len(), 1);
}

#[tokio::test]
async fn a_call_without_an_id_comes_again_after_two_seconds_unless_its_source_repeats() {
    let state = tempfile::tempdir().unwrap();
    let (handle, _running) = start(Settings::new("test", "1", state.path())).await;
    let broker = Source::new("broker").repeats_within(Duration::from_mins(1));
    for (source, again) in [(Source::new("http"), false), (broker, true)] {
        let intake = handle.intake(source.clone());
        let event = || call(&[("ANumber", source.name())]);
        assert!(!intake.accept(event()).await.unwrap().receipt.duplicate);
        assert!(intake.accept(event()).await.unwrap().receipt.duplicate);
        tokio::time::sleep(Duration::from_millis(2100)).await;
        let receipt = intake.accept(event()).await.unwrap().receipt;
        assert_eq!(receipt.duplicate, again, "{}", source.name());
    }
}

#[tokio::test]
async fn a_call_that_rang_long_ago_is_written_down_and_runs_nothing() {
    let state = tempfile::tempdir().unwrap();
    let settings = Settings::new("test", "1", state.path())
        .hooks([Hook::new("nothing", nothing(&Names::call()))]);
    let (handle, _running) = start(settings).await;
    let intake = handle.intake(Source::new("test"));
    for (id, event, time, late) in [
        ("a", "ringing", "2001-02-03T04:05:06Z", true),
        ("b", "ringing", "2001-02-03T05:05:06+01:00", true),
        ("c", "missed", "2001-02-03T04:05:06Z", false),
        ("d", "ringing", "9999-01-01T00:00:00Z", false),
        ("e", "ringing", "yesterday", false),
    ] {
        let event = call(&[("CallID", id), ("Event", event), ("Time", time)]);
        let receipt = intake.accept(event).await.unwrap().receipt;
        assert_eq!(receipt.late, late, "{id}");
        if late {
            assert_eq!(receipt.hooks, Vec::<String>::new());
        }
    }
    let entries = entries(state.path());
    assert_eq!(entries.len(), 5);
    assert_eq!(entries[4]["late"], true);
    assert_eq!(entries[2].get("late"), None);
}

#[tokio::test]
async fn f66_a_double_click_dials_once() {
    let state = tempfile::tempdir().unwrap();
    let dial = Dial::new(DialAction::Action(nothing(&Names::dial()).into()));
    let settings = Settings::new("test", "1", state.path())
        .users_uid("agent.17")
        .dial(dial);
    let (handle, _running) = start(settings).await;
    let dial = |number: &str| {
        let (handle, number) = (handle.clone(), DialNumber::typed(number).unwrap());
        async move { handle.dial(&number, DialOrigin::Link).await.unwrap() }
    };
    let (first, second) = tokio::join!(dial("+49301"), dial("+49 30 1"));
    assert_eq!(
        (first.repeated, second.repeated, &first.id),
        (false, true, &second.id)
    );
    assert_eq!(first.outcome, second.outcome);
    let other = dial("+49302").await;
    assert_ne!(other.id, first.id);
    assert!(dial("+49301").await.repeated, "though another came between");
    assert_eq!(entries(state.path()).len(), 2);
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert!(!dial("+49301").await.repeated);
}

#[tokio::test]
async fn many_calls_at_once_share_their_way_to_the_disk() {
    let state = tempfile::tempdir().unwrap();
    let (handle, _running) = start(Settings::new("test", "1", state.path())).await;
    let intake = handle.intake(Source::new("test"));
    let since = Instant::now();
    let all: Vec<_> = (0..2000)
        .map(|n: i32| {
            let intake = intake.clone();
            let event = call(&[("CallID", &n.to_string())]);
            tokio::spawn(async move { intake.accept(event).await.unwrap().receipt.duplicate })
        })
        .collect();
    for one in all {
        assert!(!one.await.unwrap());
    }
    assert!(
        since.elapsed() < Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
    assert_eq!(entries(state.path()).len(), 2000);
}
