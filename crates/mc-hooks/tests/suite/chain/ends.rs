//! How chains end before their last step.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_chain_has_one_deadline() {
    let slow = |seconds| {
        Action::custom(Note {
            takes: Duration::from_secs(seconds),
            ..Note::default()
        })
    };
    let third = Hook::new("third", slow(20)).after("second");
    let hooks = vec![
        Hook::new("first", slow(15)),
        Hook::new("second", slow(10)).after("first"),
        third.timeout(LONG),
        Hook::new("too late", slow(0)).after_failed("third"),
        // Alone it has no limit.
        Hook::new("alone", slow(100)),
    ];
    let started = tokio::time::Instant::now();
    let reports = runner(hooks).run(event(CALL)).await;
    assert_eq!(outcome(&reports, "second"), Outcome::Ok);
    assert_eq!(outcome(&reports, "third"), Outcome::Timeout);
    assert_eq!(outcome(&reports, "too late"), Outcome::Timeout);
    assert_eq!(outcome(&reports, "alone"), Outcome::Ok);
    let late = reports.iter().find(|report| report.hook == "too late");
    let said = late.unwrap().error.as_deref().unwrap();
    assert_eq!(
        said,
        "the hooks before it took the 30 s that all of them have together"
    );
    assert_eq!(started.elapsed().as_secs(), 100);
    assert_eq!(Chains::LIMIT.as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_chain_can_wait_for_a_place_until_its_deadline() {
    let slow = || {
        Action::custom(Note {
            takes: Duration::from_secs(25),
            ..Note::default()
        })
    };
    let first = Hook::new("first", note().0);
    let mut second = Hook::new("second", slow()).after("first");
    second.max_parallel = 1;
    let runner = runner(vec![first, second]);
    let calls: Vec<_> = ["a1", "a2", "a3"]
        .iter()
        .map(|id| runner.submit(event(&json!({ "CallID": id }).to_string())))
        .collect();
    let mut ended = Vec::new();
    for call in calls {
        ended.push(outcome(&call.reports().await, "second"));
    }
    assert_eq!(ended, [Outcome::Ok, Outcome::Timeout, Outcome::Timeout]);
}

#[tokio::test]
async fn a_call_that_is_cancelled_ends_its_chains() {
    let crm = Recorder::start();
    let gate = Gate::new();
    crm.always(Answer::ok("{}").after(&gate));
    let hooks = vec![
        look_up(&crm, &[("ContactID", "/id")]),
        Hook::new("yes", note().0).after("find"),
        Hook::new("no", note().0).after_failed("find"),
        Hook::new("behind", note().0).after_failed("no"),
    ];
    let runner = runner(hooks);
    let accepted = runner.submit(event(CALL));
    crm.arrived(1, LONG).await;
    assert!(runner.cancel(&accepted.id));
    let reports = accepted.reports().await;
    assert_eq!(reports.len(), 4);
    for report in &reports {
        assert_eq!(report.outcome, Outcome::Cancelled, "{report}");
    }
    // Shutting down begins nothing more.
    let next = runner.submit(event(r#"{"CallID":"a2"}"#));
    crm.arrived(2, LONG).await;
    let runner = runner.clone();
    let closing = tokio::spawn(async move { runner.shutdown(Programs::default(), LONG).await });
    tokio::task::yield_now().await;
    gate.open();
    closing.await.unwrap();
    let reports = next.reports().await;
    assert_eq!(outcome(&reports, "find"), Outcome::Ok);
    assert_eq!(outcome(&reports, "yes"), Outcome::Dropped);
    assert_eq!(outcome(&reports, "no"), Outcome::Skipped);
}

#[tokio::test]
async fn a_later_step_can_be_cancelled() {
    let gate = Gate::new();
    let crm = Recorder::start();
    crm.then(Answer::ok("{}"));
    crm.always(Answer::ok("{}").after(&gate));
    let mut second = look_up(&crm, &[]).after("find");
    second.name = "again".to_owned();
    let runner = runner(vec![look_up(&crm, &[("ContactID", "/id")]), second]);
    let accepted = runner.submit(event(CALL));
    crm.arrived(2, LONG).await;
    assert!(runner.cancel(&accepted.id));
    assert_eq!(
        outcome(&accepted.reports().await, "again"),
        Outcome::Cancelled
    );
}
