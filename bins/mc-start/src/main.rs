//! `mc-start`: see the library of this package for everything it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    mc_start::main()
}
