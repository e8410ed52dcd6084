//! From the values to the request on the wire: a curl command in this process, and the real `curl` started for
//! the same command, side by side.
//!
//!     cargo bench -p mc-curl --bench curl
//!
//! Both talk to a recording server on loopback, which notes when the first line of a request arrives. The two
//! take turns, so that what else the machine does strikes both. Prints a table; fails when the median of warm
//! calls is not at least as many times faster as `AIM` says.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints a table, and stops at the first surprise"
)]

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use mc_curl::{CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Names, Numbers, Scope, Values};
use testkit::{Recorder, TestCa};
use tokio::runtime::Runtime;

const ROUNDS: usize = 100;
const AIM: f64 = 50.0;

struct Bench<'b> {
    runtime: &'b Runtime,
    server: &'b Recorder,
    command: CurlCommand,
    values: Values,
    /// The command for the real curl, with these values.
    arguments: Vec<String>,
}

impl Bench<'_> {
    /// The time until the request is there; `start` is when the values came.
    fn arrived(&self, start: Instant) -> Duration {
        let requests = self.server.requests();
        self.server.clear();
        requests.last().unwrap().at - start
    }

    fn ours(&self, sender: &Sender) -> Duration {
        let numbers = Numbers::default();
        let start = Instant::now();
        let scope = Scope::new(&self.values, &numbers);
        let answer = self
            .runtime
            .block_on(sender.send(&self.command, &scope, None))
            .unwrap();
        assert_eq!(answer.exit_code(), 0, "{answer:?}");
        self.arrived(start)
    }

    fn real(&self) -> Duration {
        let start = Instant::now();
        let mut curl = Command::new("curl");
        curl.args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let status = curl.status().unwrap();
        assert!(status.success(), "curl: {status}");
        self.arrived(start)
    }
}

fn main() -> ExitCode {
    if Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        println!("the real `curl` is missing: install it (Debian: apt-get install curl)");
        return ExitCode::FAILURE;
    }
    let folder = tempfile::tempdir().unwrap();
    let ca = TestCa::new();
    let ca_file = ca.write_pem(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    println!(
        "From the values to the request on the wire, loopback, {ROUNDS} calls each, milliseconds\n"
    );
    println!(
        "{:<12} {:<26} {:>11} {:>15} {:>8}",
        "", "", "in process", "starting curl", "ratio"
    );
    let plain = Recorder::start();
    let tls = Recorder::start_tls(&ca.server());
    let cacert = format!(
        "--cacert {}",
        mc_template::words::quote_posix(ca_file.to_str().unwrap())
    );
    let (http, https) = (plain.url("/c"), tls.localhost_url("/c"));
    let post = "-d number=$ANumber";
    row("http, POST", &runtime, &plain, &http, post);
    row(
        "https, POST",
        &runtime,
        &tls,
        &https,
        &format!("{cacert} {post}"),
    );
    let http = row("http, GET", &runtime, &plain, &http, "");
    let https = row("https, GET", &runtime, &tls, &https, &cacert);
    println!(
        "\nAim: {AIM} times at the median of a GET, which in process uses its connection again. A POST has one of its \
         own, so that none goes out twice; every curl makes its own."
    );
    if http < AIM || https < AIM {
        println!("Missed.");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn row(name: &str, runtime: &Runtime, server: &Recorder, link: &str, options: &str) -> f64 {
    let names = Names::call();
    let line = format!("curl -sS {options} -H 'X-Group: $GroupName' $crmurl");
    let command = CurlCommand::read(&line, &Reading::template(&names)).unwrap();
    let values = Values::from_iter([
        ("CRMLink", link),
        ("ANumber", "49199123456789"),
        ("GroupName", "Sales EU"),
    ]);
    let literal = command
        .as_curl(&Scope::new(&values, &Numbers::default()))
        .unwrap();
    let paste = mc_curl::Paste::read(&literal, Some(mc_curl::Shell::Bash), &Names::none()).unwrap();
    let arguments = paste.arguments().to_vec();
    let bench = Bench {
        runtime,
        server,
        command,
        values,
        arguments,
    };

    let new = || Sender::new(SenderOptions::default()).unwrap();
    let first = bench.ours(&new());
    let prepared = new();
    prepared.prepare(&bench.command).unwrap();
    let first_prepared = bench.ours(&prepared);
    let first_real = bench.real();
    let (mut ours, mut real) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(bench.ours(&prepared));
        real.push(bench.real());
    }
    ours.sort();
    real.sort();
    let at = |times: &[Duration], percent: usize| times[(times.len() - 1) * percent / 100];
    print(name, "first call, nothing ready", first, first_real);
    print(
        name,
        "first call, pool prepared",
        first_prepared,
        first_real,
    );
    print(name, "median, warm", at(&ours, 50), at(&real, 50));
    print(name, "95 of 100", at(&ours, 95), at(&real, 95));
    ratio(at(&ours, 50), at(&real, 50))
}

fn ratio(ours: Duration, real: Duration) -> f64 {
    real.as_secs_f64() / ours.as_secs_f64()
}

fn print(name: &str, what: &str, ours: Duration, real: Duration) {
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{name:<12} {what:<26} {:>11.3} {:>15.3} {:>7.0}x",
        millis(ours),
        millis(real),
        ratio(ours, real)
    );
}
