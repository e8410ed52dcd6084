//! Starts a sandbox, or plays telephone system with one that runs.

use std::process::ExitCode;

fn main() -> ExitCode {
    jtel_sandbox::cli::main()
}
