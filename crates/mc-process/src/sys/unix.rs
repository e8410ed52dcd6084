//! Linux and other Unix systems.
#![expect(
    unsafe_code,
    reason = "what runs between fork and exec, and close_range, have no safe form"
)]

use std::env;
use std::fs;
use std::io::{self, PipeWriter};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process_group, setsid};
use tokio::io::AsyncWriteExt;

use super::reason::Reason;
use crate::exit::{Ended, OnEnd};
use crate::launch::{Launch, Stdin};

pub(crate) fn is_separator(character: char) -> bool {
    character == '/'
}

/// A regular file with an execute bit. Whether this user is among those who may use the bit, the
/// kernel decides at the start.
pub(crate) fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

pub(crate) fn reason(error: &io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::NotFound => Reason::NotFound,
        io::ErrorKind::PermissionDenied => Reason::Denied,
        _ if error.raw_os_error() == Some(libc::ENOEXEC) => Reason::NotAProgram,
        _ => Reason::Other,
    }
}

/// A supervised program: leader of its own session and process group.
#[derive(Debug)]
pub(crate) struct Child {
    child: tokio::process::Child,
    id: u32,
}

/// `outputs` is where output and error go.
pub(crate) fn spawn(launch: &Launch, outputs: Option<[PipeWriter; 2]>) -> io::Result<Child> {
    let mut command = command(launch);
    if let Some([output, error]) = outputs {
        command.stdout(output).stderr(error);
    }
    let input = match &launch.stdin {
        Stdin::Null => None,
        Stdin::Bytes(bytes) => {
            command.stdin(Stdio::piped());
            Some(bytes.clone())
        }
    };
    let mut child = tokio::process::Command::from(command).spawn()?;
    if let Some((mut pipe, bytes)) = child.stdin.take().zip(input) {
        // A task of its own: a program that never reads must not hold the supervisor up.
        tokio::spawn(async move {
            // That the program does not want its input is its own affair.
            let _ = pipe.write_all(&bytes).await;
        });
    }
    let id = child.id().unwrap_or_default();
    Ok(Child { child, id })
}

impl Child {
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) async fn wait(&mut self) -> io::Result<Ended> {
        let status = self.child.wait().await?;
        Ok(exit(status))
    }

    /// Nothing binds a program to this process here.
    #[expect(clippy::unused_self, reason = "the face is that of Windows")]
    pub(crate) fn unbind(&mut self) {}

    pub(crate) fn has_exited(&self) -> bool {
        self.child.id().is_none()
    }

    pub(crate) fn kill_tree(&mut self) -> io::Result<()> {
        // Once the leader has been waited for, its id may belong to somebody else.
        if self.has_exited() {
            return Ok(());
        }
        let Some(group) = i32::try_from(self.id).ok().and_then(Pid::from_raw) else {
            return Ok(());
        };
        match kill_process_group(group, Signal::KILL) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// `settle` gets the process id while nobody else can have it.
pub(crate) fn detach(launch: &Launch, settle: fn(u32), ended: Option<OnEnd>) -> io::Result<u32> {
    let mut child = command(launch).spawn()?;
    let id = child.id();
    settle(id);
    // Where the starter lives on, somebody must take the exit status, or a zombie stays for as long as
    // the starter lives. Without the thread (out of resources) that is all that happens.
    let _ = thread::Builder::new()
        .name(format!("wait-{id}"))
        .stack_size(64 * 1024)
        .spawn(move || {
            if let (Ok(status), Some(ended)) = (child.wait(), ended) {
                ended(exit(status));
            }
        });
    Ok(id)
}

/// The programs that may open pages, in the order of preference: those of `BROWSER`, then the desktop's.
pub(crate) fn browsers() -> Vec<String> {
    let named = env::var("BROWSER").unwrap_or_default();
    let named = named.split(':').filter(|name| !name.contains(['%', ' ']));
    named
        .chain(["xdg-open", "open"])
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether there is a desktop to show something on.
pub(crate) fn has_display() -> bool {
    cfg!(target_os = "macos")
        || ["WAYLAND_DISPLAY", "DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|display| !display.is_empty()))
}

/// Reached only where there is no such program.
pub(crate) fn open_url(_: &str) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        if has_display() {
            "install xdg-open, or name the browser in BROWSER"
        } else {
            "there is no desktop in this session"
        },
    ))
}

/// Parameters are bytes here; nothing is made of them.
pub(crate) fn ansi(_: char) -> Option<u8> {
    None
}

fn command(launch: &Launch) -> Command {
    let mut command = Command::new(&launch.program);
    command
        .args(&launch.arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(directory) = &launch.directory {
        command.current_dir(directory);
    }
    for name in &launch.remove {
        command.env_remove(name);
    }
    for (name, value) in &launch.set {
        command.env(name, value);
    }
    // SAFETY: the closure runs in the child between fork and exec. It makes system calls only: it
    // allocates nothing, takes no lock and touches no memory of the parent's.
    unsafe {
        command.pre_exec(|| {
            setsid()?;
            close_on_exec();
            Ok(())
        });
    }
    command
}

/// Marks every descriptor but the standard three to be closed by `exec`: what libraries opened without
/// the mark, or what this process inherited itself, is not passed on. The standard library's own
/// descriptor, on which it reports a failed `exec`, has the mark already.
fn close_on_exec() {
    #[cfg(target_os = "linux")]
    {
        const FIRST: libc::c_uint = 3;
        // SAFETY: a system call on integers; with this flag it changes descriptor flags only.
        let done = unsafe {
            libc::syscall(
                libc::SYS_close_range,
                FIRST,
                libc::c_uint::MAX,
                libc::CLOSE_RANGE_CLOEXEC,
            )
        };
        if done == 0 {
            return;
        }
    }
    // Kernels before 5.11, and other systems: one by one. The bound keeps a huge limit from costing
    // seconds; descriptors are given out from the lowest number, so few lie above it.
    for descriptor in 3..4096 {
        // SAFETY: a system call on integers; a number that is not open gives an error, which is fine.
        unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
}

fn exit(status: ExitStatus) -> Ended {
    Ended::new(status.code(), status.signal())
}
