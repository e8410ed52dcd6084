//! What is dialled, for whom, and what is said of it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::time::Duration;

use mc_agent::journal::Journal;
use mc_agent::mc_hooks::{Exec, ExecOptions, Matcher};
use mc_agent::mc_template::numbers::Form;
use mc_agent::mc_template::{DialNumber, Names, Numbers};
use mc_agent::settings::{Dial, DialAction, Jtel};
use mc_agent::{Agent, AgentHandle, DialError, DialOrigin, DialOutcome, Dialled, Settings};
use serde_json::json;
use tempfile::TempDir;
use testkit::{Answer, Recorder};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// An agent that dials.
struct Desk {
    handle: AgentHandle,
    running: JoinHandle<()>,
    state: TempDir,
}

impl Desk {
    async fn start(dial: Dial, telephone: Option<&Recorder>) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut settings = Settings::new("test", "1", state.path().join("state"))
            .users_uid("agent.17")
            .dial(dial);
        settings.numbers = Numbers::of_region("DE").unwrap();
        settings.jtel = telephone.map(|server| {
            let token = state.path().join("token");
            fs::write(&token, "the-token-of-the-telephone").unwrap();
            let mut jtel = Jtel::new(server.url("/rest/v1.0/1").parse().unwrap());
            jtel.token_file = Some(token);
            jtel
        });
        let agent = Agent::open(settings).await.unwrap();
        let handle = agent.handle();
        let running = tokio::spawn(agent.run(None));
        Self {
            handle,
            running,
            state,
        }
    }

    async fn dial(&self, number: &str, from: DialOrigin) -> Result<Dialled, DialError> {
        let number = DialNumber::typed(number).unwrap();
        self.handle.dial(&number, from).await
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// A program that does nothing, and ends well.
fn by_program() -> Dial {
    let (program, parameters) = if cfg!(windows) {
        (r"C:\windows\system32\where.exe", "where")
    } else {
        ("/bin/true", "")
    };
    let options = ExecOptions::default();
    let exec = Exec::parse(program, parameters, &options, &Names::dial());
    Dial::new(DialAction::Action(exec.unwrap().into()))
}

#[tokio::test]
async fn codes_are_dialled_for_who_typed_them_or_where_that_is_allowed() {
    for allow_codes in [false, true] {
        let mut dial = by_program();
        dial.allow_codes = allow_codes;
        let desk = Desk::start(dial, None).await;
        for (number, from, dialled) in [
            ("*21#", DialOrigin::Command, true),
            ("*22#", DialOrigin::Link, allow_codes),
            ("*23#", DialOrigin::Caller, allow_codes),
            ("0301", DialOrigin::Link, true),
        ] {
            match desk.dial(number, from).await {
                Ok(_) => assert!(dialled, "{number} {allow_codes}"),
                Err(DialError::Codes) => assert!(!dialled, "{number} {allow_codes}"),
                Err(other) => unreachable!("{number}: {other}"),
            }
        }
    }
}

#[tokio::test]
async fn what_is_denied_is_not_dialled_in_any_spelling() {
    let mut dial = by_program();
    dial.deny = vec![Matcher::parse("0900*").unwrap()];
    let desk = Desk::start(dial, None).await;
    for (number, dialled) in [
        ("0900 123456", false),
        ("+49 900 123456", false),
        ("0049900123456", false),
        ("0301", true),
    ] {
        let said = desk.dial(number, DialOrigin::Command).await;
        assert_eq!(said.is_ok(), dialled, "{number}: {said:?}");
    }
}

#[tokio::test]
async fn a_routing_application_is_told_the_number_as_it_goes_out_and_as_it_was_given() {
    let server = Recorder::start();
    let mut dial = Dial::new(DialAction::Application(2));
    dial.format = Some(Form::National);
    dial.outside_line = "0".to_owned();
    dial.internal = vec![Matcher::parse("2??").unwrap()];
    let desk = Desk::start(dial, Some(&server)).await;
    for (given, outgoing) in [("+49301234567", "00301234567"), ("234", "234")] {
        desk.dial(given, DialOrigin::Command).await.unwrap();
        let told = server.only().json();
        let told = told.as_object().unwrap();
        assert_eq!(
            (&told["Action"], &told["DialNumber"], &told["UsersUID"]),
            (&json!("dial"), &json!(outgoing), &json!("agent.17"))
        );
        // Where it is the same, it is said once.
        let other = (given != outgoing).then(|| json!(given));
        assert_eq!(told.get("GivenNumber"), other.as_ref(), "{given}");
        assert!(told.contains_key("ComputerName"), "{told:?}");
        server.clear();
    }
}

#[tokio::test]
async fn an_order_that_may_have_been_carried_out_is_neither_done_nor_failed() {
    for (answer, outcome, text) in [
        (
            (|| Answer::ok("")) as fn() -> Answer,
            DialOutcome::Ok,
            "the telephone system took it",
        ),
        (
            || Answer::ok("queued"),
            DialOutcome::Ok,
            "the telephone system took it: queued",
        ),
        (
            || Answer::json(200, &json!({ "error": "no line" })),
            DialOutcome::Failed,
            "the telephone system refused: no line",
        ),
        (|| Answer::status(400), DialOutcome::Failed, ""),
        // A gateway does not know what became of it.
        (|| Answer::status(502), DialOutcome::Unknown, ""),
        (|| Answer::status(504), DialOutcome::Unknown, ""),
        (Answer::hang_up, DialOutcome::Unknown, ""),
    ] {
        let server = Recorder::start_with(move |_| answer());
        let dial = Dial::new(DialAction::Application(2));
        let desk = Desk::start(dial, Some(&server)).await;
        let dialled = desk.dial("0301", DialOrigin::Command).await.unwrap();
        assert_eq!(dialled.outcome, outcome, "{dialled:?}");
        assert!(text.is_empty() || dialled.text == text, "{dialled:?}");
        server.only();
    }
    // Nobody is there, so nobody took it.
    let mut server = Recorder::start();
    server.stop();
    let desk = Desk::start(Dial::new(DialAction::Application(2)), Some(&server)).await;
    let dialled = desk.dial("0301", DialOrigin::Command).await.unwrap();
    assert_eq!(dialled.outcome, DialOutcome::Failed, "{dialled:?}");
}

#[tokio::test]
#[cfg_attr(
    windows,
    ignore = "the folder of an open journal cannot be removed there"
)]
async fn a_number_that_could_not_be_written_down_may_be_dialled_at_once() {
    let desk = Desk::start(by_program(), None).await;
    let folder = Journal::folder_in(&desk.state.path().join("state"));
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "in the way").unwrap();
    let failed = desk.dial("0301", DialOrigin::Link).await;
    assert!(matches!(failed, Err(DialError::Journal(_))), "{failed:?}");
    fs::remove_file(&folder).unwrap();
    let dialled = desk.dial("0301", DialOrigin::Link).await.unwrap();
    assert!(!dialled.repeated);
}

