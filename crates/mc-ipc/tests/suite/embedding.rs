//! What a program that embeds this crate relies on, within one process.

use mc_ipc::{
    Acquired, Deadlines, IncomingRequest, Instance, InstanceClient, InstanceOptions, IpcError,
    Owner, Reply,
};
use serde_json::{Value, json};
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

async fn owner(options: &InstanceOptions) -> Owner {
    match Instance::acquire(options).await.unwrap() {
        Acquired::Owner(owner) => owner,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn f79_a_dropped_serve_future_serves_no_more() {
    let home = tempfile::tempdir().unwrap();
    let options = InstanceOptions::new("mc-ipc-embed", "1").home(Some(home.path()));
    let mut owner = owner(&options).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&runs);
    let handler = move |_: IncomingRequest| {
        counter.fetch_add(1, Ordering::Relaxed);
        async { Reply::Done(json!(1)) }
    };
    let client = InstanceClient::new(&options);
    let short = Deadlines::new(Duration::from_millis(300), Duration::from_millis(300));
    tokio::select! {
        () = owner.serve(handler, std::future::pending()) => {}
        said = client.request("x", &Value::Null, Deadlines::default()) => { said.unwrap(); }
    }
    let said = client.request("x", &Value::Null, short).await;
    assert!(
        matches!(&said, Err(IpcError::Refused { code, .. }) if code == "not_ready"),
        "{said:?}"
    );
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    owner.close().await;
}

/// Without a runtime: polls once, which has to be enough.
fn at_once<T>(future: impl Future<Output = T> + Send) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn outside_a_runtime_there_is_an_error_and_no_panic() {
    let options = InstanceOptions::new("mc-ipc-embed", "1");
    let client = InstanceClient::new(&options);
    let deadlines = Deadlines::default();
    let errors = [
        at_once(client.request("x", &Value::Null, deadlines)).unwrap_err(),
        at_once(client.request_with_id("1", "x", &Value::Null, deadlines)).unwrap_err(),
        at_once(client.hello(deadlines.accepted)).unwrap_err(),
        at_once(Instance::acquire(&options)).unwrap_err(),
        at_once(Instance::acquire_or_request(
            &options,
            "x",
            &Value::Null,
            deadlines,
        ))
        .unwrap_err(),
    ];
    for error in errors {
        assert!(error.to_string().contains("runtime"), "{error}");
    }
    assert!(!at_once(client.gone(deadlines.accepted)));
}

#[tokio::test]
async fn an_owner_that_is_dropped_is_no_owner_any_more() {
    let home = tempfile::tempdir().unwrap();
    let options = InstanceOptions::new("mc-ipc-embed", "1").home(Some(home.path()));
    let client = InstanceClient::new(&options);
    for _ in 0..3 {
        let mut owner = owner(&options).await;
        drop(owner.serve(
            |_| async { Reply::Done(Value::Null) },
            std::future::pending(),
        ));
        drop(owner);
        assert!(client.gone(Duration::from_secs(10)).await);
    }
}

#[tokio::test]
async fn a_handler_runs_in_a_span_of_its_request() {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(std::io::sink)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let home = tempfile::tempdir().unwrap();
    let options = InstanceOptions::new("mc-ipc-embed", "1").home(Some(home.path()));
    let mut owner = owner(&options).await;
    let handler = |_: IncomingRequest| async {
        let span = tracing::Span::current();
        let named = span
            .metadata()
            .is_some_and(|span| span.name() == "ipc_request");
        Reply::Done(json!(named && span.has_field("id")))
    };
    let client = InstanceClient::new(&options);
    tokio::select! {
        () = owner.serve(handler, std::future::pending()) => {}
        said = client.request("x", &Value::Null, Deadlines::default()) => {
            assert_eq!(said.unwrap(), json!(true));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f59_polling_leaves_room_for_control() {
    let home = tempfile::tempdir().unwrap();
    let options = InstanceOptions::new("mc-ipc-embed", "1")
        .home(Some(home.path()))
        .reserved_kinds(["stop", "dial"]);
    let mut owner = owner(&options).await;
    let handler = |request: IncomingRequest| async move {
        if request.kind == "status" {
            tokio::time::sleep(Duration::from_millis(100)).await;
            return Reply::Done(json!("x".repeat(16 * 1024)));
        }
        Reply::Done(json!("done"))
    };
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving =
        tokio::spawn(async move { owner.serve(handler, async { drop(ended.await) }).await });
    let mut pollers = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let client = InstanceClient::new(&options);
        pollers.spawn(async move {
            loop {
                let _ = client
                    .request("status", &Value::Null, Deadlines::default())
                    .await;
            }
        });
    }
    let client = InstanceClient::new(&options);
    // Where a pipe takes one client at a time, and Wine tens of milliseconds for each, 200 in line cost seconds.
    let accepted = Duration::from_secs(if cfg!(windows) { 30 } else { 5 });
    let deadlines = Deadlines::new(accepted, accepted);
    let begin = Instant::now();
    let (mut worst, mut calls) = (Duration::ZERO, 0);
    while begin.elapsed() < Duration::from_secs(8) {
        for kind in ["stop", "dial"] {
            let since = Instant::now();
            let said = client.request(kind, &json!(calls), deadlines).await;
            assert_eq!(
                said.unwrap(),
                json!("done"),
                "{kind} after {calls} calls, {:?}",
                begin.elapsed()
            );
            worst = worst.max(since.elapsed());
            calls += 1;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("{calls} calls, the slowest took {worst:?}");
    pollers.shutdown().await;
    drop(end);
    serving.await.unwrap();
}

/// A caller that would wait for ever says so with the longest time there is.
#[tokio::test]
async fn no_time_is_too_long() {
    let home = tempfile::tempdir().unwrap();
    let options = InstanceOptions::new("mc-ipc-embed", "1").home(Some(home.path()));
    let client = InstanceClient::new(&options);
    let hello = client.hello(Duration::MAX).await;
    assert!(matches!(hello, Err(IpcError::NotRunning)), "{hello:?}");
    assert!(client.gone(Duration::MAX).await);
    let deadlines = Deadlines::new(Duration::MAX, Duration::MAX);
    let said = client
        .request("echo", &serde_json::json!(1), deadlines)
        .await;
    assert!(matches!(said, Err(IpcError::NotRunning)), "{said:?}");
}
