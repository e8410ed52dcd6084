//! Opening a page in the person's browser.

use std::io;
use std::path::PathBuf;

use crate::resolve::resolve;
use crate::sys;

/// The program that opens pages, the address being its one parameter: the first of the variable `BROWSER`
/// that is installed, else on Unix `xdg-open` or `open`. On Windows without `BROWSER` there is none:
/// [`open_page`] knows the default browser.
pub fn browser() -> Option<PathBuf> {
    sys::browsers()
        .iter()
        .find_map(|name| resolve(name, None).ok())
}

/// Hands an address to the default browser in the system's own way. Blocks until it was handed over, which may take
/// its time: another program may have to start first.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] for an address that is not http or https, since the system would start
/// programs just as well; else what the system says. Where the way is a program ([`browser`]), there is no other.
pub fn open_page(url: &str) -> io::Result<()> {
    let is_page = ["http://", "https://"].into_iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    if !is_page {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "only http and https addresses are opened",
        ));
    }
    sys::open_url(url)
}
