//! Linux: flock on a file decides, a socket file beside it carries.
//!
//! Both lie in a folder that nobody else can enter, and are opened relative to it, so that nothing can be slipped in
//! between checking the folder and using it.

use super::{
    names::short_hash,
    peer::{ConnectError, Peer, Trust},
};
use crate::{error::IpcError, options::InstanceOptions};
use interprocess::{
    ConnectWaitMode,
    local_socket::{
        ConnectOptions, GenericFilePath, ListenerOptions, ToFsName as _,
        tokio::{Listener, Stream},
        traits::{StreamCommon as _, tokio::Listener as _},
    },
    os::unix::local_socket::ListenerOptionsExt as _,
};
use rustix::{
    fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, Stat},
    io::Errno,
    process::geteuid,
};
use std::{
    env, io,
    os::{
        fd::{AsRawFd as _, OwnedFd},
        unix::ffi::OsStrExt as _,
    },
    path::{Path, PathBuf},
};

/// `sun_path` is 108 bytes with its final NUL (unix(7)).
const LONGEST_SOCKET_PATH: usize = 107;

/// The folder and the two names in it.
#[derive(Debug)]
pub(crate) struct Place {
    folder: PathBuf,
    dir: OwnedFd,
    lock: String,
    socket: String,
}

impl Place {
    /// The place of these options. Without `create`, `None` when the folder does not exist: nobody can own it then.
    pub(crate) fn find(options: &InstanceOptions, create: bool) -> Result<Option<Self>, IpcError> {
        let folder = folder_of(&options.app)?;
        if create {
            // A denial here is no instance with other privileges: nothing is there.
            make_private(&folder).map_err(|source| IpcError::System {
                doing: format!("create the folder {}", folder.display()),
                source,
            })?;
        }
        let dir = match open_dir(&folder) {
            Ok(dir) => dir,
            Err(Errno::NOENT) => return Ok(None),
            Err(e) => {
                let doing = format!("open the folder {}", folder.display());
                return Err(IpcError::system(doing, e));
            }
        };
        let stat = rustix::fs::fstat(&dir)
            .map_err(|e| IpcError::system(format!("examine {}", folder.display()), e))?;
        if !is_ours(&stat, 0o077) {
            let doing = format!(
                "use the folder {}: it must belong to this user and have mode 0700",
                folder.display()
            );
            let source = io::Error::other("unsafe owner or mode");
            return Err(IpcError::system(doing, source));
        }
        let name = match &options.home {
            None => options.app.clone(),
            Some(home) => format!(
                "{}-{}",
                options.app,
                short_hash(home.as_os_str().as_bytes())
            ),
        };
        Ok(Some(Self {
            folder,
            dir,
            lock: format!("{name}.lock"),
            socket: format!("{name}.sock"),
        }))
    }

