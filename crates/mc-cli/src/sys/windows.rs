//! Windows: the machine's folder.
#![expect(unsafe_code, reason = "known folders have no safe form")]

use std::ffi::{OsString, c_void};
use std::os::windows::ffi::OsStringExt as _;
use std::path::PathBuf;
use std::ptr;

use windows_sys::Win32::System::Com::CoTaskMemFree;
use windows_sys::Win32::UI::Shell::{FOLDERID_ProgramData, SHGetKnownFolderPath};

/// The folder of the machine's configuration. It is asked of the system: a user can set `%ProgramData%` to anything.
pub(crate) fn machine_folder() -> Option<PathBuf> {
    let mut text: *mut u16 = ptr::null_mut();
    // SAFETY: the id is a constant of the system's, the token may be null (this user), and `text` receives a pointer.
    let result = unsafe {
        SHGetKnownFolderPath(
            ptr::from_ref(&FOLDERID_ProgramData),
            0,
            ptr::null_mut(),
            &raw mut text,
        )
    };
    let folder = (result >= 0 && !text.is_null()).then(|| {
        let mut length = 0;
        // SAFETY: on success it points to a text that ends with a zero, up to which everything may be read.
        while unsafe { *text.add(length) } != 0 {
            length += 1;
        }
        // SAFETY: as above.
        let units = unsafe { std::slice::from_raw_parts(text, length) };
        PathBuf::from(OsString::from_wide(units)).join("miniclient")
    });
    // SAFETY: the page of SHGetKnownFolderPath says to free it so, on success and on failure; null is allowed.
    unsafe { CoTaskMemFree(text.cast::<c_void>()) };
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_folder_is_known() {
        assert!(machine_folder().unwrap().is_absolute());
    }
}
