//! The blocking face, as programs without a runtime use it: an owner on one thread, its clients on others.

use mc_ipc::{
    Acquired, Deadlines, HandOver, InstanceOptions, IpcError, Reply, blocking,
    serde_json::{Value, json},
};
use std::{thread, time::Duration};

const WAIT: Duration = Duration::from_secs(20);

#[test]
fn one_is_first_and_the_others_have_handed_over() {
    let home = tempfile::tempdir().unwrap();
    let options = InstanceOptions::new("mc-ipc-blocking", "1").home(Some(home.path()));
    let none = blocking::request(&options, "open", &Value::Null, Deadlines::default());
    assert!(matches!(none, Err(IpcError::NotRunning)), "{none:?}");

    let start = || {
        let outcome = blocking::acquire_or_request(
            &options,
            "open",
            &json!("a.txt"),
            Deadlines::new(WAIT, WAIT),
        );
        let mut owner = match outcome.unwrap() {
            HandOver::First(owner) => owner,
            HandOver::Done(reply) => return Some(reply),
            other => panic!("{other:?}"),
        };
        let stopper = owner.stopper();
        owner.serve(move |request| match request.kind.as_str() {
            "open" => Reply::Done(request.body),
            "panic" => panic!("on purpose"),
            "quit" => {
                stopper.stop();
                Reply::Done(json!("bye"))
            }
            _ => Reply::refused("unknown_kind", "what?"),
        });
        owner.close();
        None
    };
    thread::scope(|scope| {
        let starts: Vec<_> = (0..6).map(|_| scope.spawn(start)).collect();
        while blocking::hello(&options, WAIT).is_err() {
            thread::sleep(Duration::from_millis(5));
        }
        let failed = blocking::request(&options, "panic", &Value::Null, Deadlines::default());
        assert!(
            matches!(&failed, Err(IpcError::Refused { code, .. }) if code == "handler_failed"),
            "{failed:?}"
        );
        let running = blocking::acquire(&options, WAIT).unwrap();
        assert!(
            matches!(&running, Acquired::Running(other) if other.ready),
            "{running:?}"
        );
        while starts.iter().filter(|start| start.is_finished()).count() < 5 {
            thread::sleep(Duration::from_millis(5));
        }
        let bye = blocking::request(&options, "quit", &Value::Null, Deadlines::default());
        assert_eq!(bye.unwrap(), "bye");
        let replies: Vec<_> = starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect();
        assert_eq!(replies.iter().flatten().count(), 5, "{replies:?}");
        assert!(replies.iter().flatten().all(|reply| reply == "a.txt"));
    });
    assert!(blocking::gone(&options, WAIT).unwrap());
}

#[test]
fn within_a_runtime_there_is_an_error_and_no_panic() {
    let options = InstanceOptions::new("mc-ipc-blocking", "1");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let error = runtime
        .block_on(async { blocking::hello(&options, WAIT) })
        .unwrap_err();
    assert!(error.to_string().contains("runtime"), "{error}");
}
