//! Where this program writes.

use mc_cli::Output;

/// Standard output and standard error.
pub(crate) static OUTPUT: Output = Output::new("mc-start");
