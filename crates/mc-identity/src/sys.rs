//! What each operating system says. Both sides have the same functions.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{computer_name, dns_name, domain_name, login_name, session};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{computer_name, dns_name, domain_name, login_name, session};
