#![doc = include_str!("../README.md")]

mod authority;
mod ca_file;
mod date;
mod proxy;
#[cfg(feature = "proxy-server")]
mod proxy_server;
mod retry_after;
#[cfg(not(windows))]
mod system_certificates;
mod tls;

pub use authority::authority;
pub use ca_file::{CaFileError, read_ca_file};
pub use date::http_date;
pub use proxy::{NoProxy, ProxyError, ProxySetting};
#[cfg(feature = "proxy-server")]
pub use proxy_server::ProxyServer;
pub use retry_after::retry_after;
#[cfg(not(windows))]
pub use system_certificates::system_certificates;
pub use tls::{TlsProblem, chain};
pub use url;
