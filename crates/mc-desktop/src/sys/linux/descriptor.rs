//! The descriptor of a connection to the bus, on which to wait for what comes.
#![expect(
    unsafe_code,
    reason = "libdbus gives its descriptor as a number; the one file that takes it for one"
)]

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use dbus::blocking::Connection;

/// A copy of it, which can be read from when the connection can.
pub(super) fn descriptor(bus: &Connection) -> io::Result<OwnedFd> {
    let number = bus.channel().watch().fd;
    if number < 0 {
        return Err(io::ErrorKind::NotConnected.into());
    }
    // SAFETY: the connection has it open, and is borrowed until the copy is made.
    unsafe { BorrowedFd::borrow_raw(number) }.try_clone_to_owned()
}
