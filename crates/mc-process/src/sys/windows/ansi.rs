//! The machine's ANSI code page.

use std::ptr;

use windows_sys::Win32::Globalization::{
    CP_ACP, CP_UTF8, GetACP, WC_NO_BEST_FIT_CHARS, WideCharToMultiByte,
};

/// What a program that reads the ANSI command line gets for a character, where it is a single byte and the
/// character is not in the code page: what "best fit" makes of it.
pub(crate) fn ansi(character: char) -> Option<u8> {
    // SAFETY: no arguments; reads a setting of this process.
    if unsafe { GetACP() } == CP_UTF8 {
        return None;
    }
    let mut units = [0; 2];
    let units = character.encode_utf16(&mut units);
    (convert(units, WC_NO_BEST_FIT_CHARS)?.1).then_some(())?;
    match convert(units, 0)? {
        (byte, false) => Some(byte),
        _ => None,
    }
}

/// The one byte that these units become, and whether it stands for "no such character".
fn convert(units: &[u16], flags: u32) -> Option<(u8, bool)> {
    let mut bytes = [0_u8; 8];
    let mut replaced = 0;
    // SAFETY: buffers of the lengths given; the default character may be null, and the flag is a local.
    let length = unsafe {
        WideCharToMultiByte(
            CP_ACP,
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
