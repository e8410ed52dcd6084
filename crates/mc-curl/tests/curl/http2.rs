//! HTTP/2 connections that end: what was not processed goes out again, what may have been does not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use mc_curl::{CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::Watchdog;

/// What the server does with the second request of its first connection (RFC 9113).
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// Closes without a word.
    Close,
    /// Says that the first request was the last one it looked at, and closes.
    GoAway,
    /// Says that it has not looked at this one.
    Refuse,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

fn frame(stream: &mut TcpStream, kind: u8, flags: u8, id: u32, payload: &[u8]) -> Option<()> {
    let length = u32::try_from(payload.len()).ok()?.to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(id.to_be_bytes());
    bytes.extend(payload);
    stream.write_all(&bytes).ok()
}

/// One connection; notes each request that came whole.
fn serve(
    mut stream: TcpStream,
    connection: usize,
    end: End,
    seen: &Mutex<Vec<usize>>,
) -> Option<()> {
    stream.read_exact(&mut [0; 24]).ok()?;
    frame(&mut stream, SETTINGS, 0, 0, &[])?;
    let mut requests = 0;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).ok()?;
        let [a, b, c, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut payload).ok()?;
        let id = u32::from_be_bytes(id);
        if kind == SETTINGS && flags == 0 {
            frame(&mut stream, SETTINGS, 1, 0, &[])?;
        }
        if ![DATA, HEADERS].contains(&kind) || flags & 1 == 0 {
            continue;
        }
        requests += 1;
        seen.lock().unwrap().push(connection);
        if connection > 0 || requests != 2 {
            // `:status: 200`, by its number in the static table.
            frame(&mut stream, HEADERS, 5, id, &[0x88])?;
            continue;
        }
        match end {
            End::Close => return None,
            End::GoAway => return frame(&mut stream, GOAWAY, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 0]),
            End::Refuse => frame(&mut stream, RST_STREAM, 0, id, &[0, 0, 0, 7])?,
        }
    }
}

#[tokio::test]
async fn f51_an_http2_connection_that_ends_loses_and_doubles_nothing() {
    let _watchdog = Watchdog::start("HTTP/2 connections that end", Duration::from_mins(1));
    for end in [End::Close, End::GoAway, End::Refuse] {
        for options in ["", "-d a=b"] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}/", listener.local_addr().unwrap());
            let seen = Arc::new(Mutex::new(Vec::new()));
            let noted = Arc::clone(&seen);
            thread::spawn(move || {
                for (connection, stream) in listener.incoming().enumerate() {
                    let noted = Arc::clone(&noted);
                    thread::spawn(move || serve(stream.unwrap(), connection, end, &noted));
                }
            });
            let sender = Sender::new(SenderOptions::default()).unwrap();
            let line = format!("curl --http2-prior-knowledge {options} {url}");
            let command = CurlCommand::read(&line, &Reading::literal()).unwrap();
            let (values, numbers) = (Values::new(), Numbers::default());
            let mut codes = Vec::new();
            for _ in 0..3 {
                let scope = Scope::new(&values, &numbers);
                let answer = sender.send(&command, &scope, None).await.unwrap();
                codes.push(answer.exit_code());
            }
            // A POST that may have been processed is not sent again, and that is said.
            let lost = end == End::Close && !options.is_empty();
            assert_eq!(codes[1] != 0, lost, "{end:?} {options}: {codes:?}");
            assert_eq!([codes[0], codes[2]], [0, 0], "{end:?} {options}");
            let requests = seen.lock().unwrap().len();
            assert_eq!(requests, if lost { 3 } else { 4 }, "{end:?} {options}");
        }
    }
}
