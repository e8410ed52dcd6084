//! Unix: owners and modes.

use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::Path;

use rustix::fs::OFlags;

use crate::trusted::Trusted;

/// Never waits for somebody at the other end of a pipe.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    if !is_given(path) {
        options.custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    }
    options.read(true).open(path)
}

/// Whether it is a descriptor or a device, which only somebody names who means it.
pub(crate) fn is_given(path: &Path) -> bool {
    ["/dev", "/proc"].iter().any(|at| path.starts_with(at))
}

pub(crate) fn open_folder(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    if folder.metadata()?.mode() & 0o077 != 0 {
        std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

pub(crate) fn open_private_file(file: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(file)
}

pub(crate) fn append_to_private_file(file: &Path) -> io::Result<File> {
    File::options()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(file)
}

pub(crate) fn create_private_file(file: &Path) -> io::Result<File> {
    File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
}

/// A file with an access control list shows the most that any entry grants in its group bits (acl(5), "mask"), so
/// the mode bits suffice.
pub(crate) fn others_may_write(file: &File, trusted: Trusted) -> io::Result<Option<String>> {
    let metadata = file.metadata()?;
    let user = match trusted {
        Trusted::Administrators => None,
        Trusted::User => Some(rustix::process::geteuid().as_raw()),
    };
    // Where nobody may replace another's file (the sticky bit), its own owner and rights say all.
    let shared = metadata.is_dir() && metadata.mode() & 0o1000 != 0;
    let mode = if shared { 0 } else { metadata.mode() };
    Ok(judge(metadata.uid(), mode, user))
}

/// Who beside administrators and this user may read this file, as the end of a sentence that says what to do.
pub(crate) fn others_may_read(file: &File) -> io::Result<Option<String>> {
    let mode = file.metadata()?.mode();
    Ok((mode & 0o077 != 0).then(|| format!("mode {:03o} (chmod 600)", mode & 0o777)))
}

fn judge(owner: u32, mode: u32, user: Option<u32>) -> Option<String> {
    if owner != 0 && Some(owner) != user {
        return Some(match user {
            None => format!("it belongs to user {owner}, not to root (chown root)"),
            Some(user) => {
                format!("it belongs to user {owner}, not to you or root (chown {user})")
            }
        });
    }
    if mode & 0o002 != 0 {
        return Some("everyone may write it (chmod go-w)".to_owned());
    }
    if mode & 0o020 != 0 {
        return Some("its group may write it (chmod go-w)".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_may_write() {
        let judge = |owner, mode| judge(owner, mode, None);
        assert_eq!(judge(0, 0o100_644), None);
        assert_eq!(judge(0, 0o040_755), None);
        assert!(judge(1000, 0o100_600).unwrap().contains("1000"));
        assert!(judge(0, 0o100_666).unwrap().contains("everyone"));
        assert!(judge(0, 0o100_664).unwrap().contains("group"));
    }

    #[test]
    fn a_users_own_file_is_that_users_or_roots() {
        let judge = |owner, mode| judge(owner, mode, Some(1000));
        assert_eq!(judge(0, 0o100_644), None);
        assert_eq!(judge(1000, 0o100_644), None);
        assert!(judge(1001, 0o100_600).unwrap().contains("1001"));
        assert!(judge(1000, 0o100_620).unwrap().contains("group"));
        assert!(judge(0, 0o100_602).unwrap().contains("everyone"));
    }
}
