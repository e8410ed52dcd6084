//! Calls to Windows that have no safe form: mutexes, tokens, the ends of a pipe. Nothing is decided here.
#![expect(
    unsafe_code,
    reason = "calls to the operating system; every block says why it is sound"
)]

use interprocess::os::windows::security_descriptor::{
    AsSecurityDescriptor as _, SecurityDescriptor,
};
use std::{
    ffi::c_void,
    io,
    os::windows::io::{AsRawHandle, FromRawHandle as _, OwnedHandle, RawHandle},
    ptr,
};
use widestring::{U16CStr, U16CString};
use windows_sys::Win32::{
    Foundation::{ERROR_FILE_NOT_FOUND, LocalFree, WAIT_ABANDONED, WAIT_OBJECT_0, WAIT_TIMEOUT},
    Security::{
        Authorization::ConvertSidToStringSidW, GetSidSubAuthority, GetSidSubAuthorityCount,
        GetTokenInformation, PSID, SECURITY_ATTRIBUTES, TOKEN_INFORMATION_CLASS,
        TOKEN_MANDATORY_LABEL, TOKEN_QUERY, TOKEN_USER, TokenIntegrityLevel, TokenUser,
    },
    System::{
        Pipes::GetNamedPipeServerProcessId,
        RemoteDesktop::ProcessIdToSessionId,
        Threading::{
            CreateMutexW, GetCurrentProcess, GetCurrentProcessId, OpenMutexW, OpenProcess,
            OpenProcessToken, PROCESS_QUERY_LIMITED_INFORMATION, ReleaseMutex,
            SYNCHRONIZATION_SYNCHRONIZE, WaitForSingleObject,
        },
    },
    UI::WindowsAndMessaging::AllowSetForegroundWindow,
};

/// The system's error code.
pub(super) fn code(error: &io::Error) -> u32 {
    error.raw_os_error().unwrap_or_default().cast_unsigned()
}

/// Owns a handle that the system just made for us, or says why it made none.
///
/// # Safety
///
/// Null, or an open handle that nobody else closes.
unsafe fn owned(raw: RawHandle) -> io::Result<OwnedHandle> {
    if raw.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: as the caller says.
    Ok(unsafe { OwnedHandle::from_raw_handle(raw) })
}

/// Makes the mutex, or opens the one of that name.
pub(super) fn create_mutex(
    name: &U16CString,
    security: &SecurityDescriptor,
) -> io::Result<OwnedHandle> {
    let attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or_default(),
        lpSecurityDescriptor: security.as_sd().cast_mut(),
        bInheritHandle: 0,
    };
    // SAFETY: attributes, descriptor and name outlive the call, which makes a handle for us.
    unsafe { owned(CreateMutexW(&raw const attributes, 0, name.as_ptr())) }
}

/// Opens the mutex of that name, if there is one.
pub(super) fn open_mutex(name: &U16CString) -> io::Result<Option<OwnedHandle>> {
    // SAFETY: the name is a NUL-terminated UTF-16 string that outlives the call, which makes a handle for us.
    match unsafe { owned(OpenMutexW(SYNCHRONIZATION_SYNCHRONIZE, 0, name.as_ptr())) } {
        Ok(mutex) => Ok(Some(mutex)),
        Err(e) if code(&e) == ERROR_FILE_NOT_FOUND => Ok(None),
        Err(e) => Err(e),
    }
}

