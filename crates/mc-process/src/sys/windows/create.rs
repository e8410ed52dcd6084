//! `CreateProcessW`, with an exact list of the handles that pass.
//!
//! `std::process` lets a child inherit every inheritable handle of this process, and the standard
//! handles that a terminal or a script gave it are inheritable: a hook, or the client, would hold the
//! script's pipe open for as long as it runs.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, PipeWriter};
use std::marker::PhantomData;
use std::mem;
use std::os::windows::ffi::OsStringExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::PathBuf;
use std::ptr;

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation,
};
use windows_sys::Win32::System::SystemInformation::GetSystemDirectoryW;
use windows_sys::Win32::System::Threading::{
    CREATE_BREAKAWAY_FROM_JOB, CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW,
    CREATE_UNICODE_ENVIRONMENT, CreateProcessW, DeleteProcThreadAttributeList,
    EXTENDED_STARTUPINFO_PRESENT, InitializeProcThreadAttributeList, LPPROC_THREAD_ATTRIBUTE_LIST,
    PROC_THREAD_ATTRIBUTE_HANDLE_LIST, PROCESS_CREATION_FLAGS, PROCESS_INFORMATION,
    STARTF_USESTDHANDLES, STARTUPINFOEXW, UpdateProcThreadAttribute,
};

use super::line;
use super::text::{check, wide};
use crate::launch::Launch;

/// No console of its own appears, and Ctrl-C in the starter's console does not reach it.
/// (`DETACHED_PROCESS` would make the console programs it starts in turn flash a window each.)
const QUIET: PROCESS_CREATION_FLAGS =
    CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP | CREATE_UNICODE_ENVIRONMENT;

/// A program that was created.
pub(super) struct Started {
    pub(super) process: OwnedHandle,
    pub(super) thread: OwnedHandle,
    pub(super) id: u32,
}

/// The handles that a program gets, and no others.
///
/// Even a program that is to inherit nothing gets these: without them it can end up with its starter's
/// (Wine hands those over whatever the call says), and its first line of output is an error.
pub(super) struct Standard {
    input: OwnedHandle,
    output: OwnedHandle,
    error: OwnedHandle,
}

impl Standard {
    /// The input, and where output and error go; without them, nowhere.
    pub(super) fn new(input: OwnedHandle, outputs: Option<[PipeWriter; 2]>) -> io::Result<Self> {
        let nowhere = || io::Result::Ok(File::options().write(true).open("NUL")?.into());
        let [output, error] = match outputs {
            Some(writers) => writers.map(OwnedHandle::from),
            None => [nowhere()?, nowhere()?],
        };
        let standard = Self {
            input,
            output,
            error,
        };
        for handle in standard.handles() {
            // SAFETY: a handle that this value owns.
            check(unsafe {
                SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)
            })?;
        }
        Ok(standard)
    }

    fn handles(&self) -> [HANDLE; 3] {
        [&self.input, &self.output, &self.error].map(AsRawHandle::as_raw_handle)
    }
}

/// Out of the starter's job, so that the end of a terminal or of a logon script does not end the
/// program; where the job forbids that, inside it.
pub(super) fn create_with_fallback(
    launch: &Launch,
    standard: &Standard,
    flags: PROCESS_CREATION_FLAGS,
) -> io::Result<Started> {
    match create(launch, standard, flags | CREATE_BREAKAWAY_FROM_JOB) {
        Err(error) if error.raw_os_error() == i32::try_from(ERROR_ACCESS_DENIED).ok() => {
            create(launch, standard, flags)
        }
        other => other,
    }
}

