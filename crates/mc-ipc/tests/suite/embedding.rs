//! What a program that embeds this crate relies on, within one process.

use mc_ipc::{
    Acquired, Deadlines, IncomingRequest, Instance, InstanceClient, InstanceOptions, IpcError,
    Owner, Reply,
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
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
    let begin = Instant::now();
    let (mut worst, mut calls) = (Duration::ZERO, 0);
    while begin.elapsed() < Duration::from_secs(8) {
        for kind in ["stop", "dial"] {
            let since = Instant::now();
            let said = client
                .request(kind, &json!(calls), Deadlines::default())
                .await;
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
    eprintln!("{calls} calls, worst {worst:?}");
    pollers.shutdown().await;
    drop(end);
    serving.await.unwrap();
}
