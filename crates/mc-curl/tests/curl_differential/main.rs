//! This crate beside the real curl: what each sends for the same command, on the wire.
//!
//! Three ways for every command of `corpus.txt` and for every hostile value in every place: the real curl,
//! this crate, and the real curl once more with the command that this crate prints. All three must make
//! the same requests and come to the same exit code.

#![cfg(not(windows))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what cannot be done fails the test, with its reason"
)]

mod again;
mod bodies;
mod corpus;
mod cuts;
mod hostile;
mod misbehaviour;
mod pastes;
mod seen;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use corpus::Case;
use mc_curl::{CurlCommand, Reading, Sender, SenderOptions, options};
use mc_template::{Names, Numbers, Scope};
use seen::Seen;
use testkit::{Recorder, TestCa, Watchdog, run};

/// What a command came to: curl's exit code, and what the server saw.
#[derive(Debug, PartialEq)]
struct Result {
    exit_code: i32,
    seen: Vec<Seen>,
}

/// A folder with the files that the corpus names.
fn files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write =
        |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    write("lines.txt", b"one\r\ntwo & three\n");
    write("bytes.bin", b"\x00\x01\xff\r\n\xfe");
    write("object.json", b"{\n  \"a\": 1\n}\n");
    write("word.txt", b"w=1\n");
    write("sub/inner.txt", b"inner");
    write("two words.txt", b"two words");
    write("with;semicolon.txt", b"semicolon");
    write("part1", b"1");
    write("part2", b"2");
    write("brace{1}.txt", b"brace");
    // Lines that every version of curl reads alike; remarks are newer than Debian's.
    write(
        "headers.txt",
        b"X-One: 1\r\n\nX-Two:  $ANumber %41\nX-Three;\nUser-Agent:\nX-Gone:\n",
    );
    write("type.txt", b"Content-Type: application/json\n");
    write(
        "jar.txt",
        b"# Netscape HTTP Cookie File\n\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t1\n\
          #HttpOnly_127.0.0.1\tFALSE\t/p\tTRUE\t4000000000\tstays\ta b\n\
          127.0.0.1\tFALSE\t/\tFALSE\t1\tover\t1\n.localhost\tTRUE\t/\tFALSE\t0\tother\t1\n\
          127.0.0.1\tFALSE\t/else\tFALSE\t0\telse\t1\n",
    );
    write(
        "lines.jar",
        b"Set-Cookie: line=1; domain=127.0.0.1; path=/\n",
    );
    write("ca.pem", TestCa::new().pem().as_bytes());
    folder
}

/// Runs a line by a POSIX shell: an independent reading of its quotes.
fn real(line: &str, recorder: &Recorder, folder: &Path) -> Result {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", line])
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder);
    let finished = run(&mut command, Duration::from_secs(30));
    Result {
        exit_code: finished.code,
        seen: Seen::all(recorder),
    }
}

fn ours(command: &CurlCommand, scope: &Scope<'_>, recorder: &Recorder) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let exit_code = match runtime.block_on(sender.send(command, scope, None)) {
        Ok(answer) => i32::from(answer.exit_code()),
        Err(error) => i32::from(error.exit_code()),
    };
    Result {
        exit_code,
        seen: Seen::all(recorder),
    }
}

