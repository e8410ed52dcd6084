//! The hidden window that hears of the end of the session, and that of balloons.
#![expect(unsafe_code, reason = "a window has no safe form")]
#![allow(
    clippy::missing_const_for_thread_local,
    reason = "they are const; the lint does not see it behind a `cfg`"
)]

use std::cell::RefCell;
use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
#[cfg(feature = "notify")]
use windows_sys::Win32::UI::Shell::{
    NIF_ICON, NIF_INFO, NIF_MESSAGE, NIF_TIP, NIIF_INFO, NIIF_NOSOUND, NIIF_RESPECT_QUIET_TIME,
    NIIF_WARNING, NIM_ADD, NIM_DELETE, NIM_MODIFY, NOTIFYICONDATAW, Shell_NotifyIconW,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, GetMessageW, MSG,
    PostMessageW, PostQuitMessage, RegisterClassW, WM_CLOSE, WM_DESTROY, WM_ENDSESSION,
    WM_QUERYENDSESSION, WNDCLASSW,
};
#[cfg(feature = "notify")]
use windows_sys::Win32::UI::WindowsAndMessaging::{IDI_INFORMATION, LoadIconW, WM_APP};

use super::system::wide;

thread_local! {
    /// What the hidden window of this thread does when the session ends.
    static SESSION_ENDS: RefCell<Option<Box<dyn FnMut()>>> = const { RefCell::new(None) };
    /// What was said of this thread's balloons and not yet taken: the number, and what the person did.
    #[cfg(feature = "notify")]
    static BALLOONS: RefCell<Vec<(u32, u32)>> = const { RefCell::new(Vec::new()) };
}

/// What the notification area says to the window of a balloon.
#[cfg(feature = "notify")]
const BALLOON: u32 = WM_APP + 1;

/// A hidden top-level window. (One for messages alone is not asked about the end of a session.)
#[derive(Debug)]
pub(crate) struct HiddenWindow(usize);

impl HiddenWindow {
    fn make(class: &str) -> io::Result<Self> {
        let class = wide(class);
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
}

#[cfg(feature = "session-end")]
impl HiddenWindow {
    /// Makes the window on this thread, whose messages [`HiddenWindow::run`] must then take. `session_ends` is called
    /// when the session ends; the system waits for it to return.
    pub(crate) fn new(session_ends: impl FnMut() + 'static) -> io::Result<Self> {
        SESSION_ENDS.set(Some(Box::new(session_ends)));
        Self::make("mc-desktop end of session")
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

#[cfg(feature = "notify")]
impl HiddenWindow {
    /// Makes the window of balloons on this thread, whose messages [`HiddenWindow::serve`] must then take.
    pub(crate) fn of_balloons() -> io::Result<Self> {
        Self::make("mc-desktop notices")
    }

    /// A word for another thread, with which it has the window look around.
    pub(crate) fn waker(&self) -> impl Fn() + Send + use<> {
        let window = self.0;
        move || {
            // SAFETY: takes no pointer to memory; a window that is gone makes the call fail.
            unsafe {
                PostMessageW(ptr::with_exposed_provenance_mut(window), WM_APP, 0, 0);
            }
        }
    }

    /// Takes the window's messages, and after each says what was done with which balloons, until that is enough.
    pub(crate) fn serve(self, mut each: impl FnMut(&Self, Vec<(u32, u32)>) -> bool) {
        let mut message = MSG::default();
        // SAFETY: the pointer is to a local; 0 means the end, -1 an error, which ends it too.
        while unsafe { GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) } > 0 {
            // SAFETY: the message is the one that was just received.
            unsafe { DispatchMessageW(&raw const message) };
            if !each(&self, BALLOONS.take()) {
                return;
            }
        }
    }

    /// Shows a balloon, in place of the one with the same number if there is one. False where there is no notification
    /// area, which may take some seconds.
    pub(crate) fn balloon(
        &self,
        number: u32,
        name: &str,
        title: &str,
        text: &str,
        warns: bool,
    ) -> bool {
        let mut icon = self.icon(number);
        icon.uFlags = NIF_MESSAGE | NIF_ICON | NIF_TIP | NIF_INFO;
        icon.uCallbackMessage = BALLOON;
        icon.szTip = fixed(name);
        icon.szInfoTitle = fixed(title);
        icon.szInfo = fixed(text);
        let kind = if warns { NIIF_WARNING } else { NIIF_INFO };
        icon.dwInfoFlags = kind | NIIF_NOSOUND | NIIF_RESPECT_QUIET_TIME;
        // SAFETY: null asks for this process's own module; its first icon is named by a number, not a text. Where it has
        // none, the system has one.
        icon.hIcon = unsafe {
            let own = LoadIconW(GetModuleHandleW(ptr::null()), ptr::without_provenance(1));
            if own.is_null() {
                LoadIconW(ptr::null_mut(), IDI_INFORMATION)
            } else {
                own
            }
        };
        // SAFETY: the description says its own size and outlives the calls.
        unsafe {
            Shell_NotifyIconW(NIM_MODIFY, &raw const icon) != 0
                || Shell_NotifyIconW(NIM_ADD, &raw const icon) != 0
        }
    }

    /// Takes a balloon and its icon away.
    pub(crate) fn remove_balloon(&self, number: u32) {
        let icon = self.icon(number);
        // SAFETY: the description says its own size and outlives the call.
        unsafe { Shell_NotifyIconW(NIM_DELETE, &raw const icon) };
    }

    fn icon(&self, number: u32) -> NOTIFYICONDATAW {
        NOTIFYICONDATAW {
            cbSize: u32::try_from(size_of::<NOTIFYICONDATAW>()).unwrap_or(0),
            hWnd: ptr::with_exposed_provenance_mut(self.0),
            uID: number,
            ..NOTIFYICONDATAW::default()
        }
    }
}

/// Text for a field of this length, cut where it is longer, and never within a character.
#[cfg(feature = "notify")]
fn fixed<const N: usize>(text: &str) -> [u16; N] {
    let mut field = [0; N];
    let mut end = 0;
    for c in text.chars().filter(|&c| c != '\0') {
        let next = end + c.len_utf16();
        if next >= N {
            break;
        }
        c.encode_utf16(&mut field[end..next]);
        end = next;
    }
    field
}

/// The window's answers.
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
        #[cfg(feature = "notify")]
        BALLOON => {
            // Numbers and words are 32 bits long, whatever carries them. Taken later, outside of the system's call.
            let number = |value| u32::try_from(value & 0xFFFF_FFFF).unwrap_or(0);
            let said = (number(wparam), number(lparam.cast_unsigned()));
            BALLOONS.with_borrow_mut(|balloons| balloons.push(said));
            0
        }
        // SAFETY: hands on what was received.
        _ => unsafe { DefWindowProcW(window, message, wparam, lparam) },
    }
}
