//! Windows: the session, the console.
#![expect(
    unsafe_code,
    reason = "the one file of this program that calls the system"
)]

use std::io::stdin;
use std::os::windows::io::AsRawHandle as _;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Console::{ENABLE_ECHO_INPUT, GetConsoleMode, SetConsoleMode};
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;

/// The terminal session this process runs in.
pub(crate) fn session_id() -> Option<u32> {
    let mut id = 0;
    // SAFETY: the pointer is to a local that outlives the call.
    let known = unsafe { ProcessIdToSessionId(std::process::id(), &raw mut id) };
    (known != 0).then_some(id)
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
