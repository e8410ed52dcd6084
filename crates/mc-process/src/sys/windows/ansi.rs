//! The machine's ANSI code page.

use std::ptr;

use windows_registry::LOCAL_MACHINE;
use windows_sys::Win32::Globalization::{
    CP_UTF8, GetACP, WC_NO_BEST_FIT_CHARS, WideCharToMultiByte,
};

/// What a program that reads the ANSI command line gets for a character, where it is a single byte and the
/// character is not in the code page: what "best fit" makes of it.
pub(crate) fn ansi(character: char) -> Option<u8> {
    let page = code_page();
    if page == CP_UTF8 {
        return None;
    }
    let mut units = [0; 2];
    let units = character.encode_utf16(&mut units);
    (convert(page, units, WC_NO_BEST_FIT_CHARS)?.1).then_some(())?;
    match convert(page, units, 0)? {
        (byte, false) => Some(byte),
        _ => None,
    }
}

/// The machine's code page, which is that of the programs that are started. This process may have been given another one: a
/// manifest with `activeCodePage`, as that of both programs, has `GetACP` say UTF-8.
fn code_page() -> u32 {
    let key = LOCAL_MACHINE.open(r"SYSTEM\CurrentControlSet\Control\Nls\CodePage");
    let page = key.and_then(|key| key.get_string("ACP")).ok();
    page.and_then(|page| page.parse().ok()).unwrap_or_else(|| {
        // SAFETY: no arguments; reads a setting of this process.
        unsafe { GetACP() }
    })
}

/// The one byte that these units become, and whether it stands for "no such character".
fn convert(page: u32, units: &[u16], flags: u32) -> Option<(u8, bool)> {
    let mut bytes = [0_u8; 8];
    let mut replaced = 0;
    // SAFETY: buffers of the lengths given; the default character may be null, and the flag is a local.
    let length = unsafe {
        WideCharToMultiByte(
            page,
            flags,
            units.as_ptr(),
            i32::try_from(units.len()).ok()?,
            bytes.as_mut_ptr(),
            i32::try_from(bytes.len()).ok()?,
            ptr::null(),
            &raw mut replaced,
        )
    };
    (length == 1).then_some((bytes[0], replaced != 0))
}
