//! Windows: a mutex of the session decides, a named pipe carries.
//!
//! The names hold the user's SID (hashed) and the session number, since pipe names are shared by all users and
//! sessions of a machine. Both objects get an access list made from the user's own SID: the default one would let
//! everyone read from the pipe, and names the administrators' group instead of the user where a program runs
//! elevated. Microsoft Learn: "Named Pipe Security and Access Rights", "Mandatory Integrity Control".

#![expect(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "the face is the same on both systems"
)]

mod ffi;

use self::ffi::{
    Token, allow_foreground, code, create_mutex, open_mutex, release, server_of, session_id, take,
};
use super::{
    names::short_hash,
    peer::{ConnectError, Peer, Trust},
};
use crate::{error::IpcError, options::InstanceOptions};
use interprocess::{
    local_socket::{
        GenericFilePath, ListenerOptions, ToFsName as _,
        tokio::{Listener, Stream},
        traits::{StreamCommon as _, tokio::Listener as _},
    },
    os::windows::{local_socket::ListenerOptionsExt as _, security_descriptor::SecurityDescriptor},
};
use std::{io, sync::mpsc, thread};
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient};
use widestring::U16CString;
use windows_sys::Win32::{
    Foundation::{ERROR_FILE_NOT_FOUND, ERROR_PIPE_BUSY},
    Storage::FileSystem::SECURITY_IDENTIFICATION,
    System::SystemServices::SECURITY_MANDATORY_HIGH_RID,
};

/// The names, and who we are.
#[derive(Debug)]
pub(crate) struct Place {
    mutex: U16CString,
    pipe: String,
    user: String,
    access: U16CString,
}

impl Place {
    /// The place of these options. It always exists here.
    pub(crate) fn find(options: &InstanceOptions, _create: bool) -> Result<Option<Self>, IpcError> {
        let me = Token::of_this_process()
            .map_err(|e| IpcError::system("read who this process runs as", e))?;
        let user = me
            .user()
            .map_err(|e| IpcError::system("read who this process runs as", e))?;
        let session =
            session_id().map_err(|e| IpcError::system("read the session of this process", e))?;
        let home = options
            .home
            .as_deref()
            .map(|home| home.as_os_str().as_encoded_bytes());
        let name = name(&options.app, home, &user, session);
        let elevated = me
            .integrity()
            .map_err(|e| IpcError::system("read how this process is privileged", e))?
            >= SECURITY_MANDATORY_HIGH_RID.cast_unsigned();
        Ok(Some(Self {
            mutex: wide(&format!(r"Local\{name}"))?,
            pipe: format!(r"\\.\pipe\{name}"),
            access: wide(&access(&user, elevated))?,
            user,
        }))
    }

    /// For people and logs.
    pub(crate) fn address(&self) -> String {
        self.pipe.clone()
    }

    /// There is no folder that could be replaced.
    pub(crate) fn is_current(&self) -> bool {
        true
    }

    /// Whether some process holds the mutex. Looks without ever creating it.
    pub(crate) fn is_owned(&self) -> io::Result<bool> {
        let Some(mutex) = open_mutex(&self.mutex)? else {
            return Ok(false);
        };
        let taken = take(&mutex)?;
        if taken {
            release(&mutex);
        }
        Ok(!taken)
    }

    /// The access list of mutex and pipe: this user and the system, nobody else.
    fn security(&self) -> io::Result<SecurityDescriptor> {
        SecurityDescriptor::deserialize(&self.access)
    }
}

/// `app[-home]-user-session`, short: pipe names over 256 characters fail.
fn name(app: &str, home: Option<&[u8]>, user: &str, session: u32) -> String {
    let home = home
        .map(|home| format!("-{}", short_hash(home)))
        .unwrap_or_default();
    format!("{app}{home}-{}-{session}", short_hash(user.as_bytes()))
}

/// The security descriptor (Microsoft Learn: "Security Descriptor String Format"): all rights for the user and the
/// system. The label keeps the unelevated programs of the same user from driving an elevated instance, and with it
/// everything it starts; they are told that it has other privileges.
fn access(user: &str, elevated: bool) -> String {
    let label = if elevated { "S:(ML;;NW;;;HI)" } else { "" };
    format!("D:P(A;;GA;;;{user})(A;;GA;;;SY){label}")
}

