//! What has no safe form: the console, the message box, shortcuts, word to Explorer. The hidden window has its own file.
#![expect(unsafe_code, reason = "here this crate calls the system")]

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
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Console::{
    GetConsoleMode, GetConsoleProcessList, GetStdHandle, STD_ERROR_HANDLE,
};
#[cfg(feature = "notify")]
use windows_sys::Win32::System::RemoteDesktop::{
    WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, WTSSendMessageW,
};
use windows_sys::Win32::UI::Shell::{SHCNE_ASSOCCHANGED, SHCNF_IDLIST, SHChangeNotify};
#[cfg(feature = "notify")]
use windows_sys::Win32::UI::WindowsAndMessaging::MB_ICONWARNING;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    MB_ICONERROR, MB_OK, MB_SETFOREGROUND, MessageBoxW,
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

pub(super) fn wide(text: &str) -> Vec<u16> {
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
