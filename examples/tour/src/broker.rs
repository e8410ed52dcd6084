//! The message broker: a real Mosquitto. The telephone system publishes on the broker's own computer; workstations come
//! from outside, over TLS.

#[cfg(unix)]
pub(crate) use there::Broker;

#[cfg(not(unix))]
pub(crate) use nowhere::Broker;

#[cfg(unix)]
mod there {
    use std::fs;
    use std::net::SocketAddr;
    use std::path::{Path, PathBuf};

    use testkit::{Mosquitto, MosquittoSettings};

    /// Ended when dropped.
    pub(crate) struct Broker {
        inside: SocketAddr,
        outside: SocketAddr,
        certificate: PathBuf,
        _running: Mosquitto,
    }

    impl Broker {
        /// Starts one; none where Mosquitto is not installed.
        pub(crate) fn start(folder: &Path) -> Result<Option<Self>, String> {
            if !Mosquitto::is_installed() {
                return Ok(None);
            }
            let inside = Mosquitto::free_address();
            let outside = SocketAddr::new(inside.ip(), 8883);
            let made = rcgen::generate_simple_self_signed([inside.ip().to_string()])
                .map_err(|e| format!("no certificate for the broker: {e}"))?;
            let certificate = folder.join("broker.pem");
            fs::write(&certificate, made.cert.pem())
                .map_err(|e| format!("{}: {e}", certificate.display()))?;
            let listener = format!(
                "listener {} {}\ncertfile FOLDER/server.pem\nkeyfile FOLDER/server.key",
                outside.port(),
                outside.ip()
            );
            let settings = MosquittoSettings::open()
                .with(&listener)
                .file("server.pem", made.cert.pem())
                .file("server.key", made.signing_key.serialize_pem());
            Ok(Some(Self {
                inside,
                outside,
                certificate,
                _running: Mosquitto::start_at(inside, &settings),
            }))
        }

        /// Where the telephone system publishes.
        pub(crate) fn inside(&self) -> String {
            format!("mqtt://{}", self.inside)
        }

        /// Where workstations come.
        pub(crate) fn outside(&self) -> String {
            format!("mqtts://{}", self.outside)
        }

        /// The agent's settings for it.
        pub(crate) fn settings(&self) -> String {
            format!(
                "[subscribe]\nbroker = '{}'\nca_file = '{}'\n",
                self.outside(),
                self.certificate.display()
            )
        }
    }
}

#[cfg(not(unix))]
mod nowhere {
    use std::path::Path;

    /// There is none.
    pub(crate) enum Broker {}

    impl Broker {
        #[allow(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
        pub(crate) fn start(_folder: &Path) -> Result<Option<Self>, String> {
            Ok(None)
        }

        pub(crate) fn inside(&self) -> String {
            match *self {}
        }

        pub(crate) fn outside(&self) -> String {
            match *self {}
        }

        pub(crate) fn settings(&self) -> String {
            match *self {}
        }
    }
}
