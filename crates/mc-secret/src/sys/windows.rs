//! Windows: owners and access lists.
#![expect(
    unsafe_code,
    reason = "security descriptors and access tokens have no safe form"
)]

use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::AsRawHandle as _;
use std::path::Path;
use std::ptr;

use windows_sys::Win32::Foundation::{CloseHandle, ERROR_SUCCESS, HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, GetSecurityInfo, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, DACL_SECURITY_INFORMATION, GetAce, GetTokenInformation,
    INHERIT_ONLY_ACE, OWNER_SECURITY_INFORMATION, PSID, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_BACKUP_SEMANTICS;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use crate::trusted::Trusted;

pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Windows has devices wherever a name such as `NUL` or `CON` stands, and tells none of them from a file.
pub(crate) fn is_given(_path: &Path) -> bool {
    false
}

pub(crate) fn open_folder(folder: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS)
        .open(folder)
}

/// Below the user's profile only the user, administrators and the system have access, which new folders inherit.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

pub(crate) fn open_private_file(file: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(file)
}

pub(crate) fn append_to_private_file(file: &Path) -> io::Result<File> {
    File::options().append(true).create(true).open(file)
}

pub(crate) fn create_private_file(file: &Path) -> io::Result<File> {
    File::create_new(file)
}

pub(crate) fn others_may_write(file: &File, trusted: Trusted) -> io::Result<Option<String>> {
    let (owner, grants) = descriptor(file)?;
    let user = match trusted {
        Trusted::Administrators => None,
        Trusted::User => Some(user()?),
    };
    Ok(judge(&owner, grants.as_deref(), user.as_deref()))
}

/// Who beside administrators and this user may read this file, as the end of a sentence that says what to do.
/// A file of the administrators is theirs to share.
pub(crate) fn others_may_read(file: &File) -> io::Result<Option<String>> {
    let (owner, grants) = descriptor(file)?;
    let user = user()?;
    Ok(judge_reading(&owner, grants.as_deref(), &user))
}

/// What one entry of an access list grants.
#[derive(Debug)]
struct Grant {
    /// To whom; none where the entry is of a kind that is not understood.
    sid: Option<String>,
    mask: u32,
}

/// The rights with which a file's content, or what is in a folder, can be changed, by oneself or after taking another
/// right first ("File Access Rights Constants" and "Standard Access Rights" on Microsoft Learn). Write attributes is
/// among them: it suffices to make a folder a link to another.
const WRITING: u32 = 0x0000_0002 // write data, add file
    | 0x0000_0004 // append data, add folder
    | 0x0000_0010 // write extended attributes
    | 0x0000_0040 // delete child
    | 0x0000_0100 // write attributes
    | 0x0001_0000 // delete
    | 0x0004_0000 // write DAC
    | 0x0008_0000 // write owner
    | 0x1000_0000 // generic all
    | 0x4000_0000; // generic write

/// The rights with which a file's content can be read.
const READING: u32 = 0x0000_0001 | 0x1000_0000 | 0x8000_0000; // read data, generic all, generic read

fn judge(owner: &str, grants: Option<&[Grant]>, user: Option<&str>) -> Option<String> {
    if !is_trusted(owner, user) {
        let owner = called(owner);
        return Some(match user {
            None => format!(
                "it belongs to {owner}, not to Administrators (icacls /setowner *S-1-5-32-544)"
            ),
            Some(user) => format!(
                "it belongs to {owner}, not to you or Administrators (icacls /setowner *{user})"
            ),
        });
    }
    let Some(grants) = grants else {
        return Some("it has no access list, so everyone may write it".to_owned());
    };
    let other = first_other(grants, WRITING, user)?;
    let mend = match user {
        None => "*S-1-5-32-544:F *S-1-5-18:F *S-1-5-32-545:RX".to_owned(),
        Some(user) => format!("*{user}:F *S-1-5-18:F"),
    };
    Some(format!(
        "{other} may write it (icacls /inheritance:r /grant:r {mend})"
    ))
}

fn judge_reading(owner: &str, grants: Option<&[Grant]>, user: &str) -> Option<String> {
    // What administrators put there for all who may start the programs is theirs to share.
    if owner != user {
        return None;
    }
    let other = match grants {
        None => "everyone".to_owned(),
        Some(grants) => first_other(grants, READING, Some(user))?,
    };
    Some(format!(
        "{other} (icacls /inheritance:r /grant:r *{user}:F *S-1-5-18:F)"
    ))
}