fn create(
    launch: &Launch,
    standard: &Standard,
    flags: PROCESS_CREATION_FLAGS,
) -> io::Result<Started> {
    let line::Line {
        application,
        mut text,
    } = line::line(launch, &system_folder()?)?;
    let application = wide(application.as_os_str())?;
    let environment = line::environment(launch)?;
    let directory = launch
        .directory
        .as_ref()
        .map(|directory| wide(directory.as_os_str()))
        .transpose()?;
    let handles = standard.handles();
    let mut attributes = Attributes::passing(&handles)?;

    // SAFETY: plain data for which zero is the documented "not set".
    let mut startup: STARTUPINFOEXW = unsafe { mem::zeroed() };
    startup.StartupInfo.cb = u32::try_from(size_of::<STARTUPINFOEXW>()).unwrap_or_default();
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    [
        startup.StartupInfo.hStdInput,
        startup.StartupInfo.hStdOutput,
        startup.StartupInfo.hStdError,
    ] = handles;
    startup.lpAttributeList = attributes.as_mut_ptr();
    // SAFETY: as above.
    let mut started: PROCESS_INFORMATION = unsafe { mem::zeroed() };
    // SAFETY: every pointer is to a live local: NUL-terminated strings, a mutable command line as the
    // function demands, an environment block with its double NUL, and the structure whose size `cb`
    // gives. Handles are inherited only if the list names them.
    check(unsafe {
        CreateProcessW(
            application.as_ptr(),
            text.as_mut_ptr(),
            ptr::null(),
            ptr::null(),
            i32::from(true),
            QUIET | EXTENDED_STARTUPINFO_PRESENT | flags,
            environment.as_ptr().cast(),
            directory.as_ref().map_or(ptr::null(), Vec::as_ptr),
            (&raw const startup).cast(),
            &raw mut started,
        )
    })?;
    // SAFETY: the call succeeded, so both are open handles that nobody else owns.
    Ok(unsafe {
        Started {
            process: OwnedHandle::from_raw_handle(started.hProcess),
            thread: OwnedHandle::from_raw_handle(started.hThread),
            id: started.dwProcessId,
        }
    })
}

/// The list that names the handles a child may inherit.
struct Attributes<'a> {
    /// `usize` for its alignment.
    memory: Vec<usize>,
    handles: PhantomData<&'a [HANDLE]>,
}

impl<'a> Attributes<'a> {
    fn passing(handles: &'a [HANDLE]) -> io::Result<Self> {
        let mut bytes = 0;
        // SAFETY: with a null list the function only writes the size needed, and fails.
        unsafe { InitializeProcThreadAttributeList(ptr::null_mut(), 1, 0, &raw mut bytes) };
        let mut memory = vec![0; bytes.div_ceil(size_of::<usize>()).max(1)];
        // SAFETY: `memory` has the size that the function asked for.
        check(unsafe {
            InitializeProcThreadAttributeList(memory.as_mut_ptr().cast(), 1, 0, &raw mut bytes)
        })?;
        let mut list = Self {
            memory,
            handles: PhantomData,
        };
        // SAFETY: the list is initialised for one attribute; the handles outlive it, by its lifetime.
        check(unsafe {
            UpdateProcThreadAttribute(
                list.as_mut_ptr(),
                0,
                PROC_THREAD_ATTRIBUTE_HANDLE_LIST as usize,
                handles.as_ptr().cast(),
                size_of_val(handles),
                ptr::null_mut(),
                ptr::null(),
            )
        })?;
        Ok(list)
    }

    fn as_mut_ptr(&mut self) -> LPPROC_THREAD_ATTRIBUTE_LIST {
        self.memory.as_mut_ptr().cast()
    }
}

impl Drop for Attributes<'_> {
    fn drop(&mut self) {
        // SAFETY: the list was initialised, and is not used after this.
        unsafe { DeleteProcThreadAttributeList(self.as_mut_ptr()) };
    }
}

/// Where the system's own programs are. Asked of the system: the environment may say otherwise.
fn system_folder() -> io::Result<PathBuf> {
    let mut folder = [0_u16; 260];
    let size = u32::try_from(folder.len()).unwrap_or_default();
    // SAFETY: a buffer of the size given.
    let length = unsafe { GetSystemDirectoryW(folder.as_mut_ptr(), size) };
    match usize::try_from(length)
        .ok()
        .and_then(|length| folder.get(..length))
    {
        Some(folder) if !folder.is_empty() => Ok(OsString::from_wide(folder).into()),
        _ => Err(io::Error::last_os_error()),
    }
}
