//! The agent in this process: calls taken in once, numbers dialled once.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::future::poll_fn;
use std::path::Path;
use std::task::Poll;
use std::time::{Duration, Instant};

use mc_agent::journal::{History, Journal};
use mc_agent::mc_hooks::{CallEvent, Exec, ExecOptions, Hook};
use mc_agent::mc_template::{DialNumber, Names};
use mc_agent::settings::{Dial, DialAction, Jtel, Keep, Register, Retention};
use mc_agent::{Agent, AgentHandle, CallSource, DialOrigin, Registration, Settings};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::timeout;

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
            let intake = handle.intake(CallSource::new("test"));
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

/// Whoever rings may close the connection at once: what was begun for the call goes on.
#[tokio::test]
async fn a_call_whose_sender_is_gone_runs_all_the_same() {
    let state = tempfile::tempdir().unwrap();
    let settings = Settings::new("test", "1", state.path())
        .hooks([Hook::new("nothing", nothing(&Names::call()))]);
    let (handle, _running) = start(settings).await;
    let intake = handle.intake(CallSource::new("test"));
    let mut accepting = Box::pin(intake.accept(call(&[("ANumber", "1")])));
    let begun = poll_fn(|context| Poll::Ready(accepting.as_mut().poll(context))).await;
    assert!(begun.is_pending());
    drop(accepting);
    let ended = async {
        while entries(state.path())
            .iter()
            .all(|entry| entry["hooks"][0]["outcome"] != "ok")
        {
            tokio::task::yield_now().await;
        }
    };
    let ended = timeout(Duration::from_secs(20), ended).await;
    assert!(ended.is_ok(), "{:?}", entries(state.path()));
}

/// Who sits here may be learnt between a call and its repetition.
#[tokio::test]
async fn f58_a_call_is_the_same_whoever_is_known_to_sit_here() {
    let state = tempfile::tempdir().unwrap();
    for (user, duplicate) in [(None, false), (Some("agent.17"), true)] {
        let mut settings = Settings::new("test", "1", state.path());
        settings.users_uid = user.map(str::to_owned);
        let (handle, running) = start(settings).await;
        let intake = handle.intake(CallSource::new("test"));
        let event = call(&[("CallID", "7"), ("ANumber", "1")]);
        let accepted = intake.accept(event).await.unwrap();
        assert_eq!(accepted.receipt.duplicate, duplicate, "{user:?}");
        running.abort();
    }
}

#[tokio::test]
async fn equal_calls_at_the_same_time_are_one() {
    let state = tempfile::tempdir().unwrap();
    let (handle, _running) = start(Settings::new("test", "1", state.path())).await;
    let intake = handle.intake(CallSource::new("test"));
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
    let broker = CallSource::new("broker").repeats_within(Duration::from_mins(1));
    for (source, again) in [(CallSource::new("http"), false), (broker, true)] {
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
    let intake = handle.intake(CallSource::new("test"));
    for (id, event, time, late) in [
        ("a", "ringing", "2001-02-03T04:05:06Z", true),
        ("b", "ringing", "2001-02-03T05:05:06+01:00", true),
        ("c", "missed", "2001-02-03T04:05:06Z", false),
        ("d", "ringing", "9999-01-01T00:00:00Z", false),
        ("e", "ringing", "", false),
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
    let intake = handle.intake(CallSource::new("test"));
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

/// A telephone system whose clock is so many seconds ahead of ours: it answers whatever it is asked.
fn telephone(ahead: i64) -> std::net::SocketAddr {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let date = jiff::Timestamp::now();
    let date = (date + jiff::SignedDuration::from_secs(ahead))
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut vec![0; 65536]);
            let answer = format!(
                "HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\
                 Connection: close\r\n\r\n{{\"result\":\"OK\"}}"
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[tokio::test]
async fn late_is_what_the_clock_of_the_telephone_system_says() {
    for ahead in [600, -600] {
        let state = tempfile::tempdir().unwrap();
        let token = state.path().join("token");
        std::fs::write(&token, "the-token-of-the-telephone").unwrap();
        let base = format!("http://{}/rest/v1.0/1", telephone(ahead));
        let mut jtel = Jtel::new(base.parse().unwrap());
        jtel.token_file = Some(token);
        let settings = Settings::new("test", "1", state.path().join("state"));
        let (handle, _running) = start(settings.register(jtel, Register::new(1))).await;
        let since = Instant::now();
        while !matches!(
            handle.status().registration,
            Registration::Registered { .. }
        ) {
            assert!(since.elapsed() < Duration::from_secs(20));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let intake = handle.intake(CallSource::new("test"));
        for (age, late) in [(5, false), (60, true)] {
            let time = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(ahead - age);
            let event = call(&[("CallID", &age.to_string()), ("Time", &time.to_string())]);
            let receipt = intake.accept(event).await.unwrap().receipt;
            assert_eq!(receipt.late, late, "{ahead} {age}");
        }
    }
}

/// The memory of the last minute says only what the journal has: else a repetition of what was never taken would be
/// answered as if it had been.
#[tokio::test]
#[cfg_attr(
    windows,
    ignore = "the folder of an open journal cannot be removed there"
)]
async fn f58_what_was_refused_is_no_duplicate_after_a_crash() {
    let state = tempfile::tempdir().unwrap();
    let folder = Journal::folder_in(state.path());
    for taken in [false, true] {
        let (handle, running) = start(Settings::new("test", "1", state.path())).await;
        if !taken {
            std::fs::remove_dir_all(&folder).unwrap();
            std::fs::write(&folder, "in the way").unwrap();
        }
        let event = call(&[("CallID", "a")]);
        let accepted = handle.intake(CallSource::new("test")).accept(event).await;
        if taken {
            assert!(!accepted.unwrap().receipt.duplicate);
        } else {
            accepted.unwrap_err();
            // Dropped, as a crash would end it.
            running.abort();
            std::fs::remove_file(&folder).unwrap();
        }
    }
    assert_eq!(entries(state.path()).len(), 1);
}
