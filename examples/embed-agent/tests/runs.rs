//! The example does what it shows; this is the other process.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use mc_agent::AgentClient;
use mc_agent::journal::{History, Journal};
use mc_agent::mc_ipc::InstanceOptions;

#[tokio::test]
async fn calls_of_another_source_are_taken_in_once() {
    let home = tempfile::tempdir().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_embed-agent"))
        .arg(home.path())
        .args(["4930111", "4930222", "4930222", "4930333"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(program.stdout.take().unwrap()).lines();
    let said: Vec<String> = said.take(4).map(Result::unwrap).collect();
    let shown = said.join("\n");
    assert_eq!(shown.matches("duplicate: true").count(), 1, "{shown}");

    let instance = InstanceOptions::new("embed-agent", "").home(Some(home.path()));
    let client = AgentClient::new(&instance);
    let status = client.status().await.unwrap();
    assert_eq!(status.user.as_deref(), Some("agent.17"));
    client.stop().await.unwrap();
    assert!(program.wait().unwrap().success());

    let history = History::of(Journal::folder_in(home.path()));
    let entries: Vec<_> = history.entries().unwrap().map(Result::unwrap).collect();
    let shown = format!("{entries:?}");
    assert_eq!(entries.len(), 3, "{shown}");
    assert_eq!(
        shown.matches(r#"via: "my-telephone""#).count(),
        3,
        "{shown}"
    );
}
