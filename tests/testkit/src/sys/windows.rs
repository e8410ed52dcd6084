#![expect(
    unsafe_code,
    reason = "the one file of this crate that calls the operating system"
)]

use std::ffi::CStr;
use windows_sys::Win32::Foundation::{CloseHandle, WAIT_TIMEOUT};
use windows_sys::Win32::System::Environment::GetCommandLineA;
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleA, GetProcAddress};
use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_SYNCHRONIZE, WaitForSingleObject,
};

/// Whether a process runs.
pub fn process_alive(pid: u32) -> bool {
    // SAFETY: no pointers are passed; the handle is checked, used and closed here alone.
    unsafe {
        let process = OpenProcess(PROCESS_SYNCHRONIZE, 0, pid);
        if process.is_null() {
            return false;
        }
        let alive = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
        CloseHandle(process);
        alive
    }
}

/// Whether this Windows program runs under Wine: only its `ntdll.dll` has a function that says its version.
pub fn under_wine() -> bool {
    // SAFETY: both names are C strings that live for the whole program; ntdll is loaded in every process and never
    // unloaded, so its handle stays valid.
    unsafe {
        let ntdll = GetModuleHandleA(c"ntdll.dll".as_ptr().cast());
        !ntdll.is_null() && GetProcAddress(ntdll, c"wine_get_version".as_ptr().cast()).is_some()
    }
}

/// The command line as old Windows programs read it.
pub fn ansi_command_line() -> Option<Vec<u8>> {
    // SAFETY: the system's own string, which ends with NUL and lives as long as the process.
    let line = unsafe { CStr::from_ptr(GetCommandLineA().cast()) };
    Some(line.to_bytes().to_vec())
}
