//! Calls through a message broker: real Mosquitto, its own clients, real agents.

mod calls;
#[cfg(unix)]
mod cluster;
#[cfg(unix)]
mod cuts;
mod kills;
mod outages;
mod presence;
mod proxied;
mod published;
mod secured;

use std::time::Duration;

use serde_json::Value;
use testkit::{
    ArgDump, Finished, Home, Mosquitto, MosquittoSettings, Running, ServerCertificate, TestCa,
    poll_for, run, wait_for,
};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

/// A workstation that takes calls from a broker: its home, and a CRM program that tells how it was started.
struct Desk {
    home: Home,
    crm: ArgDump,
}

impl Desk {
    /// The CRM program takes the number; `subscribe` are lines of the section.
    fn new(subscribe: &str) -> Self {
        Self::with("", subscribe)
    }

    /// The same with lines at the top of the configuration.
    fn with(top: &str, subscribe: &str) -> Self {
        let desk = Self {
            home: Home::new(),
            crm: ArgDump::new(),
        };
        desk.crm.install(&desk.home.path().join("pop"), &[]);
        desk.config(top, subscribe);
        desk
    }

    /// At this broker, without a password.
    fn at(broker: &Mosquitto) -> Self {
        Self::new(&broker_line(broker))
    }

    fn config(&self, top: &str, subscribe: &str) {
        let program = self.home.path().join("pop");
        self.home.config(&format!(
            "UsersUID = 'agent.17'\n{top}\nAutomaticEXECallCommand = '{}'\nAutomaticEXECallParameters = '$ANumber $CallID'\n\
             [subscribe]\nreconnect_within = '200ms'\n{subscribe}\n",
            program.display()
        ));
    }

    /// The agent, running; it may not be connected yet.
    fn agent(&self) -> Running {
        let mut agent = Running::start(&mut self.home.command("miniclient"));
        agent.wait_said("a word that it runs", PATIENCE, |said| {
            said.contains("miniclient: running").then_some(())
        });
        agent
    }

    /// The agent, running and connected.
    fn connected(&self) -> Running {
        let agent = self.agent();
        self.wait_state("connected");
        agent
    }

    /// A command, to its end.
    fn say(&self, arguments: &[&str]) -> Finished {
        run(self.home.command("miniclient").args(arguments), PATIENCE)
    }

    fn stop(&self) {
        let _ = self.say(&["stop"]).expect_code(0);
    }

    fn broker_status(&self) -> Value {
        let said = self.say(&["status", "--json"]).expect_code(0);
        json(&said.stdout)["broker"].clone()
    }

    /// What `status` says of the broker once it is in this state.
    #[track_caller]
    fn wait_state(&self, state: &str) -> Value {
        self.wait_status(state, |status| status["state"] == state)
    }

    #[track_caller]
    fn wait_status(&self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let mut status = Value::Null;
        let found = poll_for(PATIENCE, || {
            status = self.broker_status();
            is(&status).then_some(())
        });
        assert!(
            found.is_some(),
            "not within {PATIENCE:?}: {what}, but {status}"
        );
        status
    }

    /// The journal's entries, the newest last.
    fn history(&self) -> Vec<Value> {
        let said = self
            .say(&["history", "--json", "-n", "1000"])
            .expect_code(0);
        said.stdout.lines().map(json).collect()
    }

    /// The journal's entries, once there are so many.
    #[track_caller]
    fn wait_history(&self, count: usize) -> Vec<Value> {
        wait_for(PATIENCE, "calls in the journal", || {
            Some(self.history()).filter(|history| history.len() >= count)
        })
    }
}

fn broker_line(broker: &Mosquitto) -> String {
    format!("broker = 'mqtt://{}'", broker.address())
}

/// A broker in which everybody may do everything; none where Mosquitto is not installed.
fn open_broker() -> Option<Mosquitto> {
    if !Mosquitto::is_installed() {
        testkit::skipped("mosquitto is not installed");
        return None;
    }
    Some(Mosquitto::start(&MosquittoSettings::open()))
}

/// A certificate for a broker of these names, and what has to be in `ca_file` to trust it.
fn certificate(names: &[&str]) -> (ServerCertificate, String) {
    if testkit::under_wine() {
        // Wine 8 takes every certificate with an issuer for possibly revoked.
        let certificate = ServerCertificate::self_signed_for(names);
        let pem = certificate.pem().to_owned();
        return (certificate, pem);
    }
    let ca = TestCa::new();
    (ca.server_for(names), ca.pem())
}

fn call(id: &str, number: &str) -> String {
    serde_json::json!({"CallID": id, "ANumber": number}).to_string()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}
