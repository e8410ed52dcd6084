//! Linux: changes of addresses, from the kernel's routing socket.

use std::io;
use std::os::fd::OwnedFd;
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};
use rustix::pipe::{PipeFlags, pipe_with};

/// `RTMGRP_IPV4_IFADDR` and `RTMGRP_IPV6_IFADDR` of `linux/rtnetlink.h`.
const ADDRESSES: u32 = 0x10 | 0x100;

/// Its end of the pipe closes with it, which ends the thread.
#[derive(Debug)]
pub(crate) struct AddressWatch {
    _stop: OwnedFd,
}

impl AddressWatch {
    pub(crate) fn new(changed: Box<dyn Fn() + Send + Sync>) -> io::Result<Self> {
        let socket = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
            None, // NETLINK_ROUTE, which is 0
        )?;
        bind(&socket, &SocketAddrNetlink::new(0, ADDRESSES))?;
        let (stopped, stop) = pipe_with(PipeFlags::CLOEXEC)?;
        thread::Builder::new()
            .name("addresses".to_owned())
            .spawn(move || run(&socket, &stopped, &*changed))?;
        Ok(Self { _stop: stop })
    }
}

fn run(socket: &OwnedFd, stopped: &OwnedFd, changed: &dyn Fn()) {
    // What a message says is not read, only that one came; a long one may be cut.
    let mut message = [0_u8; 4096];
    loop {
        let mut wanted = [
            PollFd::new(socket, PollFlags::IN),
            PollFd::new(stopped, PollFlags::IN),
        ];
        match poll(&mut wanted, None) {
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
            Ok(_) if !wanted[1].revents().is_empty() => return,
            Ok(_) => {}
        }
        // A burst is one call. ENOBUFS means that messages were lost, which is a change as well.
        while recv(socket, &mut message, RecvFlags::empty()).is_ok_and(|(_, length)| length > 0) {}
        changed();
    }
}
