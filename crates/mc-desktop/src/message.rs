//! A word to the person where text reaches nobody.

use crate::sys;

/// Whether somebody can see what is written to standard error. Nobody can, on Windows, where there is no standard error
/// (a program without a console, started from Explorer, a shortcut or a logon entry), or where it is a console that
/// closes with this process (a double click). Elsewhere a terminal, another program, a file or the session's journal
/// takes the text.
pub fn errors_are_seen() -> bool {
    sys::errors_are_seen()
}

/// Shows a message box and returns when it is closed. On Linux, where [`errors_are_seen`] is always true, it does
/// nothing.
pub fn show_error(title: &str, text: &str) {
    sys::show_error(title, text);
}
