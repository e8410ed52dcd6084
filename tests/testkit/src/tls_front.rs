//! TLS in front of a server that speaks none.

use crate::tls::ServerCertificate;
use crate::watch::lock;
use rustls::{ServerConfig, ServerConnection};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Takes connections with TLS on `127.0.0.1`, and carries to a server without it and back what is inside: before a
/// [`Recorder`](crate::Recorder) that tunnels, it is a proxy for which clients need TLS twice. It ends with the test's
/// process.
#[derive(Debug)]
pub struct TlsFront {
    address: SocketAddr,
}

impl TlsFront {
    /// Starts one.
    pub fn start(certificate: &ServerCertificate, to: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
        let address = listener.local_addr().expect("a bound socket");
        let config = certificate.config();
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), config) = (client, Arc::clone(&config)) else {
                    continue;
                };
                thread::spawn(move || serve(&client, config, to));
            }
        });
        Self { address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

fn serve(client: &TcpStream, config: Arc<ServerConfig>, to: SocketAddr) -> io::Result<()> {
    let tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let tls = Mutex::new(tls);
    let server = TcpStream::connect(to)?;
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = inwards(client, &server, &tls);
            let _ = server.shutdown(Shutdown::Both);
        });
        let _ = outwards(&server, client, &tls);
        let _ = client.shutdown(Shutdown::Both);
    });
    Ok(())
}

fn inwards(
    mut client: &TcpStream,
    mut server: &TcpStream,
    tls: &Mutex<ServerConnection>,
) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let read = client.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        let mut encrypted = &buffer[..read];
        let mut inside = Vec::new();
        // Never waited for with the lock in hand: the other direction needs it.
        {
            let mut tls = lock(tls);
            while !encrypted.is_empty() {
                tls.read_tls(&mut encrypted)?;
                let state = tls.process_new_packets().map_err(io::Error::other);
                let plain = state
                    .as_ref()
                    .map_or(0, rustls::IoState::plaintext_bytes_to_read);
                let before = inside.len();
                inside.resize(before + plain, 0);
                tls.reader().read_exact(&mut inside[before..])?;
                // The handshake's own words, and why it failed.
                while tls.wants_write() {
                    tls.write_tls(&mut client)?;
                }
                state?;
            }
        }
        server.write_all(&inside)?;
    }
}

fn outwards(
    mut server: &TcpStream,
    mut client: &TcpStream,
    tls: &Mutex<ServerConnection>,
) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let read = server.read(&mut buffer)?;
        let mut tls = lock(tls);
        if read == 0 {
            tls.send_close_notify();
        }
        tls.writer().write_all(&buffer[..read])?;
        while tls.wants_write() {
            tls.write_tls(&mut client)?;
        }
        if read == 0 {
            return Ok(());
        }
    }
}
