//! Windows: the machine's folder, and who may write a file.

#![expect(
    unsafe_code,
    reason = "known folders and security descriptors have no safe form"
)]

use std::ffi::{OsString, c_void};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::ffi::OsStringExt as _;
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::AsRawHandle as _;
use std::path::{Path, PathBuf};
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_SUCCESS, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, GetSecurityInfo, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, DACL_SECURITY_INFORMATION, GetAce, INHERIT_ONLY_ACE,
    OWNER_SECURITY_INFORMATION, PSID,
};
use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_BACKUP_SEMANTICS;
use windows_sys::Win32::System::Com::CoTaskMemFree;
use windows_sys::Win32::UI::Shell::{
    FOLDERID_ProgramData, SHCNE_ASSOCCHANGED, SHCNF_IDLIST, SHChangeNotify, SHGetKnownFolderPath,
};

/// The folder of the machine's configuration. It is asked of the system: a user can set `%ProgramData%` to anything.
pub(crate) fn machine_folder() -> Option<PathBuf> {
    let mut text = ptr::null_mut();
    // SAFETY: the id is a constant of the system's, the token may be null (this user), and `text` receives a pointer.
    let result = unsafe {
        SHGetKnownFolderPath(
            ptr::from_ref(&FOLDERID_ProgramData),
            0,
            ptr::null_mut(),
            &raw mut text,
        )
    };
    let folder = if result >= 0 && !text.is_null() {
        // SAFETY: on success it points to a text that ends with a zero.
        Some(PathBuf::from(unsafe { wide(text) }).join("miniclient"))
    } else {
        None
    };
    // SAFETY: the page of SHGetKnownFolderPath says to free it so, on success and on failure; null is allowed.
    unsafe { CoTaskMemFree(text.cast::<c_void>()) };
    folder
}

/// Opens a folder, to ask who may write it.
pub(crate) fn open_folder(folder: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS)
        .open(folder)
}

/// Makes a folder and what is missing above it. Below the user's profile only the user, administrators and the system have
/// access, which new folders inherit.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// Opens a file to read and write, and makes it if it is not there.
pub(crate) fn open_private_file(file: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(file)
}

/// Completes when the system or the user asks this process to end: Ctrl-C and Ctrl-Break, the console's close button, logoff, shutdown.
/// They are caught from the call on.
pub(crate) fn end_requested() -> impl Future<Output = ()> + Send {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let (mut c, mut cut, mut close) = (ctrl_c().ok(), ctrl_break().ok(), ctrl_close().ok());
    let (mut logoff, mut shutdown) = (ctrl_logoff().ok(), ctrl_shutdown().ok());
    std::future::poll_fn(move |context| {
        let any = c
            .as_mut()
            .is_some_and(|signal| signal.poll_recv(context).is_ready())
            || cut
                .as_mut()
                .is_some_and(|signal| signal.poll_recv(context).is_ready())
            || close
                .as_mut()
                .is_some_and(|signal| signal.poll_recv(context).is_ready())
            || logoff
                .as_mut()
                .is_some_and(|signal| signal.poll_recv(context).is_ready())
            || shutdown
                .as_mut()
                .is_some_and(|signal| signal.poll_recv(context).is_ready());
        if any {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
}

/// Who beside administrators and the system may write this file or folder, as the end of a sentence; none if nobody.
pub(crate) fn others_may_write(file: &File) -> io::Result<Option<String>> {
    let (owner, grants) = descriptor(file)?;
    Ok(judge(&owner, grants.as_deref()))
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

fn judge(owner: &str, grants: Option<&[Grant]>) -> Option<String> {
    if !is_administrator(owner) {
        return Some(format!(
            "it belongs to {}, not to Administrators (icacls /setowner *S-1-5-32-544)",
            called(owner)
        ));
    }
    let Some(grants) = grants else {
        return Some("it has no access list, so everyone may write it".to_owned());
    };
    let other = grants.iter().find(|grant| {
        grant.mask & WRITING != 0 && !grant.sid.as_deref().is_some_and(is_administrator)
    })?;
    Some(format!(
        "{} may write it (icacls /inheritance:r /grant:r *S-1-5-32-544:F *S-1-5-18:F *S-1-5-32-545:RX)",
        other
            .sid
            .as_deref()
            .map_or("someone unknown".to_owned(), called)
    ))
}

/// SYSTEM, Administrators, `TrustedInstaller`, and the built-in account Administrator ("Security identifiers" on
/// Microsoft Learn).
fn is_administrator(sid: &str) -> bool {
    const TRUSTED_INSTALLER: &str =
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
    matches!(sid, "S-1-5-18" | "S-1-5-32-544" | TRUSTED_INSTALLER)
        || (sid.starts_with("S-1-5-21-") && sid.ends_with("-500"))
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
    // SAFETY: on success it points to a text that ends with a zero.
    let read = unsafe { wide(text) };
    // SAFETY: ConvertSidToStringSidW allocated it with LocalAlloc.
    unsafe { LocalFree(text.cast::<c_void>()) };
    Ok(read.to_string_lossy().into_owned())
}

/// A text of the system's.
///
/// # Safety
///
/// `text` points to a text that ends with a zero.
unsafe fn wide(text: *const u16) -> OsString {
    let mut length = 0;
    // SAFETY: up to the zero everything may be read.
    while unsafe { *text.add(length) } != 0 {
        length += 1;
    }
    // SAFETY: as above.
    OsString::from_wide(unsafe { std::slice::from_raw_parts(text, length) })
}

/// Tells the desktop that the programs for kinds of link have changed: it remembers them otherwise.
pub(crate) fn associations_changed() {
    // SAFETY: this event carries no items; both pointers are documented to be null for it.
    unsafe {
        SHChangeNotify(
            SHCNE_ASSOCCHANGED.cast_signed(),
            SHCNF_IDLIST,
            ptr::null(),
            ptr::null(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADMINISTRATORS: &str = "S-1-5-32-544";

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
        assert_eq!(judge(ADMINISTRATORS, Some(&tight)), None);
        assert!(
            judge("S-1-5-21-1-2-3-1001", Some(&tight))
                .unwrap()
                .contains("belongs to")
        );
        assert!(judge(ADMINISTRATORS, None).unwrap().contains("everyone"));
        // What a folder made below ProgramData inherits: Users may add files.
        let inherited = [
            grant(ADMINISTRATORS, 0x001F_01FF),
            grant("S-1-5-32-545", 0x0000_0116),
        ];
        assert!(
            judge(ADMINISTRATORS, Some(&inherited))
                .unwrap()
                .contains("Users")
        );
        let strange = [Grant {
            sid: None,
            mask: WRITING,
        }];
        assert!(
            judge(ADMINISTRATORS, Some(&strange))
                .unwrap()
                .contains("unknown")
        );
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

    #[test]
    fn the_machine_folder_is_known() {
        assert!(machine_folder().unwrap().is_absolute());
    }
}
