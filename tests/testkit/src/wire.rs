//! Servers that misbehave on purpose: bytes as they are told, and connections that end where they should not.

use crate::watch::lock;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a [`WireServer`] does about a request.
#[derive(Clone, Debug)]
pub enum Wire {
    /// Writes this, and goes on with the connection.
    Keep(Vec<u8>),
    /// Writes this and closes.
    Close(Vec<u8>),
    /// Writes this when the head of the request has come, ends its own direction at once, and throws away what still
    /// comes: what lingers is not reset, so that the answer arrives.
    Early(Vec<u8>),
    /// Writes this a byte at a time and closes.
    Slow(Vec<u8>),
    /// Writes this, and then neither writes nor closes.
    Hang(Vec<u8>),
    /// Writes this and then carries bytes to there and back: a proxy's answer to `CONNECT`.
    Tunnel(Vec<u8>, SocketAddr),
    /// Closes at the first byte of the request, which resets the connection.
    Reset,
}

impl Wire {
    /// [`Wire::Keep`].
    pub fn keep(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Keep(bytes.into())
    }

    /// [`Wire::Close`].
    pub fn close(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Close(bytes.into())
    }

    /// [`Wire::Hang`].
    pub fn hang(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Hang(bytes.into())
    }
}

type Script = dyn Fn(usize, usize) -> Wire + Send + Sync;

/// A server on loopback that answers as a function of the connection's and the request's number says, each counted
/// from 0. It ends with the test's process.
#[derive(Debug)]
pub struct WireServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<(usize, String)>>>,
    peers: Arc<Mutex<Vec<SocketAddr>>>,
}

impl WireServer {
    /// Starts it.
    pub fn start(script: impl Fn(usize, usize) -> Wire + Send + Sync + 'static) -> Self {
        Self::listen(loopback(), script)
    }

    /// The same on a listener of one's own.
    pub fn listen(
        listener: TcpListener,
        script: impl Fn(usize, usize) -> Wire + Send + Sync + 'static,
    ) -> Self {
        let script: Arc<Script> = Arc::new(script);
        let address = listener.local_addr().expect("a bound socket");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let peers = Arc::new(Mutex::new(Vec::new()));
        let (noted, from) = (Arc::clone(&seen), Arc::clone(&peers));
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let (noted, script) = (Arc::clone(&noted), Arc::clone(&script));
                let Ok(stream) = stream else { continue };
                lock(&from).extend(stream.peer_addr());
                thread::spawn(move || serve(&stream, connection, &*script, &noted));
            }
        });
        Self {
            address,
            seen,
            peers,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A URL on it; `target` begins with a slash.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// The requests that came whole (of [`Wire::Early`], their head; of [`Wire::Reset`], their first byte): the
    /// connection, and the line that begins it.
    pub fn requests(&self) -> Vec<(usize, String)> {
        lock(&self.seen).clone()
    }

    /// Where its connections came from, in their order.
    pub fn peers(&self) -> Vec<SocketAddr> {
        lock(&self.peers).clone()
    }
}

fn loopback() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback")
}

/// One connection, until the script or the client ends it.
fn serve(
    stream: &TcpStream,
    connection: usize,
    script: &Script,
    seen: &Mutex<Vec<(usize, String)>>,
) -> Option<()> {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    for number in 0.. {
        let reply = script(connection, number);
        if let Wire::Reset = reply {
            // Closed with something unread, a connection is reset.
            if stream.peek(&mut [0]).is_ok_and(|length| length > 0) {
                lock(seen).push((connection, "reset".to_owned()));
            }
            return None;
        }
        let head = head(&mut reader)?;
        if !matches!(reply, Wire::Early(_)) {
            body(&mut reader, &head)?;
        }
        let first = head.lines().next().unwrap_or_default();
        lock(seen).push((connection, first.to_owned()));
        match reply {
            Wire::Keep(bytes) => writer.write_all(&bytes).ok()?,
            Wire::Close(bytes) => return writer.write_all(&bytes).ok(),
            Wire::Early(bytes) => {
                writer.write_all(&bytes).ok()?;
                stream.shutdown(Shutdown::Write).ok()?;
                let _ = io::copy(&mut reader, &mut io::sink());
                return None;
            }
            Wire::Slow(bytes) => {
                let mut each = bytes.chunks(1);
                return each.try_for_each(|byte| writer.write_all(byte)).ok();
            }
            Wire::Hang(bytes) => {
                writer.write_all(&bytes).ok()?;
                // Until the client leaves.
                let _ = io::copy(&mut reader, &mut io::sink());
                return None;
            }
            Wire::Tunnel(bytes, to) => {
                writer.write_all(&bytes).ok()?;
                let there = TcpStream::connect(to).ok()?;
                relay(stream, &there, Cut::Never, &Mutex::default());
                return None;
            }
            Wire::Reset => return None,
        }
    }
    None
}

