//! A viewer of which one runs: later starts have it open what they were started with. No runtime in sight.
//!
//! ```text
//! cargo run --example viewer --features blocking -- a.txt &
//! cargo run --example viewer --features blocking -- b.txt    # opened by the first
//! cargo run --example viewer --features blocking -- quit
//! ```

use mc_ipc::{Deadlines, HandOver, InstanceOptions, IpcError, Reply, blocking, serde_json::json};
use std::io::{Write as _, stdout};

fn main() -> Result<(), IpcError> {
    let file = std::env::args().nth(1).unwrap_or_default();
    let options = InstanceOptions::new("mc-ipc-viewer", "viewer 1.0");
    let say = |text: &str| drop(writeln!(stdout(), "{text}"));
    match blocking::acquire_or_request(&options, "open", &json!(file), Deadlines::default())? {
        HandOver::First(mut owner) => {
            say(&format!("the first: opening {file:?}"));
            let stopper = owner.stopper();
            owner.serve(move |request| {
                if request.body == "quit" {
                    stopper.stop();
                }
                say(&format!("asked to open {}", request.body));
                Reply::Done(json!("opened"))
            });
            owner.close();
        }
        HandOver::Done(reply) => say(&format!("handed over: {reply}")),
        _ => {}
    }
    Ok(())
}
