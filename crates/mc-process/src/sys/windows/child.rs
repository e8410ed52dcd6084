//! Supervised programs, and those on their own.

use std::fs::File;
use std::io::{self, PipeWriter, Write};
use std::os::windows::io::{AsRawHandle, OwnedHandle};
use std::thread;

use tokio::sync::oneshot;
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{
    CREATE_SUSPENDED, GetExitCodeProcess, INFINITE, ResumeThread, TerminateProcess,
    WaitForSingleObject,
};

use super::create::{Standard, create_with_fallback};
use super::job::Job;
use super::text::check;
use super::wait::Wait;
use crate::exit::{Ended, OnEnd};
use crate::launch::{Launch, Stdin};

/// The exit code that a program ended by its supervisor gets.
const ENDED: u32 = 1;

/// A supervised program in a job of its own.
#[derive(Debug)]
pub(crate) struct Child {
    process: OwnedHandle,
    job: Option<Job>,
    id: u32,
    exit: Option<Ended>,
}

/// `outputs` is where output and error go.
pub(crate) fn spawn(launch: &Launch, outputs: Option<[PipeWriter; 2]>) -> io::Result<Child> {
    let (input, writer) = match &launch.stdin {
        Stdin::Null => (File::open("NUL")?.into(), None),
        Stdin::Bytes(bytes) => {
            let (read, write) = io::pipe()?;
            (read.into(), Some((write, bytes.clone())))
        }
    };
    let standard = Standard::new(input, outputs)?;
    // Suspended until it is in the job, so that nothing it starts can be outside of it.
    let started = create_with_fallback(launch, &standard, CREATE_SUSPENDED)?;
    let job = match enter_job(&started.process, launch.end_on_drop) {
        Ok(job) => Some(job),
        // A system without nested jobs: the program runs, and a timeout ends it without its children.
        Err(error) if error.raw_os_error() == i32::try_from(ERROR_ACCESS_DENIED).ok() => None,
        Err(error) => {
            end(&started.process);
            return Err(error);
        }
    };
    // SAFETY: the handle of the program's first thread, open until the end of the statement's scope.
    if unsafe { ResumeThread(started.thread.as_raw_handle()) } == u32::MAX {
        let error = io::Error::last_os_error();
        end(&started.process);
        return Err(error);
    }
    if let Some((mut pipe, bytes)) = writer {
        // A thread of its own, since pipe writes block: a program that never reads must not hold the
        // supervisor up. The write fails, and the thread ends, when the program does.
        let _ = thread::Builder::new()
            .name(format!("stdin-{}", started.id))
            .spawn(move || pipe.write_all(&bytes));
    }
    Ok(Child {
        process: started.process,
        job,
        id: started.id,
        exit: None,
    })
}

impl Child {
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) async fn wait(&mut self) -> io::Result<Ended> {
        if let Some(exit) = self.exit {
            return Ok(exit);
        }
        let (sender, ended) = oneshot::channel();
        let registration = Wait::register(&self.process, sender)?;
        // An error means that the sender was dropped without sending, which the registration excludes;
        // the exit code is then asked for all the same.
        let _ = ended.await;
        drop(registration);
        let exit = Ended::new(Some(exit_code(&self.process)?), None);
        // What it started may go on.
        self.unbind();
        self.exit = Some(exit);
        Ok(exit)
    }

    /// The end of this process is not theirs any more.
    pub(crate) fn unbind(&mut self) {
        if let Some(job) = &self.job {
            // The system could refuse only if the job were gone.
            let _ = job.bind(false);
        }
    }

    pub(crate) fn has_exited(&self) -> bool {
        self.exit.is_some()
    }

    pub(crate) fn kill_tree(&mut self) -> io::Result<()> {
        if let Some(job) = &self.job {
            return job.end(ENDED);
        }
        if self.exit.is_none() && !has_ended(&self.process) {
            // SAFETY: a process handle that this value owns.
            return check(unsafe { TerminateProcess(self.process.as_raw_handle(), ENDED) });
        }
        Ok(())
    }
}

/// `settle` gets the process id while nobody else can have it.
pub(crate) fn detach(launch: &Launch, settle: fn(u32), ended: Option<OnEnd>) -> io::Result<u32> {
    let standard = Standard::new(File::open("NUL")?.into(), None)?;
    let started = create_with_fallback(launch, &standard, 0)?;
    settle(started.id);
    if let Some(ended) = ended {
        let process = started.process;
        // Without the thread (out of resources) nobody is told, which is all that happens.
        let _ = thread::Builder::new()
            .name(format!("wait-{}", started.id))
            .spawn(move || {
                // SAFETY: an open process handle that this closure owns.
                unsafe { WaitForSingleObject(process.as_raw_handle(), INFINITE) };
                ended(Ended::new(exit_code(&process).ok(), None));
            });
    }
    Ok(started.id)
}

fn enter_job(process: &OwnedHandle, bound: bool) -> io::Result<Job> {
    let job = Job::new()?;
    job.bind(bound)?;
    job.admit(process)?;
    Ok(job)
}

/// Ends a program that could not be started properly.
fn end(process: &OwnedHandle) {
    // SAFETY: an open process handle with full rights, from its creation. There is nothing to do about
    // a failure: it has ended by itself then.
    unsafe { TerminateProcess(process.as_raw_handle(), ENDED) };
}

fn has_ended(process: &OwnedHandle) -> bool {
    // SAFETY: an open process handle; no waiting.
    unsafe { WaitForSingleObject(process.as_raw_handle(), 0) == WAIT_OBJECT_0 }
}

fn exit_code(process: &OwnedHandle) -> io::Result<i32> {
    let mut code = 0_u32;
    // SAFETY: an open process handle and a pointer to a local.
    check(unsafe { GetExitCodeProcess(process.as_raw_handle(), &raw mut code) })?;
    Ok(code.cast_signed())
}
