//! `miniclient`: see the library of this package for everything it does.

use std::process::ExitCode;

// A panic in one hook must not end the agent and every other call with it.
const _: () = assert!(
    cfg!(panic = "unwind"),
    "miniclient is to be built to unwind"
);

fn main() -> ExitCode {
    miniclient::main()
}
