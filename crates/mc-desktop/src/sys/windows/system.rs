//! What has no safe form: the console, the message box, the hidden window, word to Explorer.
#![expect(
    unsafe_code,
    reason = "the one file of this crate that calls the system"
)]
#![allow(
    clippy::missing_const_for_thread_local,
    reason = "they are const; the lint does not see it behind a `cfg`"
)]

use std::cell::RefCell;
use std::ffi::OsString;
use std::io;
use std::os::windows::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::ptr;
#[cfg(feature = "notify")]
use std::time::Duration;

use windows::Win32::System::Com::{
    CLSCTX_INPROC_SERVER, COINIT_APARTMENTTHREADED, CoCreateInstance, CoInitializeEx,
    CoTaskMemFree, CoUninitialize, IPersistFile,
};
use windows::Win32::UI::Shell::{
    FOLDERID_CommonPrograms, FOLDERID_Programs, IShellLinkW, KF_FLAG_CREATE, SHGetKnownFolderPath,
    ShellLink,
};
use windows::core::{HSTRING, Interface as _};
use windows_sys::Win32::Foundation::{HANDLE, HWND, INVALID_HANDLE_VALUE, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::Console::{
    GetConsoleMode, GetConsoleProcessList, GetStdHandle, STD_ERROR_HANDLE,
};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
#[cfg(feature = "notify")]
use windows_sys::Win32::System::RemoteDesktop::{
    WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, WTSSendMessageW,
};
#[cfg(feature = "notify")]
use windows_sys::Win32::UI::Shell::{
    NIF_ICON, NIF_INFO, NIF_MESSAGE, NIF_TIP, NIIF_INFO, NIIF_NOSOUND, NIIF_RESPECT_QUIET_TIME,
    NIIF_WARNING, NIM_ADD, NIM_DELETE, NIM_MODIFY, NOTIFYICONDATAW, Shell_NotifyIconW,
};
use windows_sys::Win32::UI::Shell::{SHCNE_ASSOCCHANGED, SHCNF_IDLIST, SHChangeNotify};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, GetMessageW, MB_ICONERROR,
    MB_OK, MB_SETFOREGROUND, MSG, MessageBoxW, PostMessageW, PostQuitMessage, RegisterClassW,
    WM_CLOSE, WM_DESTROY, WM_ENDSESSION, WM_QUERYENDSESSION, WNDCLASSW,
};
#[cfg(feature = "notify")]
use windows_sys::Win32::UI::WindowsAndMessaging::{
    IDI_INFORMATION, LoadIconW, MB_ICONWARNING, WM_APP,
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

/// The folder of the Start menu's programs: this user's, or that of all.
pub(crate) fn programs_folder(of_all: bool) -> io::Result<PathBuf> {
    let which = if of_all {
        FOLDERID_CommonPrograms
    } else {
        FOLDERID_Programs
    };
    // SAFETY: the identifier outlives the call; what comes back is a text that ends with a zero, and is the caller's to free.
    unsafe {
        let path = SHGetKnownFolderPath(&raw const which, KF_FLAG_CREATE, None)?;
        let folder = PathBuf::from(OsString::from_wide(path.as_wide()));
        CoTaskMemFree(Some(path.0.cast_const().cast()));
        Ok(folder)
    }
}

/// Writes a shortcut, in place of the one that is there.
pub(crate) fn write_shortcut(
    file: &Path,
    program: &Path,
    arguments: &str,
    summary: &str,
    hotkey: u16,
) -> io::Result<()> {
    with_shell_link(|link| {
        // SAFETY: the object is alive, and the texts outlive the calls.
        unsafe {
            link.SetPath(&HSTRING::from(program.as_os_str()))?;
            link.SetArguments(&HSTRING::from(arguments))?;
            link.SetDescription(&HSTRING::from(summary))?;
            link.SetHotkey(hotkey)?;
            link.cast::<IPersistFile>()?
                .Save(&HSTRING::from(file.as_os_str()), true)?;
        }
        Ok(())
    })
}

/// Has the system's own reader and writer of shortcuts do something.
fn with_shell_link<T>(work: impl FnOnce(&IShellLinkW) -> io::Result<T>) -> io::Result<T> {
    // SAFETY: no pointers; the matching CoUninitialize is below.
    let com = unsafe { CoInitializeEx(None, COINIT_APARTMENTTHREADED) };
    // SAFETY: the class and the interface belong to one another.
    let link = unsafe { CoCreateInstance(&ShellLink, None, CLSCTX_INPROC_SERVER) };
    let done = link
        .map_err(io::Error::from)
        .and_then(|link: IShellLinkW| work(&link));
    if com.is_ok() {
        // SAFETY: this thread initialised COM just above, and what was made with it is gone.
        unsafe { CoUninitialize() };
    }
    done
}

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
#[cfg_attr(
    not(any(feature = "notify", feature = "session-end")),
    expect(dead_code, reason = "nothing here needs a window")
)]
pub(crate) struct HiddenWindow(usize);

#[cfg_attr(
    not(any(feature = "notify", feature = "session-end")),
    expect(dead_code, reason = "nothing here needs a window")
)]
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
#[cfg_attr(
    not(any(feature = "notify", feature = "session-end")),
    expect(dead_code, reason = "nothing here needs a window")
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

#[cfg(test)]
mod tests {
    use super::*;
    use windows::Win32::System::Com::STGM_READ;

    #[test]
    fn a_shortcut_is_read_back_as_it_was_written() {
        let folder = std::env::temp_dir().join(format!("mc-desktop {}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("dial.lnk");
        let program = std::env::current_exe().unwrap();
        let arguments = "\"--config\" \"C:\\my files\\x.toml\" \"dial\" \"--clipboard\"";
        for hotkey in [0x0644, 0x0170] {
            write_shortcut(&file, &program, arguments, "Dials", hotkey).unwrap();
            let read = with_shell_link(|link| {
                let (mut path, mut text) = ([0; 1024], [0; 1024]);
                // SAFETY: the object is alive; texts and fields outlive the calls, the fields say their lengths.
                unsafe {
                    let name = HSTRING::from(file.as_os_str());
                    link.cast::<IPersistFile>()?.Load(&name, STGM_READ)?;
                    link.GetPath(&mut path, ptr::null_mut(), 0)?;
                    link.GetArguments(&mut text)?;
                    Ok((path, text, link.GetHotkey()?))
                }
            });
            let (path, text, key) = read.unwrap();
            let text_of = |field: &[u16]| {
                let end = field.iter().position(|&unit| unit == 0).unwrap();
                String::from_utf16_lossy(&field[..end])
            };
            assert_eq!(text_of(&path), program.display().to_string());
            assert_eq!(text_of(&text), arguments);
            assert_eq!(key, hotkey);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
