//! Windows.
//!
//! `std::process` lets a child inherit every inheritable handle of this process, and the standard
//! handles that a terminal or a script gave it are inheritable: a hook, or the client, would hold the
//! script's pipe open for as long as it runs. So `CreateProcessW` is called here, with an exact list of
//! the handles that pass, or with none.
#![expect(
    unsafe_code,
    reason = "process, job and handle calls have no safe form"
)]

mod line;
#[cfg(test)]
mod tests;

use std::env;
use std::ffi::{OsStr, OsString, c_void};
use std::fs::File;
use std::io::{self, Write};
use std::marker::PhantomData;
use std::mem;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::{Path, PathBuf};
use std::ptr;
use std::thread;

use tokio::sync::oneshot;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_ACCESS_DISABLED_BY_POLICY, ERROR_BAD_EXE_FORMAT,
    ERROR_ELEVATION_REQUIRED, ERROR_EXE_MACHINE_TYPE_MISMATCH, ERROR_FILE_NOT_FOUND,
    ERROR_PATH_NOT_FOUND, ERROR_VIRUS_INFECTED, HANDLE, HANDLE_FLAG_INHERIT, INVALID_HANDLE_VALUE,
    SetHandleInformation, WAIT_OBJECT_0,
};
use windows_sys::Win32::System::Com::{
    COINIT_APARTMENTTHREADED, COINIT_DISABLE_OLE1DDE, CoInitializeEx, CoUninitialize,
};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, TerminateJobObject,
};
use windows_sys::Win32::System::SystemInformation::GetSystemDirectoryW;
use windows_sys::Win32::System::Threading::{
    CREATE_BREAKAWAY_FROM_JOB, CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW, CREATE_SUSPENDED,
    CREATE_UNICODE_ENVIRONMENT, CreateProcessW, DeleteProcThreadAttributeList,
    EXTENDED_STARTUPINFO_PRESENT, GetExitCodeProcess, INFINITE, InitializeProcThreadAttributeList,
    LPPROC_THREAD_ATTRIBUTE_LIST, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, PROCESS_CREATION_FLAGS,
    PROCESS_INFORMATION, RegisterWaitForSingleObject, ResumeThread, STARTF_USESTDHANDLES,
    STARTUPINFOEXW, TerminateProcess, UnregisterWaitEx, UpdateProcThreadAttribute,
    WT_EXECUTEONLYONCE, WaitForSingleObject,
};
use windows_sys::Win32::UI::Shell::ShellExecuteW;
use windows_sys::Win32::UI::WindowsAndMessaging::SW_SHOWNORMAL;

use super::reason::Reason;
use crate::exit::Exit;
use crate::launch::{Launch, Stdin};

/// No console of its own appears, and Ctrl-C in the starter's console does not reach it.
/// (`DETACHED_PROCESS` would make the console programs it starts in turn flash a window each.)
const QUIET: PROCESS_CREATION_FLAGS =
    CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP | CREATE_UNICODE_ENVIRONMENT;

/// The exit code that a program ended by its supervisor gets.
const ENDED: u32 = 1;

pub(crate) fn is_separator(character: char) -> bool {
    matches!(character, '\\' | '/')
}

/// A file, or the alias of an app from the Store, which cannot be opened as a file but can be started.
pub(crate) fn is_executable(path: &Path) -> bool {
    path.is_file() || path.symlink_metadata().is_ok_and(|file| file.is_file())
}

pub(crate) fn reason(error: &io::Error) -> Reason {
    let Some(code) = error
        .raw_os_error()
        .and_then(|code| u32::try_from(code).ok())
    else {
        return Reason::Other;
    };
    match code {
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND => Reason::NotFound,
        ERROR_ACCESS_DENIED => Reason::Denied,
        ERROR_BAD_EXE_FORMAT | ERROR_EXE_MACHINE_TYPE_MISMATCH => Reason::NotAProgram,
        ERROR_ACCESS_DISABLED_BY_POLICY | ERROR_VIRUS_INFECTED => Reason::Policy,
        ERROR_ELEVATION_REQUIRED => Reason::Elevation,
        _ => Reason::Other,
    }
}