    /// For people and logs.
    pub(crate) fn address(&self) -> String {
        self.folder.join(&self.socket).display().to_string()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the folder of that name is still the one that was opened.
    pub(crate) fn is_current(&self) -> bool {
        match (
            rustix::fs::fstat(&self.dir),
            rustix::fs::lstat(&self.folder),
        ) {
            (Ok(opened), Ok(named)) => same_file(&opened, &named),
            _ => false,
        }
    }

    /// The socket's path; where that is longer than a socket address may be, the same through the open folder.
    fn socket_path(&self) -> PathBuf {
        let path = self.folder.join(&self.socket);
        if path.as_os_str().len() <= LONGEST_SOCKET_PATH {
            path
        } else {
            Path::new("/proc/self/fd")
                .join(self.dir.as_raw_fd().to_string())
                .join(&self.socket)
        }
    }

    fn stat(&self, name: &str) -> Result<Stat, Errno> {
        rustix::fs::statat(&self.dir, name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// Whether some process holds the lock. Looks without ever creating anything.
    pub(crate) fn is_owned(&self) -> io::Result<bool> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let file = match rustix::fs::openat(&self.dir, &self.lock, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(false),
            Err(e) => return Err(e.into()),
        };
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(false),
            Err(Errno::WOULDBLOCK) => Ok(true),
            Err(e) => Err(e.into()),
        }
    }
}

/// The lock, held. It is not inherited by programs that this process starts, and freed by the kernel when the process
/// dies in whatever way.
#[derive(Debug)]
pub(crate) struct Lock {
    file: OwnedFd,
}

impl Lock {
    /// Takes the lock if it is free.
    pub(crate) fn try_take(place: &Place) -> io::Result<Option<Self>> {
        let flags = OFlags::CREATE | OFlags::RDWR | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        // A file that was removed between open and flock is no lock any more: look again, a few times.
        for _ in 0..8 {
            let file = rustix::fs::openat(&place.dir, &place.lock, flags, Mode::RUSR | Mode::WUSR)?;
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::WOULDBLOCK) => return Ok(None),
                Err(e) => return Err(e.into()),
            }
            let lock = Self { file };
            if lock.is_in(place) {
                return Ok(Some(lock));
            }
        }
        Ok(None)
    }

    /// Whether the lock file of the place is still the file that is locked.
    fn is_in(&self, place: &Place) -> bool {
        match (rustix::fs::fstat(&self.file), place.stat(&place.lock)) {
            (Ok(held), Ok(named)) => same_file(&held, &named),
            _ => false,
        }
    }

    /// Frees the lock, and takes its file away. Whoever opened that file a moment ago notices that it has no name any
    /// more, and looks again.
    pub(crate) fn remove(self, place: &Place) {
        if self.is_in(place) {
            // Nothing to be done about an error: a file that nobody locks is no lock.
            let _ = rustix::fs::unlinkat(&place.dir, &place.lock, AtFlags::empty());
        }
    }

    /// Holds the lock file of the place again after somebody removed it. False: another process holds a new one.
    pub(crate) fn renew(&mut self, place: &Place) -> io::Result<bool> {
        if !self.is_in(place) {
            match Self::try_take(place)? {
                Some(lock) => *self = lock,
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// The client's end of a connection.
pub(crate) type ClientStream = Stream;
/// The owner's end of a connection, while it is used.
pub(crate) type ServerStream = Stream;

/// The owner's end of a connection.
#[derive(Debug)]
pub(crate) struct Connection(Stream);

impl Connection {
    pub(crate) fn stream(&mut self) -> &mut ServerStream {
        &mut self.0
    }
}

/// The owner's end: a listening socket, and which file it is.
#[derive(Debug)]
pub(crate) struct Channel {
    listener: Listener,
    file: Stat,
}

impl Channel {
    /// Listens. Only for the holder of the lock: whatever lies at the address is a dead owner's and is removed.
    pub(crate) fn bind(place: &Place, _held: &Lock) -> io::Result<Self> {
        match rustix::fs::unlinkat(&place.dir, &place.socket, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(e) => return Err(e.into()),
        }
        let listener = ListenerOptions::new()
            .name(place.socket_path().to_fs_name::<GenericFilePath>()?)
            // Set on the socket before it gets its name: at no moment may others connect.
            .mode(0o600)
            // interprocess would remove the file by name, which by then may be a successor's.
            .reclaim_name(false)
            .create_tokio()?;
        let file = place.stat(&place.socket)?;
        Ok(Self { listener, file })
    }

    /// The next client. Cancel safe.
    pub(crate) async fn accept(&self) -> io::Result<(Connection, Peer)> {
        let stream = self.listener.accept().await?;
        let peer = peer_of(&stream)?;
        Ok((Connection(stream), peer))
    }

    /// Whether the address still leads here. A cleaner of old files may have removed it.
    pub(crate) fn is_in(&self, place: &Place) -> bool {
        place
            .stat(&place.socket)
            .is_ok_and(|now| same_file(&now, &self.file))
    }

    /// Frees the address, if it still is this channel's.
    pub(crate) fn remove(self, place: &Place, _held: &Lock) {
        if self.is_in(place) {
            // Nothing to be done about an error: the next owner removes what it finds.
            let _ = rustix::fs::unlinkat(&place.dir, &place.socket, AtFlags::empty());
        }
    }
}

/// Connects, without waiting.
pub(crate) async fn connect(place: &Place) -> Result<(ClientStream, Peer), ConnectError> {
    let name = place
        .socket_path()
        .to_fs_name::<GenericFilePath>()
        .map_err(ConnectError::System)?;
    let stream = ConnectOptions::new()
        .name(name)
        .wait_mode(ConnectWaitMode::Deferred)
        .connect_tokio()
        .await
        .map_err(|e| match e.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                ConnectError::NobodyListens
            }
            io::ErrorKind::WouldBlock => ConnectError::Busy,
            _ => ConnectError::System(e),
        })?;
    // Where the owner's queue is full, interprocess takes the kernel's EAGAIN for a connection in progress and gives
    // a socket that is not connected and never will be. It has no peer.
    let peer = peer_of(&stream).map_err(|_| ConnectError::Busy)?;
    Ok((stream, peer))
}

/// Who is there, as the kernel noted it at connect or listen.
fn peer_of(stream: &Stream) -> io::Result<Peer> {
    let creds = stream.peer_creds()?;
    let trust = if creds.euid() == Some(geteuid().as_raw()) {
        Trust::SameUser
    } else {
        Trust::OtherUser
    };
    let pid = creds
        .pid()
        .and_then(|pid| u32::try_from(pid).ok())
        .unwrap_or_default();
    Ok(Peer { pid, trust })
}

/// The first that serves: `$XDG_RUNTIME_DIR`, `/run/user/<uid>` (what it is set to where a session manager runs, so
/// that a start from cron or ssh meets the one from the desktop), the user's state folder.
fn folder_of(app: &str) -> Result<PathBuf, IpcError> {
    if let Some(runtime) = absolute("XDG_RUNTIME_DIR").filter(|dir| usable(dir, 0o022)) {
        return Ok(runtime.join(app));
    }
    let runtime = PathBuf::from(format!("/run/user/{}", geteuid().as_raw()));
    if usable(&runtime, 0o077) {
        return Ok(runtime.join(app));
    }
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| env::home_dir().map(|home| home.join(".local/state")));
    match state {
        Some(state) if state.is_absolute() => Ok(state.join(app).join("run")),
        _ => Err(IpcError::system(
            "find a folder for the lock: neither XDG_RUNTIME_DIR nor a home folder",
            io::ErrorKind::NotFound,
        )),
    }
}