/// The mutex, held by a thread of its own: Windows ties it to the thread that took it, and tasks move between
/// threads. When the process dies, the system passes it on.
#[derive(Debug)]
pub(crate) struct Lock {
    end: Option<mpsc::Sender<()>>,
    holder: Option<thread::JoinHandle<()>>,
}

impl Lock {
    /// Takes the mutex if it is free.
    pub(crate) fn try_take(place: &Place) -> io::Result<Option<Self>> {
        let (end, ended) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let name = place.mutex.clone();
        let security = place.security()?;
        let holder = thread::Builder::new()
            .name("instance-lock".to_owned())
            .spawn(move || {
                let mutex = match create_mutex(&name, &security)
                    .and_then(|mutex| Ok((take(&mutex)?, mutex)))
                {
                    Ok((true, mutex)) => {
                        let _ = tell.send(Ok(true));
                        mutex
                    }
                    // The handle is closed at once: an open one would keep the name alive after its owner's
                    // death.
                    other => return drop(tell.send(other.map(|(taken, _)| taken))),
                };
                // Ends when the sender is dropped.
                let _ = ended.recv();
                release(&mutex);
            })?;
        let taken = told
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("the thread for the lock ended")))?;
        Ok(taken.then_some(Self {
            end: Some(end),
            holder: Some(holder),
        }))
    }

    /// Frees the mutex. Its name goes with its last handle.
    pub(crate) fn remove(self, _place: &Place) {}

    /// A mutex cannot be removed while it is held.
    pub(crate) fn renew(&mut self, _place: &Place) -> io::Result<bool> {
        Ok(true)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(holder) = self.holder.take() {
            let _ = holder.join();
        }
    }
}

/// The client's end of a connection.
pub(crate) type ClientStream = NamedPipeClient;
/// The owner's end of a connection, while it is used.
pub(crate) type ServerStream = Stream;

/// The owner's end of a connection. interprocess would keep a stream on a thread until its last bytes are read, which
/// a silent client can put off for ever; the owner has waited long enough when it drops one.
#[derive(Debug)]
pub(crate) struct Connection(Stream);

impl Connection {
    pub(crate) fn stream(&mut self) -> &mut ServerStream {
        &mut self.0
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Stream::NamedPipe(pipe) = &self.0;
        pipe.inner().assume_flushed();
    }
}

/// Nothing to watch, and nothing missed: the names of mutex and pipe live as long as their holder.
#[derive(Debug)]
pub(crate) struct Watch;

impl Watch {
    pub(crate) fn new(_place: &Place) -> Self {
        Self
    }

    pub(crate) fn is_on(&self) -> bool {
        true
    }

    pub(crate) async fn changed(&self) {
        std::future::pending::<()>().await;
    }
}

/// The owner's end: an instance of the pipe that waits for a client, at all times.
pub(crate) struct Channel {
    listener: Listener,
    user: String,
}

impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channel").finish_non_exhaustive()
    }
}

impl Channel {
    /// Listens. interprocess sets the first-instance flag, refuses remote clients, and makes the next instance before
    /// it hands out the one that a client took.
    pub(crate) fn bind(place: &Place, _held: &Lock) -> io::Result<Self> {
        let listener = ListenerOptions::new()
            .name(place.pipe.as_str().to_fs_name::<GenericFilePath>()?)
            .security_descriptor(place.security()?)
            .create_tokio()?;
        Ok(Self {
            listener,
            user: place.user.clone(),
        })
    }

    /// The next client. Cancel safe.
    pub(crate) async fn accept(&self) -> io::Result<(Connection, Peer)> {
        let stream = self.listener.accept().await?;
        let pid = stream.peer_creds()?.pid().unwrap_or_default();
        let peer = Peer {
            pid,
            trust: trust(pid, &self.user),
        };
        Ok((Connection(stream), peer))
    }

    /// A pipe's name cannot be taken away while an instance exists.
    pub(crate) fn is_in(&self, _place: &Place) -> bool {
        true
    }

    /// Frees the name.
    pub(crate) fn remove(self, _place: &Place, _held: &Lock) {}
}

