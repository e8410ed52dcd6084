//! The operating system's part: who may be the instance, and how its address is reached.
//!
//! Both systems offer the same face: [`Place`] (the names of lock and channel), [`Lock`] (held by one process, freed
//! by the system on its death), [`Channel`] (the owner's end) with its [`Connection`]s, [`connect`] (the client's end),
//! [`Watch`] (tells when lock or channel may have been removed).

mod names;
mod peer;
#[cfg(unix)]
mod unix;
#[cfg(target_os = "linux")]
mod watch;
#[cfg(windows)]
mod windows;

pub(crate) use names::hex;
pub(crate) use peer::{ConnectError, Peer, Trust};
#[cfg(unix)]
pub(crate) use unix::{Channel, ClientStream, Connection, Lock, Place, ServerStream, connect};
#[cfg(target_os = "linux")]
pub(crate) use watch::Watch;
#[cfg(windows)]
pub(crate) use windows::{
    Channel, ClientStream, Connection, Lock, Place, ServerStream, Watch, connect,
};
