//! The default browser, and other programs that open links.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::ptr;

use windows_sys::Win32::System::Com::{
    COINIT_APARTMENTTHREADED, COINIT_DISABLE_OLE1DDE, CoInitializeEx, CoUninitialize,
};
use windows_sys::Win32::UI::Shell::ShellExecuteW;
use windows_sys::Win32::UI::WindowsAndMessaging::SW_SHOWNORMAL;

use super::text::wide;

/// The program named by `BROWSER`, for whom it is set; others have a default browser.
pub(crate) fn browsers() -> Vec<String> {
    env::var("BROWSER").into_iter().collect()
}

pub(crate) fn has_display() -> bool {
    true
}

/// Hands a link to the program that the person chose for it. The caller has checked the scheme: `ShellExecute` would
/// start programs just as well. May wait for other programs.
pub(crate) fn open_url(url: &str) -> io::Result<()> {
    const FIRST_SUCCESS: isize = 33;
    let url = wide(OsStr::new(url))?;
    let verb = wide(OsStr::new("open"))?;
    // SAFETY: no pointers; the matching CoUninitialize is below. `ShellExecute` asks for COM, since
    // what handles the address may need it.
    let com = unsafe {
        CoInitializeEx(
            ptr::null(),
            (COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE).cast_unsigned(),
        )
    };
    // SAFETY: the strings end with NUL and outlive the call; the null pointers are documented as
    // "none"; nothing is returned but a number in the shape of a handle.
    let answer = unsafe {
        ShellExecuteW(
            ptr::null_mut(),
            verb.as_ptr(),
            url.as_ptr(),
            ptr::null(),
            ptr::null(),
            SW_SHOWNORMAL,
        )
    };
    let result = if answer.addr().cast_signed() >= FIRST_SUCCESS {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    };
    if com >= 0 {
        // SAFETY: this thread initialised COM just above.
        unsafe { CoUninitialize() };
    }
    result
}
