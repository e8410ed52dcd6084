//! How an integrator uses mc-ipc: the first start is the instance, later ones hand over what they were told.
//!
//! ```text
//! cargo run -p embed-ipc            # becomes the instance, and says so
//! cargo run -p embed-ipc -- hello   # in another terminal: handed over, and answered
//! cargo run -p embed-ipc -- stop    # ends the instance
//! ```

use mc_ipc::{
    Acquired, Deadlines, IncomingRequest, Instance, InstanceClient, InstanceOptions, Reply,
};
use serde_json::json;
use std::error::Error;
use std::io::{Write as _, stdout};
use std::sync::Arc;
use tokio::sync::Notify;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // The name, without a version: an old and a new copy must not run side by side. The variable is for the test.
    let home = std::env::var_os("EMBED_IPC_HOME").map(std::path::PathBuf::from);
    let options = InstanceOptions::new(
        "embed-ipc",
        concat!("embed-ipc ", env!("CARGO_PKG_VERSION")),
    )
    .home(home.as_deref());

    if let Some(word) = std::env::args().nth(1) {
        let reply = InstanceClient::new(&options)
            .request("say", &json!(word), Deadlines::default())
            .await?;
        writeln!(stdout(), "{reply}")?;
        return Ok(());
    }
    match Instance::acquire(&options).await? {
        Acquired::Owner(mut owner) => {
            writeln!(stdout(), "this is the instance, at {}", owner.address())?;
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
        }
        Acquired::Running(other) => writeln!(
            stdout(),
            "process {} is the instance ({})",
            other.pid,
            other.build
        )?,
        _ => {}
    }
    Ok(())
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

    #[tokio::test]
    async fn a_word_is_heard_and_a_number_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let options = InstanceOptions::new("embed-ipc-test", "1").home(Some(home.path()));
        let Acquired::Owner(mut owner) = Instance::acquire(&options).await.unwrap() else {
            panic!("owner")
        };
        let (stop, client) = (Arc::new(Notify::new()), InstanceClient::new(&options));
        let stopper = Arc::clone(&stop);
        let asking = async {
            let heard = client
                .request("say", &json!("hello"), Deadlines::default())
                .await
                .unwrap();
            assert_eq!(heard, json!("heard hello"));
            let refused = client
                .request("say", &json!(1), Deadlines::default())
                .await
                .unwrap_err();
            assert_eq!(refused.to_string(), "say a word");
            client
                .request("say", &json!("stop"), Deadlines::default())
                .await
                .unwrap();
        };
        let serving = owner.serve(
            move |request| handle(request, Arc::clone(&stopper)),
            stop.notified(),
        );
        tokio::join!(serving, asking);
        owner.close().await;
    }
}
