//! Waiting for the end of a program.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsRawHandle, OwnedHandle};
use std::ptr;

use tokio::sync::oneshot;
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Threading::{
    INFINITE, RegisterWaitForSingleObject, UnregisterWaitEx, WT_EXECUTEONLYONCE,
};

/// A wait of the system's thread pool for the end of a program.
pub(super) struct Wait {
    registration: HANDLE,
    context: *mut Option<oneshot::Sender<()>>,
}

// SAFETY: the registration is a handle, valid in every thread; the context is only touched by the
// callback and, after the callback can no longer run, by `drop`.
unsafe impl Send for Wait {}
// SAFETY: no method takes it by shared reference.
unsafe impl Sync for Wait {}

impl Wait {
    /// Sends when the program has ended. The registration must be dropped before the process handle.
    pub(super) fn register(process: &OwnedHandle, sender: oneshot::Sender<()>) -> io::Result<Self> {
        let mut wait = Self {
            registration: ptr::null_mut(),
            context: Box::into_raw(Box::new(Some(sender))),
        };
        // SAFETY: the process handle outlives the registration (the future that holds both drops the
        // registration first); the context lives until `drop` has ended the registration.
        let done = unsafe {
            RegisterWaitForSingleObject(
                &raw mut wait.registration,
                process.as_raw_handle(),
                Some(ended),
                wait.context.cast(),
                INFINITE,
                WT_EXECUTEONLYONCE,
            )
        };
        if done == 0 {
            let error = io::Error::last_os_error();
            wait.registration = ptr::null_mut();
            return Err(error);
        }
        Ok(wait)
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if !self.registration.is_null() {
            // SAFETY: a registration of ours; with this event the call returns only once the callback
            // has ended or will never run.
            unsafe { UnregisterWaitEx(self.registration, INVALID_HANDLE_VALUE) };
        }
        // SAFETY: made by `Box::into_raw`, and used by nobody any more.
        drop(unsafe { Box::from_raw(self.context) });
    }
}

unsafe extern "system" fn ended(context: *mut c_void, _timed_out: bool) {
    // SAFETY: the context of `register`; this callback runs once, and `drop` waits for it.
    let sender = unsafe { &mut *context.cast::<Option<oneshot::Sender<()>>>() };
    if let Some(sender) = sender.take() {
        // Nobody waits any more: then there is nobody to tell.
        let _ = sender.send(());
    }
}
