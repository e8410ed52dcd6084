//! A broker for every way in.

use super::{Mosquitto, MosquittoSettings, PATIENCE};
use crate::tls::ServerCertificate;
use crate::watch::wait_until;
use std::net::{TcpListener, TcpStream};
use std::ops::Deref;

/// A broker that takes everybody: MQTT without TLS at its address, and beside it, on `127.0.0.1`, what else there is.
#[derive(Debug)]
pub struct AllWays {
    mosquitto: Mosquitto,
    /// The port for MQTT with TLS.
    pub mqtts: u16,
    /// For WebSocket with TLS.
    pub wss: u16,
    /// For WebSocket without.
    pub ws: u16,
}

impl AllWays {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start(certificate: &ServerCertificate) -> Self {
        let tls = "certfile FOLDER/server.pem\nkeyfile FOLDER/server.key";
        loop {
            let [mqtts, wss, ws] = free_ports();
            // For WebSocket, Mosquitto heeds the name of an interface, and no address.
            let settings = MosquittoSettings::open()
                .with(&format!("listener {mqtts} 127.0.0.1\n{tls}"))
                .with(&format!("listener {wss} lo\nprotocol websockets\n{tls}"))
                .with(&format!("listener {ws} lo\nprotocol websockets"))
                .file("server.pem", certificate.pem())
                .file("server.key", certificate.key_pem());
            let mosquitto = Mosquitto::start(&settings);
            let answers = |port| TcpStream::connect(("127.0.0.1", port)).is_ok();
            let taken = || mosquitto.said().contains("Error: Unable to create");
            wait_until(PATIENCE, "all ports", || {
                taken() || [mqtts, wss, ws].into_iter().all(answers)
            });
            // Unless somebody else was faster.
            if !taken() {
                return Self {
                    mosquitto,
                    mqtts,
                    wss,
                    ws,
                };
            }
        }
    }
}

impl Deref for AllWays {
    type Target = Mosquitto;

    fn deref(&self) -> &Mosquitto {
        &self.mosquitto
    }
}

fn free_ports() -> [u16; 3] {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("a bound socket").port())
}
