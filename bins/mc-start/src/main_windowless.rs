//! `mc-startw`: `mc-start` without a console window, for logon entries and shortcuts.
//!
//! The same main; what differs is the subsystem that Windows reads from the executable.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    mc_start::main()
}