/// A second click is a second try, where the first one did not dial.
#[tokio::test]
async fn a_number_that_was_not_dialled_may_be_dialled_at_once() {
    let answers = std::sync::Mutex::new(vec![
        Answer::status(502),
        Answer::ok("taken"),
        Answer::status(400),
    ]);
    let server = Recorder::start_with(move |_| answers.lock().unwrap().pop().unwrap());
    let desk = Desk::start(Dial::new(DialAction::Application(2)), Some(&server)).await;
    for (number, outcome, repeated) in [
        ("0301", DialOutcome::Failed, false),
        ("0301", DialOutcome::Ok, false),
        ("0301", DialOutcome::Ok, true),
        // Perhaps it was dialled: not once more.
        ("0302", DialOutcome::Unknown, false),
        ("0302", DialOutcome::Unknown, true),
    ] {
        let dialled = desk.dial(number, DialOrigin::Command).await.unwrap();
        assert_eq!(
            (dialled.outcome, dialled.repeated),
            (outcome, repeated),
            "{dialled:?}"
        );
    }
}

/// An order that was begun goes on, whoever waits for it; and while it does, the number is not ordered again.
#[tokio::test]
async fn an_order_that_nobody_waits_for_is_carried_out_once() {
    let (answer, answered) = std::sync::mpsc::channel::<()>();
    let answered = std::sync::Mutex::new(answered);
    let server = Recorder::start_with(move |_| {
        let _ = answered
            .lock()
            .unwrap()
            .recv_timeout(Duration::from_secs(10));
        Answer::ok("taken")
    });
    let desk = Desk::start(Dial::new(DialAction::Application(2)), Some(&server)).await;
    let given_up = timeout(Duration::ZERO, desk.dial("0301", DialOrigin::Broker)).await;
    assert!(given_up.is_err());
    // Longer than a double click takes.
    let again = timeout(
        Duration::from_millis(2100),
        desk.dial("0301", DialOrigin::Link),
    );
    assert!(again.await.is_err());
    let (dialled, ()) = tokio::join!(desk.dial("0301", DialOrigin::Link), async {
        answer.send(()).unwrap();
    });
    let dialled = dialled.unwrap();
    assert!(dialled.repeated);
    assert_eq!(dialled.text, "the telephone system took it: taken");
    server.only();
}
