//! Serving one connection, as the script says.

use super::Shared;
use super::answer::{Answer, Kind};
use super::http::{self, Connection, ReadError, Reader, Recorded};
use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// A socket whose reads end when the recorder stops. Windows does not wake a blocked read when the socket is shut
/// down from another thread, so each read waits only so long and looks again.
struct Patient<'a> {
    stream: TcpStream,
    shared: &'a Shared,
}

impl<'a> Patient<'a> {
    fn new(stream: TcpStream, shared: &'a Shared) -> io::Result<Self> {
        stream.set_read_timeout(Some(Duration::from_millis(50)))?;
        Ok(Self { stream, shared })
    }
}

impl Read for Patient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.stream.read(buffer) {
                Err(e)
                    if matches!(
                        e.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                    ) =>
                {
                    if self.shared.stopped() {
                        return Ok(0);
                    }
                }
                other => return other,
            }
        }
    }
}

impl Write for Patient<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

pub(super) fn serve(shared: &Shared, stream: TcpStream, number: usize) {
    let Ok(raw) = stream.try_clone() else { return };
    let Ok(stream) = Patient::new(stream, shared) else {
        return;
    };
    let connection: Box<dyn Connection + '_> = match &shared.tls {
        None => Box::new(stream),
        Some(config) => match rustls::ServerConnection::new(Arc::clone(config)) {
            Ok(tls) => Box::new(rustls::StreamOwned::new(tls, stream)),
            Err(e) => return shared.problem(e.to_string()),
        },
    };
    let mut reader: Reader<'_> = BufReader::new(connection);
    while http::begins(&mut reader) {
        if shared.hangs_up_unread() {
            break;
        }
        match http::read(&mut reader, number) {
            Err(ReadError::Gone) => break,
            Err(ReadError::Malformed(text)) => {
                shared.problem(text);
                break;
            }
            Ok(request) => {
                let answer = shared.keep(&request);
                if !matches!(
                    respond(shared, &mut reader, &raw, &request, answer),
                    Ok(true)
                ) {
                    break;
                }
            }
        }
    }
    let _ = raw.shutdown(Shutdown::Both);
}

/// Sends the answer; whether the connection goes on.
fn respond(
    shared: &Shared,
    reader: &mut Reader<'_>,
    raw: &TcpStream,
    request: &Recorded,
    answer: Answer,
) -> io::Result<bool> {
    if let Some(gate) = &answer.gate {
        while !gate.pass(Duration::from_millis(20)) {
            if shared.stopped() {
                return Ok(false);
            }
        }
    }
    let writer = reader.get_mut();
    match answer.kind {
        Kind::HangUp | Kind::HangUpUnread => Ok(false),
        Kind::Raw(bytes) => {
            writer.write_all(&bytes)?;
            writer.flush()?;
            Ok(false)
        }
        Kind::Response(response) => {
            writer.write_all(&response.bytes(request.method == "HEAD"))?;
            writer.flush()?;
            let asked = request
                .header("Connection")
                .is_some_and(|v| v.eq_ignore_ascii_case("close"));
            Ok(!(response.close
                || response.sent.is_some()
                || asked
                || request.version == "HTTP/1.0"))
        }
        Kind::Tunnel(to) => {
            let upstream = TcpStream::connect(to)?;
            writer.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            writer.flush()?;
            tunnel(shared, reader.buffer(), raw, &upstream)?;
            Ok(false)
        }
    }
}

/// Carries bytes both ways until either side ends; `early` is what came behind the request.
fn tunnel(
    shared: &Shared,
    early: &[u8],
    client: &TcpStream,
    upstream: &TcpStream,
) -> io::Result<()> {
    let mut up = upstream.try_clone()?;
    up.write_all(early)?;
    let mut down = client.try_clone()?;
    let mut from_client = Patient::new(client.try_clone()?, shared)?;
    let mut from_upstream = Patient::new(upstream.try_clone()?, shared)?;
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = io::copy(&mut from_client, &mut up);
            let _ = up.shutdown(Shutdown::Both);
        });
        let _ = io::copy(&mut from_upstream, &mut down);
        let _ = client.shutdown(Shutdown::Both);
    });
    Ok(())
}
