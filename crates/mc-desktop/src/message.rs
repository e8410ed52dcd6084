//! A word to the person where text reaches nobody.

use crate::sys;

/// Whether somebody can see what is written to standard error. Nobody can, on Windows, where there is no standard error
/// (a program without a console, started from Explorer, a shortcut or a logon entry), or where it is a console that
/// closes with this process (a double click). Elsewhere a terminal, another program, a file or the session's journal
/// takes the text.
pub fn errors_are_seen() -> bool {
    sys::errors_are_seen()
}

/// Tells the person something without waiting for them: by the desktop's own notification on Linux, else a box by `zenity`,
/// `kdialog` or `xmessage`; by a message box on Windows, where [`errors_are_seen`] is false. Boxes close by themselves after
/// a minute.
///
/// It returns within three seconds, or, on a Windows that shows no box for others, when the box is closed. Nobody hears of
/// it where there is no desktop. The text is shown as it is, whatever it holds; control it where it comes from outside.
#[cfg(feature = "notify")]
pub fn notify(title: &str, text: &str) {
    sys::notify(title, text);
}

/// Shows a message box and returns when it is closed. On Linux, where [`errors_are_seen`] is always true, it does
/// nothing.
pub fn show_error(title: &str, text: &str) {
    sys::show_error(title, text);
}
