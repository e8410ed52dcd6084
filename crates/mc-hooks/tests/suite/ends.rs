//! How runs end before their time: at a shutdown, when a call is called off, by a panic.

use std::error::Error;
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mc_hooks::{
    Action, ActionKind, CustomAction, CustomCall, CustomFuture, Fault, Hook, Observer, Outcome,
    Programs, Report, Runner, Start, Task,
};
use testkit::{ArgDump, Dump, process_alive, wait_until};

use crate::world::{LONG, dumping, engine, event, values};

/// A hook whose program has a child, and lives until a file is there.
fn family(dump: &ArgDump, timeout: Option<Duration>) -> Hook {
    let parameters = format!(
        "\"--argdump-grandchild={0}\" \"--argdump-until={0}\"",
        dump.folder().join("enough").display()
    );
    let mut hook = dumping(dump, "h", &parameters);
    hook.timeout = timeout;
    hook
}

fn runner(hook: Hook) -> Runner {
    Runner::new(vec![hook], engine(), |_: &Report| ())
}

async fn started(dump: &ArgDump) -> Dump {
    let deadline = Instant::now() + LONG;
    loop {
        if let Some(dump) = dump.dumps().into_iter().next() {
            return dump;
        }
        assert!(Instant::now() < deadline, "a start");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn gone(family: &Dump) {
    for id in [family.pid, family.grandchild.unwrap()] {
        wait_until(LONG, "the end of the tree", || !process_alive(id));
    }
}

/// Lets the programs end, which must be there still.
fn release(dump: &ArgDump, family: &Dump) {
    for id in [family.pid, family.grandchild.unwrap()] {
        assert!(process_alive(id), "it was to be left alone");
    }
    fs::write(dump.folder().join("enough"), "").unwrap();
    gone(family);
}

#[tokio::test]
async fn f64_a_shutdown_ends_programs_with_a_timeout_and_leaves_the_others() {
    for (timeout, programs, outcome) in [
        (Some(LONG), Programs::ByTimeout, Outcome::Cancelled),
        (None, Programs::ByTimeout, Outcome::Running),
        (Some(LONG), Programs::Leave, Outcome::Running),
        (None, Programs::End, Outcome::Cancelled),
    ] {
        let dump = ArgDump::new();
        let runner = runner(family(&dump, timeout));
        let accepted = runner.submit(event("{}"));
        let family = started(&dump).await;
        let begun = Instant::now();
        runner.shutdown(programs, Duration::from_millis(50)).await;
        assert!(begun.elapsed() < LONG, "{programs:?}");
        let report = accepted.reports().await.swap_remove(0);
        assert_eq!(
            report.outcome, outcome,
            "{timeout:?} {programs:?}: {report}"
        );
        assert!(!report.outcome.is_failure(), "{report}");
        if outcome == Outcome::Cancelled {
            assert!(matches!(report.fault, Some(Fault::Cancelled)), "{report}");
            gone(&family);
        } else {
            assert_eq!(report.error, None);
            release(&dump, &family);
        }
    }
}

#[tokio::test]
async fn f64_a_program_with_a_timeout_is_ended_at_once_at_a_shutdown() {
    let dump = ArgDump::new();
    let runner = runner(family(&dump, Some(LONG)));
    let accepted = runner.submit(event("{}"));
    let family = started(&dump).await;
    // The grace is for the others.
    let shutdown = runner.shutdown(Programs::ByTimeout, LONG * 100);
    tokio::time::timeout(LONG, shutdown).await.unwrap();
    assert_eq!(accepted.reports().await[0].outcome, Outcome::Cancelled);
    gone(&family);
}

#[tokio::test]
async fn f65_an_action_of_no_hook_ends_with_the_runner_as_a_hooks_does() {
    for timeout in [Some(LONG), None] {
        let dump = ArgDump::new();
        let action = family(&dump, None).action;
        let runner = runner(Hook::new("other", Action::custom(Noting::default())));
        let values = values(&[]);
        let task = Task::new("d1", "dial", &action, &values).timeout(timeout);
        let shutdown = async {
            let family = started(&dump).await;
            runner
                .shutdown(Programs::ByTimeout, Duration::from_millis(50))
                .await;
            family
        };
        let (report, family) = tokio::join!(runner.perform(task), shutdown);
        if timeout.is_some() {
            assert_eq!(report.outcome, Outcome::Cancelled, "{report}");
            gone(&family);
        } else {
            assert_eq!(report.outcome, Outcome::Running, "{report}");
            release(&dump, &family);
        }
        let late = runner.perform(task).await;
        assert_eq!(late.outcome, Outcome::Dropped, "{late}");
    }
}

#[tokio::test]
async fn a_run_that_is_dropped_takes_its_program_along_if_it_has_a_timeout() {
    for timeout in [Some(LONG), None] {
        let dump = ArgDump::new();
        let action = family(&dump, None).action;
        let (engine, values) = (engine(), values(&[]));
        let family = {
            let task = Task::new("1", "h", &action, &values).timeout(timeout);
            tokio::select! {
                report = engine.perform(task) => panic!("{report}"),
                family = started(&dump) => family,
            }
        };
        if timeout.is_some() {
            gone(&family);
        } else {
            release(&dump, &family);
        }
    }
}

#[tokio::test]
async fn a_call_that_is_called_off_ends_what_runs_and_what_waits() {
    let dump = ArgDump::new();
    let mut hook = family(&dump, None);
    hook.max_parallel = 1;
    let runner = runner(hook);
    let first = runner.submit(event(r#"{"CallID":"a1"}"#));
    let family = started(&dump).await;
    let second = runner.submit(event(r#"{"CallID":"a2"}"#));
    assert!(runner.cancel(&second.id));
    assert!(runner.cancel(&first.id));
    assert!(!runner.cancel("nobody"));
    let id = first.id.clone();
    for accepted in [first, second] {
        let report = accepted.reports().await.swap_remove(0);
        assert_eq!(report.outcome, Outcome::Cancelled, "{report}");
    }
    gone(&family);
    assert_eq!(dump.dumps().len(), 1, "what waited never began");
    assert!(!runner.cancel(&id), "it has ended");
}

/// An action that notes the calls it was carried out for.
#[derive(Debug, Default)]
struct Noting(Arc<Mutex<Vec<String>>>);

impl CustomAction for Noting {
    fn run<'a>(&'a self, call: CustomCall<'a>) -> CustomFuture<'a> {
        Box::pin(async move {
            let number = call.values.get("ANumber").unwrap_or_default();
            match number {
                "panic" => panic!("secret"),
                "wait" => std::future::pending().await,
                "fail" => return Err("no window".into()),
                _ => {}
            }
            self.0.lock().unwrap().push(format!("{} {number}", call.id));
            Ok("showed the caller".to_owned())
        })
    }

    fn describe(&self, call: CustomCall<'_>) -> String {
        format!("show {}", call.document["ANumber"])
    }
}

fn caller(number: &str) -> mc_hooks::CallEvent {
    event(&format!(r#"{{"ANumber":"{number}"}}"#))
}

#[tokio::test]
async fn an_action_of_ones_own_is_run_and_reported_like_any_other() {
    let seen = Arc::default();
    let hook = Hook::new("own", Action::custom(Noting(Arc::clone(&seen))))
        .timeout(Duration::from_millis(100));
    let runner = runner(hook);
    let plan = serde_json::to_value(runner.plan(&caller("49"))).unwrap();
    assert_eq!(plan[0]["action"], "custom");
    assert_eq!(plan[0]["description"], "show \"49\"");
    assert!(seen.lock().unwrap().is_empty(), "a plan does nothing");

    let report = runner.run(caller("49")).await.swap_remove(0);
    assert_eq!(
        (report.outcome, report.action),
        (Outcome::Ok, ActionKind::Custom)
    );
    assert_eq!(report.done, "showed the caller");
    assert_eq!(*seen.lock().unwrap(), [format!("{} 49", report.id)]);

    let report = runner.run(caller("fail")).await.swap_remove(0);
    assert_eq!(report.outcome, Outcome::Failed);
    let source: &dyn Error = &report.fault.unwrap();
    assert_eq!(source.to_string(), "no window");

    let report = runner.run(caller("wait")).await.swap_remove(0);
    assert_eq!(report.outcome, Outcome::Timeout, "{report}");
}

#[tokio::test]
async fn a_panic_in_a_run_is_a_report() {
    let runner = runner(Hook::new("own", Action::custom(Noting::default())));
    let report = runner.run(caller("panic")).await.swap_remove(0);
    assert_eq!(report.outcome, Outcome::Failed);
    assert!(matches!(report.fault, Some(Fault::Panic)), "{report}");
    assert!(!report.to_string().contains("secret"), "{report}");
    // And the runner goes on.
    let report = runner.run(caller("49")).await.swap_remove(0);
    assert_eq!(report.outcome, Outcome::Ok, "{report}");
}

#[tokio::test]
async fn an_observer_is_told_of_starts_and_ends() {
    #[derive(Default)]
    struct Log(Arc<Mutex<Vec<String>>>);

    impl Observer for Log {
        fn started(&self, start: Start<'_>) {
            let mut log = self.0.lock().unwrap();
            log.push(format!("{} {} begins", start.action, start.hook));
        }

        fn report(&self, report: &Report) {
            let mut log = self.0.lock().unwrap();
            log.push(format!("{} {}", report.hook, report.outcome));
        }
    }

    let log = Log::default();
    let seen = Arc::clone(&log.0);
    let hook = Hook::new("own", Action::custom(Noting::default()));
    let runner = Runner::new(vec![hook], engine(), log);
    runner.run(caller("49")).await;
    assert_eq!(*seen.lock().unwrap(), ["custom own begins", "own ok"]);
}

#[tokio::test]
async fn a_fault_keeps_its_source_and_can_be_explained() {
    let engine = engine().advice(|fault| match fault {
        Fault::Parameters(_) => Some("allow it in the settings".to_owned()),
        _ => None,
    });
    let action = crate::world::exec("$ANumber").into();
    let values = values(&[("ANumber", "-x")]);
    let report = engine.perform(Task::new("1", "h", &action, &values)).await;
    assert!(matches!(report.fault, Some(Fault::Parameters(_))));
    assert!(
        report
            .error
            .unwrap()
            .ends_with("; allow it in the settings")
    );

    let folder = tempfile::TempDir::new().unwrap();
    let program = folder.path().join("pop.exe");
    fs::copy(ArgDump::program(), &program).unwrap();
    let options = mc_hooks::ExecOptions::default();
    let exec = crate::world::parse(program.to_str().unwrap(), "", &options).unwrap();
    fs::write(&program, "#!/no/such/interpreter\n").unwrap();
    let action = exec.into();
    let report = engine.perform(Task::new("1", "h", &action, &values)).await;
    let fault = report.fault.unwrap();
    assert!(matches!(&fault, Fault::Start(_)), "{fault:?}");
    assert!(fault.source().is_some(), "{fault:?}");
}
