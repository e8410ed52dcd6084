//! How an integrator uses mc-agent: the agent runs inside a program of their own, with a source of calls of their own.
//!
//! `cargo run -p embed-agent` takes three calls in, one of them twice, asks the agent over its channel as another
//! process would, and shows what its journal holds. It exits with 1 unless that is what was taken in.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::error::Error;
use std::process::ExitCode;

use mc_agent::journal::{History, Journal};
use mc_agent::mc_hooks::CallEvent;
use mc_agent::mc_ipc::{Acquired, Instance, InstanceOptions};
use mc_agent::{Agent, AgentClient, Intake, Settings, Source};
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let instance = InstanceOptions::new("embed-agent", "embed-agent 1.0").home(Some(home.path()));
    let Acquired::Owner(owner) = Instance::acquire(&instance).await? else {
        return Err("another one runs already".into());
    };
    let settings = Settings::new("embed-agent", "1.0", home.path()).users_uid("agent.17");
    let agent = Agent::open(settings).await?;

    // Whatever calls come from: a broker, a serial line, a test. The agent does not need to know.
    let (telephone, calls) = mpsc::channel(8);
    let intake = agent.handle().intake(Source::new("my-telephone"));
    let taking = tokio::spawn(take_in(intake, calls));
    let running = tokio::spawn(agent.run(Some(owner)));

    for number in ["4930111", "4930222", "4930222", "4930333"] {
        telephone.send(number).await?;
    }
    drop(telephone);
    taking.await?;

    // Another process would do the same.
    let client = AgentClient::new(&instance);
    println!("the user is {:?}", client.status().await?.user);
    client.stop().await?;
    running.await?;

    let journal = History::of(Journal::folder_in(home.path()));
    let entries = journal.entries()?.collect::<Result<Vec<_>, _>>()?;
    for entry in &entries {
        println!("{entry:?}");
    }
    Ok(if entries.len() == 3 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A source of calls: what arrives is handed in.
async fn take_in(intake: Intake, mut calls: mpsc::Receiver<&'static str>) {
    while let Some(number) = calls.recv().await {
        let Ok(call) = CallEvent::from_pairs([("ANumber", number)]) else {
            continue;
        };
        match intake.accept(call).await {
            Ok(accepted) => println!("{number}: {:?}", accepted.receipt),
            Err(error) => println!("{number} was not taken in: {error}"),
        }
    }
}
