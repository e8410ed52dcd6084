//! What has no safe form: the console, the message box, the hidden window, word to Explorer.
#![expect(
    unsafe_code,
    reason = "the one file of this crate that calls the system"
)]

use std::cell::RefCell;
use std::io;
use std::ptr;
#[cfg(feature = "notify")]
use std::time::Duration;

use windows_sys::Win32::Foundation::{HANDLE, HWND, INVALID_HANDLE_VALUE, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::Console::{
    GetConsoleMode, GetConsoleProcessList, GetStdHandle, STD_ERROR_HANDLE,
};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
#[cfg(feature = "notify")]
use windows_sys::Win32::System::RemoteDesktop::{
    WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, WTSSendMessageW,
};
use windows_sys::Win32::UI::Shell::{SHCNE_ASSOCCHANGED, SHCNF_IDLIST, SHChangeNotify};
#[cfg(feature = "notify")]
use windows_sys::Win32::UI::WindowsAndMessaging::MB_ICONWARNING;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, GetMessageW, MB_ICONERROR,
    MB_OK, MB_SETFOREGROUND, MSG, MessageBoxW, PostMessageW, PostQuitMessage, RegisterClassW,
    WM_CLOSE, WM_DESTROY, WM_ENDSESSION, WM_QUERYENDSESSION, WNDCLASSW,
};

/// Tells Explorer that other programs open links now.
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

pub(crate) fn errors_are_seen() -> bool {
    // SAFETY: takes no pointer.
    let errors = unsafe { GetStdHandle(STD_ERROR_HANDLE) };
    if errors.is_null() || errors == INVALID_HANDLE_VALUE {
        return false;
    }
    let mut processes = [0_u32; 2];
    // SAFETY: the pointer is to two numbers and the count says two.
    let attached = unsafe { GetConsoleProcessList(processes.as_mut_ptr(), 2) };
    attached != 1 || !is_console(errors)
}

fn is_console(handle: HANDLE) -> bool {
    let mut mode = 0;
    // SAFETY: the pointer is to a local; a handle that is no console's makes the call fail.
    unsafe { GetConsoleMode(handle, &raw mut mode) != 0 }
}

pub(crate) fn show_error(title: &str, text: &str) {
    let (title, text) = (wide(title), wide(text));
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

/// Has the system itself show a box in this session, which closes after this time, and does not wait for it. False where the
/// system does not do that.
#[cfg(feature = "notify")]
pub(crate) fn show_in_session(title: &str, text: &str, lasts: Duration) -> bool {
    let (title, text) = (wide(title), wide(text));
    // The length is in bytes, without the zero at the end.
    let length = |text: &[u16]| u32::try_from((text.len() - 1) * 2).unwrap_or(0);
    let seconds = u32::try_from(lasts.as_secs()).unwrap_or(u32::MAX);
    let mut response = 0;
    // SAFETY: the texts are as long as stated and, like the response, outlive the call, which does not wait.
    unsafe {
        WTSSendMessageW(
            WTS_CURRENT_SERVER_HANDLE,
            WTS_CURRENT_SESSION,
            title.as_ptr(),
            length(&title),
            text.as_ptr(),
            length(&text),
            MB_OK | MB_ICONWARNING,
            seconds,
            &raw mut response,
            0,
        ) != 0
    }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16()
        .filter(|&unit| unit != 0)
        .chain([0])
        .collect()
}

thread_local! {
    /// What the hidden window of this thread does when the session ends.
    static SESSION_ENDS: RefCell<Option<Box<dyn FnMut()>>> = const { RefCell::new(None) };
}

/// A hidden top-level window. (One for messages alone is not asked about the end of a session.)
#[derive(Debug)]
#[cfg_attr(
    not(feature = "session-end"),
    expect(dead_code, reason = "the end of a session is not watched")
)]
pub(crate) struct HiddenWindow(usize);

#[cfg_attr(
    not(feature = "session-end"),
    expect(dead_code, reason = "the end of a session is not watched")
)]
impl HiddenWindow {
    /// Makes the window on this thread, whose messages [`HiddenWindow::run`] must then take. `session_ends` is called
    /// when the session ends; the system waits for it to return.
    pub(crate) fn new(session_ends: impl FnMut() + 'static) -> io::Result<Self> {
        SESSION_ENDS.set(Some(Box::new(session_ends)));
        let class = wide("mc-desktop end of session");
        // SAFETY: null asks for this process's own module.
        let module = unsafe { GetModuleHandleW(ptr::null()) };
        let description = WNDCLASSW {
            style: 0,
            lpfnWndProc: Some(answer),
            cbClsExtra: 0,
            cbWndExtra: 0,
            hInstance: module,
            hIcon: ptr::null_mut(),
            hCursor: ptr::null_mut(),
            hbrBackground: ptr::null_mut(),
            lpszMenuName: ptr::null(),
            lpszClassName: class.as_ptr(),
        };
        // SAFETY: the description and the name in it outlive the call. It fails where the class is there already, which
        // a second window of this process finds.
        unsafe { RegisterClassW(&raw const description) };
        // SAFETY: the name outlives the call; everything else may be null or zero.
        let window = unsafe {
            CreateWindowExW(
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
                module,
                ptr::null(),
            )
        };
        if window.is_null() {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(window.expose_provenance()))
    }

    /// A word for another thread, with which it closes the window.
    pub(crate) fn closer(&self) -> impl Fn() + Send + use<> {
        let window = self.0;
        move || {
            // SAFETY: takes no pointer to memory; a window that is gone makes the call fail.
            unsafe {
                PostMessageW(ptr::with_exposed_provenance_mut(window), WM_CLOSE, 0, 0);
            }
        }
    }

    /// Takes the window's messages until it is closed.
    #[expect(
        clippy::unused_self,
        reason = "there are messages while there is a window"
    )]
    pub(crate) fn run(self) {
        let mut message = MSG::default();
        // SAFETY: the pointer is to a local; 0 means the end, -1 an error, which ends it too.
        while unsafe { GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) } > 0 {
            // SAFETY: the message is the one that was just received.
            unsafe { DispatchMessageW(&raw const message) };
        }
        SESSION_ENDS.set(None);
    }
}

/// The window's answers.
#[cfg_attr(
    not(feature = "session-end"),
    expect(dead_code, reason = "the end of a session is not watched")
)]
unsafe extern "system" fn answer(
    window: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    match message {
        // Never in the way of a log-off.
        WM_QUERYENDSESSION => 1,
        WM_ENDSESSION => {
            // Zero: another program was in the way, the session goes on.
            if wparam != 0 {
                SESSION_ENDS.with_borrow_mut(|told| {
                    if let Some(told) = told {
                        told();
                    }
                });
            }
            0
        }
        WM_CLOSE => {
            // SAFETY: called on the window's own thread, for the window that the message is for.
            unsafe { DestroyWindow(window) };
            0
        }
        WM_DESTROY => {
            // SAFETY: takes no pointer.
            unsafe { PostQuitMessage(0) };
            0
        }
        // SAFETY: hands on what was received.
        _ => unsafe { DefWindowProcW(window, message, wparam, lparam) },
    }
}
