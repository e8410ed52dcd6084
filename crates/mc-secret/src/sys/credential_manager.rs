//! The Credential Manager of Windows: a generic credential of this user on this computer.
#![expect(unsafe_code, reason = "the system's functions have no safe form")]

use std::io;
use std::ptr;
use std::slice;

use windows_sys::Win32::Foundation::{ERROR_NO_SUCH_LOGON_SESSION, ERROR_NOT_FOUND, FILETIME};
use windows_sys::Win32::Security::Credentials::{
    CRED_MAX_CREDENTIAL_BLOB_SIZE, CRED_PERSIST_LOCAL_MACHINE, CRED_TYPE_GENERIC, CREDENTIALW,
    CredDeleteW, CredFree, CredReadW, CredWriteW,
};

use super::store_failure::{StoreFailure, text};

pub(crate) const NAME: &str = "the Windows Credential Manager";

pub(crate) fn get(service: &str, name: &str) -> Result<Option<String>, StoreFailure> {
    let target = target(service, name);
    let mut found: *mut CREDENTIALW = ptr::null_mut();
    // SAFETY: `target` ends with a nul and outlives the call; `found` may be written to.
    let done = unsafe { CredReadW(target.as_ptr(), CRED_TYPE_GENERIC, 0, &raw mut found) };
    if done == 0 {
        return absent(&last_error()).map(|()| None);
    }
    // SAFETY: on success `found` points to a credential whose blob has the size it says; a null
    // blob has size 0 and is not read.
    let text = unsafe {
        let size = (*found).CredentialBlobSize as usize;
        let blob = (*found).CredentialBlob;
        if blob.is_null() {
            Ok(String::new())
        } else {
            text(slice::from_raw_parts(blob, size))
        }
    };
    // SAFETY: the credential came from CredReadW, and nothing points into it any more.
    unsafe { CredFree(found.cast()) };
    text.map(Some)
}

pub(crate) fn set(service: &str, name: &str, secret: &str) -> Result<(), StoreFailure> {
    let mut target = target(service, name);
    let mut user = wide(name);
    let mut blob = secret.as_bytes().to_vec();
    let size = u32::try_from(blob.len()).unwrap_or(u32::MAX);
    if size > CRED_MAX_CREDENTIAL_BLOB_SIZE {
        return Err(StoreFailure::Refused(format!(
            "takes at most {CRED_MAX_CREDENTIAL_BLOB_SIZE} bytes; use a file for this one"
        )));
    }
    let credential = CREDENTIALW {
        Flags: 0,
        Type: CRED_TYPE_GENERIC,
        TargetName: target.as_mut_ptr(),
        Comment: ptr::null_mut(),
        LastWritten: FILETIME {
            dwLowDateTime: 0,
            dwHighDateTime: 0,
        },
        CredentialBlobSize: size,
        CredentialBlob: blob.as_mut_ptr(),
        // Not roamed to other computers with the profile.
        Persist: CRED_PERSIST_LOCAL_MACHINE,
        AttributeCount: 0,
        Attributes: ptr::null_mut(),
        TargetAlias: ptr::null_mut(),
        UserName: user.as_mut_ptr(),
    };
    // SAFETY: all pointers in the credential are null or point to what outlives the call; the
    // names end with a nul and the blob has the size given.
    let done = unsafe { CredWriteW(&raw const credential, 0) };
    if done == 0 {
        Err(refused(&last_error()))
    } else {
        Ok(())
    }
}

pub(crate) fn clear(service: &str, name: &str) -> Result<bool, StoreFailure> {
    let target = target(service, name);
    // SAFETY: `target` ends with a nul and outlives the call.
    let done = unsafe { CredDeleteW(target.as_ptr(), CRED_TYPE_GENERIC, 0) };
    if done == 0 {
        absent(&last_error()).map(|()| false)
    } else {
        Ok(true)
    }
}

fn target(service: &str, name: &str) -> Vec<u16> {
    wide(&format!("{service}/{name}"))
}

/// A text for the system, which ends with a zero.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16()
        .filter(|&unit| unit != 0)
        .chain([0])
        .collect()
}

fn last_error() -> io::Error {
    io::Error::last_os_error()
}

fn is(error: &io::Error, code: u32) -> bool {
    error.raw_os_error().map(i32::cast_unsigned) == Some(code)
}

/// No such credential is an answer; everything else is a refusal.
fn absent(error: &io::Error) -> Result<(), StoreFailure> {
    if is(error, ERROR_NOT_FOUND) {
        Ok(())
    } else {
        Err(refused(error))
    }
}

fn refused(error: &io::Error) -> StoreFailure {
    if is(error, ERROR_NO_SUCH_LOGON_SESSION) {
        // A network logon (a remote command, some services) has no store of its own.
        return StoreFailure::Absent;
    }
    StoreFailure::Refused(format!("refused ({error}); use a file instead"))
}