fn head(reader: &mut impl BufRead) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut head).ok()? == 0 {
            return None;
        }
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

fn body(reader: &mut impl BufRead, head: &str) -> Option<()> {
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let named = name.eq_ignore_ascii_case("content-length");
        named.then(|| value.trim().parse().ok())?
    });
    let length: u64 = length.unwrap_or(0);
    let read = io::copy(&mut reader.take(length), &mut io::sink());
    (read.ok()? == length).then_some(())
}

/// Where a [`CutRelay`] ends its first connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// When so many bytes have come from the client and were handed on.
    Request(usize),
    /// When so many bytes have come from the server and were handed on.
    Answer(usize),
    /// Nowhere.
    Never,
}

/// A relay on loopback that carries bytes to a server and back, and cuts its first connection, or all of them, at a
/// byte.
#[derive(Debug)]
pub struct CutRelay {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    carried: Arc<Mutex<(usize, usize)>>,
}

impl CutRelay {
    /// Starts it; `all` cuts every connection, not the first alone.
    pub fn start(to: SocketAddr, cut: Cut, all: bool) -> Self {
        let listener = loopback();
        let address = listener.local_addr().expect("a bound socket");
        let carried = Arc::new(Mutex::new((0, 0)));
        let stop = Arc::new(AtomicBool::new(false));
        let (counted, stopped) = (Arc::clone(&carried), Arc::clone(&stop));
        thread::spawn(move || {
            for (number, client) in listener.incoming().enumerate() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(to)) else {
                    continue;
                };
                let cut = if all || number == 0 { cut } else { Cut::Never };
                let counted = Arc::clone(&counted);
                thread::spawn(move || relay(&client, &server, cut, &counted));
            }
        });
        Self {
            address,
            stop,
            carried,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many bytes it has carried: to the server, and back.
    pub fn carried(&self) -> (usize, usize) {
        *lock(&self.carried)
    }
}

impl Drop for CutRelay {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener out of its blocking call.
        let _ = TcpStream::connect(self.address);
    }
}

fn relay(client: &TcpStream, server: &TcpStream, cut: Cut, counted: &Mutex<(usize, usize)>) {
    let (up, down) = match cut {
        Cut::Request(bytes) => (bytes, usize::MAX),
        Cut::Answer(bytes) => (usize::MAX, bytes),
        Cut::Never => (usize::MAX, usize::MAX),
    };
    thread::scope(|scope| {
        scope.spawn(|| carry(client, server, up, |bytes| lock(counted).0 += bytes));
        carry(server, client, down, |bytes| lock(counted).1 += bytes);
    });
}

/// Carries so many bytes, and then ends both connections.
fn carry(mut from: &TcpStream, mut to: &TcpStream, limit: usize, count: impl Fn(usize)) {
    let _ = to.set_nodelay(true);
    let mut buffer = [0; 4096];
    let mut left = limit;
    while left > 0 {
        let most = buffer.len().min(left);
        let read = from.read(&mut buffer[..most]).unwrap_or(0);
        if read == 0 {
            break;
        }
        // First: when the bytes have had their effect, they are counted.
        count(read);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
        left -= read;
    }
    if left > 0 {
        // An end of its own: what is under way in the other direction still arrives.
        let _ = to.shutdown(Shutdown::Write);
        return;
    }
    for stream in [from, to] {
        let _ = stream.shutdown(Shutdown::Both);
    }
}
