//! Servers that misbehave, met by the real curl and by this crate: both come to the same end, and the server sees the
//! same requests. Where the two differ, the case says how, as the documentation does.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use mc_curl::{CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::{Watchdog, Wire, WireServer};

/// What a command came to.
#[derive(Debug, PartialEq, Clone, Copy)]
pub(crate) struct End {
    pub(crate) exit_code: i32,
    /// How many requests the server has seen.
    pub(crate) requests: usize,
}

pub(crate) fn real(line: &str) -> i32 {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &line.replacen("curl", "curl -q -sS -o /dev/null", 1)])
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    testkit::run(&mut command, Duration::from_secs(30)).code
}

pub(crate) fn ours(line: &str) -> i32 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let command = CurlCommand::read(line, &Reading::literal()).unwrap();
    let (values, numbers) = (Values::new(), Numbers::default());
    let scope = Scope::new(&values, &numbers);
    let answer = runtime.block_on(sender.send(&command, &scope, None));
    i32::from(answer.unwrap().exit_code())
}

/// What the server does with the first connection's first request; with the others, it answers `ok`.
#[derive(Clone)]
pub(crate) struct Case {
    what: &'static str,
    /// Options, and where `{url}` shall stand if not at the end.
    options: String,
    answer: Wire,
    /// How the two differ, if they do: curl's exit code and ours.
    differs: Option<(i32, i32)>,
}

pub(crate) fn case(what: &'static str, options: &str, answer: Wire) -> Case {
    Case {
        what,
        options: options.to_owned(),
        answer,
        differs: None,
    }
}

impl Case {
    pub(crate) fn differs(mut self, curl: i32, here: i32) -> Self {
        self.differs = Some((curl, here));
        self
    }

    fn meet(&self, program: fn(&str) -> i32) -> End {
        const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        let answer = self.answer.clone();
        let server = WireServer::start(move |connection, request| match (connection, request) {
            (0, 0) => answer.clone(),
            _ => Wire::keep(OK),
        });
        let url = if self.options.contains("{url}") {
            ""
        } else {
            " {url}"
        };
        let line = format!("curl -m 5 {}{url}", self.options).replace("{url}", &server.url("/p"));
        End {
            exit_code: program(&line),
            requests: server.requests().len(),
        }
    }
}

/// All cases, a few at a time; what is not as it should be.
pub(crate) fn check(cases: &[Case]) {
    let _watchdog = Watchdog::start("servers that misbehave", Duration::from_mins(4));
    if !super::curl_is_there() {
        return;
    }
    let mut wrong = String::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = cases
            .chunks(cases.len().div_ceil(4))
            .map(|cases| {
                scope.spawn(move || {
                    let met = cases
                        .iter()
                        .map(|case| (case, case.meet(real), case.meet(ours)));
                    met.collect::<Vec<_>>()
                })
            })
            .collect();
        for (case, mut curl, mut here) in threads.into_iter().flat_map(|one| one.join().unwrap()) {
            // A reset is met while sending or while reading, whichever comes first.
            for end in [&mut curl, &mut here] {
                if end.exit_code == 55 {
                    end.exit_code = 56;
                }
            }
            let mut known = curl;
            // A head or a trailer that is none has one code here, 1.
            if [8, 43].contains(&curl.exit_code) {
                known.exit_code = 1;
            }
            let as_said = case.differs.map_or(known == here, |(one, other)| {
                (curl.exit_code, here.exit_code) == (one, other)
            });
            if !as_said {
                let what = (case.what, &case.options);
                writeln!(wrong, "{what:?}: curl {curl:?}, here {here:?}").unwrap();
            }
        }
    });
    assert!(wrong.is_empty(), "{} cases:\n{wrong}", cases.len());
}

/// An answer with these lines in its head, and `ok`.
pub(crate) fn lines(lines: &str) -> Wire {
    Wire::close(format!(
        "HTTP/1.1 200 OK\r\n{lines}Content-Length: 2\r\n\r\nok"
    ))
}

