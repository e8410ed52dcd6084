//! The telephone system: the sandbox, as a process.

use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use testkit::Running;

const LONGEST: Duration = Duration::from_secs(20);

pub(crate) struct Jtel {
    program: std::path::PathBuf,
    /// Killed if the tour ends before its end.
    process: Running,
    address: SocketAddr,
    pub(crate) base_url: String,
    pub(crate) token: String,
    pub(crate) ca_file: String,
    database: String,
}

impl Jtel {
    /// Starts it with one user, a group whose calls bring a link to the CRM, and more options.
    pub(crate) fn start(
        program: &Path,
        user: &str,
        login: &str,
        group: &str,
        crm_url: &str,
        more: &[&str],
    ) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.args(["--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--json"]);
        command.args(more);
        // Wine, too, trusts a certificate without an issuer; with one it misses a revocation list.
        command.arg("--self-signed");
        command.args([
            "--user",
            &format!("{user}={login}"),
            "--group",
            &format!("{group}={crm_url}"),
        ]);
        let mut process = Running::try_start(&mut command)?;
        let about: Value = crate::programs::wait_for("the start of the sandbox", || {
            let said = process.stdout();
            match said.lines().next() {
                Some(line) if said.contains('\n') => serde_json::from_str(line)
                    .map(Some)
                    .map_err(|e| e.to_string()),
                _ if process.ended().is_some() => {
                    Err(format!("the sandbox ended: {}", process.stderr()))
                }
                _ => Ok(None),
            }
        })?;
        let text = |name: &str| {
            let value = about[name].as_str().map(str::to_owned);
            value.ok_or_else(|| format!("the sandbox does not say its {name}: {about}"))
        };
        let address = text("url")?.trim_start_matches("http://").parse();
        Ok(Self {
            program: program.to_owned(),
            process,
            address: address.map_err(|e| format!("the sandbox's address: {e}"))?,
            // By its name: Wine finds no addresses in certificates.
            base_url: text("https")?.replacen("127.0.0.1", "localhost", 1),
            token: text("token")?,
            ca_file: text("ca_file")?,
            database: text("database")?,
        })
    }

    /// Lets a call come in; what became of it, and how long the push took.
    pub(crate) fn call(&self, event: &[(&str, &str)]) -> Result<(Value, Duration), String> {
        let event: Map<String, Value> = event
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        let begun = Instant::now();
        let pushed = self.ask("POST", "/sandbox/calls", &json!(event).to_string())?;
        Ok((pushed, begun.elapsed()))
    }

    /// The user answers a call, or one of both hangs up: what a telephone does, over the REST side.
    pub(crate) fn act(&self, ufn: &str, action: &str) -> Result<Duration, String> {
        let begun = Instant::now();
        let target = format!("/rest/v1.0/1/calls/{ufn}/{action}");
        let token = format!("Bearer {}", self.token);
        self.ask_with("GET", &target, &[("Authorization", &token)], "")?;
        Ok(begun.elapsed())
    }

    /// The workstations that are registered now.
    pub(crate) fn workstations(&self) -> Result<Vec<Value>, String> {
        self.list("/sandbox/workstations")
    }

    /// The numbers that were dialled.
    pub(crate) fn dials(&self) -> Result<Vec<Value>, String> {
        self.list("/sandbox/dials")
    }

    /// One row of the database file, read by another process than the one that wrote it.
    pub(crate) fn row(&self, sql: &str) -> Result<Value, String> {
        let mut command = Command::new(&self.program);
        command.args(["query", "--database", &self.database, sql]);
        let finished = Running::try_start(&mut command)?.try_finish(LONGEST)?;
        serde_json::from_str(&finished.stdout)
            .map_err(|e| format!("{sql}: {e}: {}{}", finished.stdout, finished.stderr))
    }

    /// Ends it.
    pub(crate) fn stop(self) -> Result<(), String> {
        self.ask("POST", "/sandbox/stop", "")?;
        match self.process.try_finish(LONGEST)? {
            finished if finished.code == 0 => Ok(()),
            finished => Err(format!(
                "the sandbox ended with {}: {}",
                finished.code, finished.stderr
            )),
        }
    }

    fn list(&self, target: &str) -> Result<Vec<Value>, String> {
        let answer = self.ask("GET", target, "")?;
        answer
            .as_array()
            .cloned()
            .ok_or_else(|| format!("not a list: {answer}"))
    }

    fn ask(&self, method: &str, target: &str, body: &str) -> Result<Value, String> {
        self.ask_with(method, target, &[], body)
    }

    fn ask_with(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Value, String> {
        let reply = testkit::request(self.address, method, target, headers, body.as_bytes());
        let text = reply.text();
        if reply.status != 200 {
            return Err(format!(
                "{method} {target} was answered {}: {text}",
                reply.status
            ));
        }
        serde_json::from_str(&text).map_err(|e| format!("{method} {target}: {e}: {text}"))
    }
}
