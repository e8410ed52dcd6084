//! Windows: the session, the console.
#![expect(
    unsafe_code,
    reason = "the one file of this program that calls the system"
)]

use std::ffi::OsString;
use std::io::stdin;
use std::os::windows::ffi::OsStringExt as _;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::path::PathBuf;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Console::{ENABLE_ECHO_INPUT, GetConsoleMode, SetConsoleMode};
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_NAME_WIN32, PROCESS_QUERY_LIMITED_INFORMATION, QueryFullProcessImageNameW,
};

/// The terminal session this process runs in.
pub(crate) fn session_id() -> Option<u32> {
    let mut id = 0;
    // SAFETY: the pointer is to a local that outlives the call.
    let known = unsafe { ProcessIdToSessionId(std::process::id(), &raw mut id) };
    (known != 0).then_some(id)
}

/// The program that a process runs; none where there is no such process, or it is another user's.
pub(crate) fn program_of(process: u32) -> Option<PathBuf> {
    // SAFETY: takes no pointer; null is a failure.
    let handle = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, process) };
    if handle.is_null() {
        return None;
    }
    // SAFETY: the handle was opened above, and nobody else closes it.
    let handle = unsafe { OwnedHandle::from_raw_handle(handle) };
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
    (known != 0).then(|| PathBuf::from(OsString::from_wide(name)))
}

fn console_mode(handle: HANDLE) -> Option<u32> {
    let mut mode = 0;
    // SAFETY: the pointer is to a local; a handle that is no console's makes the call fail.
    let known = unsafe { GetConsoleMode(handle, &raw mut mode) };
    (known != 0).then_some(mode)
}

/// While it lives, the console does not show what is typed. Without a console it does nothing.
pub(crate) struct EchoOff(Option<u32>);

impl EchoOff {
    pub(crate) fn new() -> Self {
        let before = console_mode(stdin().as_raw_handle());
        if let Some(mode) = before {
            set_input_mode(mode & !ENABLE_ECHO_INPUT);
        }
        Self(before)
    }
}

impl Drop for EchoOff {
    fn drop(&mut self) {
        if let Some(mode) = self.0 {
            set_input_mode(mode);
        }
    }
}

fn set_input_mode(mode: u32) {
    // SAFETY: takes no pointer; standard input's handle lives as long as the process.
    unsafe { SetConsoleMode(stdin().as_raw_handle(), mode) };
}
