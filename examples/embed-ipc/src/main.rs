//! How an integrator uses mc-ipc: the first start is the instance, later ones hand over what they were told.
//!
//! ```text
//! cargo run -p embed-ipc -- hello   # is the first, and serves
//! cargo run -p embed-ipc -- again   # in another terminal: handed over, and answered
//! cargo run -p embed-ipc -- stop    # ends the first
//! ```

use mc_ipc::{
    Deadlines, HandOver, IncomingRequest, Instance, InstanceOptions, IpcError, Reply,
    serde_json::json,
};
use std::io::{Write as _, stdout};
use std::sync::Arc;
use tokio::sync::Notify;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), IpcError> {
    let word = std::env::args().nth(1).unwrap_or_default();
    // The name, without a version: an old and a new copy must not run side by side.
    let options = InstanceOptions::new(
        "embed-ipc",
        concat!("embed-ipc ", env!("CARGO_PKG_VERSION")),
    );
    let text = run(&options, &word, Deadlines::default()).await?;
    let _ = writeln!(stdout(), "{text}");
    Ok(())
}

/// Serves until it is told to stop, or has the instance hear the word.
async fn run(
    options: &InstanceOptions,
    word: &str,
    deadlines: Deadlines,
) -> Result<String, IpcError> {
    Ok(
        match Instance::acquire_or_request(options, "say", &json!(word), deadlines).await? {
            HandOver::First(mut owner) => {
                let stop = Arc::new(Notify::new());
                let stopper = Arc::clone(&stop);
                owner
                    .serve(
                        move |request| handle(request, Arc::clone(&stopper)),
                        stop.notified(),
                    )
                    .await;
                // What the program has to put away belongs here: it still is the instance.
                owner.close().await;
                format!("was the first, with {word:?}")
            }
            HandOver::Done(reply) => format!("the instance says {reply}"),
            _ => String::new(),
        },
    )
}

/// Runs on a task of its own for each request.
#[expect(
    clippy::unused_async,
    reason = "a handler that does more waits for something"
)]
async fn handle(request: IncomingRequest, stop: Arc<Notify>) -> Reply {
    match (request.kind.as_str(), request.body.as_str()) {
        ("say", Some("stop")) => {
            stop.notify_one();
            Reply::Done(json!("stopping"))
        }
        ("say", Some(word)) => Reply::Done(json!(format!("heard {word}"))),
        // A word for programs, a sentence for people.
        _ => Reply::refused("unknown", "say a word"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_ipc::InstanceClient;

    #[tokio::test]
    async fn words_are_heard_by_the_first() {
        let home = tempfile::tempdir().unwrap();
        let options = InstanceOptions::new("embed-ipc-test", "1").home(Some(home.path()));
        let deadlines = Deadlines::default();
        let others = async {
            let heard = run(&options, "again", deadlines).await.unwrap();
            assert_eq!(heard, "the instance says \"heard again\"");
            let client = InstanceClient::new(&options);
            let refused = client
                .request("say", &json!(1), deadlines)
                .await
                .unwrap_err();
            assert_eq!(refused.to_string(), "say a word");
            run(&options, "stop", deadlines).await.unwrap()
        };
        let (first, stopping) = tokio::join!(run(&options, "hello", deadlines), others);
        assert_eq!(first.unwrap(), "was the first, with \"hello\"");
        assert_eq!(stopping, "the instance says \"stopping\"");
    }
}
