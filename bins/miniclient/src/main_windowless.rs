//! `miniclientw`: `miniclient` without a console window, for logon entries, links and shortcuts.
//!
//! The same main; what differs is the subsystem that Windows reads from the executable.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    miniclient::main()
}
