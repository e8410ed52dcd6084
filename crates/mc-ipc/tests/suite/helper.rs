//! What a helper process does: its task is in the environment, its findings go to stdout, one line each after `> `.

use mc_ipc::{
    Acquired, Deadlines, HandOver, IncomingRequest, Instance, InstanceClient, InstanceOptions,
    IpcError, Reply, RequestHandler,
};
use serde_json::{Value, json};
use std::{
    env,
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};
use tokio::sync::Notify;

/// Where the task stands.
pub(crate) const TASK: &str = "MC_IPC_TEST_TASK";

/// Does the task of this process, if it has one.
pub(crate) fn run() {
    let Ok(task) = env::var(TASK) else { return };
    let task: Value = serde_json::from_str(&task).unwrap();
    let home = PathBuf::from(task["home"].as_str().unwrap());
    let build = task["build"].as_str().unwrap_or("helper 1");
    let options = InstanceOptions::new("mc-ipc-test", build).home(Some(&home));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        match task["do"].as_str().unwrap() {
            "own" => own(&options, &home, &task).await,
            "hand over" => hand_over(&options, &home, &task).await,
            "call" => call(&options, &task).await,
            "hello" => say(&json!(format!(
                "{:?}",
                InstanceClient::new(&options)
                    .hello(millis(&task["accepted"]))
                    .await
            ))),
            "gone" => say(&json!(
                InstanceClient::new(&options)
                    .gone(millis(&task["accepted"]))
                    .await
            )),
            other => panic!("no such task: {other}"),
        }
    });
}

fn say(line: &Value) {
    println!("\n> {line}");
}

fn millis(value: &Value) -> Duration {
    Duration::from_millis(value.as_u64().unwrap())
}

/// Runs for the instance, and serves if it wins.
async fn own(options: &InstanceOptions, home: &Path, task: &Value) {
    let within = task["within"].as_u64().unwrap_or(5_000);
    let elected = Instance::acquire_within(options, Duration::from_millis(within));
    let mut owner = match elected.await {
        Ok(Acquired::Owner(owner)) => owner,
        Ok(Acquired::Running(running)) => {
            return say(&json!({ "running": running.pid, "build": running.build }));
        }
        Ok(other) => panic!("{other:?}"),
        Err(e) => return say(&json!({ "error": format!("{e:?}") })),
    };
    say(&json!({ "owner": std::process::id(), "address": owner.address() }));
    if task["unready"].as_bool() == Some(true) {
        return std::future::pending().await;
    }
    let stop = Arc::new(Notify::new());
    owner.serve(handler(home, &stop), stop.notified()).await;
    owner.close().await;
}

/// Hands an effect over to whoever is first, or is first for a while.
async fn hand_over(options: &InstanceOptions, home: &Path, task: &Value) {
    let deadlines = Deadlines::new(Duration::from_secs(30), Duration::from_secs(30));
    match Instance::acquire_or_request(options, "effect", &Value::Null, deadlines).await {
        Ok(HandOver::First(mut owner)) => {
            say(&json!({ "first": std::process::id() }));
            let stop = Arc::new(Notify::new());
            let end = tokio::time::sleep(millis(&task["serve"]));
            owner.serve(handler(home, &stop), end).await;
            owner.close().await;
        }
        Ok(HandOver::Done(reply)) => say(&json!({ "done": reply })),
        other => say(&json!({ "error": format!("{other:?}") })),
    }
}

fn handler(home: &Path, stop: &Arc<Notify>) -> impl RequestHandler {
    let (home, stop) = (home.to_path_buf(), Arc::clone(stop));
    move |request: IncomingRequest| handle(request, home.clone(), Arc::clone(&stop))
}

/// What the requests of the tests do.
async fn handle(request: IncomingRequest, home: PathBuf, stop: Arc<Notify>) -> Reply {
    let effect = || {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(home.join("effects"))
            .unwrap();
        writeln!(file, "{}", request.id).unwrap();
    };
    match request.kind.as_str() {
        "echo" => Reply::Done(request.body),
        "length" => Reply::Done(json!(request.body.to_string().len())),
        "effect" => {
            effect();
            request.accept();
            Reply::Done(json!("done"))
        }
        // Accepts, and lets the caller wait.
        "slow" => {
            effect();
            request.accept();
            tokio::time::sleep(millis(&request.body)).await;
            Reply::Done(json!("late"))
        }
        // Neither accepts nor ends, and does not block the thread.
        "silent" => std::future::pending().await,
        // Blocks the only thread of the process: a frozen owner.
        "freeze" => {
            std::thread::sleep(millis(&request.body));
            Reply::Done(Value::Null)
        }
        "refuse" => Reply::refused("no_user", "nobody is logged in"),
        "panic" => panic!("on purpose"),
        "huge" => Reply::Done(json!("x".repeat(mc_ipc::MAX_FRAME))),
        // Deaths without warning, before and after the effect and the ACCEPTED.
        "die" => {
            match request.body.as_str().unwrap() {
                "at once" => {}
                "after the effect" => effect(),
                "after accepting" => {
                    effect();
                    request.accept();
                    tokio::time::sleep(Duration::from_millis(300)).await;
                }
                other => panic!("{other}"),
            }
            die()
        }
        // Starts a program that outlives us.
        "child" => {
            let mut child = crate::support::sleeper();
            child
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            Reply::Done(json!(spawn(child)))
        }
        // Ends in good order, in a moment.
        "stop later" => {
            tokio::spawn(async move {
                tokio::time::sleep(millis(&request.body)).await;
                stop.notify_one();
            });
            Reply::Done(Value::Null)
        }
        "stop" => {
            stop.notify_one();
            Reply::Done(json!("stopping"))
        }
        other => panic!("no such kind: {other}"),
    }
}

fn spawn(mut command: Command) -> u32 {
    command.spawn().unwrap().id()
}

/// Ends this process as a crash would: nothing is unwound, flushed or removed.
fn die() -> ! {
    std::process::abort()
}

async fn call(options: &InstanceOptions, task: &Value) {
    let deadlines = Deadlines::new(millis(&task["accepted"]), millis(&task["result"]));
    let (client, kind, body) = (
        InstanceClient::new(options),
        task["kind"].as_str().unwrap(),
        &task["body"],
    );
    let filler = task["filler"]
        .as_u64()
        .map(|size| json!("x".repeat(size.try_into().unwrap())));
    let body = filler.as_ref().unwrap_or(body);
    let outcome = match task["id"].as_str() {
        Some(id) => client.request_with_id(id, kind, body, deadlines).await,
        None => client.request(kind, body, deadlines).await,
    };
    say(&match outcome {
        Ok(value) => json!({ "ok": value }),
        Err(IpcError::Refused { code, text }) => json!({ "refused": code, "text": text }),
        Err(IpcError::OutcomeUnknown { accepted }) => json!({ "unknown": accepted }),
        Err(e) => json!({ "error": format!("{e:?}"), "text": e.to_string() }),
    });
}
