//! Windows: the session, the console, the message box.
#![expect(
    unsafe_code,
    reason = "the one file of this program that calls the system"
)]

use std::io::stdin;
use std::os::windows::io::AsRawHandle as _;
use std::ptr;

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Console::{
    ENABLE_ECHO_INPUT, GetConsoleMode, GetConsoleProcessList, GetStdHandle, STD_ERROR_HANDLE,
    SetConsoleMode,
};
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    MB_ICONERROR, MB_OK, MB_SETFOREGROUND, MessageBoxW,
};

/// The terminal session this process runs in.
pub(crate) fn session_id() -> Option<u32> {
    let mut id = 0;
    // SAFETY: the pointer is to a local that outlives the call.
    let known = unsafe { ProcessIdToSessionId(std::process::id(), &raw mut id) };
    (known != 0).then_some(id)
}

/// Whether text on standard error reaches nobody: there is no standard error (the windowless twin, started from
/// Explorer, a shortcut or a logon entry), or it is a console that closes with this process (a double click). Where
/// another program or a file takes the text, somebody does.
pub(crate) fn person_sees_no_text() -> bool {
    // SAFETY: takes no pointer.
    let errors = unsafe { GetStdHandle(STD_ERROR_HANDLE) };
    if errors.is_null() || errors == INVALID_HANDLE_VALUE {
        return true;
    }
    let mut processes = [0_u32; 2];
    // SAFETY: the pointer is to two numbers and the count says two.
    let attached = unsafe { GetConsoleProcessList(processes.as_mut_ptr(), 2) };
    attached == 1 && console_mode(errors).is_some()
}

/// A message box; returns when it is closed.
pub(crate) fn alert(text: &str) {
    let text = wide(text);
    let title = wide("mc-start");
    // SAFETY: both texts end with a zero and outlive the call; no window owns the box.
    unsafe {
        MessageBoxW(
            ptr::null_mut(),
            text.as_ptr(),
            title.as_ptr(),
            MB_OK | MB_ICONERROR | MB_SETFOREGROUND,
        );
    }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16()
        .filter(|&unit| unit != 0)
        .chain([0])
        .collect()
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