/// A supervised program in a job of its own. Closing the job's handle leaves it alone.
#[derive(Debug)]
pub(crate) struct Child {
    process: OwnedHandle,
    job: Option<OwnedHandle>,
    id: u32,
    exit: Option<Exit>,
}

pub(crate) fn spawn(launch: &Launch) -> io::Result<Child> {
    let (input, writer) = match &launch.stdin {
        Stdin::Null => (File::open("NUL")?.into(), None),
        Stdin::Bytes(bytes) => {
            let (read, write) = io::pipe()?;
            (read.into(), Some((write, bytes.clone())))
        }
    };
    let standard = Standard::new(input)?;
    // Suspended until it is in the job, so that nothing it starts can be outside of it.
    let started = create_with_fallback(launch, &standard, CREATE_SUSPENDED)?;
    let job = match enter_job(&started.process) {
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

    pub(crate) async fn wait(&mut self) -> io::Result<Exit> {
        if let Some(exit) = self.exit {
            return Ok(exit);
        }
        let (sender, ended) = oneshot::channel();
        let registration = Wait::register(&self.process, sender)?;
        // An error means that the sender was dropped without sending, which the registration excludes;
        // the exit code is then asked for all the same.
        let _ = ended.await;
        drop(registration);
        let exit = Exit::new(Some(exit_code(&self.process)?), None);
        self.exit = Some(exit);
        Ok(exit)
    }

    pub(crate) fn kill_tree(&mut self) -> io::Result<()> {
        if let Some(job) = &self.job {
            // SAFETY: a job handle that this value owns.
            return check(unsafe { TerminateJobObject(job.as_raw_handle(), ENDED) });
        }
        if self.exit.is_none() && !has_ended(&self.process) {
            // SAFETY: a process handle that this value owns.
            return check(unsafe { TerminateProcess(self.process.as_raw_handle(), ENDED) });
        }
        Ok(())
    }
}

/// `settle` gets the process id while nobody else can have it.
pub(crate) fn detach(launch: &Launch, settle: fn(u32)) -> io::Result<u32> {
    let standard = Standard::new(File::open("NUL")?.into())?;
    let started = create_with_fallback(launch, &standard, 0)?;
    settle(started.id);
    Ok(started.id)
}

/// The program named by `BROWSER`, for whom it is set; others have a default browser.
pub(crate) fn browsers() -> Vec<String> {
    env::var("BROWSER").into_iter().collect()
}

/// Hands an address to the person's default browser. The caller has checked that it is http or https:
/// `ShellExecute` would start programs just as well. May wait for other programs.
pub(crate) fn open_url(url: &str) -> io::Result<()> {
    const FIRST_SUCCESS: isize = 33;
    let url = wide(OsStr::new(url))?;
    let verb = wide(OsStr::new("open"))?;
    // SAFETY: no pointers; the matching CoUninitialize is below. `ShellExecute` asks for COM, since
    // what handles the address may need it.
    let com = unsafe {
        CoInitializeEx(
            ptr::null(),
            (COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE).cast_unsigned(),
        )
    };
    // SAFETY: the strings end with NUL and outlive the call; the null pointers are documented as
    // "none"; nothing is returned but a number in the shape of a handle.
    let answer = unsafe {
        ShellExecuteW(
            ptr::null_mut(),
            verb.as_ptr(),
            url.as_ptr(),
            ptr::null(),
            ptr::null(),
            SW_SHOWNORMAL,
        )
    };
    let result = if answer.addr().cast_signed() >= FIRST_SUCCESS {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    };
    if com >= 0 {
        // SAFETY: this thread initialised COM just above.
        unsafe { CoUninitialize() };
    }
    result
}

struct Started {
    process: OwnedHandle,
    thread: OwnedHandle,
    id: u32,
}

/// The handles that a program gets, and no others; output and error go to the same place, nowhere.
///
/// Even a program that is to inherit nothing gets these: without them it can end up with its starter's
/// (Wine hands those over whatever the call says), and its first line of output is an error.
struct Standard {
    input: OwnedHandle,
    output: OwnedHandle,
}

impl Standard {
    fn new(input: OwnedHandle) -> io::Result<Self> {
        let output = File::options().write(true).open("NUL")?.into();
        let standard = Self { input, output };
        for handle in standard.handles() {
            // SAFETY: a handle that this value owns.
            check(unsafe {
                SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)
            })?;
        }
        Ok(standard)
    }

    fn handles(&self) -> [HANDLE; 2] {
        [self.input.as_raw_handle(), self.output.as_raw_handle()]
    }
}