/// Connects, without waiting. tokio's client: interprocess's waits without bound for a free instance, and does not
/// keep the server from acting as this user (`SECURITY_IDENTIFICATION`).
pub(crate) async fn connect(place: &Place) -> Result<(ClientStream, Peer), ConnectError> {
    let pipe = ClientOptions::new()
        .security_qos_flags(SECURITY_IDENTIFICATION)
        .open(&place.pipe)
        .map_err(|e| match code(&e) {
            ERROR_FILE_NOT_FOUND => ConnectError::NobodyListens,
            ERROR_PIPE_BUSY => ConnectError::Busy,
            _ => ConnectError::System(e),
        })?;
    let pid = server_of(&pipe).map_err(ConnectError::System)?;
    let peer = Peer {
        pid,
        trust: trust(pid, &place.user),
    };
    if peer.trust == Trust::SameUser {
        // This program was started by the user's click and may bring a window to the front; it passes that on. Where
        // it may not, the window only flashes.
        allow_foreground(pid);
    }
    Ok((pipe, peer))
}

fn trust(pid: u32, user: &str) -> Trust {
    match Token::of_process(pid).and_then(|token| token.user()) {
        Ok(theirs) if theirs == user => Trust::SameUser,
        Ok(_) => Trust::OtherUser,
        Err(_) => Trust::Hidden,
    }
}

fn wide(text: &str) -> Result<U16CString, IpcError> {
    U16CString::from_str(text)
        .map_err(|e| IpcError::system("build the name of the lock", io::Error::other(e)))
}

#[cfg(test)]
mod tests {
    use super::{ffi::allowed, *};

    #[test]
    fn f05_users_and_sessions_of_one_machine_do_not_meet() {
        let names = [
            name("miniclient", None, "S-1-5-21-1-2-3-1001", 1),
            name("miniclient", None, "S-1-5-21-1-2-3-1002", 1),
            name("miniclient", None, "S-1-5-21-1-2-3-1001", 2),
            name("miniclient", Some(b"C:\\trial"), "S-1-5-21-1-2-3-1001", 1),
        ];
        for (i, a) in names.iter().enumerate() {
            assert!(a.len() < 80, "{a}");
            assert!(names.iter().skip(i + 1).all(|b| a != b), "{a}");
        }
    }

    #[test]
    fn f17_only_the_user_and_the_system_may_use_the_pipe() {
        assert_eq!(
            access("S-1-5-21-7", false),
            "D:P(A;;GA;;;S-1-5-21-7)(A;;GA;;;SY)"
        );
        assert_eq!(
            access("S-1-5-21-7", true),
            "D:P(A;;GA;;;S-1-5-21-7)(A;;GA;;;SY)S:(ML;;NW;;;HI)"
        );
        let me = Token::of_this_process().unwrap().user().unwrap();
        SecurityDescriptor::deserialize(&U16CString::from_str(access(&me, true)).unwrap()).unwrap();
    }

    #[test]
    fn f29_the_window_of_another_process_may_come_to_the_front() {
        assert!(allow_foreground(std::process::id()));
    }

    #[test]
    fn f15_another_user_is_not_the_same_user() {
        let me = Token::of_this_process().unwrap().user().unwrap();
        assert_eq!(trust(std::process::id(), &me), Trust::SameUser);
        assert_eq!(
            trust(std::process::id(), "S-1-5-21-0-0-0-500"),
            Trust::OtherUser
        );
        assert_eq!(trust(0, &me), Trust::Hidden);
    }

    #[tokio::test]
    async fn f17_the_pipe_and_the_mutex_have_the_access_list_that_was_meant() {
        let home = tempfile::tempdir().unwrap();
        let options = InstanceOptions::new("mc-ipc-access", "1").home(Some(home.path()));
        let place = Place::find(&options, true).unwrap().unwrap();
        let lock = Lock::try_take(&place).unwrap().unwrap();
        let _channel = Channel::bind(&place, &lock).unwrap();
        let (client, peer) = connect(&place).await.unwrap();
        assert_eq!(
            (peer.pid, peer.trust),
            (std::process::id(), Trust::SameUser)
        );
        let listed = [place.user.clone(), "S-1-5-18".to_owned()];
        assert_eq!(allowed(&client), listed);
        let mutex = create_mutex(&place.mutex, &place.security().unwrap()).unwrap();
        assert_eq!(allowed(&mutex), listed);
    }
}
