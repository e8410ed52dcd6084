//! Windows, as a click and a shortcut reach it: programs without any stream, and the windows they show.
#![expect(
    unsafe_code,
    reason = "a start without standard streams, and a window of another program, have no safe form"
)]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::path::Path;
use std::process::Command;
use std::ptr;

use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Threading::{
    CREATE_UNICODE_ENVIRONMENT, CreateProcessW, GetExitCodeProcess, PROCESS_INFORMATION,
    STARTF_USESTDHANDLES, STARTUPINFOW, WaitForSingleObject,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{FindWindowW, PostMessageW, WM_CLOSE};

fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}

/// A windowless program as Explorer starts it, in this command's environment: without a console and without standard streams,
/// which `std::process` cannot do.
pub(crate) fn click(program: &Path, arguments: &[&str], like: &Command) -> OwnedHandle {
    let mut environment: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
    for (name, value) in like.get_envs() {
        match value {
            Some(value) => environment.insert(name.to_owned(), value.to_owned()),
            None => environment.remove(name),
        };
    }
    let mut block: Vec<u16> = Vec::new();
    for (name, value) in environment {
        let mut entry = name;
        entry.push("=");
        entry.push(value);
        block.extend(wide(&entry));
    }
    block.push(0);
    let mut line = format!("\"{}\"", program.display());
    for argument in arguments {
        line.extend([" \"", argument, "\""]);
    }
    let (program, mut line) = (wide(program.as_os_str()), wide(OsStr::new(&line)));
    // All three streams are null: that is what the flag then says.
    let startup = STARTUPINFOW {
        cb: u32::try_from(size_of::<STARTUPINFOW>()).unwrap(),
        dwFlags: STARTF_USESTDHANDLES,
        ..STARTUPINFOW::default()
    };
    let mut started = PROCESS_INFORMATION::default();
    // SAFETY: texts and block end with their zeros, the line may be changed, and all outlive the call.
    let done = unsafe {
        CreateProcessW(
            program.as_ptr(),
            line.as_mut_ptr(),
            ptr::null(),
            ptr::null(),
            0,
            CREATE_UNICODE_ENVIRONMENT,
            block.as_ptr().cast(),
            ptr::null(),
            &raw const startup,
            &raw mut started,
        )
    };
    assert_ne!(done, 0, "{}", std::io::Error::last_os_error());
    // SAFETY: two handles that nobody else owns.
    unsafe {
        drop(OwnedHandle::from_raw_handle(started.hThread));
        OwnedHandle::from_raw_handle(started.hProcess)
    }
}

/// The exit code, once it has ended.
pub(crate) fn ended(process: &OwnedHandle) -> Option<u32> {
    let mut code = 0;
    // SAFETY: an open handle; the code is written to a local.
    unsafe {
        let ended = WaitForSingleObject(process.as_raw_handle(), 0) == WAIT_OBJECT_0;
        (ended && GetExitCodeProcess(process.as_raw_handle(), &raw mut code) != 0).then_some(code)
    }
}

/// A window with this title, while one is open.
pub(crate) fn window(title: &str) -> Option<usize> {
    let title = wide(OsStr::new(title));
    // SAFETY: the title ends with a zero and outlives the call; no class is named.
    let window = unsafe { FindWindowW(ptr::null(), title.as_ptr()) };
    (!window.is_null()).then_some(window.addr())
}

/// Closes a window, as its cross does.
pub(crate) fn close(window: usize) {
    // SAFETY: a message without pointers, to whatever window has this number now.
    unsafe { PostMessageW(ptr::without_provenance_mut(window), WM_CLOSE, 0, 0) };
}
