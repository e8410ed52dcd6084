//! TLS as the system has it: its own on Windows, where company certificates and policies apply, rustls elsewhere.

#[cfg(windows)]
#[path = "tls/schannel.rs"]
mod system;
#[cfg(not(windows))]
#[path = "tls/rustls.rs"]
mod system;

pub(crate) use system::Connector;

/// What may be wrong, in the library's own type: [`mc_http::TlsProblem`] reads it.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// A certificate in PEM with its key in PEM.
pub(crate) struct Identity {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
}