/// One case, three ways; what differs.
fn compare(case: &Case, folder: &Path) -> std::result::Result<(), String> {
    let recorder = Recorder::start();
    let case = case.at(&recorder);
    let script = || {
        recorder.clear();
        for answer in &case.answers {
            recorder.then(answer.clone());
        }
    };
    let names = Names::call();
    let values = case.values.iter().cloned().collect();
    let numbers = Numbers::default();
    let scope = Scope::new(&values, &numbers);
    let reading = Reading::template(&names).folder(folder);
    let command = CurlCommand::read(&case.line, &reading)
        .map_err(|errors| format!("it is refused: {errors}"))?;

    script();
    let expected = real(&case.sh, &recorder, folder);
    script();
    let got = ours(&command, &scope, &recorder);
    if got != expected {
        return Err(format!("curl: {expected:#?}\nhere: {got:#?}"));
    }
    let printed = command
        .as_curl(&scope)
        .map_err(|error| format!("it cannot be printed: {error}"))?;
    script();
    let again = real(&printed, &recorder, folder);
    if again != expected {
        return Err(format!(
            "printed: {printed}\ncurl: {expected:#?}\nwith what is printed: {again:#?}"
        ));
    }
    let literal = Reading::literal().folder(folder);
    let read = CurlCommand::read(&printed, &literal)
        .map_err(|errors| format!("{printed}\nis refused: {errors}"))?;
    script();
    let third = ours(&read, &scope, &recorder);
    if third != expected {
        return Err(format!(
            "printed: {printed}\ncurl: {expected:#?}\nread again: {third:#?}"
        ));
    }
    Ok(())
}

/// Runs all cases on a few threads, and says how many came out the same.
fn run_all(what: &str, cases: &[Case]) {
    let folder = files();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(difference) = compare(case, folder.path()) {
                        failures
                            .lock()
                            .unwrap()
                            .push(format!("{}\n{}\n{difference}\n", case.name, case.line));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    // Past the test harness, which keeps what a passing test prints to itself.
    let same = cases.len() - failures.len();
    let _ = writeln!(
        std::io::stderr(),
        "{what}: {same} of {} the same",
        cases.len()
    );
    assert!(
        failures.is_empty(),
        "{} differ:\n\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// Whether there is a curl to compare with. Where `CI` is set, its absence is a failure: a gate that
/// compares nothing proves nothing.
fn curl_is_there() -> bool {
    let version = Command::new("curl").arg("--version").output();
    let there = version.is_ok_and(|output| output.status.success());
    if !there {
        const REASON: &str =
            "the real `curl` is missing, so there is nothing to compare with: apt-get install curl";
        assert!(std::env::var_os("CI").is_none(), "{REASON}");
        testkit::skipped(REASON);
    }
    there
}

#[test]
fn every_command_of_the_corpus_is_sent_as_curl_sends_it() {
    let _watchdog = Watchdog::start("curl beside ours", Duration::from_mins(5));
    if !curl_is_there() {
        return;
    }
    let cases = corpus::read(include_str!("corpus.txt"));
    assert!(cases.len() >= 200);
    run_all("commands", &cases);
}

#[test]
fn hostile_values_arrive_as_curl_would_send_them() {
    let _watchdog = Watchdog::start("curl beside ours", Duration::from_mins(5));
    if !curl_is_there() {
        return;
    }
    run_all("hostile values", &hostile::cases());
}

#[test]
fn every_paste_is_sent_as_curl_sends_it_for_its_own_shell() {
    let _watchdog = Watchdog::start("curl beside ours", Duration::from_mins(5));
    if !curl_is_there() {
        return;
    }
    run_all("pastes", &pastes::cases());
}

#[test]
fn every_option_occurs_in_the_corpus() {
    // The recording server speaks no HTTP/2 and has no IPv6 address; the rest is newer than Debian's curl.
    const ELSEWHERE: [&str; 12] = [
        "http2-prior-knowledge",
        "ipv6",
        "ca-native",
        "keepalive-cnt",
        "mptcp",
        "out-null",
        "proxy-ca-native",
        "show-headers",
        "skip-existing",
        "tls-earlydata",
        "trace-config",
        "trace-ids",
    ];
    let corpus = include_str!("corpus.txt");
    let words: Vec<_> = corpus.split_whitespace().collect();
    for option in options::TABLE.iter().filter(|option| {
        option.kind != options::OptionKind::Refused && !ELSEWHERE.contains(&option.long)
    }) {
        let long = [
            format!("--{}", option.long),
            format!("--no-{}", option.long),
        ];
        let short = option.short.map(|letter| format!("-{letter}"));
        let there = words
            .iter()
            .any(|word| long.iter().any(|name| name == word) || short.as_deref() == Some(*word));
        assert!(there, "--{} does not occur", option.long);
    }
}
