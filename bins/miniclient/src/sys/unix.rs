//! Unix: the machine's folder, and who may write a file.

use std::fs::{DirBuilder, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

/// The folder of the machine's configuration.
#[allow(clippy::unnecessary_wraps, reason = "on Windows it can fail")]
pub(crate) fn machine_folder() -> Option<PathBuf> {
    Some(PathBuf::from("/etc/miniclient"))
}

/// Opens a folder, to ask who may write it.
pub(crate) fn open_folder(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// Makes a folder, and what is missing above it, that only this user can enter; one of this user's that is open to others is
/// closed.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let metadata = folder.metadata()?;
    if metadata.mode() & 0o077 != 0 {
        std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Opens a file to read and write, and makes it, for this user alone, if it is not there.
pub(crate) fn open_private_file(file: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(file)
}

/// Completes when the system or the user asks this process to end: SIGTERM, SIGINT, SIGHUP. They are caught from the call on.
pub(crate) fn end_requested() -> impl Future<Output = ()> + Send {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ];
    let mut signals: Vec<_> = kinds
        .into_iter()
        .filter_map(|kind| signal(kind).ok())
        .collect();
    std::future::poll_fn(move |context| {
        let any = signals
            .iter_mut()
            .any(|signal| signal.poll_recv(context).is_ready());
        if any {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
}

/// Who beside root may write this file or folder, as the end of a sentence; none if nobody.
///
/// A file with an access control list shows the most that any entry grants in its group bits (acl(5), "mask"), so
/// the mode bits suffice.
pub(crate) fn others_may_write(file: &File) -> io::Result<Option<String>> {
    Ok(judge(&file.metadata()?))
}

fn judge(metadata: &Metadata) -> Option<String> {
    judge_parts(metadata.uid(), metadata.mode())
}

fn judge_parts(owner: u32, mode: u32) -> Option<String> {
    if owner != 0 {
        return Some(format!(
            "it belongs to user {owner}, not to root (chown root)"
        ));
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
        assert_eq!(judge_parts(0, 0o100_644), None);
        assert_eq!(judge_parts(0, 0o040_755), None);
        assert!(judge_parts(1000, 0o100_600).unwrap().contains("1000"));
        assert!(judge_parts(0, 0o100_666).unwrap().contains("everyone"));
        assert!(judge_parts(0, 0o100_664).unwrap().contains("group"));
    }
}
