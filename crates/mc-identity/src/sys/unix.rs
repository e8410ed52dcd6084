//! Linux and its relatives.
#![expect(
    unsafe_code,
    reason = "getaddrinfo has no safe form that answers the canonical name"
)]

use std::ffi::{CStr, CString};
use std::ptr;

use nix::libc;
use nix::unistd::{Uid, User};

use crate::session::Session;

/// The account name of the real user id: who started this program, not whose rights it
/// borrowed. `$USER` is not asked, because anyone can set it.
pub(crate) fn login_name() -> Option<String> {
    User::from_uid(Uid::current())
        .ok()
        .flatten()
        .map(|user| user.name)
}

pub(crate) fn computer_name() -> Option<String> {
    let host = sysinfo::System::host_name().ok()?;
    host.split('.').next().map(str::to_owned)
}

/// An account has no domain here.
pub(crate) fn domain_name() -> Option<String> {
    None
}

/// The host name if it has a domain, else the canonical name that the resolver (the hosts file,
/// the DNS) knows for it: what `hostname --fqdn` prints.
pub(crate) fn dns_name() -> Option<String> {
    let host = sysinfo::System::host_name().ok()?;
    if host.contains('.') {
        return Some(host);
    }
    canonical_name(&host).filter(|name| name.contains('.'))
}

/// There are no terminal server sessions here: a login session has another meaning, and no
/// viewing computer.
pub(crate) fn session() -> Session {
    Session::default()
}

fn canonical_name(host: &str) -> Option<String> {
    let host = CString::new(host).ok()?;
    // SAFETY: all-zero is a valid addrinfo: null pointers and "any" for every choice.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_flags = libc::AI_CANONNAME;
    hints.ai_socktype = libc::SOCK_STREAM;
    let mut found: *mut libc::addrinfo = ptr::null_mut();
    // SAFETY: `host` and `hints` outlive the call, a null service is allowed, and `found` may
    // be written to.
    let failed =
        unsafe { libc::getaddrinfo(host.as_ptr(), ptr::null(), &raw const hints, &raw mut found) };
    if failed != 0 || found.is_null() {
        return None;
    }
    // SAFETY: getaddrinfo succeeded, so `found` points to a list whose first entry may carry
    // the name as a C string.
    let name = unsafe {
        let name = (*found).ai_canonname;
        (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into_owned())
    };
    // SAFETY: the list came from getaddrinfo and nothing points into it any more.
    unsafe { libc::freeaddrinfo(found) };
    name
}
