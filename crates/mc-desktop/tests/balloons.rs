//! Balloons, as the notification area gets them. Where there is none, as under Wine without a desktop, this test is it.

#![cfg(windows)]
#![allow(
    unsafe_code,
    clippy::unwrap_used,
    reason = "a test may fail, and windows have no safe form"
)]

use std::collections::HashSet;
use std::io::Write as _;
use std::ptr;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use mc_desktop::{Notice, NoticeKind, Notifier};
use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::DataExchange::COPYDATASTRUCT;
use windows_sys::Win32::UI::Shell::{NIM_ADD, NIM_DELETE, NIM_MODIFY, NIN_BALLOONUSERCLICK};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DispatchMessageW, FindWindowW, GetMessageW, MSG, PostMessageW,
    RegisterClassW, WM_APP, WM_COPYDATA, WNDCLASSW,
};

const PATIENCE: Duration = Duration::from_mins(1);

/// What came to the area: what is to be done, with which icon of which window, and the rest of it.
struct Said {
    order: u32,
    number: u32,
    window: usize,
    data: Vec<u8>,
}

impl Said {
    fn holds(&self, text: &str) -> bool {
        let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.data.windows(text.len()).any(|part| part == text)
    }
}

static AREA: OnceLock<Mutex<(Sender<Said>, HashSet<u32>)>> = OnceLock::new();

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// The window of the area; it knows the icons that were added and not taken away.
unsafe extern "system" fn area(window: HWND, message: u32, from: WPARAM, at: LPARAM) -> LRESULT {
    if message != WM_COPYDATA {
        // SAFETY: hands on what was received.
        return unsafe { DefWindowProcW(window, message, from, at) };
    }
    // SAFETY: what the message carries lives until it is answered, and says its own length.
    let (order, data) = unsafe {
        let copied = &*ptr::with_exposed_provenance::<COPYDATASTRUCT>(at.cast_unsigned());
        let bytes = std::slice::from_raw_parts(
            copied.lpData.cast::<u8>(),
            usize::try_from(copied.cbData).unwrap(),
        );
        (u32::try_from(copied.dwData).unwrap(), bytes.to_vec())
    };
    let number = u32::from_le_bytes(data[4..8].try_into().unwrap());
    let mut area = AREA.get().unwrap().lock().unwrap();
    let known = match order {
        NIM_ADD => area.1.insert(number),
        NIM_DELETE => area.1.remove(&number),
        _ => area.1.contains(&number),
    };
    if known {
        let _ = area.0.send(Said {
            order,
            number,
            window: from,
            data,
        });
    }
    LRESULT::from(known)
}

/// Becomes the area.
fn become_area() -> Receiver<Said> {
    let (tell, said) = mpsc::channel();
    assert!(AREA.set(Mutex::new((tell, HashSet::new()))).is_ok());
    let (ready, started) = mpsc::channel();
    thread::spawn(move || {
        let class = wide("Shell_TrayWnd");
        let description = WNDCLASSW {
            lpfnWndProc: Some(area),
            lpszClassName: class.as_ptr(),
            ..WNDCLASSW::default()
        };
        // SAFETY: the description and the name outlive the calls; the rest may be null or zero.
        unsafe {
            RegisterClassW(&raw const description);
            let window = CreateWindowExW(
                0,
                class.as_ptr(),
                class.as_ptr(),
                0,
                0,
                0,
                0,
                0,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null(),
            );
            assert!(!window.is_null());
            ready.send(()).unwrap();
            let mut message = MSG::default();
            while GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) > 0 {
                DispatchMessageW(&raw const message);
            }
        }
    });
    started.recv_timeout(PATIENCE).unwrap();
    said
}

#[test]
fn a_balloon_is_shown_replaced_and_clicked() {
    let class = wide("Shell_TrayWnd");
    // SAFETY: the name outlives the call.
    let desktop = unsafe { FindWindowW(class.as_ptr(), ptr::null()) };
    if !desktop.is_null() {
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED balloons::a_balloon_is_shown_replaced_and_clicked: there is a notification area, which tells nobody what it got"
        );
        return;
    }
    let area = become_area();
    let (click, clicked) = mpsc::channel();
    let notifier = Notifier::new("MiniClient", "miniclient");
    let call = |title: &str| Notice::new("call 1", title, "for Sales <b>&").kind(NoticeKind::Call);
    notifier.show(call("Call from 4711").on_click(|| {}));
    let first = area.recv_timeout(PATIENCE).unwrap();
    assert_eq!(first.order, NIM_ADD);
    for text in ["MiniClient", "Call from 4711", "for Sales <b>&"] {
        assert!(first.holds(text), "{text}");
    }
    // In its place.
    let long = format!("Missed {}", "\u{1F4DE}".repeat(100));
    notifier.show(call(&long).on_click(move || click.send(()).unwrap()));
    let second = area.recv_timeout(PATIENCE).unwrap();
    assert_eq!((second.order, second.number), (NIM_MODIFY, first.number));
    // 63 units fit: the word, its blank, and 28 whole characters.
    assert!(second.holds(&format!("Missed {}\0", "\u{1F4DE}".repeat(28))));
    // SAFETY: takes no pointer to memory.
    unsafe {
        PostMessageW(
            ptr::with_exposed_provenance_mut(second.window),
            WM_APP + 1,
            usize::try_from(second.number).unwrap(),
            isize::try_from(NIN_BALLOONUSERCLICK).unwrap(),
        );
    }
    clicked.recv_timeout(PATIENCE).unwrap();
    let gone = area.recv_timeout(PATIENCE).unwrap();
    assert_eq!((gone.order, gone.number), (NIM_DELETE, first.number));
    // About something else: a number of its own.
    notifier.show(Notice::new("hook crm", "failed", "why"));
    let other = area.recv_timeout(PATIENCE).unwrap();
    assert_eq!(other.order, NIM_ADD);
    assert_ne!(other.number, first.number);
}