/// The first to whom the list grants one of these rights and who is not trusted with it.
fn first_other(grants: &[Grant], rights: u32, user: Option<&str>) -> Option<String> {
    let other = grants.iter().find(|grant| {
        grant.mask & rights != 0
            && !grant
                .sid
                .as_deref()
                .is_some_and(|sid| is_trusted(sid, user))
    })?;
    Some(
        other
            .sid
            .as_deref()
            .map_or("someone unknown".to_owned(), called),
    )
}

fn is_trusted(sid: &str, user: Option<&str>) -> bool {
    is_administrator(sid) || Some(sid) == user
}

/// SYSTEM, Administrators, `TrustedInstaller`, the rights of whoever owns it (who is judged by itself), the built-in
/// account Administrator, Domain Admins and Enterprise Admins ("Security identifiers" on Microsoft Learn).
fn is_administrator(sid: &str) -> bool {
    const TRUSTED_INSTALLER: &str =
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
    matches!(
        sid,
        "S-1-5-18" | "S-1-5-32-544" | "S-1-3-4" | TRUSTED_INSTALLER
    ) || (sid.starts_with("S-1-5-21-")
        && ["-500", "-512", "-519"].iter().any(|id| sid.ends_with(id)))
}

/// What people call a SID.
fn called(sid: &str) -> String {
    match sid {
        "S-1-1-0" => "Everyone".to_owned(),
        "S-1-5-11" => "Authenticated Users".to_owned(),
        "S-1-5-32-545" => "Users".to_owned(),
        "S-1-3-0" => "CREATOR OWNER".to_owned(),
        sid => sid.to_owned(),
    }
}

