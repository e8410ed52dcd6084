//! What a person sees who starts the launcher by a click: nothing, unless there is no client.
//!
//! The system's own `start` starts the windowless twin as Explorer does: without a console and without anyone who
//! reads its output.
#![expect(unsafe_code, reason = "finding and closing a window has no safe form")]

use std::ptr;

use testkit::{Answer, Recorder, wait_for, wait_until};
use windows_sys::Win32::UI::WindowsAndMessaging::{FindWindowW, PostMessageW, WM_CLOSE};

use super::*;

fn clicked(station: &Workstation, arguments: &[&str]) -> Command {
    let mut command = Command::new("cmd");
    command
        .args(["/c", "start", "", "/wait"])
        .arg(station.path("mc-startw"))
        .args(arguments);
    for (name, value) in station.command(&[]).get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// The launcher's message box, while one is open.
fn message_box() -> Option<usize> {
    let title: Vec<u16> = "mc-start\0".encode_utf16().collect();
    // SAFETY: the title ends with a zero and outlives the call; no class is named.
    let window = unsafe { FindWindowW(ptr::null(), title.as_ptr()) };
    (!window.is_null()).then_some(window.addr())
}

/// Both in one test: a box is a window of the whole desktop, and another test's would be mistaken for this one's.
#[test]
fn a_message_box_says_that_there_is_no_client_and_only_then() {
    let (station, server) = (Workstation::new(), Recorder::start());
    server.always(Answer::status(500));
    let url = server.url(TARGET);
    // The report fails, the client is there: that is for the log alone.
    let status = clicked(&station, &["--url", &url]).status().unwrap();
    assert!(status.success() || status.code() == Some(21), "{status}");
    station.client();
    assert!(station.log().contains("500"), "{}", station.log());

    let mut waiting = clicked(&station, &["--no-report", "--client", "gone.exe"])
        .spawn()
        .unwrap();
    let window = wait_for(PATIENCE, "a message box", message_box);
    assert!(station.log().contains("gone.exe"), "{}", station.log());
    assert!(
        waiting.try_wait().unwrap().is_none(),
        "it waits until the box is closed"
    );
    // SAFETY: a message without pointers to whatever window has this number now.
    unsafe { PostMessageW(ptr::with_exposed_provenance_mut(window), WM_CLOSE, 0, 0) };
    wait_until(PATIENCE, "the end of the launcher", || {
        waiting.try_wait().unwrap().is_some()
    });
    assert!(message_box().is_none());
}
