//! Windows: the session, the console.
#![expect(
    unsafe_code,
    reason = "the one file of this program that calls the system"
)]

use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};

use windows_sys::Win32::Foundation::STILL_ACTIVE;
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::System::Threading::{
    GetExitCodeProcess, OpenProcess, PROCESS_NAME_WIN32, PROCESS_QUERY_LIMITED_INFORMATION,
    QueryFullProcessImageNameW,
};

/// The terminal session this process runs in.
pub(crate) fn session_id() -> Option<u32> {
    let mut id = 0;
    // SAFETY: the pointer is to a local that outlives the call.
    let known = unsafe { ProcessIdToSessionId(std::process::id(), &raw mut id) };
    (known != 0).then_some(id)
}

/// What tells a process from another that gets its number later: the program that it runs. None where it has ended, or is
/// another user's.
pub(crate) fn mark_of(process: u32) -> Option<String> {
    // SAFETY: takes no pointer; null is a failure.
    let handle = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, process) };
    if handle.is_null() {
        return None;
    }
    // SAFETY: the handle was opened above, and nobody else closes it.
    let handle = unsafe { OwnedHandle::from_raw_handle(handle) };
    // One that has ended can be opened for as long as anybody holds it.
    let mut code = 0;
    // SAFETY: the pointer is to a local that outlives the call.
    let known = unsafe { GetExitCodeProcess(handle.as_raw_handle(), &raw mut code) };
    if known == 0 || code != STILL_ACTIVE.cast_unsigned() {
        return None;
    }
    let mut name = vec![0_u16; 32 * 1024];
    let mut length = 32 * 1024;
    // SAFETY: the buffer has as many units as `length` says; both outlive the call.
    let known = unsafe {
        QueryFullProcessImageNameW(
            handle.as_raw_handle(),
            PROCESS_NAME_WIN32,
            name.as_mut_ptr(),
            &raw mut length,
        )
    };
    let name = name.get(..usize::try_from(length).ok()?)?;
    (known != 0).then(|| String::from_utf16_lossy(name))
}
