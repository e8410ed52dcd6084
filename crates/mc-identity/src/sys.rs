//! What each operating system says. Both sides have the same functions.

#[cfg(target_os = "linux")]
mod netlink;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use netlink::AddressWatch;
#[cfg(unix)]
pub(crate) use unix::{computer_name, dns_name, domain_name, login_name, session};
#[cfg(windows)]
pub(crate) use windows::{AddressWatch, computer_name, dns_name, domain_name, login_name, session};
