//! Where the facts come from: the operating system, or a fake in tests.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs, UdpSocket};

use crate::session::Session;
use crate::sys;

/// An address of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interface {
    /// The interface's name: on Windows the one in the network settings.
    pub name: String,
    /// The interface's number in the operating system; it orders interfaces.
    pub index: u32,
    /// The address.
    pub address: IpAddr,
    /// Whether the interface is up.
    pub up: bool,
}

impl Interface {
    /// An interface that is up.
    pub fn new(name: impl Into<String>, index: u32, address: IpAddr) -> Self {
        Self {
            name: name.into(),
            index,
            address,
            up: true,
        }
    }

    /// Whether another computer could reach this one by it: it is up, and neither loopback nor link-local.
    pub fn is_reachable(&self) -> bool {
        let ip = &self.address;
        let link_local = match ip {
            IpAddr::V4(ip) => ip.is_link_local(),
            IpAddr::V6(ip) => ip.is_unicast_link_local(),
        };
        self.up && !ip.is_loopback() && !ip.is_unspecified() && !link_local
    }
}

/// Asks for the facts. [`System`] is the real one.
///
/// Methods may block: [`collect_from`](crate::collect_from) calls each on a thread of its own and
/// does not wait for it longer than the query allows. An answer that is not known is `None` or
/// empty, never an error: whoever reports an identity reports what there is.
pub trait IdentitySource: Send + Sync + 'static {
    /// The account logged in.
    fn login_name(&self) -> Option<String>;
    /// The computer's name.
    fn computer_name(&self) -> Option<String>;
    /// The account's domain.
    fn domain_name(&self) -> Option<String>;
    /// The computer's fully qualified name. May ask the DNS.
    fn dns_name(&self) -> Option<String>;
    /// The terminal session this process runs in.
    fn session(&self) -> Session;
    /// The computer's addresses, in any order.
    fn interfaces(&self) -> Vec<Interface>;
    /// The addresses of a host name. May ask the DNS.
    fn resolve(&self, host: &str, port: u16) -> Vec<SocketAddr>;
    /// The address from which packets to `target` would be sent; `None` without a route.
    fn source_address(&self, target: SocketAddr) -> Option<IpAddr>;
}

/// The operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl IdentitySource for System {
    fn login_name(&self) -> Option<String> {
        sys::login_name()
    }

    fn computer_name(&self) -> Option<String> {
        sys::computer_name()
    }

    fn domain_name(&self) -> Option<String> {
        sys::domain_name()
    }

    fn dns_name(&self) -> Option<String> {
        sys::dns_name()
    }

    fn session(&self) -> Session {
        sys::session()
    }

    fn interfaces(&self) -> Vec<Interface> {
        // An index of 0 is the system's word for "none": such an address comes last.
        let listed = if_addrs::get_if_addrs().unwrap_or_default();
        listed
            .into_iter()
            .map(|interface| Interface {
                address: interface.ip(),
                index: interface
                    .index
                    .filter(|index| *index != 0)
                    .unwrap_or(u32::MAX),
                up: interface.is_oper_up(),
                name: interface.name,
            })
            .collect()
    }

    fn resolve(&self, host: &str, port: u16) -> Vec<SocketAddr> {
        (host, port)
            .to_socket_addrs()
            .map(Iterator::collect)
            .unwrap_or_default()
    }

    fn source_address(&self, target: SocketAddr) -> Option<IpAddr> {
        // Connecting a UDP socket makes the system choose route and source address, as it would
        // for TCP, and sends nothing.
        let any: IpAddr = match target {
            SocketAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((any, 0)).ok()?;
        socket.connect(target).ok()?;
        socket
            .local_addr()
            .ok()
            .map(|address| address.ip())
            .filter(|ip| !ip.is_unspecified())
    }
}
