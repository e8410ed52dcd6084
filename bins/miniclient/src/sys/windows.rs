//! Windows: the machine's folder, and the end of the session.

#![expect(
    unsafe_code,
    reason = "known folders and messages to the shell have no safe form"
)]

use std::ffi::{OsString, c_void};
use std::os::windows::ffi::OsStringExt as _;
use std::path::PathBuf;
use std::ptr;

use windows_sys::Win32::System::Com::CoTaskMemFree;
use windows_sys::Win32::UI::Shell::{
    FOLDERID_ProgramData, SHCNE_ASSOCCHANGED, SHCNF_IDLIST, SHChangeNotify, SHGetKnownFolderPath,
};

/// The folder of the machine's configuration. It is asked of the system: a user can set `%ProgramData%` to anything.
pub(crate) fn machine_folder() -> Option<PathBuf> {
    let mut text = ptr::null_mut();
    // SAFETY: the id is a constant of the system's, the token may be null (this user), and `text` receives a pointer.
    let result = unsafe {
        SHGetKnownFolderPath(
            ptr::from_ref(&FOLDERID_ProgramData),
            0,
            ptr::null_mut(),
            &raw mut text,
        )
    };
    let folder = if result >= 0 && !text.is_null() {
        // SAFETY: on success it points to a text that ends with a zero.
        Some(PathBuf::from(unsafe { wide(text) }).join("miniclient"))
    } else {
        None
    };
    // SAFETY: the page of SHGetKnownFolderPath says to free it so, on success and on failure; null is allowed.
    unsafe { CoTaskMemFree(text.cast::<c_void>()) };
    folder
}

/// Completes when the system or the user asks this process to end: Ctrl-C and Ctrl-Break, the console's close button, logoff, shutdown.
/// They are caught from the call on.
pub(crate) fn end_requested() -> impl Future<Output = ()> + Send {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let (mut c, mut cut, mut close) = (ctrl_c().ok(), ctrl_break().ok(), ctrl_close().ok());
    let (mut logoff, mut shutdown) = (ctrl_logoff().ok(), ctrl_shutdown().ok());
    std::future::poll_fn(move |context| {
        let any = c
            .as_mut()
            .is_some_and(|signal| signal.poll_recv(context).is_ready())
            || cut
                .as_mut()
                .is_some_and(|signal| signal.poll_recv(context).is_ready())
            || close
                .as_mut()
                .is_some_and(|signal| signal.poll_recv(context).is_ready())
            || logoff
                .as_mut()
                .is_some_and(|signal| signal.poll_recv(context).is_ready())
            || shutdown
                .as_mut()
                .is_some_and(|signal| signal.poll_recv(context).is_ready());
        if any {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
}

/// A text of the system's.
///
/// # Safety
///
/// `text` points to a text that ends with a zero.
unsafe fn wide(text: *const u16) -> OsString {
    let mut length = 0;
    // SAFETY: up to the zero everything may be read.
    while unsafe { *text.add(length) } != 0 {
        length += 1;
    }
    // SAFETY: as above.
    OsString::from_wide(unsafe { std::slice::from_raw_parts(text, length) })
}

/// Tells the desktop that the programs for kinds of link have changed: it remembers them otherwise.
pub(crate) fn associations_changed() {
    // SAFETY: this event carries no items; both pointers are documented to be null for it.
    unsafe {
        SHChangeNotify(
            SHCNE_ASSOCCHANGED.cast_signed(),
            SHCNF_IDLIST,
            ptr::null(),
            ptr::null(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_folder_is_known() {
        assert!(machine_folder().unwrap().is_absolute());
    }
}
