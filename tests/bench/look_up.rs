//! A caller looked up and the page handed on, beside one start of the real `curl` for the look-up alone.
//!
//!     cargo bench -p mc-hooks --bench look_up
//!
//! The CRM is a server on loopback. The two take turns. Prints the medians and the ends that 95 of 100 keep.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints a table, and stops at the first surprise"
)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mc_hooks::curl::{CurlCommand, Sender, SenderOptions};
use mc_hooks::{
    Action, Answers, CallEvent, CustomAction, CustomCall, CustomFuture, Engine, Hook, Report, Rest,
    Runner,
};
use mc_template::{Names, Numbers};
use testkit::{Answer, Recorder};

const ROUNDS: usize = 100;

/// Takes the page's address, as a browser that is up does.
#[derive(Debug)]
struct Page;

impl CustomAction for Page {
    fn run<'a>(&'a self, call: CustomCall<'a>) -> CustomFuture<'a> {
        let id = call.values.get("ContactID").unwrap_or_default().to_owned();
        Box::pin(async move { Ok(format!("open https://crm.example/contact/{id}")) })
    }

    fn describe(&self, _: CustomCall<'_>) -> String {
        "open the contact".to_owned()
    }
}

fn main() {
    let crm = Recorder::start();
    let answer = serde_json::json!({"size": 1, "records": [{"Id": "0017"}]});
    crm.always(Answer::json(200, &answer));
    let names = Names::call();
    let url = crm.url("/search?q=$ANumber");
    let command = CurlCommand::parse(&format!("curl -sS -f '{url}'"), &names).unwrap();
    let answers = Answers::default()
        .and("ContactID", "/records/0/Id", &names)
        .unwrap();
    let sender = Sender::new(SenderOptions::default()).unwrap();
    sender.prepare(&command).unwrap();
    let find = Hook::new("find", Rest::new(command, sender).answers(answers));
    let show = Hook::new("show", Action::custom(Page)).after("find");
    let engine = Engine::new(Numbers::default());
    let runner = Runner::new(vec![find, show], engine, |_: &Report| ());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    let (mut chain, mut curl) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let event = format!(r#"{{"CallID":"{round}","ANumber":"4930123456"}}"#);
        let start = Instant::now();
        let event = CallEvent::from_json(event.as_bytes()).unwrap();
        let reports = runtime.block_on(runner.run(event));
        chain.push(start.elapsed());
        assert!(reports.iter().all(|report| report.outcome.is_success()));
        assert_eq!(reports[1].done, "open https://crm.example/contact/0017");

        let start = Instant::now();
        let status = Command::new("curl")
            .args(["-sS", "-f", &crm.url("/search?q=4930123456")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        curl.push(start.elapsed());
        assert!(status.success());
    }
    println!("{ROUNDS} calls, loopback, milliseconds\n");
    for (name, mut times) in [("event to page", chain), ("one curl", curl)] {
        times.sort();
        let at = |percent: usize| millis(times[(times.len() - 1) * percent / 100]);
        println!(
            "{name:<14} median {:>8.3}   95 of 100 {:>8.3}",
            at(50),
            at(95)
        );
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