/// Out of the starter's job, so that the end of a terminal or of a logon script does not end the
/// program; where the job forbids that, inside it.
fn create_with_fallback(
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
    ] = handles;
    startup.StartupInfo.hStdError = startup.StartupInfo.hStdOutput;
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

fn enter_job(process: &OwnedHandle) -> io::Result<OwnedHandle> {
    // SAFETY: no name and no security attributes: both pointers may be null.
    let job = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
    if job.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a new handle that nobody else owns.
    let job = unsafe { OwnedHandle::from_raw_handle(job) };
    // SAFETY: two handles that are open here.
    check(unsafe { AssignProcessToJobObject(job.as_raw_handle(), process.as_raw_handle()) })?;
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

/// A wait of the system's thread pool for the end of a program.
struct Wait {
    registration: HANDLE,
    context: *mut Option<oneshot::Sender<()>>,
}

// SAFETY: the registration is a handle, valid in every thread; the context is only touched by the
// callback and, after the callback can no longer run, by `drop`.
unsafe impl Send for Wait {}
// SAFETY: no method takes it by shared reference.
unsafe impl Sync for Wait {}

impl Wait {
    fn register(process: &OwnedHandle, sender: oneshot::Sender<()>) -> io::Result<Self> {
        let mut wait = Self {
            registration: ptr::null_mut(),
            context: Box::into_raw(Box::new(Some(sender))),
        };
        // SAFETY: the process handle outlives the registration (the future that holds both drops the
        // registration first); the context lives until `drop` has ended the registration.
        let done = unsafe {
            RegisterWaitForSingleObject(
                &raw mut wait.registration,
                process.as_raw_handle(),
                Some(ended),
                wait.context.cast(),
                INFINITE,
                WT_EXECUTEONLYONCE,
            )
        };
        if done == 0 {
            let error = io::Error::last_os_error();
            wait.registration = ptr::null_mut();
            return Err(error);
        }
        Ok(wait)
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if !self.registration.is_null() {
            // SAFETY: a registration of ours; with this event the call returns only once the callback
            // has ended or will never run.
            unsafe { UnregisterWaitEx(self.registration, INVALID_HANDLE_VALUE) };
        }
        // SAFETY: made by `Box::into_raw`, and used by nobody any more.
        drop(unsafe { Box::from_raw(self.context) });
    }
}

unsafe extern "system" fn ended(context: *mut c_void, _timed_out: bool) {
    // SAFETY: the context of `register`; this callback runs once, and `drop` waits for it.
    let sender = unsafe { &mut *context.cast::<Option<oneshot::Sender<()>>>() };
    if let Some(sender) = sender.take() {
        // Nobody waits any more: then there is nobody to tell.
        let _ = sender.send(());
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

fn wide(text: &OsStr) -> io::Result<Vec<u16>> {
    let mut wide: Vec<u16> = text.encode_wide().collect();
    if wide.contains(&0) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a NUL character cannot be passed to Windows",
        ));
    }
    wide.push(0);
    Ok(wide)
}

fn check(done: i32) -> io::Result<()> {
    if done == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
