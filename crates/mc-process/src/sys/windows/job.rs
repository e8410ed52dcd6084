//! The job in which a program and everything it starts live.

use std::io;
use std::mem;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT, JOB_OBJECT_LIMIT_BREAKAWAY_OK,
    JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
    JobObjectExtendedLimitInformation, SetInformationJobObject, TerminateJobObject,
};

use super::text::check;

/// A job of its own. Closing its handle leaves the programs in it alone, unless it is bound.
#[derive(Debug)]
pub(super) struct Job(OwnedHandle);

impl Job {
    pub(super) fn new() -> io::Result<Self> {
        // SAFETY: no name and no security attributes: both pointers may be null.
        let job = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
        if job.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: a new handle that nobody else owns.
        Ok(Self(unsafe { OwnedHandle::from_raw_handle(job) }))
    }

    /// Takes a program in, with all that it will start.
    pub(super) fn admit(&self, process: &OwnedHandle) -> io::Result<()> {
        // SAFETY: two handles that are open here.
        check(unsafe { AssignProcessToJobObject(self.0.as_raw_handle(), process.as_raw_handle()) })
    }

    /// Whether the programs in it end with its handle, and so with this process, however it ends. Those that do not may
    /// let others go their own way, as a CRM's updater does, which fails where its job forbids it.
    pub(super) fn bind(&self, bound: bool) -> io::Result<()> {
        self.limit(if bound {
            JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
        } else {
            JOB_OBJECT_LIMIT_BREAKAWAY_OK
        })
    }

    pub(super) fn limit(&self, limits: JOB_OBJECT_LIMIT) -> io::Result<()> {
        // SAFETY: plain data for which zero is the documented "not set".
        let mut information: JOBOBJECT_EXTENDED_LIMIT_INFORMATION = unsafe { mem::zeroed() };
        information.BasicLimitInformation.LimitFlags = limits;
        let size = u32::try_from(size_of_val(&information)).unwrap_or_default();
        // SAFETY: a job that this value owns and a structure of the size given.
        check(unsafe {
            SetInformationJobObject(
                self.0.as_raw_handle(),
                JobObjectExtendedLimitInformation,
                (&raw const information).cast(),
                size,
            )
        })
    }

    /// Ends every program in it.
    pub(super) fn end(&self, code: u32) -> io::Result<()> {
        // SAFETY: a job handle that this value owns.
        check(unsafe { TerminateJobObject(self.0.as_raw_handle(), code) })
    }
}