/// Takes a mutex without waiting. One that its owner left behind by dying counts as taken.
pub(super) fn take(mutex: &OwnedHandle) -> io::Result<bool> {
    // SAFETY: the handle is open.
    match unsafe { WaitForSingleObject(mutex.as_raw_handle(), 0) } {
        WAIT_OBJECT_0 | WAIT_ABANDONED => Ok(true),
        WAIT_TIMEOUT => Ok(false),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Gives a mutex back.
pub(super) fn release(mutex: &OwnedHandle) {
    // SAFETY: the handle is open. On a thread that does not hold the mutex the call fails and changes nothing.
    unsafe { ReleaseMutex(mutex.as_raw_handle()) };
}

/// The process at the owner's end of a pipe.
pub(super) fn server_of(pipe: &impl AsRawHandle) -> io::Result<u32> {
    let mut pid = 0;
    // SAFETY: the handle is open and `pid` is writable.
    if unsafe { GetNamedPipeServerProcessId(pipe.as_raw_handle(), &raw mut pid) } == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(pid)
}

/// Lets a process bring a window of its own to the front; false where this one may not.
pub(super) fn allow_foreground(pid: u32) -> bool {
    // SAFETY: takes a number.
    unsafe { AllowSetForegroundWindow(pid) != 0 }
}

/// Who a process runs as.
pub(super) struct Token(OwnedHandle);

impl Token {
    pub(super) fn of_this_process() -> io::Result<Self> {
        // SAFETY: a constant pseudo handle, which needs no closing.
        Self::open(unsafe { GetCurrentProcess() })
    }

    pub(super) fn of_process(pid: u32) -> io::Result<Self> {
        // SAFETY: takes numbers, and makes a handle for us.
        let process = unsafe { owned(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid))? };
        Self::open(process.as_raw_handle())
    }

    fn open(process: RawHandle) -> io::Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: the process handle is open and `raw` is writable.
        if unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut raw) } == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call made the handle for us.
        Ok(Self(unsafe { owned(raw)? }))
    }

    /// The user's SID as text.
    pub(super) fn user(&self) -> io::Result<String> {
        let buffer = self.information(TokenUser)?;
        // SAFETY: for TokenUser the system fills the buffer, which is aligned for it, with a TOKEN_USER.
        let sid = unsafe { (*buffer.as_ptr().cast::<TOKEN_USER>()).User.Sid };
        // SAFETY: the SID lies in `buffer`, which is still alive.
        unsafe { text_of(sid) }
    }

    /// The integrity level: the last number of the label's SID.
    pub(super) fn integrity(&self) -> io::Result<u32> {
        let buffer = self.information(TokenIntegrityLevel)?;
        // SAFETY: for TokenIntegrityLevel the system fills the buffer, which is aligned for it, with a
        // TOKEN_MANDATORY_LABEL whose SID lies in the same buffer and has at least one number.
        unsafe {
            let sid = (*buffer.as_ptr().cast::<TOKEN_MANDATORY_LABEL>()).Label.Sid;
            let last = (*GetSidSubAuthorityCount(sid)).saturating_sub(1);
            Ok(*GetSidSubAuthority(sid, last.into()))
        }
    }

    /// What the system says of the token, in a buffer aligned for any of its structures.
    fn information(&self, class: TOKEN_INFORMATION_CLASS) -> io::Result<Vec<u64>> {
        // More than a structure with one SID (at most 68 bytes) can need.
        let mut buffer = vec![0_u64; 32];
        let (mut length, size) = (
            0,
            u32::try_from(size_of_val(&buffer[..])).unwrap_or_default(),
        );
        // SAFETY: the token is open; the buffer is writable and `size` bytes long.
        let done = unsafe {
            GetTokenInformation(
                self.0.as_raw_handle(),
                class,
                buffer.as_mut_ptr().cast(),
                size,
                &raw mut length,
            )
        };
        if done == 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(buffer)
        }
    }
}

/// A SID as text.
///
/// # Safety
///
/// It points to a valid SID.
unsafe fn text_of(sid: PSID) -> io::Result<String> {
    let mut text = ptr::null_mut();
    // SAFETY: the SID is valid, as the caller says; `text` is writable.
    if unsafe { ConvertSidToStringSidW(sid, &raw mut text) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call gave a NUL-terminated string.
    let sid = unsafe { U16CStr::from_ptr_str(text) }.to_string_lossy();
    // SAFETY: the string was allocated for us with LocalAlloc, and is not used any more.
    unsafe { LocalFree(text.cast::<c_void>()) };
    Ok(sid)
}

/// The session that this process runs in.
pub(super) fn session_id() -> io::Result<u32> {
    let mut session = 0;
    // SAFETY: takes a number; `session` is writable.
    let done = unsafe { ProcessIdToSessionId(GetCurrentProcessId(), &raw mut session) };
    if done == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(session)
    }
}

/// Who is in the access list of an object, by their SIDs.
#[cfg(test)]
pub(super) fn allowed(object: &impl AsRawHandle) -> Vec<String> {
    use windows_sys::Win32::Security::{
        ACCESS_ALLOWED_ACE, ACL, Authorization::GetSecurityInfo, Authorization::SE_KERNEL_OBJECT,
        DACL_SECURITY_INFORMATION, GetAce,
    };
    let (mut list, mut descriptor) = (ptr::null_mut::<ACL>(), ptr::null_mut());
    // SAFETY: the handle is open, and both results are writable.
    let code = unsafe {
        GetSecurityInfo(
            object.as_raw_handle(),
            SE_KERNEL_OBJECT,
            DACL_SECURITY_INFORMATION,
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut list,
            ptr::null_mut(),
            &raw mut descriptor,
        )
    };
    assert_eq!(code, 0);
    assert!(!list.is_null(), "everybody may do everything");
    // SAFETY: the list lies in the descriptor, which is not freed before the end.
    let count = unsafe { (*list).AceCount };
    let sids = (0..count.into()).map(|i| {
        let mut entry = ptr::null_mut();
        // SAFETY: there are that many entries, all of the kind that allows.
        let sid: PSID = unsafe {
            assert_ne!(GetAce(list, i, &raw mut entry), 0);
            (&raw mut (*entry.cast::<ACCESS_ALLOWED_ACE>()).SidStart).cast()
        };
        // SAFETY: a valid SID within the entry.
        unsafe { text_of(sid) }.unwrap()
    });
    let sids = sids.collect();
    // SAFETY: allocated for us by GetSecurityInfo, and not used any more.
    unsafe { LocalFree(descriptor) };
    sids
}
