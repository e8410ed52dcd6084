#![expect(
    unsafe_code,
    reason = "the one file of this crate that calls the operating system"
)]

use windows_sys::Win32::Foundation::{CloseHandle, WAIT_TIMEOUT};
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
