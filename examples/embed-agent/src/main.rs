//! How an integrator uses mc-agent: the agent runs inside a program of their own, with a source of calls of their own.
//!
//! `cargo run -p embed-agent -- FOLDER NUMBER ...` takes a call from each number in, and runs until another process says
//! stop over the agent's channel (`tests/runs.rs` does). What came is in the journal below FOLDER.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::env;
use std::error::Error;
use std::path::PathBuf;

use mc_agent::mc_hooks::CallEvent;
use mc_agent::mc_ipc::{Acquired, Instance, InstanceOptions};
use mc_agent::{Agent, CallSource, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let home = PathBuf::from(env::args_os().nth(1).ok_or("which folder?")?);
    let instance = InstanceOptions::new("embed-agent", "embed-agent 1.0").home(Some(&home));
    let Acquired::Owner(owner) = Instance::acquire(&instance).await? else {
        return Err("another one runs already".into());
    };
    let settings = Settings::new("embed-agent", "1.0", &home).users_uid("agent.17");
    let agent = Agent::open(settings).await?;

    // Whatever calls come from: a broker, a serial line, here the command line. The agent does not need to know.
    let intake = agent.handle().intake(CallSource::new("my-telephone"));
    let numbers: Vec<String> = env::args().skip(2).collect();
    tokio::spawn(async move {
        for number in numbers {
            match CallEvent::from_pairs([("ANumber", &number)]) {
                Ok(call) => println!("{number}: {:?}", intake.accept(call).await),
                Err(error) => println!("{number} is no call: {error}"),
            }
        }
    });
    agent.run(Some(owner)).await;
    Ok(())
}
