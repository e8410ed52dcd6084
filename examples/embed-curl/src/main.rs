//! How an integrator uses mc-curl: a command that an administrator wrote is sent for a call, over a connection that
//! stays open, and the same request is made for an HTTP client of one's own.
//!
//! `cargo run -p embed-curl` plays both sides: it is the CRM, too, and the caller's name was chosen by somebody with bad
//! intentions. It exits with 1 unless the CRM received the name exactly, twice.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::mpsc::{self, Sender as Channel};
use std::thread;
use std::time::Duration;

use mc_curl::{CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Names, Numbers, Scope, Values};
use serde_json::{Value, json};

const NAME: &str = "x\", \"admin\": true, \"n\": \"' && reboot";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let (received, bodies) = mpsc::channel();
    let crm = TcpListener::bind("127.0.0.1:0")?;
    let address = crm.local_addr()?;
    thread::spawn(move || {
        for stream in crm.incoming().flatten() {
            let received = received.clone();
            thread::spawn(move || serve(&stream, &received));
        }
    });

    // What an administrator would write. Everything that is wrong with it is said here, with its place.
    let line = format!(
        r#"curl -sS -f -X PUT -H "X-Token: secret" --json '{{"name":"$GroupName"}}' http://{address}/calls"#
    );
    let names = Names::call();
    let reading = Reading::template(&names).user_agent("embed-curl/1");
    let command = CurlCommand::read(&line, &reading)?;
    let sender = Sender::new(SenderOptions::default())?;
    sender.prepare(&command)?;

    // A call comes in.
    let values = Values::from_iter([("GroupName", NAME)]);
    let numbers = Numbers::default();
    let scope = Scope::new(&values, &numbers);
    let requests = command.requests(&scope)?;
    println!("without secrets: {}", serde_json::to_string(&requests)?);
    for _ in 0..2 {
        let answer = sender
            .send(&command, &scope, Some(Duration::from_secs(5)))
            .await?;
        let id = answer.transfers[0].headers.get("X-Id");
        println!(
            "{}: status {:?}, X-Id {id:?}",
            answer.done(),
            answer.status()
        );
        if answer.exit_code() != 0 || id.is_none() {
            return Ok(ExitCode::FAILURE);
        }
    }

    // Whoever has an HTTP client takes the request as the crate `http` has it.
    let own = requests[0].to_http()?;
    println!("for a client of one's own: {} {}", own.method(), own.uri());

    let expected = json!({ "name": NAME });
    let arrived: Vec<Value> = bodies.try_iter().collect();
    let exact = arrived == [expected.clone(), expected];
    Ok(if exact {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The CRM: notes the JSON of each request, and answers with an id.
fn serve(stream: &TcpStream, received: &Channel<Value>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            } else if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        received.send(serde_json::from_slice(&body).ok()?).ok()?;
        let mut writer = stream;
        writer
            .write_all(b"HTTP/1.1 200 OK\r\nX-Id: 4711\r\nContent-Length: 0\r\n\r\n")
            .ok()?;
    }
}
