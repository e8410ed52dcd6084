//! Windows.
#![expect(unsafe_code, reason = "the system's functions have no safe form")]

use std::ffi::c_void;
use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::{HANDLE, NO_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    CancelMibChangeNotify2, MIB_NOTIFICATION_TYPE, MIB_UNICASTIPADDRESS_ROW,
    NotifyUnicastIpAddressChange,
};
use windows_sys::Win32::Networking::WinSock::AF_UNSPEC;
use windows_sys::Win32::System::RemoteDesktop::{
    ProcessIdToSessionId, WTS_CURRENT_SERVER_HANDLE, WTS_INFO_CLASS, WTSClientName, WTSFreeMemory,
    WTSQuerySessionInformationW, WTSWinStationName,
};
use windows_sys::Win32::System::SystemInformation::{
    COMPUTER_NAME_FORMAT, ComputerNameDnsFullyQualified, ComputerNameNetBIOS, GetComputerNameExW,
};
use windows_sys::Win32::System::Threading::GetCurrentProcessId;
use windows_sys::Win32::System::WindowsProgramming::GetUserNameW;

use crate::session::Session;

/// `%USERNAME%`, because that is what scripts send and what the server therefore knows; where
/// it is not set, the account of the process's token.
pub(crate) fn login_name() -> Option<String> {
    variable("USERNAME").or_else(user_name)
}

/// `%COMPUTERNAME%`, for the same reason; where it is not set, the `NetBIOS` name it is made from.
pub(crate) fn computer_name() -> Option<String> {
    variable("COMPUTERNAME").or_else(|| computer_name_ex(ComputerNameNetBIOS))
}

pub(crate) fn domain_name() -> Option<String> {
    variable("USERDOMAIN")
}

pub(crate) fn dns_name() -> Option<String> {
    // Without a domain this is the bare host name, which says no more than the computer name.
    computer_name_ex(ComputerNameDnsFullyQualified).filter(|name| name.contains('.'))
}

/// Asked anew each time: the viewing computer changes when a session is taken over, and the
/// environment (`%CLIENTNAME%`) keeps the first one.
pub(crate) fn session() -> Session {
    let Some(id) = session_id() else {
        return Session::default();
    };
    Session {
        id: Some(id),
        name: session_text(id, WTSWinStationName),
        client_name: session_text(id, WTSClientName),
    }
}

type Changed = Box<dyn Fn() + Send + Sync>;

/// A notification that the system has been asked for.
#[derive(Debug)]
pub(crate) struct AddressWatch {
    /// The system's handle, as a number.
    notification: usize,
    /// The `Changed` that the system calls, as a number: freed when no call can come any more.
    changed: usize,
}

impl AddressWatch {
    pub(crate) fn new(changed: Changed) -> io::Result<Self> {
        let changed = Box::into_raw(Box::new(changed));
        let mut notification: HANDLE = ptr::null_mut();
        // SAFETY: the function has the type asked for, `changed` stays valid until the notification is cancelled, and
        // the handle may be written to.
        let error = unsafe {
            NotifyUnicastIpAddressChange(
                AF_UNSPEC,
                Some(address_changed),
                changed.cast_const().cast::<c_void>(),
                false,
                &raw mut notification,
            )
        };
        let watch = Self {
            notification: notification.expose_provenance(),
            changed: changed.expose_provenance(),
        };
        if error == NO_ERROR {
            Ok(watch)
        } else {
            Err(io::Error::from_raw_os_error(error.cast_signed()))
        }
    }
}

impl Drop for AddressWatch {
    fn drop(&mut self) {
        if self.notification != 0 {
            // SAFETY: the handle came from the system and is cancelled once. The call waits for a callback that runs.
            unsafe { CancelMibChangeNotify2(ptr::with_exposed_provenance_mut(self.notification)) };
        }
        // SAFETY: it came from Box::into_raw, and nobody calls it any more.
        drop(unsafe { Box::from_raw(ptr::with_exposed_provenance_mut::<Changed>(self.changed)) });
    }
}

unsafe extern "system" fn address_changed(
    context: *const c_void,
    _row: *const MIB_UNICASTIPADDRESS_ROW,
    _kind: MIB_NOTIFICATION_TYPE,
) {
    // SAFETY: the context is the one given, which outlives the notification.
    let changed = unsafe { &*context.cast::<Changed>() };
    changed();
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

fn user_name() -> Option<String> {
    // UNLEN + 1, the longest account name and its end.
    let mut buffer = [0_u16; 257];
    let mut length = 257_u32;
    // SAFETY: the buffer holds `length` characters, and both may be written to.
    let done = unsafe { GetUserNameW(buffer.as_mut_ptr(), &raw mut length) };
    (done != 0).then(|| until_nul(&buffer))
}

fn computer_name_ex(format: COMPUTER_NAME_FORMAT) -> Option<String> {
    // The longest DNS name has 255 characters.
    let mut buffer = [0_u16; 257];
    let mut length = 257_u32;
    // SAFETY: the buffer holds `length` characters, and both may be written to.
    let done = unsafe { GetComputerNameExW(format, buffer.as_mut_ptr(), &raw mut length) };
    (done != 0).then(|| until_nul(&buffer))
}

fn session_id() -> Option<u32> {
    let mut id = 0_u32;
    // SAFETY: `id` may be written to; the process id is this process's own.
    let done = unsafe { ProcessIdToSessionId(GetCurrentProcessId(), &raw mut id) };
    (done != 0).then_some(id)
}

fn session_text(id: u32, what: WTS_INFO_CLASS) -> Option<String> {
    let mut text: *mut u16 = ptr::null_mut();
    let mut bytes = 0_u32;
    // SAFETY: both pointers may be written to; the handle constant means this server.
    let done = unsafe {
        WTSQuerySessionInformationW(
            WTS_CURRENT_SERVER_HANDLE,
            id,
            what,
            &raw mut text,
            &raw mut bytes,
        )
    };
    if done == 0 || text.is_null() {
        return None;
    }
    // SAFETY: on success `text` points to `bytes` bytes of UTF-16 that belong to us.
    let value = until_nul(unsafe { std::slice::from_raw_parts(text, bytes as usize / 2) });
    // SAFETY: the memory came from the query and nothing points into it any more.
    unsafe { WTSFreeMemory(text.cast()) };
    Some(value).filter(|value| !value.is_empty())
}

fn until_nul(text: &[u16]) -> String {
    let end = text.iter().position(|c| *c == 0).unwrap_or(text.len());
    String::from_utf16_lossy(&text[..end])
}