/// The owner, and what the access list grants; no list at all means that everything is allowed to everyone.
fn descriptor(file: &File) -> io::Result<(String, Option<Vec<Grant>>)> {
    let mut owner: PSID = ptr::null_mut();
    let mut list: *mut ACL = ptr::null_mut();
    let mut descriptor = ptr::null_mut();
    // SAFETY: the handle is open while `file` lives; what is not asked for may be null; the others receive pointers
    // into `descriptor`.
    let status = unsafe {
        GetSecurityInfo(
            file.as_raw_handle(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
            &raw mut owner,
            ptr::null_mut(),
            &raw mut list,
            ptr::null_mut(),
            &raw mut descriptor,
        )
    };
    if status != ERROR_SUCCESS {
        return Err(io::Error::from_raw_os_error(status.cast_signed()));
    }
    // SAFETY: both point into the descriptor, which is freed below, after their last use.
    let read = unsafe { sid_text(owner).map(|owner| (owner, grants(list))) };
    // SAFETY: GetSecurityInfo allocated it with LocalAlloc.
    unsafe { LocalFree(descriptor) };
    read
}

/// The entries that grant something here.
///
/// # Safety
///
/// `list` is null or points to a valid access list.
unsafe fn grants(list: *const ACL) -> Option<Vec<Grant>> {
    const ALLOWED: u8 = 0;
    const DENIED: u8 = 1;
    const ALLOWED_CALLBACK: u8 = 9;
    const DENIED_CALLBACK: u8 = 10;
    if list.is_null() {
        return None;
    }
    // SAFETY: not null, and valid as the caller promises.
    let count = unsafe { (*list).AceCount };
    let mut grants = Vec::with_capacity(usize::from(count));
    for index in 0..u32::from(count) {
        let mut entry = ptr::null_mut();
        // SAFETY: the list is valid, and `entry` receives a pointer into it.
        if unsafe { GetAce(list, index, &raw mut entry) } == 0 {
            grants.push(Grant {
                sid: None,
                mask: WRITING,
            });
            continue;
        }
        // SAFETY: every entry begins with this header.
        let header = unsafe { *entry.cast::<ACE_HEADER>() };
        // An entry that is only handed down says nothing about this object.
        if u32::from(header.AceFlags) & INHERIT_ONLY_ACE != 0 {
            continue;
        }
        match header.AceType {
            ALLOWED | ALLOWED_CALLBACK => {
                let entry = entry.cast::<ACCESS_ALLOWED_ACE>();
                // SAFETY: entries of both kinds have a mask behind the header, and then the SID.
                let (mask, sid) =
                    unsafe { ((*entry).Mask, (&raw mut (*entry).SidStart).cast::<c_void>()) };
                // SAFETY: the SID is inside the entry.
                let sid = unsafe { sid_text(sid) }.ok();
                grants.push(Grant { sid, mask });
            }
            DENIED | DENIED_CALLBACK => {}
            _ => grants.push(Grant {
                sid: None,
                mask: WRITING,
            }),
        }
    }
    Some(grants)
}

/// A SID as text: `S-1-5-18`.
///
/// # Safety
///
/// `sid` points to a valid SID.
unsafe fn sid_text(sid: PSID) -> io::Result<String> {
    let mut text = ptr::null_mut();
    // SAFETY: the SID is valid as the caller promises; `text` receives a pointer.
    if unsafe { ConvertSidToStringSidW(sid, &raw mut text) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let mut length = 0;
    // SAFETY: on success it points to a text that ends with a zero; up to there everything may be read.
    while unsafe { *text.add(length) } != 0 {
        length += 1;
    }
    // SAFETY: as above.
    let read = String::from_utf16_lossy(unsafe { std::slice::from_raw_parts(text, length) });
    // SAFETY: ConvertSidToStringSidW allocated it with LocalAlloc.
    unsafe { LocalFree(text.cast::<c_void>()) };
    Ok(read)
}

/// The SID of the user that this process runs as.
fn user() -> io::Result<String> {
    let mut token: HANDLE = ptr::null_mut();
    // SAFETY: the pseudo handle of this process is always good; `token` receives a handle.
    if unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // A TOKEN_USER and the SID it points to, which has at most 68 bytes; u64 for the alignment.
    let mut buffer = [0_u64; 32];
    let size = u32::try_from(size_of_val(&buffer)).unwrap_or_default();
    let mut needed = 0;
    // SAFETY: the handle is open; the buffer has the size given; `needed` receives a number.
    let done = unsafe {
        GetTokenInformation(
            token,
            TokenUser,
            buffer.as_mut_ptr().cast::<c_void>(),
            size,
            &raw mut needed,
        )
    };
    let failed = io::Error::last_os_error();
    // SAFETY: it was opened above and is not used any more.
    unsafe { CloseHandle(token) };
    if done == 0 {
        return Err(failed);
    }
    // SAFETY: on success the buffer begins with a TOKEN_USER, whose SID is in the buffer.
    unsafe { sid_text((*buffer.as_ptr().cast::<TOKEN_USER>()).User.Sid) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADMINISTRATORS: &str = "S-1-5-32-544";
    const USER: &str = "S-1-5-21-1-2-3-1001";

    fn grant(sid: &str, mask: u32) -> Grant {
        Grant {
            sid: Some(sid.to_owned()),
            mask,
        }
    }

    #[test]
    fn only_administrators_may_write() {
        let reading = 0x0012_00A9;
        let tight = [
            grant(ADMINISTRATORS, 0x001F_01FF),
            grant("S-1-5-18", 0x001F_01FF),
            grant("S-1-5-32-545", reading),
        ];
        assert_eq!(judge(ADMINISTRATORS, Some(&tight), None), None);
        assert!(
            judge(USER, Some(&tight), None)
                .unwrap()
                .contains("belongs to")
        );
        assert!(
            judge(ADMINISTRATORS, None, None)
                .unwrap()
                .contains("everyone")
        );
        // What a folder made below ProgramData inherits: Users may add files.
        let inherited = [
            grant(ADMINISTRATORS, 0x001F_01FF),
            grant("S-1-5-32-545", 0x0000_0116),
        ];
        assert!(
            judge(ADMINISTRATORS, Some(&inherited), None)
                .unwrap()
                .contains("Users")
        );
        let strange = [Grant {
            sid: None,
            mask: WRITING,
        }];
        assert!(
            judge(ADMINISTRATORS, Some(&strange), None)
                .unwrap()
                .contains("unknown")
        );
    }

    #[test]
    fn a_users_own_file_is_that_users_or_the_administrators() {
        let own = [grant(USER, 0x001F_01FF), grant("S-1-5-18", 0x001F_01FF)];
        assert_eq!(judge(USER, Some(&own), Some(USER)), None);
        assert_eq!(judge_reading(USER, Some(&own), USER), None);
        let read = [grant(USER, 0x001F_01FF), grant("S-1-1-0", 0x0012_0089)];
        assert_eq!(judge(USER, Some(&read), Some(USER)), None);
        let said = judge_reading(USER, Some(&read), USER).unwrap();
        assert!(said.contains("Everyone"), "{said}");
        assert_eq!(judge_reading(ADMINISTRATORS, Some(&read), USER), None);
        let written = [grant("S-1-5-11", 0x0013_01BF)];
        let said = judge(USER, Some(&written), Some(USER)).unwrap();
        assert!(said.contains("Authenticated Users"), "{said}");
        let said = judge("S-1-5-21-1-2-3-1002", Some(&own), Some(USER)).unwrap();
        assert!(said.contains("not to you"), "{said}");
    }

    #[test]
    fn the_system_says_who_may_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.toml");
        std::fs::write(&path, "").unwrap();
        let (owner, _) = descriptor(&File::open(&path).unwrap()).unwrap();
        assert!(owner.starts_with("S-1-"), "{owner}");
        descriptor(&open_folder(folder.path()).unwrap()).unwrap();
    }
}
