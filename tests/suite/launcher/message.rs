//! What a person sees who starts the launcher by a click: nothing, unless there is no client.
#![expect(
    unsafe_code,
    reason = "a start without standard streams, and a window of another program, have no safe form"
)]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::ptr;

use testkit::{Answer, Recorder, wait_for};
use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Threading::{
    CREATE_UNICODE_ENVIRONMENT, CreateProcessW, GetExitCodeProcess, PROCESS_INFORMATION,
    STARTF_USESTDHANDLES, STARTUPINFOW, WaitForSingleObject,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{FindWindowW, PostMessageW, WM_CLOSE};

use super::*;

fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}

/// The windowless twin as Explorer starts it: without a console and without standard streams, which
/// `std::process` cannot do.
fn click(station: &Workstation, arguments: &[&str]) -> OwnedHandle {
    let command = station.command(&[]);
    let mut environment: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
    for (name, value) in command.get_envs() {
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
    let program = station.path("mc-startw");
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
fn ended(process: &OwnedHandle) -> Option<u32> {
    let mut code = 0;
    // SAFETY: an open handle; the code is written to a local.
    unsafe {
        let ended = WaitForSingleObject(process.as_raw_handle(), 0) == WAIT_OBJECT_0;
        (ended && GetExitCodeProcess(process.as_raw_handle(), &raw mut code) != 0).then_some(code)
    }
}

/// The launcher's message box, while one is open.
fn message_box() -> Option<usize> {
    let title = wide(OsStr::new("mc-start"));
    // SAFETY: the title ends with a zero and outlives the call; no class is named.
    let window = unsafe { FindWindowW(ptr::null(), title.as_ptr()) };
    (!window.is_null()).then_some(window.addr())
}

/// One test: a box is a window of the whole desktop, and another test's would be mistaken for this one's.
#[test]
fn f77_a_message_box_says_that_there_is_no_client_and_only_then() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::status(500));
    // The report fails and the client is there: that is for the log alone. A box would keep it from ending.
    let process = click(&station, &["--url", &server.url(TARGET)]);
    assert_eq!(wait_for(PATIENCE, "its end", || ended(&process)), 21);
    station.client();

    let process = click(&station, &["--no-report", "--client", "gone.exe"]);
    let window = wait_for(PATIENCE, "a message box", message_box);
    assert_eq!(ended(&process), None, "it waits until the box is closed");
    // SAFETY: a message without pointers, to whatever window has this number now.
    unsafe { PostMessageW(ptr::without_provenance_mut(window), WM_CLOSE, 0, 0) };
    assert_eq!(wait_for(PATIENCE, "its end", || ended(&process)), 20);
    assert!(station.log().contains("gone.exe"), "{}", station.log());
}
