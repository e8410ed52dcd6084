//! The agent as a process: one instance, calls handed over and pushed, the journal, dialling, and its end.

mod dialling;
mod ends;
mod history;
mod instance;
mod journal;
mod kills;
mod page;
mod push;
mod redial;
mod refused;
mod reload;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use testkit::{ArgDump, Finished, Home, Running, run};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

/// The token of the workstations under test.
const TOKEN: &str = "the-token-of-this-workstation";

/// A workstation: its home, and a CRM program that tells how it was started.
struct Desk {
    home: Home,
    crm: ArgDump,
    program: PathBuf,
}

impl Desk {
    fn new() -> Self {
        Self::with_program(&[])
    }

    /// The keys tell the CRM program what to do besides.
    fn with_program(keys: &[(&str, &str)]) -> Self {
        let (home, crm) = (Home::new(), ArgDump::new());
        let program = crm.install(&home.path().join("pop"), keys);
        Self { home, crm, program }
    }

    /// A configuration in which the CRM program takes the number, and what follows. Keys at the top come first.
    fn config(&self, top: &str, sections: &str) -> &Self {
        self.home.write("listen-token", TOKEN);
        self.home.config(&format!(
            "{top}\nAutomaticEXECallCommand = '{}'\nAutomaticEXECallParameters = '$ANumber $UsersUID'\n{sections}",
            self.program.display()
        ));
        self
    }

    /// The same with an open port.
    fn listening(&self, top: &str, more: &str) -> &Self {
        self.config(
            top,
            &format!("[listen]\naddress = \"127.0.0.1:0\"\ntoken_file = \"listen-token\"\n{more}"),
        )
    }

    /// The agent, running.
    fn agent(&self) -> Running {
        let mut agent = Running::start(&mut self.home.command("miniclient"));
        agent.wait_said("a word that it runs", PATIENCE, |said| {
            said.contains("miniclient: running").then_some(())
        });
        agent
    }

    /// A command, to its end.
    fn say(&self, arguments: &[&str]) -> Finished {
        run(self.home.command("miniclient").args(arguments), PATIENCE)
    }

    /// A command that must end with this code.
    #[track_caller]
    fn must(&self, arguments: &[&str], code: i32) {
        let _ = self.say(arguments).expect_code(code);
    }

    fn status(&self) -> Value {
        json(&self.say(&["status", "--json"]).expect_code(0).stdout)
    }

    /// Where calls are pushed to.
    fn address(&self) -> String {
        self.status()["listen"]["address"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The journal's entries, the newest last.
    fn history(&self) -> Vec<Value> {
        self.say(&["history", "--json", "-n", "1000"])
            .expect_code(0)
            .stdout
            .lines()
            .map(json)
            .collect()
    }

    /// The files of the journal, as text.
    fn journal_text(&self) -> String {
        let folder = self.home.path().join("state").join("journal");
        let files = std::fs::read_dir(folder).unwrap();
        files
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// A request by hand: a method and target, headers, and a body whose length is stated unless the headers do.
struct Push {
    line: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Push {
    /// A call as it should be pushed.
    fn call(body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![
            ("Authorization", format!("Bearer {TOKEN}")),
            ("Content-Type", "application/json".to_owned()),
        ];
        Self {
            line: "POST /v1/calls",
            headers,
            body: body.into(),
        }
    }

    fn line(mut self, line: &'static str) -> Self {
        self.line = line;
        self
    }

    /// Replaces a header; an empty value removes it.
    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        if !value.is_empty() {
            self.headers.push((name, value.to_owned()));
        }
        self
    }

    /// The request as it goes over the wire.
    fn bytes(&self, host: &str) -> Vec<u8> {
        let mut head = format!("{} HTTP/1.1\r\n", self.line);
        let stated = |name: &str| self.headers.iter().any(|(other, _)| *other == name);
        if !stated("Host") {
            write!(head, "Host: {host}\r\n").unwrap();
        }
        if !stated("Content-Length") && !stated("Transfer-Encoding") {
            write!(head, "Content-Length: {}\r\n", self.body.len()).unwrap();
        }
        if !stated("Connection") {
            head.push_str("Connection: close\r\n");
        }
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }

    /// Sends it: the status, and the body as JSON.
    fn to(self, address: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // A server may answer, and close, before it has read everything.
        let _ = stream.write_all(&self.bytes(address));
        answer(&mut stream)
    }
}

/// Reads an answer to its end.
fn answer(stream: &mut TcpStream) -> (u16, Value) {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no answer: {text}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}
