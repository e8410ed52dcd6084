//! What happens in an agent is told as it happens.
#![cfg(feature = "push")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::Duration;

use mc_agent::mc_hooks::{Action, CallEvent, CustomAction, CustomCall, CustomFuture};
use mc_agent::mc_hooks::{EventKind, Hook, Outcome};
use mc_agent::mc_template::DialNumber;
use mc_agent::settings::{Keep, Listen, Retention};
use mc_agent::{
    Agent, CallSource, DialOrigin, DialOutcome, Feed, Happening, ReloadError, Settings,
    SettingsSource,
};
use tokio::net::TcpListener;

#[derive(Debug)]
struct Nothing;

impl CustomAction for Nothing {
    fn describe(&self, _: CustomCall<'_>) -> String {
        "nothing".to_owned()
    }

    fn run<'a>(&'a self, _: CustomCall<'a>) -> CustomFuture<'a> {
        Box::pin(async { Ok("nothing".into()) })
    }
}

async fn next(feed: &mut Feed) -> Happening {
    let next = tokio::time::timeout(Duration::from_secs(20), feed.next());
    next.await.unwrap().unwrap()
}

fn call(pairs: &[(&str, &str)]) -> CallEvent {
    CallEvent::from_pairs(pairs.iter().copied()).unwrap()
}

#[tokio::test]
async fn calls_hooks_and_numbers_are_told_whole_whatever_is_kept() {
    for keep in [Keep::Full, Keep::Masked, Keep::None] {
        let state = tempfile::tempdir().unwrap();
        let hook = Hook::new("nothing", Action::custom(Nothing)).on([EventKind::Missed]);
        let settings = Settings::new("test", "1", state.path())
            .retention(Retention::new(7, keep))
            .hooks([hook]);
        let agent = Agent::open(settings).await.unwrap();
        let handle = agent.handle();
        let mut feed = handle.feed();
        tokio::spawn(agent.run(None));
        let intake = handle.intake(CallSource::new("test"));

        let missed = [("Event", "missed"), ("ANumber", "49199123456")];
        let accepted = intake.accept(call(&missed)).await.unwrap();
        let again = intake.accept(call(&missed)).await.unwrap();
        assert!(again.receipt.duplicate);
        let Happening::Call {
            id,
            via,
            event,
            hooks,
            late,
            ..
        } = next(&mut feed).await
        else {
            panic!("{keep:?}: no call");
        };
        assert_eq!((id, via), (accepted.receipt.id.clone(), "test".to_owned()));
        assert_eq!(event.kind(), EventKind::Missed);
        assert_eq!(event.get("ANumber"), Some("49199123456"));
        assert_eq!((hooks, late), (vec!["nothing".to_owned()], false));
        match next(&mut feed).await {
            Happening::Hook(report) => {
                assert_eq!(
                    (&report.id, report.outcome),
                    (&accepted.receipt.id, Outcome::Ok)
                );
            }
            other => panic!("{keep:?}: {other:?}, and the duplicate is told by nobody"),
        }

        let number = DialNumber::typed("+49 30 1").unwrap();
        handle.dial(&number, DialOrigin::Link).await.unwrap_err();
        match next(&mut feed).await {
            Happening::Dialled { from, dialled, .. } => {
                assert_eq!(from, DialOrigin::Link);
                assert_eq!(dialled.outcome, DialOutcome::Refused);
                assert_eq!(dialled.number, "+49301");
            }
            other => panic!("{keep:?}: {other:?}"),
        }
    }
}

/// Opens the port that the test names, or finds something wrong.
struct Ports(std::sync::Mutex<std::collections::VecDeque<Result<Settings, String>>>);

impl SettingsSource for Ports {
    fn read(&self) -> Result<Settings, String> {
        self.0.lock().unwrap().pop_front().unwrap()
    }
}

#[tokio::test]
async fn the_port_and_the_settings_are_told() {
    let state = tempfile::tempdir().unwrap();
    let blocker = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = blocker.local_addr().unwrap();
    let settings = || Settings::new("test", "1", state.path());
    let source = Ports(std::sync::Mutex::new(
        [
            Ok(settings().listen(Listen::new(taken))),
            Err("line 1: wrong".to_owned()),
            Ok(settings()),
        ]
        .into(),
    ));
    let agent = Agent::open(settings()).await.unwrap().reloads_from(source);
    let handle = agent.handle();
    let mut feed = handle.feed();
    tokio::spawn(agent.run(None));

    handle.reload().await.unwrap();
    match next(&mut feed).await {
        Happening::Listen(Some(listen)) => assert!(listen.error.is_some(), "{listen:?}"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(next(&mut feed).await, Happening::Reloaded(_)));
    drop(blocker);
    match next(&mut feed).await {
        Happening::Listen(Some(listen)) => assert_eq!(listen.error, None),
        other => panic!("{other:?}"),
    }

    let refused = handle.reload().await.unwrap_err();
    assert!(matches!(refused, ReloadError::Settings(_)));
    match next(&mut feed).await {
        Happening::ReloadRefused(refused) => assert_eq!(refused.error, "line 1: wrong"),
        other => panic!("{other:?}"),
    }

    handle.reload().await.unwrap();
    assert_eq!(next(&mut feed).await, Happening::Listen(None));
    assert!(matches!(next(&mut feed).await, Happening::Reloaded(_)));
}
