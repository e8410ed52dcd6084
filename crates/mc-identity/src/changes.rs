//! Word from the operating system that an address came or went.

use std::io;

use crate::sys::AddressWatch;

/// Calls back when an address of this computer comes, goes or changes, until it is dropped.
///
/// The call says that something changed, not what: look again, and let a
/// [`Watch`](crate::Watch) decide when the change counts, for changes come in bursts. Look from time to time all the
/// same: no system promises to tell everything.
///
/// Linux: a routing netlink socket (rtnetlink(7), `RTMGRP_IPV4_IFADDR` and its like for IPv6). Windows:
/// `NotifyUnicastIpAddressChange`.
#[derive(Debug)]
pub struct AddressChanges {
    _watch: AddressWatch,
}

impl AddressChanges {
    /// Starts to watch. `changed` is called on a thread of the watch's own and should return soon.
    ///
    /// # Errors
    ///
    /// When the system lets nobody watch, as in some containers.
    pub fn watch(changed: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        Ok(Self {
            _watch: AddressWatch::new(Box::new(changed))?,
        })
    }
}
