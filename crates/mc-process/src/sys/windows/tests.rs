//! Starting programs out of a job: what a terminal, a logon script or a scheduler puts its children in.

use std::env;
use std::fs;
use std::mem;
use std::os::windows::io::{FromRawHandle, OwnedHandle};
use std::process::Command;
use std::time::Duration;

use testkit::{ArgDump, process_alive, wait_until};
use windows_sys::Win32::System::JobObjects::{
    JOB_OBJECT_LIMIT, JOB_OBJECT_LIMIT_BREAKAWAY_OK, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
};
use windows_sys::Win32::System::Threading::GetCurrentProcess;

use super::job::Job;
use crate::launch::Launch;

const ROLE: &str = "TEST_LIMITS";
const LONG: Duration = Duration::from_secs(30);

/// Puts this process into a job with these limits. The job ends with its handle, which nobody closes
/// before the process ends.
fn enter(limits: JOB_OBJECT_LIMIT) {
    let job = Job::new().unwrap();
    job.limit(limits).unwrap();
    // SAFETY: this process's own handle, which needs no closing: the value that owns it is never dropped.
    let me = mem::ManuallyDrop::new(unsafe { OwnedHandle::from_raw_handle(GetCurrentProcess()) });
    job.admit(&me).unwrap();
    mem::forget(job);
}

/// Runs a test in a process of its own, which enters a job with these limits and starts a program on its
/// own; the program's process id, when the starter and its job are gone.
fn start_in_job(test: &str, limits: JOB_OBJECT_LIMIT, dump: &ArgDump) -> u32 {
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", test])
        .env(ROLE, limits.to_string())
        .env("ARGDUMP_OUT", dump.folder())
        .env("ARGDUMP_UNTIL", dump.folder().join("enough"))
        .status()
        .unwrap();
    assert!(status.success());
    dump.only().pid
}

/// What the process of its own does.
fn play() -> bool {
    let Ok(limits) = env::var(ROLE) else {
        return false;
    };
    enter(limits.parse().unwrap());
    Launch::new(ArgDump::program()).detach().unwrap();
    // Its job may end this process's children with it: then the test sees that the program is gone.
    wait_until(LONG, "its start", || {
        let folder = env::var_os("ARGDUMP_OUT").unwrap();
        fs::read_dir(folder).unwrap().flatten().any(|file| {
            file.path()
                .extension()
                .is_some_and(|extension| extension == "json")
        })
    });
    true
}

fn ends_when_told(dump: &ArgDump, id: u32) {
    assert!(process_alive(id));
    fs::write(dump.folder().join("enough"), "").unwrap();
    wait_until(LONG, "its own end", || !process_alive(id));
}

#[test]
fn f32_a_detached_program_outlives_a_job_that_lets_it_go() {
    if play() {
        return;
    }
    let dump = ArgDump::new();
    let limits = JOB_OBJECT_LIMIT_BREAKAWAY_OK | JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    let test = "sys::windows::tests::f32_a_detached_program_outlives_a_job_that_lets_it_go";
    let id = start_in_job(test, limits, &dump);
    ends_when_told(&dump, id);
}

#[test]
fn f32_a_job_that_lets_nothing_go_does_not_keep_a_program_from_starting() {
    if play() {
        return;
    }
    let dump = ArgDump::new();
    let test =
        "sys::windows::tests::f32_a_job_that_lets_nothing_go_does_not_keep_a_program_from_starting";
    let id = start_in_job(test, 0, &dump);
    ends_when_told(&dump, id);
}
