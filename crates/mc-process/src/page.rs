//! Opening a page in the person's browser.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use crate::launch::Launch;
use crate::resolve::resolve;
use crate::sys;

/// The program that opens pages, the address being its one parameter: the first of the variable `BROWSER`
/// that is installed, else, on Unix, `xdg-open` or `open`. On Windows without `BROWSER` there is none:
/// [`open_page`] knows the default browser.
pub fn browser() -> Option<PathBuf> {
    sys::browsers()
        .iter()
        .find_map(|name| resolve(name, None).ok())
}

/// Whether a program hands pages to a desktop and ends, as `xdg-open` does, and its end says whether that went well. Others are the
/// browser itself.
pub fn is_opener(program: &Path) -> bool {
    let name = program.file_name().and_then(|name| name.to_str());
    matches!(name, Some("xdg-open" | "open"))
}

/// How such a program is started with a page. Without a display `xdg-open` would take it to a browser on a terminal that nobody
/// sees, and is kept from those.
pub fn opening(program: impl Into<PathBuf>, page: &str) -> Launch {
    let program = program.into();
    let on_terminal = is_opener(&program) && !has_display() && env::var_os("BROWSER").is_none();
    let launch = Launch::new(program).arg(page);
    if on_terminal {
        launch.env("BROWSER", "false")
    } else {
        launch
    }
}

/// Whether there is a desktop in this session to show something on; on Windows there always is.
pub fn has_display() -> bool {
    sys::has_display()
}

/// Hands an address to the default browser in the system's own way. Blocks until it was handed over, which may take
/// its time: another program may have to start first.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] for an address that is not http or https, since the system would start
/// programs just as well; else what the system says. Where the way is a program ([`browser`]), there is no other.
pub fn open_page(url: &str) -> io::Result<()> {
    open_link(url, &["http", "https"])
}

/// The same for a link of one of these schemes, and the program that the person chose for it.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] for a link of another scheme; else as [`open_page`].
pub fn open_link(link: &str, schemes: &[&str]) -> io::Result<()> {
    let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
    if !schemes
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("only {} links are opened", schemes.join(" and ")),
        ));
    }
    sys::open_url(link)
}

/// The same for a page that lies in a file (`.html`): it is its path that goes to the browser, whatever the page holds.
/// Where the way is a program ([`browser`]), it does not get these variables of the environment.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] for another file, or a path that is not full; else what the system says.
pub fn open_page_file(file: &Path, env_remove: &[String]) -> io::Result<()> {
    let page = file
        .to_str()
        .filter(|_| file.is_absolute() && file.extension().is_some_and(|kind| kind == "html"));
    let Some(page) = page else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "only pages with a full path are opened",
        ));
    };
    match browser() {
        Some(browser) => {
            let launch = opening(browser, page);
            let launch = env_remove.iter().fold(launch, Launch::env_remove);
            launch.detach().map(drop).map_err(io::Error::other)
        }
        None => sys::open_url(page),
    }
}