/// An answer in chunks as they stand here; the connection closes behind them.
fn chunks(chunks: &str) -> Wire {
    Wire::close(format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
    ))
}

fn head(head: &str) -> Wire {
    Wire::close(format!("{head}\r\nContent-Length: 2\r\n\r\nok"))
}

#[test]
fn f53_heads_are_read_as_curl_reads_them() {
    check(&[
        case("no reason", "", head("HTTP/1.1 200")),
        case("an empty reason", "", head("HTTP/1.1 200 ")),
        case("two spaces", "", head("HTTP/1.1  200 OK")).differs(0, 1),
        case("HTTP in small letters", "", head("http/1.1 200 OK")).differs(0, 1),
        case("another version", "", head("HTTP/1.2 200 OK")),
        case("a version of the future", "", head("HTTP/3.7 200 OK")),
        case(
            "a version without a second number",
            "",
            head("HTTP/1 200 OK"),
        ),
        case("a version without a point", "", head("HTTP/2 200")).differs(0, 1),
        case("HTTP/0.9", "", Wire::close("just text\n")),
        case("HTTP/0.9, little of it", "", Wire::close("ok")),
        case("ICY", "", head("ICY 200 OK")),
        case("status 99", "", head("HTTP/1.1 99 Low")),
        case("status 999", "", head("HTTP/1.1 999 High")),
        case("status 1000", "", head("HTTP/1.1 1000 Higher")),
        case("status of letters", "", head("HTTP/1.1 abc OK")),
        case("an empty line before", "", head("\r\nHTTP/1.1 200 OK")).differs(1, 0),
        case("spaces before", "", head("  HTTP/1.1 200 OK")),
        case(
            "line feeds alone",
            "",
            Wire::close("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
        ),
        case(
            "a byte at a time",
            "",
            Wire::Slow(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec()),
        ),
        case(
            "HTTP/1.0",
            "",
            Wire::close("HTTP/1.0 200 OK\r\n\r\nuntil the end"),
        ),
        case(
            "HTTP/1.0 that stays",
            "",
            Wire::hang("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case("folded", "", lines("X: a\r\n b\r\n\tc\r\n")),
        case(
            "folded at once",
            "",
            Wire::close("HTTP/1.1 200 OK\r\n X: a\r\nContent-Length: 2\r\n\r\nok"),
        )
        .differs(43, 0),
        case("a space before the colon", "", lines("X-Odd : a\r\n")),
        case("no colon", "", lines("what is this\r\n")).differs(8, 0),
        case("no name", "", lines(": a\r\n")),
        case("a space in a name", "", lines("X Y: a\r\n")),
        case(
            "bytes that are no text",
            "",
            Wire::close(
                b"HTTP/1.1 200 OK\r\nX: \xff\xfe\r\nContent-Length: 2\r\n\r\nok".as_slice(),
            ),
        ),
        case("a NUL in a value", "", lines("X: a\0b\r\n")),
        case(
            "a control character in a value",
            "",
            lines("X: a\u{1}b\r\n"),
        ),
        case("a carriage return in a value", "", lines("X: a\rb\r\n")).differs(0, 1),
        case("300 lines", "", lines(&"Set-Cookie: a=b\r\n".repeat(300))),
        case(
            "90 KB in a line",
            "",
            lines(&format!("X: {}\r\n", "a".repeat(90_000))),
        ),
        case(
            "it ends in its head",
            "",
            Wire::close("HTTP/1.1 200 OK\r\nX: a"),
        )
        .differs(0, 52),
        case("it ends in its first line", "", Wire::close("HTTP/1.1 2")),
        case(
            "it hangs in its head",
            "-m 1",
            Wire::hang("HTTP/1.1 200 OK\r\nX: a"),
        ),
        case("nothing", "", Wire::close("")),
        case("a reset", "", Wire::Reset),
    ]);
}

#[test]
fn f53_lengths_are_read_as_curl_reads_them() {
    let length = |value: &str| {
        Wire::close(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {value}\r\n\r\nok"
        ))
    };
    let more = |lines: &str| {
        Wire::close(format!(
            "HTTP/1.1 200 OK\r\n{lines}\r\n2\r\nok\r\n0\r\n\r\n"
        ))
    };
    check(&[
        case("twice the same", "", length("2\r\nContent-Length: 2")),
        case("two of them", "", length("2\r\nContent-Length: 1")).differs(0, 1),
        case("two in a line", "", length("2, 2")),
        case("less than none", "", length("-2")),
        case("a plus", "", length("+2")).differs(0, 1),
        case("a word", "", length("two")),
        case("nothing", "", length("")),
        case(
            "more than a computer counts",
            "",
            length("99999999999999999999"),
        )
        .differs(0, 1),
        case("too long", "", length("3")),
        case("too short", "", length("1")),
        case("hexadecimal", "", length("0x2")).differs(0, 1),
        case(
            "a length and chunks",
            "",
            more("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        ),
        case(
            "chunks and a length",
            "",
            more("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        ),
        case(
            "chunks of chunks",
            "",
            more("Transfer-Encoding: chunked, chunked\r\n"),
        ),
        case(
            "twice chunks",
            "",
            more("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        ),
        case(
            "identity",
            "",
            Wire::close("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nok"),
        ),
        case("CHUNKED", "", more("Transfer-Encoding: CHUNKED\r\n")),
        case(
            "an unknown coding",
            "",
            Wire::close("HTTP/1.1 200 OK\r\nTransfer-Encoding: foo\r\n\r\nok"),
        )
        .differs(61, 0),
        case(
            "until the end",
            "",
            Wire::close("HTTP/1.1 200 OK\r\n\r\nok"),
        ),
        case(
            "no length, and it hangs",
            "-m 1",
            Wire::hang("HTTP/1.1 200 OK\r\n\r\nok"),
        ),
        case(
            "a length, and it hangs",
            "",
            Wire::hang("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case(
            "it says close and hangs",
            "",
            Wire::hang("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case(
            "more than it says, and it stays",
            "",
            Wire::keep("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more"),
        ),
    ]);
}

#[test]
fn f53_chunks_are_read_as_curl_reads_them() {
    check(&[
        case("an extension", "", chunks("2;a=b\r\nok\r\n0\r\n\r\n")),
        case(
            "an extension in quotes",
            "",
            chunks("2;a=\"b;c\"\r\nok\r\n0;x\r\n\r\n"),
        ),
        case("zeros before", "", chunks("0002\r\nok\r\n00\r\n\r\n")),
        case("spaces behind", "", chunks("2  \r\nok\r\n0\r\n\r\n")),
        case(
            "capital letters",
            "",
            chunks("A\r\n0123456789\r\n0\r\n\r\n"),
        ),
        case("a trailer", "", chunks("2\r\nok\r\n0\r\nX: a\r\n\r\n")),
        case(
            "two trailers",
            "",
            chunks("2\r\nok\r\n0\r\nX: a\r\nY: b\r\n\r\n"),
        ),
        case(
            "a trailer that is none",
            "",
            chunks("2\r\nok\r\n0\r\nwhat\r\n\r\n"),
        )
        .differs(43, 0),
        case("line feeds alone", "", chunks("2\nok\n0\n\n")),
        case("no last line", "", chunks("2\r\nok\r\n0\r\n")),
        case("no last chunk", "", chunks("2\r\nok\r\n")),
        case("half a chunk", "", chunks("5\r\nok")),
        case("no chunk", "", chunks("")),
        case("too many bytes", "", chunks("2\r\nokay\r\n0\r\n\r\n")).differs(56, 0),
        case("no number", "", chunks("x\r\nok\r\n0\r\n\r\n")).differs(56, 0),
        case(
            "a great number",
            "",
            chunks("fffffffffffffffff\r\nok\r\n0\r\n\r\n"),
        ),
    ]);
}