/// The XDG base directory specification: relative paths are to be ignored.
fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

fn usable(dir: &Path, forbidden: u32) -> bool {
    rustix::fs::stat(dir).is_ok_and(|stat| is_ours(&stat, forbidden))
}

fn is_ours(stat: &Stat, forbidden: u32) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::Directory
        && stat.st_uid == geteuid().as_raw()
        && stat.st_mode & forbidden == 0
}

/// Creates the folder and what is missing above it, for this user alone.
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let dir = open_dir(folder)?;
    let stat = rustix::fs::fstat(&dir)?;
    if stat.st_uid == geteuid().as_raw() && stat.st_mode & 0o077 != 0 {
        rustix::fs::fchmod(&dir, Mode::RWXU)?;
    }
    Ok(())
}

fn open_dir(folder: &Path) -> Result<OwnedFd, Errno> {
    rustix::fs::open(
        folder,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW,
        Mode::empty(),
    )
}

fn same_file(a: &Stat, b: &Stat) -> bool {
    (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(folder: &Path) -> Place {
        Place {
            folder: folder.to_owned(),
            dir: open_dir(folder).unwrap(),
            lock: "x.lock".to_owned(),
            socket: "x.sock".to_owned(),
        }
    }

    #[test]
    fn a_lock_whose_file_was_removed_is_none_until_it_is_renewed() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        let mut first = Lock::try_take(&place).unwrap().unwrap();
        assert!(first.is_in(&place) && place.is_owned().unwrap());
        std::fs::remove_file(folder.path().join("x.lock")).unwrap();
        assert!(!first.is_in(&place) && !place.is_owned().unwrap());
        let other = Lock::try_take(&place).unwrap().unwrap();
        assert!(!first.renew(&place).unwrap(), "another holds it");
        other.remove(&place);
        assert!(!folder.path().join("x.lock").exists());
        assert!(first.renew(&place).unwrap() && first.is_in(&place));
        first.remove(&place);
    }

    #[test]
    fn looking_creates_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!place(folder.path()).is_owned().unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
